use super::*;

fn payment(amount: i64) -> Option<String> {
    epc(Payment {
        name: "Waterbedrijf Voorbeeld N.V.",
        iban: "NL20INGB0001234567",
        amount: Money::from_cents(amount),
        reference: "202701000004285",
    })
}

/// The modules of a drawn code, read back from its path: `#` is black.
fn modules(svg: &str) -> Vec<String> {
    let side: usize =
        svg.split("viewBox=\"0 0 ").nth(1).unwrap().split(' ').next().unwrap().parse().unwrap();
    let mut rows = vec![vec![b'.'; side]; side];
    let path = svg.split("d=\"").nth(1).unwrap().split('"').next().unwrap();
    for part in path.split('M').skip(1) {
        let (at, run) = part.split_once('h').unwrap();
        let (x, y) = at.split_once(' ').unwrap();
        let length: usize = run.parse().unwrap();
        let y = y.strip_suffix(".5").unwrap();
        let (x, y): (usize, usize) = (x.parse().unwrap(), y.parse().unwrap());
        rows[y][x..x + length].fill(b'#');
    }
    rows.into_iter().map(|row| String::from_utf8(row).unwrap()).collect()
}

#[test]
fn the_drawing_is_the_code_with_its_white_border() {
    let svg = payment(14_231).unwrap();
    let text = "BCD\n002\n1\nSCT\n\nWaterbedrijf Voorbeeld N.V.\nNL20INGB0001234567\nEUR142.31\n\n\n202701000004285";
    let code = QrCode::encode_text(text, QrCodeEcc::Medium).unwrap();
    let drawn = modules(&svg);
    assert_eq!(drawn.len(), usize::try_from(code.size()).unwrap() + 8);
    for (y, row) in (0_i32..).zip(&drawn) {
        for (x, module) in (0_i32..).zip(row.bytes()) {
            assert_eq!(module == b'#', code.get_module(x - 4, y - 4), "{x} {y}");
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
