//! What came with a POST, its fields sorted by what they are about.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::entry::condense;
use crate::id::Revision;
use crate::meter::RegisterName;

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
    /// *Ik bedoelde een andere stand*: the likely one, which is stored instead.
    Meant,
}

impl Choice {
    /// Every choice.
    pub const ALL: [Self; 8] = [
        Self::Yes,
        Self::No,
        Self::Exchanged,
        Self::RolledOver,
        Self::PreviousWrong,
        Self::Unknown,
        Self::WithoutRed,
        Self::Meant,
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
            Self::Meant => "meant",
        }
    }

    /// Reads what [`Choice::as_str`] writes.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|choice| choice.as_str() == text)
    }
}

impl FormMeter {
    /// Whether something was typed for one of its registers.
    pub(super) fn is_filled(&self) -> bool {
        self.registers.values().any(|typed| !condense(&typed.text).is_empty())
    }
}
