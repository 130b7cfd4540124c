use super::*;

#[test]
fn an_ean_needs_its_check_digit() {
    assert!(Ean::parse("871687000012345679").is_some());
    assert!(Ean::parse("871687000000000016").is_some());
    assert!(Ean::parse("871687000012345678").is_none());
    assert!(Ean::parse("87168700001234567").is_none());
    assert!(Ean::parse("8716870000123456７9").is_none());
    assert_eq!(Ean::check_digit("871687000012345678"), Some('9'));
}
