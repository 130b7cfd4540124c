use insta::assert_snapshot;

use super::*;

/// What is read from `text`, written again; `-` for what is no document.
fn check(text: &str) -> String {
    Document::parse(text).map_or_else(|| "-".into(), |document| document.to_string())
}

#[test]
fn a_document_is_read_as_it_is_written() {
    assert_snapshot!(check("all"), @"all");
    assert_snapshot!(check("conn-871690930000000017"), @"conn-871690930000000017");
    assert_snapshot!(check("coll-V1"), @"coll-V1");
    assert_snapshot!(check("conn-"), @"-");
    assert_snapshot!(check("coll-a#b"), @"-");
    assert_snapshot!(check("connection"), @"-");
}
