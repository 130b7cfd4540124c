//! *Oordeel*: whether what was typed behind a link can be stored, must be asked about, or cannot be.

pub mod check;
mod doubt;
mod form;
pub mod lines;
mod usual;
mod verdict;

use chrono::NaiveDate;
use rust_decimal::Decimal;

use crate::calendar::days_after;
use crate::entry::{Entry, Kept, Unreadable, condense, parse_reading};
use crate::estimate::constants::Constants;
use crate::history::{History, HistoryError, Year};
use crate::meter::{MeterNumber, Register};
use crate::quantity::Commodity;
use crate::reading::{Reading, Source};

use doubt::By;
pub use form::{Answer, Choice, Form, FormMeter, ReadOn, Typed};
pub use usual::Usually;
pub use verdict::{
    Answered, Doubt, DoubtReason, Field, Judged, JudgedMeter, JudgedRegister, Likely, Refusal,
    RefusalReason, RollOver, Tendency, Verdict,
};

/// What a link asks for: the meters of one connection, as a campaign sees them.
#[derive(Clone, Debug)]
pub struct Asked {
    /// What the connection delivers.
    pub commodity: Commodity,
    /// The constants that the campaign opened with.
    pub constants: Constants<Decimal>,
    /// The first day that a reading may be of: 14 days before the opening.
    pub readable_from: NaiveDate,
    /// The meters; a form names them by their position here, from 0.
    pub meters: Vec<AskedMeter>,
}

/// One meter that a link asks for: all its registers, or none.
#[derive(Clone, Debug)]
pub struct AskedMeter {
    /// Its number.
    pub number: MeterNumber,
    /// Its registers; a form names them by their names.
    pub registers: Vec<AskedRegister>,
}

/// One register of an asked meter, with what was known before the campaign.
#[derive(Clone, Debug)]
pub struct AskedRegister {
    /// The register.
    pub register: Register,
    /// Wheels behind the comma that are not to be read.
    pub red: u8,
    /// The last reading before the campaign, an estimate too.
    pub previous: Option<Reading>,
    /// The last trusted reading before the campaign.
    pub trusted: Option<Reading>,
    /// The use of the last trusted year.
    pub year: Option<Year>,
    /// What the engine expects of it; without a norm for its commodity the last year says what is
    /// usual.
    pub usual: Option<Usually>,
    /// What its connection can deliver in a day at most, where that is known.
    pub max_per_day: Option<Decimal>,
}

impl AskedRegister {
    /// The register of `history`, which must not hold the answers to this campaign: a correction is
    /// compared with last year, not with what it corrects.
    ///
    /// **Errors.** [`HistoryError::TooLarge`] only.
    pub fn of(history: &History, red: u8) -> Result<Self, HistoryError> {
        Ok(Self {
            register: history.register().clone(),
            red,
            previous: history.last().cloned(),
            trusted: history.last_trusted().cloned(),
            year: history.year()?,
            usual: None,
            max_per_day: None,
        })
    }

    /// The same, with what the engine needs to say what is usual.
    #[must_use]
    pub fn with(self, usual: Option<Usually>) -> Self {
        Self { usual, ..self }
    }

    /// The same at a connection that delivers so much in a day at most
    /// ([`crate::estimate::standards::Bounds::max_per_day`]).
    #[must_use]
    pub fn at_most(self, max_per_day: Option<Decimal>) -> Self {
        Self { max_per_day, ..self }
    }
}

impl Asked {
    /// Judges what came with a POST, of which `today` is the civil day.
    ///
    /// A meter counts as filled in when one of its registers is, and then all of them must be; at
    /// least one meter must be. Whatever is possible is accepted after one confirmation.
    ///
    /// **Shape.** What the form says about meters and registers that were not asked is passed
    /// over: a handler has refused the unknown field before. An answer counts only for the text
    /// that it was given about; for another one the value is judged as if nothing were answered.
    /// [`Choice::No`] answers nothing: the verdict stays doubtful, the page lets the value change.
    /// **Units.** Each register's own; days are civil days.
    /// **Source.** The design of the reading page, its table of outcomes, and of estimation,
    /// section 7. What is doubtful is decided in one place, the module `doubt`.
    pub fn judge(&self, form: &Form, today: NaiveDate) -> Verdict {
        let filled: Vec<_> = self
            .meters
            .iter()
            .enumerate()
            .filter_map(|(position, meter)| {
                let form = form.meters.get(&position)?;
                form.is_filled().then_some((position, meter, form))
            })
            .collect();
        if filled.is_empty() {
            return Verdict::Refused(self.nothing_typed());
        }
        let from = filled
            .iter()
            .flat_map(|(_, meter, _)| &meter.registers)
            .filter_map(|asked| asked.trusted.as_ref())
            .map(first_day_after)
            .fold(self.readable_from, NaiveDate::max);
        let read_on = match form.read_on {
            ReadOn::Today => Some(today),
            ReadOn::Day(day) => Some(day),
            ReadOn::NoDay => None,
        };
        let read_on = read_on.filter(|day| (from..=today).contains(day));
        let mut findings = Findings::default();
        if read_on.is_none() {
            let reason = RefusalReason::OutsideWindow { from, until: today };
            findings.refusals.push(Refusal { field: Field::ReadOn, reason });
        }
        let on = read_on.unwrap_or(today);
        let meters = filled
            .into_iter()
            .map(|(position, meter, form)| {
                let at = At { asked: self, position, on };
                at.judge_meter(meter, form, &mut findings)
            })
            .collect();
        findings.verdict(Judged { on, meters })
    }

    /// The first meter's registers, each asked for its reading.
    fn nothing_typed(&self) -> Vec<Refusal> {
        let registers = self.meters.iter().take(1).flat_map(|meter| &meter.registers);
        registers
            .map(|asked| Refusal {
                field: Field::Register { meter: 0, register: asked.register.name.clone() },
                reason: RefusalReason::Unreadable(Unreadable::Empty),
            })
            .collect()
    }
}

/// The first day that a reading after `trusted` may be of: a new meter can be read at once.
fn first_day_after(trusted: &Reading) -> NaiveDate {
    days_after(trusted.on, u16::from(trusted.source != Source::Installed))
}

/// What was found on the way through a form.
#[derive(Default)]
struct Findings {
    doubts: Vec<Doubt>,
    refusals: Vec<Refusal>,
}

impl Findings {
    fn verdict(self, judged: Judged) -> Verdict {
        if !self.refusals.is_empty() {
            Verdict::Refused(self.refusals)
        } else if !self.doubts.is_empty() {
            Verdict::Doubtful(self.doubts)
        } else {
            Verdict::Accepted(judged)
        }
    }
}

/// What the judging of each register of a meter needs beside the register.
struct At<'a> {
    asked: &'a Asked,
    position: usize,
    on: NaiveDate,
}

/// Nothing is accepted for the register; the findings say why.
struct Found;

impl At<'_> {
    fn judge_meter(
        &self,
        meter: &AskedMeter,
        form: &FormMeter,
        findings: &mut Findings,
    ) -> JudgedMeter {
        let mut registers = Vec::with_capacity(meter.registers.len());
        let mut new_meter = None;
        for asked in &meter.registers {
            let typed = form.registers.get(&asked.register.name).cloned().unwrap_or_default();
            let Ok(judged) = self.judge_register(asked, &typed, findings) else {
                continue;
            };
            if let Some(Answered { doubt: Some(reason), choice: Choice::Exchanged }) =
                judged.answered.clone()
            {
                new_meter = MeterNumber::parse(&form.new_meter);
                if new_meter.is_none() {
                    let doubt = self.doubt(asked, judged.value, reason);
                    let reason = RefusalReason::NewMeter(doubt);
                    findings.refusals.push(Refusal { field: self.field(asked), reason });
                }
            }
            registers.push(judged);
        }
        let (position, number) = (self.position, meter.number.clone());
        JudgedMeter { position, number, revision: form.revision, new_meter, registers }
    }

    fn judge_register(
        &self,
        asked: &AskedRegister,
        typed: &Typed,
        findings: &mut Findings,
    ) -> Result<JudgedRegister, Found> {
        let answer = typed.answer.as_ref().filter(|a| condense(&a.about) == condense(&typed.text));
        let register = asked.register.name.clone();
        let accepted = |entry: Entry, answered, alert| {
            let Entry { value, kept } = entry;
            Ok(JudgedRegister { register, value, kept, answered, alert })
        };
        let without_red = answer.is_some_and(|a| a.choice == Some(Choice::WithoutRed));
        let (entry, shortened) = match self.read(asked, typed) {
            Ok(entry) => (entry, None),
            Err(Unreadable::TooManyDigits { without_red: Some(value), .. }) if without_red => {
                let kept = match asked.register.decimals {
                    0 => Kept::WithoutDecimals,
                    _ => Kept::Whole,
                };
                (Entry { value, kept }, Some(Answered { doubt: None, choice: Choice::WithoutRed }))
            }
            Err(unreadable) => {
                let reason = RefusalReason::Unreadable(unreadable);
                findings.refusals.push(Refusal { field: self.field(asked), reason });
                return Err(Found);
            }
        };
        let Some(reason) = doubt::doubt(asked, entry.value, self.by()) else {
            return accepted(entry, shortened, None);
        };
        let doubt = self.doubt(asked, entry.value, reason);
        // Which digits were red was the answer to a refusal: it says nothing about a doubt.
        let Some(answer) = answer.filter(|_| shortened.is_none()) else {
            findings.doubts.push(doubt);
            return Err(Found);
        };
        match answer.choice.filter(|choice| doubt.choices().contains(choice)) {
            None => {
                let (field, reason) = (self.field(asked), RefusalReason::NotChosen(doubt));
                findings.refusals.push(Refusal { field, reason });
                Err(Found)
            }
            Some(Choice::No) => {
                findings.doubts.push(doubt);
                Err(Found)
            }
            Some(choice) => {
                let entry = chosen(entry, &doubt, choice);
                let alert = doubt::alert(asked, &doubt.reason, entry.value, self.by());
                accepted(entry, Some(Answered { doubt: Some(doubt.reason), choice }), alert)
            }
        }
    }

    /// What was typed; where it has too many digits, with what may be offered instead.
    ///
    /// Leading zeros are often left out with the red digits in, so fewer digits than the wheels
    /// have in all are offered too, but only when the result is as expected.
    fn read(&self, asked: &AskedRegister, typed: &Typed) -> Result<Entry, Unreadable> {
        let read = parse_reading(&typed.text, &asked.register, asked.red);
        let Err(Unreadable::TooManyDigits { entered, digits, without_red: None }) = read else {
            return read;
        };
        let without_red = doubt::shortened(&typed.text, asked).filter(|value| {
            asked.year.is_some() && doubt::doubt(asked, *value, self.by()).is_none()
        });
        Err(Unreadable::TooManyDigits { entered, digits, without_red })
    }

    /// The doubt about a value, with the likely mistake.
    fn doubt(&self, asked: &AskedRegister, value: Decimal, reason: DoubtReason) -> Doubt {
        let others = self.asked.meters.iter().enumerate();
        let others = others.filter(|(position, _)| *position != self.position);
        let others = others.flat_map(|(_, meter)| {
            meter.registers.iter().map(move |register| (&meter.number, register))
        });
        let likely = doubt::likely(asked, others.clone(), value, self.by());
        let typed = (value, self.by());
        let reason = doubt::with_red(reason, asked, others, likely.as_ref(), typed);
        Doubt { field: self.field(asked), value, reason, likely }
    }

    /// By what a value is measured.
    fn by(&self) -> By<'_> {
        let Asked { commodity, constants, .. } = self.asked;
        By { commodity: *commodity, constants, on: self.on }
    }

    fn field(&self, asked: &AskedRegister) -> Field {
        Field::Register { meter: self.position, register: asked.register.name.clone() }
    }
}

/// What is kept of `entry` when `choice` answers `doubt`.
fn chosen(entry: Entry, doubt: &Doubt, choice: Choice) -> Entry {
    let (value, kept) = match choice {
        Choice::WithoutRed => (doubt.reason.without_red(), Kept::WithoutDecimals),
        Choice::Meant => (doubt.meant(), Kept::Whole),
        Choice::Yes
        | Choice::No
        | Choice::Exchanged
        | Choice::RolledOver
        | Choice::PreviousWrong
        | Choice::Unknown => (None, entry.kept),
    };
    value.map_or(entry, |value| Entry { value, kept })
}

#[cfg(test)]
mod tests;
