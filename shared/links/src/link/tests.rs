use insta::assert_snapshot;

use domain::id::{CampaignNumber, Generation, Subject};

use super::*;
use crate::{
    link_type::{Letter, StopReminders, Submit},
    testing::ring,
};

#[test]
fn a_link_is_the_host_the_path_of_its_type_and_the_token() {
    let ring = ring(&[]);
    let base = BaseUrl::parse("https://stand.voorbeeld.nl").unwrap();
    let subject = Subject::new(0x0123_4567_89ab_cdef).unwrap();
    let campaign = CampaignNumber::new(2026).unwrap();
    let of = |generation| ring.key::<Submit>().link(&base, subject, campaign, generation);
    assert_snapshot!(of(Generation::FIRST).reveal(), @"https://stand.voorbeeld.nl/m/_BE_BLiOkK54AiBbCwXNXwEjRWeJq83vB-oAAQcR");
    assert_eq!(format!("{:?}", of(Generation::FIRST)), "***");
    let letter = ring.key::<Letter>().link(&base, subject, campaign, Generation::FIRST);
    assert_snapshot!(letter.reveal(), @"https://stand.voorbeeld.nl/m/FhYxpbzoNLRwBNskIjwXJAEjRWeJq83vB-oAAQcZ");
    let stop = ring.key::<StopReminders>().link(&base, subject, campaign, Generation::FIRST);
    assert_snapshot!(stop.reveal(), @"https://stand.voorbeeld.nl/u/KxZjbErUROvn4OPobQImJQEjRWeJq83vB-oAAQcW");
}

#[test]
fn the_longest_link_is_one_line_of_a_mail() {
    let ring = ring(&[]);
    let base = BaseUrl::parse("https://meterstanden-abcdefghi.nl").unwrap();
    let (subject, campaign) = (Subject::new(1).unwrap(), CampaignNumber::new(1).unwrap());
    let link = ring.key::<Submit>().link(&base, subject, campaign, Generation::FIRST);
    assert_eq!(link.reveal().len(), Link::LONGEST);
}

#[track_caller]
fn check(text: &str) -> String {
    match BaseUrl::parse(text) {
        Ok(base) => {
            assert_eq!(base.to_string(), text);
            "ok".to_owned()
        }
        Err(refused) => refused.to_string(),
    }
}

#[test]
fn a_base_url_is_a_host_name_and_nothing_after_it() {
    assert_snapshot!(check("https://stand.voorbeeld.nl"), @"ok");
    assert_snapshot!(check("https://localhost:8443"), @"ok");
    assert_snapshot!(check("http://127.0.0.1:8080"), @"ok");
    assert_snapshot!(check("http://localhost:65535"), @"ok");
    for text in
        ["", "stand.voorbeeld.nl", "http://stand.voorbeeld.nl", "ftp://a.nl", "HTTPS://a.nl"]
    {
        assert_eq!(check(text), "the base URL must begin with https://", "{text}");
    }
    for authority in [
        "",
        "a.nl/",
        "a.nl/m",
        "a.nl?",
        "a.nl#",
        "a@b.nl",
        "A.nl",
        "a..nl",
        ".nl",
        "a.nl.",
        "-a.nl",
        "a-.nl",
        "a nl",
        "a.nl\n",
        "é.nl",
        "a_b.nl",
        "a.nl:",
        "a.nl:0",
        "a.nl:080",
        "a.nl:65536",
        "a.nl:80:80",
        "[::1]",
    ] {
        let text = format!("https://{authority}");
        let refused = "the base URL must be a host name in lower case and nothing after it";
        assert_eq!(check(&text), refused, "{text}");
    }
    assert_snapshot!(check("https://meterstanden-abcdefghij.nl"), @"the host of the base URL has 26 characters, 25 is the most");
    assert_snapshot!(check("https://meterstanden-abcde.nl:8443"), @"the host of the base URL has 26 characters, 25 is the most");
}
