use insta::assert_snapshot;

use super::*;

const TEXT: &str = include_str!("../../../../infra/config/utility.toml");

/// `utility.toml` of the repository with the value of `key` replaced by `value`.
#[track_caller]
fn check(key: &str, value: &str) -> String {
    let start = format!("\n{key} = ");
    assert!(TEXT.contains(&start), "{key}");
    let replaced: Vec<_> = TEXT
        .lines()
        .map(|line| match line.split_once(" = ") {
            Some((found, _)) if found == key => format!("{key} = {value}"),
            _ => line.to_owned(),
        })
        .collect();
    match Utility::parse("utility.toml", &replaced.join("\n")) {
        Ok(_) => "accepted".to_owned(),
        Err(error) => error.to_string(),
    }
}

#[test]
fn the_utility_of_the_repository_can_be_read() {
    let utility = Utility::parse("utility.toml", TEXT).unwrap();
    assert_eq!(utility.name, "Voorbeeld Water");
    assert_eq!(utility.languages, [Language::Nl, Language::En]);
    assert_eq!(utility.mail.max_html_kb, 80);
}

#[test]
fn a_value_that_breaks_a_rule_is_refused_with_what_would_do() {
    assert_snapshot!(check("website", "\"voorbeeldwater.nl\""), @r#"utility.toml:16 contact.website: "voorbeeldwater.nl": needs https:// and a host name"#);
    for website in
        ["http://a.nl", "https://u@a.nl", "https://a.nl/#x", "https://", "https://a b.nl"]
    {
        assert!(check("website", &format!("{website:?}")).contains("needs https://"), "{website}");
    }
    assert_snapshot!(check("iban", "\"NL91ABNA0417164301\""), @r#"utility.toml:7 iban: "NL91ABNA0417164301": is no IBAN: check its digits"#);
    assert_snapshot!(check("creditor_id", "\"NL68ZZZ123456780000\""), @r#"utility.toml:8 creditor_id: "NL68ZZZ123456780000": is no creditor identifier: check its digits"#);
    assert_snapshot!(check("kvk", "12345678"), @"utility.toml:5 kvk: 12345678: needs a text in quotes");
    assert_snapshot!(check("languages", "[\"nl\", \"de\"]"), @r#"utility.toml:10 languages: ["nl", "de"]: needs a list of languages that have texts: nl, en, fr"#);
    assert_snapshot!(check("languages", "[\"nl\", \"nl\"]"), @r#"utility.toml:10 languages: ["nl", "nl"]: names nl twice"#);
    assert_snapshot!(check("timezone", "\"UTC\""), @r#"utility.toml:11 timezone: "UTC": needs "Europe/Amsterdam", the only calendar there is"#);
    assert_snapshot!(check("max_html_kb", "100"), @"utility.toml:22 mail.max_html_kb: 100: needs a number from 20 to 80");
}

#[test]
fn a_file_that_is_no_toml_is_refused_by_line() {
    let error = Utility::parse("utility.toml", "name = \"a\"\nlegal_name = ").unwrap_err();
    assert!(error.to_string().starts_with("utility.toml:2: "), "{error}");
}
