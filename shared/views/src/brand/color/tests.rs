use super::*;

#[track_caller]
fn contrast(a: &str, b: &str) -> u32 {
    Color::parse(a).unwrap().contrast(Color::parse(b).unwrap())
}

#[test]
fn contrast_is_that_of_the_web_guidelines() {
    assert_eq!(contrast("#000000", "#FFFFFF"), 21_000);
    assert_eq!(contrast("#FFFFFF", "#FFFFFF"), 1000);
    assert_eq!(contrast("#00A3E0", "#FFFFFF"), 2870);
    assert_eq!(contrast("#777777", "#FFFFFF"), 4478);
    assert_eq!(contrast("#FFFFFF", "#767676"), 4542);
}

#[test]
fn light_follows_the_formula() {
    #![expect(clippy::disallowed_types, reason = "the oracle")]
    #![expect(clippy::as_conversions, clippy::cast_precision_loss, reason = "the oracle")]
    for channel in 0..=255_u8 {
        let c = f64::from(channel) / 255.0;
        let light = if c <= 0.04045 { c / 12.92 } else { ((c + 0.055) / 1.055).powf(2.4) };
        let ours = linear(channel) as f64 / ONE as f64;
        assert!((light - ours).abs() < 0.000_002, "{channel}: {light} {ours}");
    }
}

#[test]
fn a_colour_that_would_do_is_the_nearest_of_its_hue() {
    let would_do = |color: &str, on: &str| {
        Color::parse(color).unwrap().readable_on(Color::parse(on).unwrap(), 4500).unwrap()
    };
    assert_eq!(would_do("#00A3E0", "#FFFFFF").to_string(), "#007FAE");
    assert_eq!(would_do("#0B5CAD", "#FFFFFF").to_string(), "#0B5CAD");
    assert!(would_do("#0B5CAD", "#1A2027").contrast(Color::parse("#1A2027").unwrap()) >= 4500);
}

#[test]
fn a_colour_is_a_hash_and_six_digits() {
    for wrong in ["0B5CAD", "#0B5", "#0B5CAG", "#0B5CAD0", "", "#é12345", "#+12345"] {
        assert_eq!(Color::parse(wrong), None, "{wrong}");
    }
}
