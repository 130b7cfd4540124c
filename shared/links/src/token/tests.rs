use domain::hex::hex;

use super::*;
use crate::{grant::Fields, link_type::LinkType, testing::first};

#[test]
fn a_token_prints_as_stars_and_is_logged_by_its_hash() {
    let fields = Fields { subject: 1, campaign: 2, generation: 3, key_id: 4, type_byte: 0x11 };
    let token = Token::sign(&fields, &Prepared::new(b"key"));
    assert_eq!(format!("{token:?} {:?}", Some(&token)), "*** Some(***)");
    let whole = hex(&Sha256::digest(token.reveal()));
    assert_eq!(token.tokref().to_string(), first(&whole, 8));
    assert_eq!(format!("{:?}", token.tokref()), first(&whole, 8));
    assert_eq!(TokRef::of("").to_string(), "e3b0c442");
    // a hash that begins with a zero keeps it
    assert_eq!(TokRef::of("39").to_string(), "0b918943");
}

/// The last character holds nothing but the type: every generation, key id and type.
#[test]
fn every_token_ends_in_a_letter_from_r_to_z() {
    let mut endings = 0_u32;
    for type_byte in LinkType::ALL.map(LinkType::byte) {
        for generation in 0..=255 {
            for key_id in 0..=255 {
                let fields = Fields { subject: 0, campaign: 0, generation, key_id, type_byte };
                let [.., low, key, kind] = fields.to_bytes();
                let mut text = [0; 4];
                URL_SAFE_NO_PAD.encode_slice([low, key, kind], &mut text).unwrap();
                assert_eq!(text[3], b'A' + type_byte);
                assert!(text[3].is_ascii_uppercase() && text[3] >= b'R');
                endings += 1;
            }
        }
    }
    assert_eq!(endings, 589_824);
}

#[test]
fn a_token_has_exactly_one_spelling() {
    let token = "_BE_BLiOkK54AiBbCwXNXwEjRWeJq83vB-oAAQcR";
    assert!(decode(token).is_some());
    for text in [
        "",
        "/BE/BLiOkK54AiBbCwXNXwEjRWeJq83vB+oAAQcR",
        "_BE_BLiOkK54AiBbCwXNXwEjRWeJq83vB-oAAQcR=",
        "_BE_BLiOkK54AiBbCwXNXwEjRWeJq83vB-oAAQ==",
        "_BE_BLiOkK54AiBbCwXNXwEjRWeJq83vB-oAAQc=",
        "_BE_BLiOkK54AiBbCwXNXwEjRWeJq83vB-oAAQcRR",
        "_BE_BLiOkK54AiBbCwXNXwEjRWeJq83vB-oAAQcR\n",
        " _BE_BLiOkK54AiBbCwXNXwEjRWeJq83vB-oAAQc",
        "_BE_BLiOkK54AiBbCwXNXwEjRWeJq83vB-oAAQ\r\n",
        "%5FBE_BLiOkK54AiBbCwXNXwEjRWeJq83vB-oAAQ",
        "éBE_BLiOkK54AiBbCwXNXwEjRWeJq83vB-oAAQcR",
        "ééééééééééééééééééééé",
        "ééééééééééééééééééééa",
    ] {
        assert!(decode(text).is_none(), "{text:?}");
    }
}
