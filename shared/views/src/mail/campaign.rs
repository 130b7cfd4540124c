//! The mails of a campaign: the call and its reminders, one block per address.

use chrono::NaiveDate;
use domain::account::CustomerNumber;
use domain::address::Address;
use domain::meter::MeterNumber;
use domain::quantity::Commodity;

use super::Envelope;

/// One mail of a campaign: the addresses of an account that still miss a reading.
///
/// **Shape.** `blocks` is not empty and in the order of [`super::by_place`]; a mail of more than one
/// part holds the blocks of its part only.
#[derive(Clone, Debug)]
pub struct CampaignMail<'a> {
    /// Who gets it, and which send it is.
    pub envelope: Envelope<'a>,
    /// The call, or which reminder.
    pub occasion: Occasion,
    /// Shown to the recipients below the blocks.
    pub customer: &'a CustomerNumber,
    /// *Uiterste datum*.
    pub deadline: NaiveDate,
    /// The addresses.
    pub blocks: Vec<Block<'a>>,
    /// Which of how many mails this is.
    pub part: PartOf,
}

/// One address of a mail.
#[derive(Clone, Debug)]
pub struct Block<'a> {
    /// The *leveringsadres*.
    pub address: &'a Address,
    /// Its meters that are asked for.
    pub meters: Vec<BlockMeter<'a>>,
    /// The link of this address, at most 76 characters.
    pub url: &'a str,
    /// The day a colleague was asked for it.
    pub asked_colleague_on: Option<NaiveDate>,
}

/// One meter of a block.
#[derive(Clone, Copy, Debug)]
pub struct BlockMeter<'a> {
    /// As printed on it.
    pub number: &'a MeterNumber,
    /// What it measures.
    pub commodity: Commodity,
}

/// What a campaign mail is sent for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Occasion {
    /// *Meterstandenoproep*.
    Call,
    /// The first reminder.
    First,
    /// A reminder between the first and the last.
    Between {
        /// Days until the deadline, at least 1.
        days_left: u16,
    },
    /// The last reminder.
    Last,
}

impl Occasion {
    /// The reminder `number` of `of`, both from 1; the only reminder is the last one.
    pub fn reminder(number: u8, of: u8, days_left: u16) -> Self {
        if number >= of {
            Self::Last
        } else if number <= 1 {
            Self::First
        } else {
            Self::Between { days_left: days_left.max(1) }
        }
    }
}

/// *Deel*: which of how many mails one account gets in a wave.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PartOf {
    /// From 1.
    pub number: usize,
    /// How many there are.
    pub of: usize,
}

impl PartOf {
    /// The only mail.
    pub const WHOLE: Self = Self { number: 1, of: 1 };
}
