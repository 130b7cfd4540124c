//! How a year is invoiced: what the utility decided ([`config`]), which connections share a document
//! ([`document`]), the case of one from all that is known of it ([`making`]), which settlements a
//! person must see first ([`held`]), and how far one is ([`progress`]). The readings of a year are those of [`mod@year`].

pub mod config;
pub mod document;
pub mod held;
pub mod making;
pub mod progress;
pub mod year;
