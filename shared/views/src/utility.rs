//! *Nutsbedrijf*: who the utility is, `utility.toml`.

use toml::de::DeValue;

use domain::account::{Iban, MailAddress};
use domain::language::Language;

use crate::config::{ConfigError, File};
use crate::texts;

/// *Nutsbedrijf*: the company that sends the mails and the invoices.
#[derive(Clone, Debug)]
pub struct Utility {
    /// As customers know it.
    pub name: String,
    /// As it is registered.
    pub legal_name: String,
    /// Number in the trade register, 8 digits.
    pub kvk: String,
    /// `NL001234567B01`.
    pub vat_number: String,
    /// Where customers pay to.
    pub iban: Iban,
    /// *Incassant-ID*: identifies it in direct debits.
    pub creditor_id: String,
    /// The languages it writes in; the first is that of a page nobody asked a language for.
    pub languages: Vec<Language>,
    /// How to reach it.
    pub contact: Contact,
    /// The sender of its mails.
    pub mail: MailSettings,
    /// What its reading pages show.
    pub page: PageSettings,
    /// How long it keeps what.
    pub privacy: Privacy,
}

/// How to reach the utility; stands below every page and mail.
#[derive(Clone, Debug)]
pub struct Contact {
    /// Mail address.
    pub email: MailAddress,
    /// As people dial it.
    pub phone: String,
    /// Starts with `https://`.
    pub website: String,
    /// When the phone is answered, in the words of the utility.
    pub hours: String,
}

/// The sender of mails, and how large they may be.
#[derive(Clone, Debug)]
pub struct MailSettings {
    /// The one sender.
    pub from: MailAddress,
    /// A mailbox that is read.
    pub reply_to: MailAddress,
    /// The largest encoded HTML part, in units of 1,000 bytes; larger mails become several.
    pub max_html_kb: u16,
}

/// What reading pages show.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PageSettings {
    /// Earlier readings, and what was received.
    pub previous_reading: Showing,
}

/// Whether something is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Showing {
    /// It is.
    Shown,
    /// It is not.
    Hidden,
}

/// How long personal data are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Privacy {
    /// Months after a campaign in which the address of a colleague is kept.
    pub mail_address_months: u16,
    /// Years after its end in which an account is kept.
    pub account_years: u16,
}

impl Utility {
    /// Reads `utility.toml`.
    ///
    /// **Errors.** Every unknown or missing key and every value that breaks a rule, at once.
    pub fn parse(name: &str, text: &str) -> Result<Self, ConfigError> {
        let file = File::read(name, text)?;
        file.text("timezone", |zone| match zone {
            "Europe/Amsterdam" => Ok(()),
            _ => Err("needs \"Europe/Amsterdam\", the only calendar there is".to_owned()),
        });
        let name = file.text("name", |text| of_length(text, 2, 60));
        let legal_name = file.text("legal_name", |text| of_length(text, 2, 100));
        let kvk = file.text("kvk", |text| matching(text, "99999999", "8 digits"));
        let vat_number = file
            .text("vat_number", |text| matching(text, "NL999999999B99", "the form NL001234567B01"));
        let iban = file.text("iban", |text| {
            Iban::parse(text).ok_or_else(|| "is no IBAN: check its digits".to_owned())
        });
        let creditor_id = file.text("creditor_id", creditor_id);
        let languages = file.value("languages", languages);
        let contact = contact(&file);
        let mail = mail(&file);
        let page = file.value("page.show_previous_reading", |value| match value.as_bool() {
            Some(true) => Ok(PageSettings { previous_reading: Showing::Shown }),
            Some(false) => Ok(PageSettings { previous_reading: Showing::Hidden }),
            None => Err("needs true or false".to_owned()),
        });
        let months = file.value("privacy.mail_address_months", |value| number(value, 1, 24));
        let years = file.value("privacy.account_years", |value| number(value, 7, 20));
        let built = || {
            Some(Self {
                name: name?,
                legal_name: legal_name?,
                kvk: kvk?,
                vat_number: vat_number?,
                iban: iban?,
                creditor_id: creditor_id?,
                languages: languages?,
                contact: contact?,
                mail: mail?,
                page: page?,
                privacy: Privacy { mail_address_months: months?, account_years: years? },
            })
        };
        file.finish(built())
    }
}

fn contact(file: &File<'_>) -> Option<Contact> {
    let email = file.text("contact.email", mail_address);
    let phone = file.text("contact.phone", |text| {
        let digits = text.bytes().filter(u8::is_ascii_digit).count();
        let rest = text.bytes().all(|b| b.is_ascii_digit() || b" +-()".contains(&b));
        if rest && (8..=15).contains(&digits) {
            Ok(text.to_owned())
        } else {
            Err("needs 8 to 15 digits, as in 0800 1234567".to_owned())
        }
    });
    let website = file.text("contact.website", website);
    let hours = file.text("contact.hours", |text| of_length(text, 2, 60));
    Some(Contact { email: email?, phone: phone?, website: website?, hours: hours? })
}

fn mail(file: &File<'_>) -> Option<MailSettings> {
    let from = file.text("mail.from", mail_address);
    let reply_to = file.text("mail.reply_to", mail_address);
    // Gmail cuts a mail off near 102 kB and drops its styles then.
    let max_html_kb = file.value("mail.max_html_kb", |value| number(value, 20, 80));
    Some(MailSettings { from: from?, reply_to: reply_to?, max_html_kb: max_html_kb? })
}

fn mail_address(text: &str) -> Result<MailAddress, String> {
    MailAddress::parse(text).ok_or_else(|| "is no mail address".to_owned())
}

fn of_length(text: &str, least: usize, most: usize) -> Result<String, String> {
    let fits =
        (least..=most).contains(&text.chars().count()) && !text.chars().any(char::is_control);
    fits.then(|| text.to_owned()).ok_or_else(|| format!("needs {least} to {most} characters"))
}

/// `text` if it has the shape of `pattern`, in which `9` stands for any digit.
fn matching(text: &str, pattern: &str, shape: &str) -> Result<String, String> {
    let same = text.len() == pattern.len()
        && text.bytes().zip(pattern.bytes()).all(|(b, wanted)| match wanted {
            b'9' => b.is_ascii_digit(),
            _ => b == wanted,
        });
    same.then(|| text.to_owned()).ok_or_else(|| format!("needs {shape}"))
}

/// **Source.** EPC262-08: mod 97 over the part behind the three characters of business code.
fn creditor_id(text: &str) -> Result<String, String> {
    let wrong = || "is no creditor identifier: check its digits".to_owned();
    let valid_shape =
        (8..=35).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_alphanumeric());
    if !valid_shape {
        return Err(wrong());
    }
    let (head, tail) = (text.get(..4).unwrap_or_default(), text.get(7..).unwrap_or_default());
    let rest =
        tail.chars().chain(head.chars()).filter_map(|c| c.to_digit(36)).fold(0, |rest, d| {
            let shift = if d < 10 { 10 } else { 100 };
            (rest * shift + d) % 97
        });
    if rest == 1 { Ok(text.to_owned()) } else { Err(wrong()) }
}

fn languages(value: &DeValue<'_>) -> Result<Vec<Language>, String> {
    let rule = || {
        let known: Vec<_> = texts::languages().map(Language::as_str).collect();
        format!("needs a list of languages that have texts: {}", known.join(", "))
    };
    let list = value.as_array().filter(|list| !list.is_empty()).ok_or_else(rule)?;
    let mut languages = Vec::with_capacity(list.len());
    for entry in list {
        let tag = entry.get_ref().as_str().ok_or_else(rule)?;
        let known = texts::languages().find(|known| known.as_str() == tag);
        let language = known.ok_or_else(rule)?;
        if languages.contains(&language) {
            return Err(format!("names {tag} twice"));
        }
        languages.push(language);
    }
    Ok(languages)
}

fn number(value: &DeValue<'_>, least: u16, most: u16) -> Result<u16, String> {
    value
        .as_integer()
        .and_then(|integer| integer.as_str().replace('_', "").parse().ok())
        .filter(|number| (least..=most).contains(number))
        .ok_or_else(|| format!("needs a number from {least} to {most}"))
}

fn website(text: &str) -> Result<String, String> {
    let host = text.strip_prefix("https://").map(|rest| rest.split('/').next().unwrap_or(""));
    let valid = host.is_some_and(|host| {
        host.contains('.')
            && !host.starts_with('.')
            && !host.ends_with('.')
            && host.bytes().all(|b| b.is_ascii_alphanumeric() || b".-".contains(&b))
    }) && text.bytes().all(|b| b.is_ascii_graphic() && !b"#@<>\"".contains(&b));
    if valid { Ok(text.to_owned()) } else { Err("needs https:// and a host name".to_owned()) }
}

#[cfg(test)]
mod tests;
