//! What somebody meant with a mail address that cannot be right.

use crate::account::MailAddress;

use super::nearest::distance;

/// Domains under which most private mailboxes of the country are.
const USUAL: &[&str] = &[
    "casema.nl",
    "chello.nl",
    "gmail.com",
    "hetnet.nl",
    "home.nl",
    "hotmail.com",
    "hotmail.nl",
    "icloud.com",
    "kpnmail.nl",
    "kpnplanet.nl",
    "live.nl",
    "me.com",
    "outlook.com",
    "planet.nl",
    "quicknet.nl",
    "telfort.nl",
    "tele2.nl",
    "upcmail.nl",
    "xs4all.nl",
    "yahoo.com",
    "ziggo.nl",
];

/// The usual domain that the one of `address` is a slip away from.
pub(super) fn likely_meant(address: &str) -> Option<&'static str> {
    let (_, domain) = address.rsplit_once('@')?;
    let domain = domain.to_ascii_lowercase();
    if domain.len() < 7 || USUAL.contains(&domain.as_str()) {
        return None;
    }
    let slip = |usual: &&&str| usual.len() > 7 && distance(&domain, usual) == 1;
    USUAL.iter().find(slip).copied()
}

/// How to mend a cell that is not one mail address.
pub(super) fn advice(text: &str) -> String {
    if text.matches('@').count() > 1 {
        return "one address a cell: the second goes to email2".to_owned();
    }
    if let Some((_, inner)) = text.split_once('<')
        && inner.split_once('>').is_some_and(|(inner, _)| MailAddress::parse(inner).is_some())
    {
        return "the address alone, without the name".to_owned();
    }
    let spaceless: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    if spaceless != text && MailAddress::parse(&spaceless).is_some() {
        return "delete the spaces".to_owned();
    }
    match likely_meant(text.trim_end_matches('.')) {
        Some(meant) => format!("did you mean {meant}?"),
        None => "write one address, as in anna@example.org".to_owned(),
    }
}
