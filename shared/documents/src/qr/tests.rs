use super::*;

fn payment(amount: i64) -> Option<Picture> {
    epc(Payment {
        name: "Waterbedrijf Voorbeeld N.V.",
        iban: "NL20INGB0001234567",
        amount: Money::from_cents(amount),
        reference: "202701000004285",
    })
}

#[test]
fn the_picture_is_the_code_with_its_white_border() {
    let picture = payment(14_231).unwrap();
    let text = "BCD\n002\n1\nSCT\n\nWaterbedrijf Voorbeeld N.V.\nNL20INGB0001234567\nEUR142.31\n\n\n202701000004285";
    let code = QrCode::encode_text(text, QrCodeEcc::Medium).unwrap();
    let side = usize::try_from(picture.side).unwrap();
    assert_eq!(picture.side, 4 * (code.size() + 8));
    assert_eq!(picture.grey.len(), side * side);
    for (y, row) in (0_i32..).zip(picture.grey.chunks(side)) {
        for (x, grey) in (0_i32..).zip(row) {
            let black = code.get_module(x.div_euclid(4) - 4, y.div_euclid(4) - 4);
            assert_eq!(*grey, if black { 0 } else { 255 }, "{x} {y}");
        }
    }
}

#[test]
fn there_is_a_code_only_for_what_can_be_transferred() {
    assert!(payment(1).is_some());
    assert!(payment(99_999_999_999).is_some());
    assert!(payment(0).is_none());
    assert!(payment(-1).is_none());
    assert!(payment(100_000_000_000).is_none());
}
