//! The questions about values that have to be confirmed, all on one page.

use askama::Template;
use rust_decimal::Decimal;

use domain::meter::Register;
use domain::quantity::Commodity;

use crate::format;
use crate::texts::{Texts, Value};

use super::asked::{
    Asked, AskedMeter, AskedRegister, Choice, Doubt, Finding, Likely, Refusal, RollOver, Stage,
    Tendency,
};
use super::form::Mistake;
use super::layout::{self, Layout, Tone};
use super::words::{self, Place};
use super::{Frame, Page, field};

#[derive(Template)]
#[template(path = "page/doubt.html")]
struct DoubtPage<'a> {
    layout: Layout<'a>,
    action: String,
    place: Place,
    errors: Vec<Mistake>,
    hidden: Vec<Hidden>,
    questions: Vec<Question>,
}

/// A field that is sent on as it came.
pub(super) struct Hidden {
    pub(super) name: String,
    pub(super) value: String,
}

struct Question {
    name: String,
    heading: String,
    statement: String,
    /// What else may explain it.
    advice: Option<String>,
    error: Option<String>,
    choices: Vec<Offer>,
    new_meter: Option<NewMeter>,
}

/// One answer that is offered.
pub(super) struct Offer {
    pub(super) value: &'static str,
    pub(super) label: String,
}

struct NewMeter {
    name: String,
    error: Option<String>,
}

/// Whether a question about a value is what was answered wrongly, rather than the value.
pub(super) fn is_asked_again(asked: &Asked<'_>) -> bool {
    let mut registers = asked.meters.iter().flat_map(|meter| &meter.registers);
    registers.any(|register| {
        matches!(
            register.finding,
            Some(Finding::Refused(Refusal::NotChosen(_) | Refusal::NewMeter(_)))
        )
    })
}

pub(super) fn page<'a>(frame: &Frame<'a>, asked: &Asked<'a>, status: u16) -> Page {
    let texts = Texts::of(frame.language);
    let scene = Scene { frame, asked, texts };
    let mut questions = Vec::new();
    let mut hidden = Vec::new();
    for (position, meter) in asked.meters.iter().enumerate() {
        let number = meter.number.as_str().to_owned();
        hidden.push(Hidden { name: field::meter(position), value: number });
        let revision = meter.revision.get().to_string();
        hidden.push(Hidden { name: field::revision(position), value: revision });
        for register in &meter.registers {
            let name = field::reading(position, &register.register.name);
            hidden.push(Hidden { name, value: register.typed.to_owned() });
            if let Some(question) = scene.question(position, meter, register) {
                let name = field::about(position, &register.register.name);
                hidden.push(Hidden { name, value: register.typed.to_owned() });
                questions.push(question);
            }
        }
    }
    let date = [
        (field::DAY, asked.read_on.day),
        (field::MONTH, asked.read_on.month),
        (field::YEAR, asked.read_on.year),
    ];
    if asked.stage == Stage::Invoiced {
        hidden.push(Hidden { name: field::INVOICED.to_owned(), value: "yes".to_owned() });
    }
    hidden.extend(
        date.map(|(name, value)| Hidden { name: name.to_owned(), value: value.to_owned() }),
    );
    let errors: Vec<_> = questions.iter().flat_map(Question::mistakes).collect();
    let tone = if errors.is_empty() { Tone::Plain } else { Tone::Mistake };
    let heading = match questions.as_slice() {
        [question] => question.heading.clone(),
        _ => texts.say("unusual"),
    };
    let page = DoubtPage {
        layout: Layout::new(frame, &heading, tone),
        action: frame.in_language(frame.path),
        place: Place::new(asked.address, scene.only_meter()),
        errors,
        hidden,
        questions,
    };
    layout::page(status, frame.language, &page)
}

impl Question {
    fn mistakes(&self) -> Vec<Mistake> {
        let own = self.error.iter().map(|text| (self.name.clone(), text));
        let meter = self
            .new_meter
            .iter()
            .filter_map(|meter| meter.error.as_ref().map(|text| (meter.name.clone(), text)));
        own.chain(meter).map(|(field, text)| Mistake { field, text: text.clone() }).collect()
    }
}

/// One page of questions that is being made.
struct Scene<'s, 'a> {
    frame: &'s Frame<'a>,
    asked: &'s Asked<'a>,
    texts: Texts,
}

impl Scene<'_, '_> {
    fn only_meter(&self) -> Option<String> {
        match self.asked.meters.as_slice() {
            [meter] => Some(words::meter_label(self.texts, meter.commodity, meter.number)),
            _ => None,
        }
    }

    fn question(
        &self,
        position: usize,
        meter: &AskedMeter<'_>,
        asked: &AskedRegister<'_>,
    ) -> Option<Question> {
        let (doubt, error, new_meter_error) = match asked.finding.as_ref()? {
            Finding::Doubtful(doubt) => (doubt, None, None),
            Finding::Refused(Refusal::NotChosen(doubt)) => (doubt, Some("err-choose"), None),
            Finding::Refused(Refusal::NewMeter(doubt)) => (doubt, None, Some("err-new-meter")),
            Finding::Refused(
                Refusal::Empty
                | Refusal::NotDigits
                | Refusal::Ambiguous
                | Refusal::TooManyDigits { .. },
            ) => return None,
        };
        let heading = match doubt {
            Doubt::Below { .. } => self.texts.say("below"),
            Doubt::Unusual { .. }
            | Doubt::Impossible { .. }
            | Doubt::Equal
            | Doubt::BelowEstimate
            | Doubt::Conflict { .. } => self.texts.say("unusual"),
        };
        let label = self.label(meter, asked.register);
        let may_be_exchanged = matches!(doubt, Doubt::Below { .. });
        Some(Question {
            name: field::answer(position, &asked.register.name),
            heading: label.map_or_else(|| heading.clone(), |label| format!("{label}: {heading}")),
            statement: self.statement(meter, asked, doubt),
            advice: self.advice(meter, asked, doubt),
            error: error.map(|id| self.texts.say(id)),
            choices: self.choices(asked, doubt),
            new_meter: may_be_exchanged.then(|| NewMeter {
                name: field::new_meter(position),
                error: new_meter_error.map(|id| self.texts.say(id)),
            }),
        })
    }

    /// What tells this register from the others of the page.
    fn label(&self, meter: &AskedMeter<'_>, register: &Register) -> Option<String> {
        let several = meter.registers.len();
        let register = words::register_label(self.texts, register, several);
        match (self.asked.meters.len() > 1, several > 1) {
            (false, false) => None,
            (false, true) => Some(register),
            (true, false) => Some(words::meter_label(self.texts, meter.commodity, meter.number)),
            (true, true) => {
                let meter = words::meter_label(self.texts, meter.commodity, meter.number);
                Some(format!("{meter}, {register}"))
            }
        }
    }

    fn statement(
        &self,
        meter: &AskedMeter<'_>,
        asked: &AskedRegister<'_>,
        doubt: &Doubt,
    ) -> String {
        let language = self.frame.language;
        let register = asked.register;
        let entered = words::printable(asked.typed.trim());
        let entered = Value::Text(&entered);
        if !self.frame.shows_readings() {
            return match doubt {
                Doubt::Conflict { at, .. } => {
                    let time = format::time(language, *at);
                    let variables = [("time", Value::Text(&time)), ("entered", entered)];
                    self.texts.tell("conflict-hidden", variables)
                }
                Doubt::Equal => self.entered(entered, &self.texts.say("check-zero")),
                Doubt::Unusual { .. }
                | Doubt::Impossible { .. }
                | Doubt::BelowEstimate
                | Doubt::Below { .. } => self.texts.tell("entered-hidden", [("entered", entered)]),
            };
        }
        let since = asked.previous.map(|previous| format::day(language, previous.on));
        let since = Value::Text(since.as_deref().unwrap_or_default());
        let previous = asked
            .previous
            .map(|previous| format::reading_with_unit(language, register, previous.value));
        let previous = Value::Text(previous.as_deref().unwrap_or_default());
        match doubt {
            Doubt::Unusual { tendency, used, since, year_before, usual, .. } => {
                let amount = |amount| format::amount(language, amount, register.unit);
                let (used, since) = (amount(*used), format::day(language, *since));
                let (used, since) = (Value::Text(&used), Value::Text(&since));
                let of = ("entered", entered);
                match (year_before, usual) {
                    (Some(before), _) => {
                        let before = amount(*before);
                        let usual = ("usual", Value::Text(&before));
                        let variables = [of, ("used", used), ("since", since), usual];
                        self.texts.tell("unusual-use", variables)
                    }
                    (None, Some(usual)) => {
                        let usual = amount(*usual);
                        let variables = [("use", used), ("usual", Value::Text(&usual))];
                        let id = match tendency {
                            Tendency::High => "check-high",
                            Tendency::Low => "check-low",
                        };
                        self.entered(entered, &self.texts.tell(id, variables))
                    }
                    (None, None) => {
                        let variables = [of, ("used", used), ("since", since)];
                        self.texts.tell("unusual-entered", variables)
                    }
                }
            }
            Doubt::Impossible { used } => {
                let used = format::amount(language, *used, register.unit);
                let said = self.texts.tell("check-impossible", [("use", Value::Text(&used))]);
                self.entered(entered, &said)
            }
            Doubt::Equal => {
                let commodity = self.texts.say(&format!("commodity-{}", meter.commodity.as_str()));
                let commodity = Value::Text(&commodity);
                self.texts.tell("equal", [("since", since), ("commodity", commodity)])
            }
            Doubt::Below { .. } => {
                let variables = [("previous", previous), ("date", since)];
                self.entered(entered, &self.texts.tell("check-lower", variables))
            }
            Doubt::BelowEstimate => {
                let variables = [("entered", entered), ("since", since), ("previous", previous)];
                self.texts.tell("below-estimate", variables)
            }
            Doubt::Conflict { at, value } => {
                let time = format::time(language, *at);
                let theirs = format::reading_with_unit(language, register, *value);
                let mine = mine(asked);
                let (time, theirs) = (Value::Text(&time), Value::Text(&theirs));
                let entered = ("entered", Value::Text(&mine));
                let variables = [("time", time), ("theirs", theirs), entered];
                self.texts.tell("conflict", variables)
            }
        }
    }

    /// What was typed, and what is said of it.
    fn entered(&self, entered: Value<'_>, said: &str) -> String {
        format!("{} {said}", self.texts.tell("entered-hidden", [("entered", entered)]))
    }

    /// The other meter that shows this; where there is none, of a high use of water the leak that it may
    /// be: nothing else runs from a tap.
    fn advice(
        &self,
        meter: &AskedMeter<'_>,
        asked: &AskedRegister<'_>,
        doubt: &Doubt,
    ) -> Option<String> {
        if let Some(Likely::OtherMeter(number)) = &asked.likely {
            let other = self.asked.meters.iter().find(|meter| meter.number == number)?;
            let meter = words::meter_label(self.texts, other.commodity, number);
            return Some(self.texts.tell("check-other-meter", [("meter", Value::Text(&meter))]));
        }
        let high = matches!(doubt, Doubt::Unusual { tendency: Tendency::High, .. });
        (high && meter.commodity == Commodity::Water).then(|| self.texts.say("leak"))
    }

    fn choices(&self, asked: &AskedRegister<'_>, doubt: &Doubt) -> Vec<Offer> {
        let plain = |choice: Choice| Offer {
            value: choice.as_str(),
            label: self.texts.say(choice.as_str()),
        };
        let meant = || self.meant(asked, doubt);
        match doubt {
            Doubt::Unusual { without_red, .. } => {
                let red = without_red.map(|value| self.without_red(asked.register, value));
                let offers = [Some(plain(Choice::Yes)), red, meant(), Some(plain(Choice::No))];
                offers.into_iter().flatten().collect()
            }
            Doubt::Impossible { .. } | Doubt::Equal | Doubt::BelowEstimate => {
                let offers = [Some(plain(Choice::Yes)), meant(), Some(plain(Choice::No))];
                offers.into_iter().flatten().collect()
            }
            Doubt::Below { roll_over } => {
                let mut offers: Vec<Offer> = meant().into_iter().collect();
                offers.push(plain(Choice::Exchanged));
                if *roll_over == RollOver::Offered {
                    offers.push(self.rolled(asked.register));
                }
                offers.extend([Choice::PreviousWrong, Choice::Unknown, Choice::No].map(plain));
                offers
            }
            Doubt::Conflict { at, value } => {
                let language = self.frame.language;
                let theirs = format::reading_with_unit(language, asked.register, *value);
                let at = format::day_and_time(language, *at);
                let (reading, at) = (("reading", Value::Text(&theirs)), ("at", Value::Text(&at)));
                let theirs = if self.frame.shows_readings() {
                    self.texts.tell("conflict-theirs", [reading, at])
                } else {
                    self.texts.tell("conflict-theirs-hidden", [at])
                };
                let mine = mine(asked);
                vec![
                    Offer { value: Choice::Theirs.as_str(), label: theirs },
                    Offer {
                        value: Choice::Yes.as_str(),
                        label: self.texts.tell("conflict-mine", [("reading", Value::Text(&mine))]),
                    },
                ]
            }
        }
    }

    fn without_red(&self, register: &Register, value: Decimal) -> Offer {
        let reading = format::reading(self.frame.language, register, value);
        let label = self.texts.tell("red", [("reading", Value::Text(&reading))]);
        Offer { value: Choice::WithoutRed.as_str(), label }
    }

    /// What was likely meant, unless it is offered as the value without its red digits.
    fn meant(&self, asked: &AskedRegister<'_>, doubt: &Doubt) -> Option<Offer> {
        let Some(Likely::Value(value)) = asked.likely else { return None };
        if matches!(doubt, Doubt::Unusual { without_red, .. } if *without_red == Some(value)) {
            return None;
        }
        let reading = format::reading_with_unit(self.frame.language, asked.register, value);
        let label = self.texts.tell("check-suggest", [("value", Value::Text(&reading))]);
        Some(Offer { value: Choice::Meant.as_str(), label })
    }

    fn rolled(&self, register: &Register) -> Offer {
        let digits = usize::from(register.digits);
        let (highest, zero) = ("9".repeat(digits), "0".repeat(digits));
        let variables = [("highest", Value::Text(&highest)), ("zero", Value::Text(&zero))];
        let label = self.texts.tell("rolled", variables);
        Offer { value: Choice::RolledOver.as_str(), label }
    }
}

/// What was typed, with the unit of the register where it was left out.
fn mine(asked: &AskedRegister<'_>) -> String {
    let typed = words::printable(asked.typed.trim());
    if typed.ends_with(|c: char| c.is_ascii_digit()) {
        format::with_unit(&typed, asked.register.unit)
    } else {
        typed
    }
}
