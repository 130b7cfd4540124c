//! What a reading page shows and asks, and what a person answered so far.

use chrono::{DateTime, NaiveDate, Utc};
use rust_decimal::Decimal;

use domain::address::Address;
use domain::id::Revision;
use domain::meter::{MeterNumber, Register};
use domain::quantity::Commodity;

pub use domain::judge::{Likely, RollOver, Tendency};

/// What a link asks for: the meters of one address, and by when.
///
/// **Shape.** At least one meter, each with at least one register; the position of a meter in
/// `meters` is the number in its fields' names (see [`crate::page::field`]).
#[derive(Clone, Debug)]
pub struct Asked<'a> {
    /// The *leveringsadres*.
    pub address: &'a Address,
    /// Its meters, in the order of the form.
    pub meters: Vec<AskedMeter<'a>>,
    /// *Peildatum*.
    pub reference_date: NaiveDate,
    /// *Uiterste datum*: the last day that is in time.
    pub deadline: NaiveDate,
    /// The first day on which a reading may have been taken.
    pub readable_from: NaiveDate,
    /// Where the campaign stands for this address.
    pub stage: Stage,
    /// When it was read, as far as somebody filled it in.
    pub read_on: ReadOn<'a>,
    /// Whether an obstacle was reported and not cleared.
    pub obstacle: Reported,
    /// Where "I cannot read the meter" leads; absent where that page does not exist.
    pub cannot: Option<&'a str>,
    /// Where "ask a colleague" leads; absent for a colleague who was asked.
    pub ask: Option<&'a str>,
    /// Where all addresses are listed that a colleague was asked for, if they are several.
    pub list: Option<&'a str>,
}

/// One meter of the address.
#[derive(Clone, Debug)]
pub struct AskedMeter<'a> {
    /// As printed on it.
    pub number: &'a MeterNumber,
    /// What it measures.
    pub commodity: Commodity,
    /// The revision that the form names.
    pub revision: Revision,
    /// The day it was hung there, if that was after the previous reading.
    pub exchanged_on: Option<NaiveDate>,
    /// What we received for it in this campaign.
    pub received: Option<Received<'a>>,
    /// Its displays.
    pub registers: Vec<AskedRegister<'a>>,
}

/// One display, and the field for it.
#[derive(Clone, Debug)]
pub struct AskedRegister<'a> {
    /// Its digits, decimals and unit.
    pub register: &'a Register,
    /// What it looks like.
    pub face: Face,
    /// The reading before this campaign, of the same occupant.
    pub previous: Option<Previous>,
    /// What its field holds; empty on a page that a GET serves.
    pub typed: &'a str,
    /// What is wrong with it, or what has to be confirmed.
    pub finding: Option<Finding>,
    /// The likely mistake behind a value that has to be confirmed: what was meant is offered, unless
    /// the doubt offers it as the value without its red digits.
    pub likely: Option<Likely>,
}

/// What a register looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Face {
    /// Wheels, `red` of them behind the comma that nobody fills in.
    Wheels {
        /// How many are red.
        red: u8,
    },
    /// A display with a comma.
    Display,
}

/// *Vorige stand*: a reading before this campaign.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Previous {
    /// The day it was read, or estimated for.
    pub on: NaiveDate,
    /// **Units.** Of the register.
    pub value: Decimal,
    /// Whether somebody read it.
    pub origin: Origin,
}

/// Where a previous reading comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// Somebody, or the meter itself, read it.
    Read,
    /// We estimated it.
    Estimated,
    /// It is the first reading of a meter that was hung there.
    Installed,
}

/// What we received for a meter.
#[derive(Clone, Debug)]
pub struct Received<'a> {
    /// When it was stored.
    pub at: DateTime<Utc>,
    /// The readings, in the order of the meter's registers.
    pub values: Vec<Decimal>,
    /// The path of its receipt.
    pub receipt: Option<&'a str>,
}

/// Where the campaign stands for an address that may still answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// Until the deadline.
    InTime,
    /// After it, before the invoice is made.
    Late,
    /// The invoice is made; a reading starts a correction.
    Invoiced,
}

/// Whether somebody told us that the meter cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reported {
    /// Nobody did.
    Nothing,
    /// Somebody did, and reminders skip the address.
    Obstacle,
}

/// The optional date, as it was typed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ReadOn<'a> {
    /// Day of the month.
    pub day: &'a str,
    /// Month.
    pub month: &'a str,
    /// Year.
    pub year: &'a str,
    /// Whether it can be used.
    pub validity: Validity,
}

/// Whether what was typed can be used.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Validity {
    /// Nothing is wrong with it.
    #[default]
    Valid,
    /// It must be changed.
    Refused,
}

/// What is to be said about one typed value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Finding {
    /// It must be changed.
    Refused(Refusal),
    /// It can be confirmed.
    Doubtful(Doubt),
}

/// Why a value must be changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// Nothing was typed.
    Empty,
    /// It is not a number.
    NotDigits,
    /// `1.234` on a whole register: thousands or decimals, nobody knows.
    Ambiguous,
    /// More digits than the register has.
    TooManyDigits {
        /// How many were typed.
        entered: usize,
        /// What it would be without the red digits; offered as a choice.
        without_red: Option<Decimal>,
    },
    /// The question about it was not answered.
    NotChosen(Doubt),
    /// The number of the new meter is missing or is none.
    NewMeter(Doubt),
}

/// Why a value has to be confirmed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Doubt {
    /// Much more or much less than usual.
    Unusual {
        /// Which of the two.
        tendency: Tendency,
        /// What was used since `since`.
        used: Decimal,
        /// The day of the reading from which that is counted.
        since: NaiveDate,
        /// What was used in the year before it, where that is known.
        year_before: Option<Decimal>,
        /// What is usual since `since`: said where the year before is not known.
        usual: Option<Decimal>,
        /// The value without its red digits, if that would be usual.
        without_red: Option<Decimal>,
    },
    /// The connection cannot deliver that.
    Impossible {
        /// What it says was used.
        used: Decimal,
    },
    /// The same as the previous reading, where use is expected.
    Equal,
    /// Lower than a previous reading that we estimated.
    BelowEstimate,
    /// Lower than a previous reading that somebody read.
    Below {
        /// Whether the register may have passed its highest value.
        roll_over: RollOver,
    },
    /// Somebody else sent another value meanwhile.
    Conflict {
        /// When theirs was stored.
        at: DateTime<Utc>,
        /// Theirs.
        value: Decimal,
    },
}

/// *Keuze*: the answer to a doubt, by the value of its radio button.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Choice {
    /// The meter shows this.
    Yes,
    /// The person changes the value.
    No,
    /// The meter was replaced.
    Exchanged,
    /// The register started again at zero.
    RolledOver,
    /// The previous reading is wrong.
    PreviousWrong,
    /// Nobody knows why, but the meter shows this.
    Unknown,
    /// The red digits were entered, too.
    WithoutRed,
    /// The likely value was meant.
    Meant,
    /// Of two values, the one that came first.
    Theirs,
}

impl Choice {
    /// Every choice.
    pub const ALL: [Self; 9] = [
        Self::Yes,
        Self::No,
        Self::Exchanged,
        Self::RolledOver,
        Self::PreviousWrong,
        Self::Unknown,
        Self::WithoutRed,
        Self::Meant,
        Self::Theirs,
    ];

    /// As the form sends it.
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
            Self::Theirs => "theirs",
        }
    }

    /// Reads what a form sent.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|choice| choice.as_str() == text)
    }
}
