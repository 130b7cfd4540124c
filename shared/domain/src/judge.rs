//! *Oordeel*: whether what was typed behind a link can be stored, must be asked about, or cannot be.

mod doubt;

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::calendar::days_after;
use crate::entry::{Entry, Kept, Unreadable, condense, parse_reading};
use crate::history::{History, HistoryError, Year};
use crate::id::Revision;
use crate::meter::{MeterNumber, Register, RegisterName};
use crate::quantity::Commodity;
use crate::reading::{Quality, Reading, Source};

/// What a link asks for: the meters of one connection, as a campaign sees them.
#[derive(Clone, Debug)]
pub struct Asked {
    /// What the connection delivers.
    pub commodity: Commodity,
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
}

impl AskedRegister {
    /// The register of `history`, which holds what was read before the campaign and nothing since:
    /// a correction is compared with last year, not with what it corrects.
    ///
    /// **Errors.** [`HistoryError::TooLarge`] only.
    pub fn of(history: &History, red: u8) -> Result<Self, HistoryError> {
        Ok(Self {
            register: history.register().clone(),
            red,
            previous: history.last().cloned(),
            trusted: history.last_trusted().cloned(),
            year: history.year()?,
        })
    }
}

/// What came with a POST, its fields sorted by what they are about.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Form {
    /// The day of the reading.
    pub read_on: ReadOn,
    /// What was filled in, by the position of the meter.
    pub meters: BTreeMap<usize, FormMeter>,
}

/// What a form says about one meter.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FormMeter {
    /// The revision of its request that the form was made from.
    pub revision: Revision,
    /// What was filled in, by register; absent and empty are the same.
    pub registers: BTreeMap<RegisterName, Typed>,
    /// The number of the meter that hangs there now, asked for when it was exchanged.
    pub new_meter: String,
}

/// What a form says about one register.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Typed {
    /// What was typed, as it was typed.
    pub text: String,
    /// The answer to the question about it, on the page that asks one.
    pub answer: Option<Answer>,
}

/// The answer to the question about a typed text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The text that the question was about: of another one than the form's, it answers nothing.
    pub about: String,
    /// What was chosen; `None` when nothing was, or a word that is no choice.
    pub choice: Option<Choice>,
}

/// The day that a form says it was read on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ReadOn {
    /// Nothing was filled in.
    #[default]
    Today,
    /// A day of the calendar.
    Day(NaiveDate),
    /// Something else, such as 31 February.
    NoDay,
}

impl ReadOn {
    /// Reads the three fields of a day; all of them empty are today.
    pub fn parse(day: &str, month: &str, year: &str) -> Self {
        let fields = [day, month, year].map(condense);
        if fields.iter().all(String::is_empty) {
            return Self::Today;
        }
        let number = |field: &str, longest: usize| {
            let digits = field.bytes().all(|b| b.is_ascii_digit());
            (digits && field.len() <= longest).then(|| field.parse::<u16>().ok()).flatten()
        };
        let [day, month, year] = &fields;
        (year.len() == 4)
            .then(|| {
                let (day, month) = (number(day, 2)?.into(), number(month, 2)?.into());
                NaiveDate::from_ymd_opt(number(year, 4)?.into(), month, day)
            })
            .flatten()
            .map_or(Self::NoDay, Self::Day)
    }
}

/// What a person chose on the page that asks whether a reading is right.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Choice {
    /// *Ja, dit staat op mijn meter*.
    Yes,
    /// *Nee, ik pas de stand aan*: nothing is stored, the form is shown again.
    No,
    /// *Mijn meter is vervangen*.
    Exchanged,
    /// *De meter is weer bij nul begonnen*.
    #[serde(rename = "rolled")]
    RolledOver,
    /// *De vorige stand klopt niet*.
    #[serde(rename = "prev-wrong")]
    PreviousWrong,
    /// *Ik weet het niet, maar dit staat op mijn meter*.
    Unknown,
    /// *Ik vulde ook de rode cijfers in*.
    #[serde(rename = "red")]
    WithoutRed,
}

impl Choice {
    /// Every choice.
    pub const ALL: [Self; 7] = [
        Self::Yes,
        Self::No,
        Self::Exchanged,
        Self::RolledOver,
        Self::PreviousWrong,
        Self::Unknown,
        Self::WithoutRed,
    ];

    /// As it stands in forms, tables and the text of a form id.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Yes => "yes",
            Self::No => "no",
            Self::Exchanged => "exchanged",
            Self::RolledOver => "rolled",
            Self::PreviousWrong => "prev-wrong",
            Self::Unknown => "unknown",
            Self::WithoutRed => "red",
        }
    }

    /// Reads what [`Choice::as_str`] writes.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|choice| choice.as_str() == text)
    }
}

/// *Oordeel*: of a form as a whole. Nothing of it is stored until all of it is accepted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It can be stored.
    Accepted(Judged),
    /// It can be stored once every doubt is answered.
    Doubtful(Vec<Doubt>),
    /// It cannot be stored: each refusal must be changed.
    Refused(Vec<Refusal>),
}

/// What a doubt or a refusal is about.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Field {
    /// A register.
    Register {
        /// The position of its meter.
        meter: usize,
        /// Its name.
        register: RegisterName,
    },
    /// The day of the reading.
    ReadOn,
}

/// *Twijfel*: one reason to ask before a reading is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Doubt {
    /// What it is about.
    pub field: Field,
    /// What was typed, in the register's unit.
    pub value: Decimal,
    /// Why it is asked.
    pub reason: DoubtReason,
}

/// Why a reading is asked about.
///
/// **Units.** The register's unit, before its factor.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DoubtReason {
    /// It equals the previous reading where use is expected.
    Equal,
    /// It is below the previous reading, which was an estimate.
    BelowEstimate,
    /// It is below a reading that was read.
    Below {
        /// Whether the register may have passed zero.
        roll_over: RollOver,
    },
    /// The use is unlike that of the year before.
    Unusual {
        /// Which way.
        tendency: Tendency,
        /// What it says was used since `since`; negative on a register that went down.
        used: Decimal,
        /// The day of the trusted reading from which that is counted.
        since: NaiveDate,
        /// What was used in 365 days of the year before.
        year_before: Decimal,
        /// What was typed without one, two or three last digits, where that would be usual.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        without_red: Option<Decimal>,
    },
}

/// *Doorlopen van het telwerk*: whether a register may have passed its highest value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RollOver {
    /// The previous reading was near the end, and the use over the top is usual.
    Offered,
    /// It was not, or is not.
    Impossible,
}

/// Which way a use is unusual.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Tendency {
    /// More than usual: there may be a leak.
    High,
    /// Less than usual.
    Low,
}

impl DoubtReason {
    /// What can be chosen, in the order of the page.
    pub fn choices(&self) -> Vec<Choice> {
        match self {
            Self::Equal | Self::BelowEstimate => vec![Choice::Yes, Choice::No],
            Self::Unusual { without_red: None, .. } => vec![Choice::Yes, Choice::No],
            Self::Unusual { without_red: Some(_), .. } => {
                vec![Choice::Yes, Choice::WithoutRed, Choice::No]
            }
            Self::Below { roll_over } => {
                let mut choices = vec![Choice::Exchanged];
                if *roll_over == RollOver::Offered {
                    choices.push(Choice::RolledOver);
                }
                choices.extend([Choice::PreviousWrong, Choice::Unknown, Choice::No]);
                choices
            }
        }
    }
}

/// *Weigering*: one reason why a form cannot be stored as it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// What must be changed.
    pub field: Field,
    /// Why.
    pub reason: RefusalReason,
}

/// Why a field is refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RefusalReason {
    /// What was typed is no value of the register.
    Unreadable(Unreadable),
    /// The question was not answered, or by something that was not offered: it is asked again.
    NotChosen(Doubt),
    /// The meter was exchanged, and what was typed is no meter number.
    NewMeter(Doubt),
    /// The reading may be of a day from `from` to `until`, both of them included.
    OutsideWindow {
        /// The first day: of the window, or the one after the last trusted reading.
        from: NaiveDate,
        /// The last day: today.
        until: NaiveDate,
    },
}

/// What was accepted, ready to be recorded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Judged {
    /// The day of the reading.
    pub on: NaiveDate,
    /// The meters that were filled in, by position; one at least.
    pub meters: Vec<JudgedMeter>,
}

/// What was accepted for one meter: all its registers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JudgedMeter {
    /// Its position in [`Asked::meters`].
    pub position: usize,
    /// Its number.
    pub number: MeterNumber,
    /// The revision that was shown: recorded only if the request still has it.
    pub revision: Revision,
    /// The number of the meter that hangs there now, where the customer says it was exchanged.
    pub new_meter: Option<MeterNumber>,
    /// Its registers, in the order of [`AskedMeter::registers`].
    pub registers: Vec<JudgedRegister>,
}

/// What was accepted for one register.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JudgedRegister {
    /// Its name.
    pub register: RegisterName,
    /// What it showed, in its unit.
    pub value: Decimal,
    /// Whether decimals were cut off.
    pub kept: Kept,
    /// What was asked and answered; `None` when it was as expected.
    pub answered: Option<Answered>,
}

/// A doubt that was answered: operations see it, the receipt does not.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answered {
    /// Why it was asked.
    pub doubt: DoubtReason,
    /// What was chosen.
    pub choice: Choice,
}

impl JudgedRegister {
    /// How far the reading may be relied on.
    pub fn quality(&self) -> Quality {
        if self.answered.is_some() { Quality::Confirmed } else { Quality::Actual }
    }

    /// Whether it is stored but not settled before an operator decides: it is below a reading that
    /// was read, and nothing that we know explains it.
    pub fn is_held(&self) -> bool {
        self.answered.as_ref().is_some_and(|answered| match answered.doubt {
            DoubtReason::Below { .. } => answered.choice != Choice::RolledOver,
            DoubtReason::Equal | DoubtReason::BelowEstimate | DoubtReason::Unusual { .. } => false,
        })
    }
}

impl Judged {
    /// The readings to store, each as it was typed, on the meters that were asked for.
    pub fn readings(&self, source: Source, received_at: DateTime<Utc>) -> Vec<Reading> {
        let of = |meter: &JudgedMeter, register: &JudgedRegister| Reading {
            meter: meter.number.clone(),
            register: register.register.clone(),
            on: self.on,
            value: register.value,
            source,
            quality: register.quality(),
            received_at: Some(received_at),
        };
        self.meters.iter().flat_map(|meter| meter.registers.iter().map(|r| of(meter, r))).collect()
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
            .filter_map(|asked| Some(days_after(asked.trusted.as_ref()?.on, 1)))
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
                let at = At { commodity: self.commodity, position, on };
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

impl FormMeter {
    fn is_filled(&self) -> bool {
        self.registers.values().any(|typed| !condense(&typed.text).is_empty())
    }
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
struct At {
    commodity: Commodity,
    position: usize,
    on: NaiveDate,
}

/// Nothing is accepted for the register; the findings say why.
struct Found;

impl At {
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
            if let Some(answered) = &judged.answered
                && answered.choice == Choice::Exchanged
            {
                new_meter = MeterNumber::parse(&form.new_meter);
                if new_meter.is_none() {
                    let reason = answered.doubt.clone();
                    let doubt = Doubt { field: self.field(asked), value: judged.value, reason };
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
        let accepted = |entry: Entry, answered| {
            let Entry { value, kept } = entry;
            Ok(JudgedRegister { register, value, kept, answered })
        };
        let entry = match self.read(asked, typed) {
            Ok(entry) => entry,
            Err(Unreadable::TooManyDigits { without_red: Some(value), .. })
                if answer.is_some_and(|a| a.choice == Some(Choice::WithoutRed)) =>
            {
                Entry { value, kept: Kept::WithoutDecimals }
            }
            Err(unreadable) => {
                let reason = RefusalReason::Unreadable(unreadable);
                findings.refusals.push(Refusal { field: self.field(asked), reason });
                return Err(Found);
            }
        };
        let Some(reason) = doubt::doubt(asked, self.commodity, entry.value, self.on) else {
            return accepted(entry, None);
        };
        let doubt = Doubt { field: self.field(asked), value: entry.value, reason };
        // Which digits were red was the answer to a refusal: it says nothing about a doubt.
        let Some(answer) = answer.filter(|_| self.read(asked, typed).is_ok()) else {
            findings.doubts.push(doubt);
            return Err(Found);
        };
        match answer.choice.filter(|choice| doubt.reason.choices().contains(choice)) {
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
                let entry = match doubt.reason {
                    DoubtReason::Unusual { without_red: Some(value), .. }
                        if choice == Choice::WithoutRed =>
                    {
                        Entry { value, kept: Kept::WithoutDecimals }
                    }
                    DoubtReason::Equal
                    | DoubtReason::BelowEstimate
                    | DoubtReason::Below { .. }
                    | DoubtReason::Unusual { .. } => entry,
                };
                accepted(entry, Some(Answered { doubt: doubt.reason, choice }))
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
            asked.year.is_some() && doubt::doubt(asked, self.commodity, *value, self.on).is_none()
        });
        Err(Unreadable::TooManyDigits { entered, digits, without_red })
    }

    fn field(&self, asked: &AskedRegister) -> Field {
        Field::Register { meter: self.position, register: asked.register.name.clone() }
    }
}

#[cfg(test)]
mod tests;
