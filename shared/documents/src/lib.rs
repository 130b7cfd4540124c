//! Files to keep: the invoice as PDF and as UBL. Bytes out, same input same bytes. Pure.
//!
//! [`ubl`] is the e-invoice; [`pdf`] the paper, with the e-invoice and the case inside. Both are made
//! from a case and its settlement, and compute nothing: every amount is one of the settlement's.

mod document;
mod pdf;
mod plain;
mod qr;
mod sheet;
mod texts;
mod ubl;

pub use pdf::{Letterhead, PdfError, case_beside, case_json, parts, pdf, template};
pub use ubl::ubl;
