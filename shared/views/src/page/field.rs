//! The names of the form's fields: the page writes them, the function reads them.
//!
//! A meter is named by its position in [`crate::page::Asked::meters`], from 0; a register by its
//! name on the meter.

use domain::meter::RegisterName;

/// The day of the month of the reading.
pub const DAY: &str = "day";
/// The month of the reading.
pub const MONTH: &str = "month";
/// The year of the reading.
pub const YEAR: &str = "year";
/// Why the meter cannot be read.
pub const WHY: &str = "why";

/// The mailbox of a colleague who is to be asked.
pub const EMAIL: &str = "email";
/// That the form is about links that were sent.
pub const REVOKE: &str = "revoke";

/// That the link of a delegation is to be revoked: `x1`.
pub fn revoked(delegation: u16) -> String {
    format!("x{delegation}")
}

/// The reading of a register: `r0-1`.
pub fn reading(meter: usize, register: &RegisterName) -> String {
    format!("r{meter}-{register}")
}

/// The answer to the question about a reading: `a0-1`.
pub fn answer(meter: usize, register: &RegisterName) -> String {
    format!("a{meter}-{register}")
}

/// What was typed when the question about it was asked: `q0-1`. An answer is about that text, and
/// about no other.
pub fn about(meter: usize, register: &RegisterName) -> String {
    format!("q{meter}-{register}")
}

/// The revision of a meter's request that the form was made from: `rev0`.
pub fn revision(meter: usize) -> String {
    format!("rev{meter}")
}

/// The number of the meter that the form was made for: `meter0`. Another one may hang there when it
/// is sent.
pub fn meter(meter: usize) -> String {
    format!("meter{meter}")
}

/// The number of the meter that hangs there now: `n0`.
pub fn new_meter(meter: usize) -> String {
    format!("n{meter}")
}

/// That a meter is one of those which cannot be read, asked where there are several: `m0`.
pub fn concerned(meter: usize) -> String {
    format!("m{meter}")
}
