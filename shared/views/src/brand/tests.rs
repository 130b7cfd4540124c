use insta::assert_snapshot;

use super::*;

const LOGO: &str = "<svg xmlns=\"http://www.w3.org/2000/svg\"/>";

/// `brand.toml` of the repository with `from` replaced by `to`, read beside `logo`.
#[track_caller]
fn check(from: &str, to: &str, logo: &str) -> String {
    let text = include_str!("../../../../infra/config/brand.toml");
    assert!(text.contains(from), "{from}");
    match Brand::parse("brand.toml", &text.replacen(from, to, 1), |_| Some(logo.into())) {
        Ok(_) => "accepted".to_owned(),
        Err(error) => error.to_string(),
    }
}

#[test]
fn the_brand_of_the_repository_can_be_read() {
    let logo = include_bytes!("../../../../infra/config/logo.svg");
    let text = include_str!("../../../../infra/config/brand.toml");
    let brand = Brand::parse("brand.toml", text, |name| (name == "logo.svg").then(|| logo.into()));
    let brand = brand.unwrap();
    assert!(brand.logo().starts_with("data:image/svg+xml;base64,PHN2Zy"));
    assert_eq!(brand.svg().as_bytes(), logo);
    assert_snapshot!(brand.accent(), @"#0B5CAD");
}

#[test]
fn colours_that_cannot_be_read_are_refused() {
    let primary =
        |color: &str| check("primary = \"#0B5CAD\"", &format!("primary = {color:?}"), LOGO);
    assert_snapshot!(primary("#00A3E0"), @r##"brand.toml:5 primary: #00A3E0: contrast 2.87:1 with on_primary, needs 4.5:1; "#007FAE" would do"##);
    assert_snapshot!(primary("#777777"), @r##"brand.toml:5 primary: #777777: contrast 4.48:1 with on_primary, needs 4.5:1; "#757575" would do"##);
    assert_snapshot!(primary("#767676"), @"accepted");
    assert_snapshot!(primary("blue"), @r#"brand.toml:5 primary: "blue": needs # and six hex digits, as in #0B5CAD"#);
}

#[test]
fn links_are_readable_on_both_grounds_of_both_schemes() {
    assert_snapshot!(check("link = \"#8CC4F8\"", "link = \"#0B5CAD\"", LOGO), @r##"
    brand.toml:12 dark.link: #0B5CAD: contrast 2.43:1 with the ground #1A2129, needs 4.5:1; "#528CC5" would do
    brand.toml:12 dark.link: #0B5CAD: contrast 2.75:1 with the ground #10151B, needs 4.5:1; "#4482C0" would do
    "##);
}

#[test]
fn every_broken_rule_is_told_at_once() {
    assert_snapshot!(check("on_primary = \"#FFFFFF\"", "colour = 1", "<svg><script/></svg>"), @r#"
    brand.toml on_primary: is missing
    brand.toml:4 logo: "logo.svg": may not hold <script: a logo is only looked at
    brand.toml:6 colour: is not a key of this file; see docs for the ones it has
    "#);
}

#[test]
fn a_logo_can_only_be_looked_at() {
    let logo =
        |svg: &str| check("logo", "logo", svg).replace("brand.toml:4 logo: \"logo.svg\": ", "");
    assert_snapshot!(logo("<svg onload=\"x\"/>"), @"may not hold event attributes: a logo is only looked at");
    assert_snapshot!(logo("<svg><image href='https://a.example/b'/></svg>"), @"may not refer to anything outside itself");
    assert_snapshot!(logo("GIF89a"), @"needs to be SVG");
    assert_snapshot!(logo(&format!("<svg>{}</svg>", " ".repeat(4096))), @"has 4107 bytes, 4096 is the limit");
}
