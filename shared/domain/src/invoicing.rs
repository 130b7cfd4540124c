//! How a year is invoiced: what the utility decided ([`config`]), the case of an account from all
//! that is known of it ([`making`]), and which settlements a person must see first ([`held`]).

pub mod config;
pub mod held;
pub mod making;
