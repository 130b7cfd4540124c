//! The customers of the fictional utility: invented people on invented streets.
//!
//! 25 accounts with 96 addresses: a collective of 41, two businesses, landlords, a new occupant, an
//! exchanged meter, a register about to roll over, heat, a customer who reads English, one without
//! mail, and meters that are read remotely or by staff. Mail addresses are of `example.org` and
//! `example.com`, account numbers of a bank called TEST.

use bytes::Bytes;

use crate::delivery::Set;

/// The set, as it is put in `incoming/`.
pub const FILES: [(&str, &[u8]); 5] = [
    ("advances.csv", include_bytes!("../../demo/advances.csv")),
    ("connections.csv", include_bytes!("../../demo/connections.csv")),
    ("customers.csv", include_bytes!("../../demo/customers.csv")),
    ("meters.csv", include_bytes!("../../demo/meters.csv")),
    ("readings.csv", include_bytes!("../../demo/readings.csv")),
];

/// The set, as it is delivered.
pub fn set() -> Set {
    FILES.iter().map(|(name, bytes)| ((*name).to_owned(), Bytes::from_static(bytes))).collect()
}

#[cfg(test)]
mod tests;
