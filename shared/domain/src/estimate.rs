//! *Schatting*: the reading that never came.
//!
//! In reading order: what a register showed ([`shown`]), how use falls on the year ([`profile`]),
//! what similar customers use ([`norm`], [`levels`], [`cohort`]), the [`engine`] that weighs all
//! of it with the constants of [`parameters`], and what it says ([`answer`], [`record`],
//! [`explain`], [`sentence`]). What was typed is checked against [`expected`]; what came on another day or after
//! years is the matter of [`mod@reference`] and [`in_a_row`], days that an operator marked that of
//! [`marked`]; how near all of it was says
//! [`accuracy`], a year later.

pub mod accuracy;
pub mod answer;
mod broken;
mod centre;
mod circumstances;
pub mod cohort;
pub mod constants;
pub mod engine;
pub mod expected;
pub mod explain;
pub mod histogram;
pub mod in_a_row;
pub mod intervals;
mod joining;
pub mod levels;
pub mod lines;
pub mod marked;
pub mod norm;
pub mod parameters;
pub mod profile;
pub mod record;
pub mod reference;
pub mod sentence;
pub mod shown;
pub mod standards;
mod stats;
mod together;

pub use circumstances::{
    AtReference, Circumstances, NotEstimated, TrueUp, at_reference, compare_register,
    estimate_register, true_up_register,
};
pub use record::{Estimate, Inputs, estimate};

#[cfg(test)]
mod voorbeeldwater;
