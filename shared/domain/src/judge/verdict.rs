//! What is said about a form: doubts, refusals, or what can be recorded.

use chrono::{DateTime, NaiveDate, Utc};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::Choice;
use super::check::Alert;
use crate::entry::{Kept, Unreadable};
use crate::id::Revision;
use crate::meter::{MeterNumber, RegisterName};
use crate::reading::{Quality, Reading, Source};

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
    /// The likely mistake (`check-suggest`), where there is exactly one: offered, never filled in.
    pub likely: Option<Likely>,
}

impl Doubt {
    /// What can be chosen, in the order of the page: what was likely meant stands before what else
    /// may have happened.
    pub fn choices(&self) -> Vec<Choice> {
        let mut choices = self.reason.choices();
        if self.meant().is_some() {
            let before = |choice: &Choice| matches!(choice, Choice::Exchanged | Choice::No);
            let place = choices.iter().position(before).unwrap_or(choices.len());
            choices.insert(place, Choice::Meant);
        }
        choices
    }

    /// What was likely meant, unless it is offered as the value without its red digits.
    pub fn meant(&self) -> Option<Decimal> {
        let Some(Likely::Value(value)) = self.likely else { return None };
        (self.reason.without_red() != Some(value)).then_some(value)
    }
}

/// The likely mistake behind a value that is asked about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Likely {
    /// This was meant: digits behind the comma were typed too, or two neighbours swapped.
    Value(Decimal),
    /// It is what this other meter behind the link shows.
    OtherMeter(MeterNumber),
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
    /// The connection cannot deliver that (`check-impossible`): it can be kept, and is held.
    Impossible {
        /// What it says was used since `since`.
        used: Decimal,
        /// The day of the trusted reading from which that is counted.
        since: NaiveDate,
    },
    /// The use is unlike that of the year before.
    Unusual {
        /// Which way.
        tendency: Tendency,
        /// What it says was used since `since`; negative on a register that went down.
        used: Decimal,
        /// The day of the trusted reading from which that is counted; where none is trusted, of the
        /// last one.
        since: NaiveDate,
        /// What was used in 365 days of the year before, where that is known.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        year_before: Option<Decimal>,
        /// What the engine expected since `since`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        usual: Option<Decimal>,
        /// What was typed without one, two or three last digits, where that alone would be usual.
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
    /// The value without its red digits, where that is offered.
    pub fn without_red(&self) -> Option<Decimal> {
        match self {
            Self::Unusual { without_red, .. } => *without_red,
            Self::Equal | Self::BelowEstimate | Self::Below { .. } | Self::Impossible { .. } => {
                None
            }
        }
    }

    /// What can be chosen whatever was likely meant, in the order of the page.
    fn choices(&self) -> Vec<Choice> {
        match self {
            Self::Equal
            | Self::BelowEstimate
            | Self::Impossible { .. }
            | Self::Unusual { without_red: None, .. } => vec![Choice::Yes, Choice::No],
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
    /// Its position in [`super::Asked::meters`].
    pub position: usize,
    /// Its number.
    pub number: MeterNumber,
    /// The revision that was shown: recorded only if the request still has it.
    pub revision: Revision,
    /// The number of the meter that hangs there now, where the customer says it was exchanged.
    pub new_meter: Option<MeterNumber>,
    /// Its registers, in the order of [`super::AskedMeter::registers`].
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
    /// What an operator should know of it: a use that was confirmed and may be a leak.
    pub alert: Option<Alert>,
}

/// A doubt that was answered: operations see it, the receipt does not.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answered {
    /// Why it was asked; absent where more digits were typed than the wheels have.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub doubt: Option<DoubtReason>,
    /// What was chosen.
    pub choice: Choice,
}

impl JudgedRegister {
    /// How far the reading may be relied on.
    pub fn quality(&self) -> Quality {
        if self.answered.is_some() { Quality::Confirmed } else { Quality::Actual }
    }

    /// Whether it is stored but not settled before an operator decides: it is below a reading that
    /// was read, and nothing that we know explains it; or the connection cannot deliver that much.
    pub fn is_held(&self) -> bool {
        self.answered.as_ref().is_some_and(|answered| match answered.doubt {
            Some(DoubtReason::Below { .. }) => {
                !matches!(answered.choice, Choice::RolledOver | Choice::Meant)
            }
            Some(DoubtReason::Impossible { .. }) => answered.choice != Choice::Meant,
            Some(DoubtReason::Equal | DoubtReason::BelowEstimate | DoubtReason::Unusual { .. })
            | None => false,
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
