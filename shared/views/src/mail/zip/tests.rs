use std::io::Read as _;

use flate2::read::DeflateDecoder;
use proptest::prelude::*;

use super::*;

/// The number of so many bytes at `at`, the lowest first.
fn number(zip: &[u8], at: usize, bytes: usize) -> usize {
    zip[at..at + bytes].iter().rev().fold(0, |number, byte| number * 256 + usize::from(*byte))
}

/// Name and content of the one file of a zip, found as a reader finds it: from the end.
fn unpacked(zip: &[u8]) -> (String, Vec<u8>) {
    let end = zip.len() - 22;
    assert_eq!(&zip[end..end + 4], b"PK\x05\x06");
    assert_eq!((number(zip, end + 8, 2), number(zip, end + 10, 2)), (1, 1));
    let directory = number(zip, end + 16, 4);
    assert_eq!(directory + number(zip, end + 12, 4), end);
    assert_eq!(&zip[directory..directory + 4], b"PK\x01\x02");
    let file = number(zip, directory + 42, 4);
    assert_eq!(&zip[file..file + 4], b"PK\x03\x04");
    assert_eq!(zip[file + 4..file + 30], zip[directory + 6..directory + 32], "both heads agree");
    let named = number(zip, file + 26, 2);
    let name = String::from_utf8(zip[file + 30..file + 30 + named].to_vec()).unwrap();
    assert_eq!(&zip[directory + 46..end], name.as_bytes());
    let packed = &zip[file + 30 + named..][..number(zip, file + 18, 4)];
    assert_eq!(file + 30 + named + packed.len(), directory);
    let mut bytes = Vec::new();
    DeflateDecoder::new(packed).read_to_end(&mut bytes).unwrap();
    assert_eq!(bytes.len(), number(zip, file + 22, 4));
    let mut crc = Crc::new();
    crc.update(&bytes);
    assert_eq!(usize::try_from(crc.sum()).unwrap(), number(zip, file + 14, 4));
    (name, bytes)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]
    #[test]
    fn what_is_packed_is_unpacked(
        name in "[a-z0-9.]{1,30}",
        bytes in prop::collection::vec(any::<u8>(), 0..4000),
    ) {
        prop_assert_eq!(unpacked(&one(&name, &bytes).unwrap()), (name, bytes));
    }
}

#[test]
fn an_e_invoice_becomes_a_tenth_and_always_the_same() {
    let xml = "<cac:InvoiceLine><cbc:ID>1</cbc:ID></cac:InvoiceLine>\n".repeat(2000);
    let zip = one("a.xml", xml.as_bytes()).unwrap();
    assert!(zip.len() * 10 < xml.len(), "{} bytes", zip.len());
    assert_eq!(one("a.xml", xml.as_bytes()).unwrap(), zip);
}
