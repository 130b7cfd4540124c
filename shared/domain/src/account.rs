//! *Klant*: all that one customer number covers.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::address::Address;
use crate::domain_name;
use crate::language::Language;
use crate::text::key_type;

key_type! {
    /// *Klantnummer*: names an account towards people; `[A-Za-z0-9./-]{1,20}`.
    CustomerNumber, "./-", 20
}

key_type! {
    /// *Verzameling*: connections of one account that are invoiced together; `[A-Za-z0-9./-]{1,20}`.
    Collective, "./-", 20
}

/// *Klant*: the unit of mailing, settling and paying.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Account {
    /// Its key.
    pub number: CustomerNumber,
    /// The person or company of the account.
    pub holder: Holder,
    /// Where its letters go.
    pub billing: Address,
    /// A line above the address: a department, a person.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub attention: Option<String>,
    /// The language that it is written in.
    pub language: Language,
    /// How it pays.
    pub payment: Payment,
    /// Whether all of its connections share invoices.
    pub invoicing: Invoicing,
    /// The reference that the customer wants on invoices.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub buyer_reference: Option<String>,
    /// The day its twelve terms start; absent: after the next annual invoice.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub terms_from: Option<chrono::NaiveDate>,
}

/// *Contractant*: who the contract is with.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
pub enum Holder {
    /// *Particulier*.
    Person {
        /// As it stands in the contract.
        name: String,
    },
    /// *Zakelijk*.
    Company {
        /// As it stands in the contract.
        name: String,
        /// *KvK-nummer*, 8 digits.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        coc_number: Option<String>,
        /// *OIN* of a public body, 20 digits.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        oin: Option<String>,
        /// *Btw-nummer*.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        vat_number: Option<String>,
    },
}

impl Holder {
    /// The name, for an envelope and an invoice; never for a page or a mail that is forwarded.
    pub fn name(&self) -> &str {
        match self {
            Self::Person { name } | Self::Company { name, .. } => name,
        }
    }
}

impl fmt::Debug for Holder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Person { .. } => "Person(***)",
            Self::Company { .. } => "Company(***)",
        })
    }
}

/// *Betaalwijze*.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "by", rename_all = "kebab-case")]
pub enum Payment {
    /// *Overboeking*; the account to refund to, when it is known.
    Transfer {
        /// Where a refund goes.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        iban: Option<Iban>,
        /// In whose name that account stands.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        account_holder: Option<String>,
    },
    /// *Automatische incasso*.
    DirectDebit {
        /// The account that is debited.
        iban: Iban,
        /// In whose name it stands.
        account_holder: String,
        /// *Machtigingskenmerk*, at most 35 characters.
        mandate_id: String,
        /// The day on which the mandate was given.
        mandate_date: chrono::NaiveDate,
    },
}

impl fmt::Debug for Payment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Transfer { .. } => "Transfer(***)",
            Self::DirectDebit { .. } => "DirectDebit(***)",
        })
    }
}

/// How many invoices an account gets.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Invoicing {
    /// One for each connection.
    PerConnection,
    /// *Verzamelfactuur*: one for all, or one for each [`Collective`].
    Collective,
}

/// *Ontvanger*: one mail address of an account; an account has none to three.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recipient {
    /// Where the mail goes.
    pub address: MailAddress,
    /// The language that is written in.
    pub language: Language,
    /// Whether it can be mailed.
    pub state: RecipientState,
}

/// What is known of a mail address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum RecipientState {
    /// It can be mailed.
    Ok,
    /// It refused for good.
    Bounced,
    /// It called our mail unwanted.
    Complained,
    /// It is on the sending account's suppression list.
    Suppressed,
}

/// *E-mailadres*: one mailbox, its domain in lower case.
///
/// `Debug` is blind: an address must not reach a log.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct MailAddress(String);

impl MailAddress {
    /// Reads one address: one `@`, at most 254 bytes, at most 64 before the `@`, a domain of two
    /// labels or more, kept in ASCII, and nothing that could begin a second address or a header.
    pub fn parse(text: &str) -> Option<Self> {
        let (local, domain) = text.trim().split_once('@')?;
        let domain = domain_name::to_ascii(domain)?;
        let local_ok = (1..=64).contains(&local.len())
            && local.bytes().all(|b| b.is_ascii_graphic() && !b"\"(),:;<>@[\\]".contains(&b))
            && !local.starts_with('.')
            && !local.ends_with('.')
            && !local.contains("..");
        let address = format!("{local}@{domain}");
        (address.len() <= 254 && local_ok).then_some(Self(address))
    }

    /// The address, for the mail's header and nothing else.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for MailAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MailAddress(***)")
    }
}

/// *Rekeningnummer*: ISO 13616, its check digits verified, without spaces.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Iban(String);

impl Iban {
    /// Reads an IBAN in any grouping: the length of its country, and a remainder of 1 modulo 97.
    ///
    /// **Source.** ISO 13616; lengths of the SEPA countries in the SWIFT IBAN registry.
    pub fn parse(text: &str) -> Option<Self> {
        let compact: String =
            text.chars().filter(|c| !c.is_whitespace()).collect::<String>().to_ascii_uppercase();
        let (country, _) = compact.split_at_checked(2)?;
        let known =
            LENGTHS.iter().any(|(name, length)| *name == country && *length == compact.len());
        (known && iban_remainder(&compact)? == 1).then_some(Self(compact))
    }

    /// How many characters an IBAN of the country that `text` begins with has.
    pub fn length_of(text: &str) -> Option<usize> {
        let country: String = text.trim().chars().take(2).collect();
        let country = country.to_ascii_uppercase();
        LENGTHS.iter().find(|(name, _)| *name == country).map(|(_, length)| *length)
    }

    /// The check digits that the rest of `text` asks for, whatever its own are.
    ///
    /// **Source.** ISO 13616: 98 less the remainder of the number with `00` for check digits.
    pub fn check_digits(text: &str) -> Option<String> {
        let compact: String =
            text.chars().filter(|c| !c.is_whitespace()).collect::<String>().to_ascii_uppercase();
        let (country, rest) = compact.split_at_checked(2)?;
        let (_, number) = rest.split_at_checked(2)?;
        let remainder = iban_remainder(&format!("{country}00{number}"))?;
        Some(format!("{:02}", 98_u32.checked_sub(remainder)?))
    }

    /// Without spaces, in capitals.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Iban {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Iban(***)")
    }
}

/// The IBAN, its first four characters moved behind the rest and letters read as 10 to 35, modulo
/// 97; `None` where it holds anything but digits and capitals.
fn iban_remainder(compact: &str) -> Option<u32> {
    let (head, tail) = compact.split_at_checked(4)?;
    tail.chars().chain(head.chars()).try_fold(0, |rest: u32, c| {
        let value = c.to_digit(36)?;
        let shift = if value < 10 { 10 } else { 100 };
        Some((rest * shift + value).rem_euclid(97))
    })
}

const LENGTHS: &[(&str, usize)] = &[
    ("AD", 24),
    ("AT", 20),
    ("BE", 16),
    ("BG", 22),
    ("CH", 21),
    ("CY", 28),
    ("CZ", 24),
    ("DE", 22),
    ("DK", 18),
    ("EE", 20),
    ("ES", 24),
    ("FI", 18),
    ("FR", 27),
    ("GB", 22),
    ("GI", 23),
    ("GR", 27),
    ("HR", 21),
    ("HU", 28),
    ("IE", 22),
    ("IS", 26),
    ("IT", 27),
    ("LI", 21),
    ("LT", 20),
    ("LU", 20),
    ("LV", 21),
    ("MC", 27),
    ("MT", 31),
    ("NL", 18),
    ("NO", 15),
    ("PL", 28),
    ("PT", 25),
    ("RO", 24),
    ("SE", 24),
    ("SI", 19),
    ("SK", 24),
    ("SM", 27),
    ("VA", 22),
];

#[cfg(test)]
mod tests;
