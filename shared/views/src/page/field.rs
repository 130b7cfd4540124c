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
/// That the form says that the invoice is made.
pub const INVOICED: &str = "invoiced";
/// Why the meter cannot be read.
pub const WHY: &str = "why";

/// The mailbox of a colleague who is to be asked.
pub const EMAIL: &str = "email";
/// That the form is about links that were sent.
pub const REVOKE: &str = "revoke";

/// That all links are to be revoked.
pub const REVOKE_ALL: &str = "xall";
/// That the form is about the account's overview.
pub const WANTED: &str = "wanted";
/// That the account's overview is to be mailed to it.
pub const OVERVIEW: &str = "overview";
/// That the form of the overview is about all of its addresses.
pub const ALL: &str = "all";

/// That a colleague is asked for the address at `place`, from 1: `c1`.
pub fn chosen(place: usize) -> String {
    format!("c{place}")
}

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
