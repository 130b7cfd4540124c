//! Rows of `customers.csv`.

use chrono::NaiveDate;

use crate::account::{Account, CustomerNumber, Holder, Iban, Invoicing, MailAddress, Payment};
use crate::account::{Recipient, RecipientState};
use crate::language::Language;

use super::address_cells::{self, AddressColumns};
use super::code::Code;
use super::company;
use super::mail;
use super::row::{Answer, Row};

/// A customer, as its row says.
#[derive(Debug)]
pub(super) struct CustomerRow {
    pub(super) account: Account,
    pub(super) recipients: Vec<Recipient>,
}

/// How keys of customers and connections are described.
pub(super) const KEY_FORM: &str = "A-Z, a-z, 0-9, dot, slash and hyphen, at most 20";

const BILLING: AddressColumns = AddressColumns {
    street: "billing_street",
    house_number: "billing_house_number",
    house_letter: "billing_house_letter",
    addition: "billing_addition",
    postcode: "billing_postcode",
    city: "billing_city",
    country: Some("billing_country"),
    longest_addition: 12,
};

const LANGUAGES: &[(&str, Language)] = &[
    ("nl", Language::Nl),
    ("en", Language::En),
    ("de", Language::De),
    ("it", Language::It),
    ("fr", Language::Fr),
    ("nederlands", Language::Nl),
    ("dutch", Language::Nl),
    ("engels", Language::En),
    ("english", Language::En),
    ("duits", Language::De),
    ("german", Language::De),
    ("italiaans", Language::It),
    ("italian", Language::It),
    ("frans", Language::Fr),
    ("french", Language::Fr),
];

#[derive(Clone, Copy)]
enum Kind {
    Consumer,
    Business,
}

#[derive(Clone, Copy)]
enum Way {
    Transfer,
    DirectDebit,
}

/// Reads one row; `language` is that of customers without one of their own.
pub(super) fn read(
    row: &mut Row<'_>,
    as_of: NaiveDate,
    language: Language,
) -> (Option<CustomerNumber>, Option<CustomerRow>) {
    let number = row.key("customer_number", CustomerNumber::parse, KEY_FORM);
    let language =
        if row.is_empty("language") { Some(language) } else { row.word("language", LANGUAGES) };
    let name = row.text("name", 140);
    let billing = address_cells::read(row, &BILLING);
    let country = billing.as_ref().map(|address| address.country.as_str());
    let holder = holder(row, name.as_deref(), country);
    let payment = payment(row, name.as_deref(), as_of);
    let invoicing = match row.answer("collective") {
        Some(Answer::Yes) => Invoicing::Collective,
        Some(Answer::No) | None => Invoicing::PerConnection,
    };
    let addresses = addresses(row);
    let attention = row.text("attention", 70);
    let buyer_reference = row.text("buyer_reference", 100);
    let terms_from = row.day("terms_from");
    let record = || {
        let language = language?;
        let recipient = |address| Recipient { address, language, state: RecipientState::Ok };
        let account = Account {
            number: number.clone()?,
            holder: holder?,
            billing: billing?,
            attention,
            language,
            payment: payment?,
            invoicing,
            buyer_reference,
            terms_from,
        };
        Some(CustomerRow { account, recipients: addresses.into_iter().map(recipient).collect() })
    };
    let record = record();
    (number, record)
}

fn holder(row: &mut Row<'_>, name: Option<&str>, country: Option<&str>) -> Option<Holder> {
    let kind = row.word(
        "kind",
        &[
            ("consumer", Kind::Consumer),
            ("business", Kind::Business),
            ("particulier", Kind::Consumer),
            ("zakelijk", Kind::Business),
        ],
    );
    let coc_number = row.parsed("coc_number", Code::CompanyNumber, company::coc_number, |_| {
        ("not 8 digits".to_owned(), "with its leading zeros, as in 00123456".to_owned())
    });
    let oin = row.parsed("oin", Code::CompanyNumber, company::oin, |_| {
        ("not 20 digits".to_owned(), "with its leading zeros".to_owned())
    });
    let vat_number = row.parsed("vat_number", Code::CompanyNumber, company::vat_number, |_| {
        let fix = "NL, 9 digits, B and 2 digits, or the form of another country";
        ("not a VAT number".to_owned(), fix.to_owned())
    });
    match kind? {
        Kind::Consumer => {
            for column in ["coc_number", "oin", "vat_number"] {
                if !row.is_empty(column) {
                    row.tell(column, Code::Ignored, "a consumer has none", "is kind right?");
                }
            }
            Some(Holder::Person { name: name?.to_owned() })
        }
        Kind::Business => {
            if country == Some("NL") && row.is_empty("coc_number") && row.is_empty("oin") {
                let reason = "a Dutch business has a CoC number or an OIN";
                row.tell("coc_number", Code::Required, reason, "fill coc_number or oin");
            }
            Some(Holder::Company { name: name?.to_owned(), coc_number, oin, vat_number })
        }
    }
}

fn payment(row: &mut Row<'_>, name: Option<&str>, as_of: NaiveDate) -> Option<Payment> {
    let way = row.word(
        "payment",
        &[
            ("transfer", Way::Transfer),
            ("direct_debit", Way::DirectDebit),
            ("overboeking", Way::Transfer),
            ("incasso", Way::DirectDebit),
            ("debit", Way::DirectDebit),
            ("direct debit", Way::DirectDebit),
        ],
    );
    let iban = row.parsed("iban", Code::Iban, Iban::parse, iban_advice);
    let account_holder = row.text("account_holder", 140);
    let mandate_id = row.text("mandate_id", 35);
    let mandate_date = row.past_day("mandate_date", as_of);
    match way? {
        Way::Transfer => Some(Payment::Transfer { iban, account_holder }),
        Way::DirectDebit => {
            for column in ["iban", "mandate_id", "mandate_date"] {
                if row.is_empty(column) {
                    let reason = "direct debit needs it";
                    row.tell(column, Code::Required, reason, "fill it, or payment transfer");
                }
            }
            Some(Payment::DirectDebit {
                iban: iban?,
                account_holder: account_holder.or(name.map(str::to_owned))?,
                mandate_id: mandate_id?,
                mandate_date: mandate_date?,
            })
        }
    }
}

fn iban_advice(text: &str) -> (String, String) {
    match (Iban::length_of(text), Iban::check_digits(text)) {
        (None, _) => ("not the beginning of an IBAN".to_owned(), "two letters of a country".into()),
        (Some(length), _) if length != text.chars().filter(|c| !c.is_whitespace()).count() => {
            (format!("an IBAN of its country has {length} characters"), String::new())
        }
        (Some(_), None) => ("characters that no IBAN has".to_owned(), String::new()),
        (Some(_), Some(digits)) => (
            "the check digits do not hold".to_owned(),
            format!("check digits {digits}, if the rest is right"),
        ),
    }
}

/// The mail addresses of a row, each once.
fn addresses(row: &mut Row<'_>) -> Vec<MailAddress> {
    let mut addresses = Vec::new();
    for column in ["email", "email2", "email3"] {
        let address = row.parsed(column, Code::Mail, MailAddress::parse, |text| {
            ("not one mail address".to_owned(), mail::advice(text))
        });
        let Some(address) = address else { continue };
        if let Some(meant) = mail::likely_meant(address.as_str()) {
            let fix = format!("did you mean {meant}?");
            row.tell(column, Code::LikelyTypo, "an unusual domain", &fix);
        }
        if !addresses.contains(&address) {
            addresses.push(address);
        }
    }
    let empty = ["email", "email2", "email3"].iter().all(|column| row.is_empty(column));
    if empty {
        row.tell("email", Code::NoMail, "no mail address", "");
    }
    addresses
}
