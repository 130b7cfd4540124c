//! The rules of a reading campaign. Pure: no async, no IO, no clock, no AWS.
//!
//! In reading order: who and where ([`account`], [`connection`], [`meter`]), what was read
//! ([`reading`]), what is typed behind a link ([`entry`], [`judge`], [`receipt`]), what never came
//! ([`history`], [`estimate`]), and below them the small vocabulary that all of it is written in
//! ([`address`], [`quantity`], [`money`], [`calendar`], [`language`], [`id`]).

pub mod account;
pub mod connection;
pub mod meter;
pub mod reading;

pub mod entry;
pub mod judge;
pub mod receipt;

pub mod estimate;
pub mod history;

pub mod address;
pub mod calendar;
pub mod id;
pub mod language;
pub mod money;
pub mod quantity;
mod text;
