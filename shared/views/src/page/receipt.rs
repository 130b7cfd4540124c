//! *Ontvangstbevestiging*: the page behind the link after a reading was stored.

use chrono::{DateTime, NaiveDate, Utc};
use domain::address::Address;
use domain::meter::{MeterNumber, Register};
use domain::quantity::Commodity;
use rust_decimal::Decimal;

/// *Ontvangstbevestiging*: what was stored, when, and under which number.
#[derive(Clone, Debug)]
pub struct Receipt<'a> {
    /// `2026-WVQG8-REB7W-R`.
    pub number: &'a str,
    /// The *leveringsadres*.
    pub address: &'a Address,
    /// When it was stored.
    pub received_at: DateTime<Utc>,
    /// The day the meters were read.
    pub read_on: NaiveDate,
    /// Through which kind of link it came.
    pub via: Via,
    /// The meters that were read.
    pub meters: Vec<ReceivedMeter<'a>>,
    /// The number of the receipt that it replaces.
    pub replaces: Option<&'a str>,
    /// The path of the form by which it can be changed; absent when it can no longer be.
    pub correct: Option<&'a str>,
}

/// One meter on a receipt.
#[derive(Clone, Debug)]
pub struct ReceivedMeter<'a> {
    /// As printed on it.
    pub number: &'a MeterNumber,
    /// What it measures.
    pub commodity: Commodity,
    /// What its displays showed.
    pub registers: Vec<ReceivedRegister<'a>>,
}

/// One display on a receipt.
#[derive(Clone, Debug)]
pub struct ReceivedRegister<'a> {
    /// Its digits, decimals and unit.
    pub register: &'a Register,
    /// What it showed.
    pub value: Decimal,
    /// Whether we kept all of what was typed.
    pub kept: Kept,
}

/// Whether a value was stored as it was typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kept {
    /// It was.
    Whole,
    /// Digits behind the comma were cut off.
    WithoutDecimals,
}

/// Through which kind of link a reading came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Via {
    /// The customer's own.
    Customer,
    /// A delegation; never whose.
    Colleague,
}
