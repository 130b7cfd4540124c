//! *Postlijst*: accounts that are written to on paper because no recipient can be mailed.

use chrono::NaiveDate;

use crate::account::Account;
use crate::address::Address;
use crate::invoice::InvoiceNumber;
use crate::spreadsheet::line;

/// What a letter to one account says of one delivery address.
#[derive(Clone, Debug)]
pub struct PostEntry<'a> {
    /// Whom the letter goes to.
    pub account: &'a Account,
    /// The delivery address that is asked for.
    pub address: &'a Address,
    /// Its meters, as printed on them.
    pub meters: String,
    /// The link behind the code on the letter.
    pub link: &'a str,
}

/// An invoice that goes by post.
#[derive(Clone, Copy, Debug)]
pub struct InvoicePost<'a> {
    /// Whom it goes to.
    pub account: &'a Account,
    /// Its number, which says where its PDF is kept.
    pub number: &'a InvoiceNumber,
}

/// The columns of a list of invoices that go by post.
const INVOICE_HEADER: [&str; 9] = [
    "customer_number",
    "name",
    "attention",
    "street",
    "postcode",
    "city",
    "country",
    "invoice_number",
    "document",
];

/// The columns of a post list.
const HEADER: [&str; 11] = [
    "customer_number",
    "name",
    "attention",
    "street",
    "postcode",
    "city",
    "country",
    "deadline",
    "delivery_address",
    "meters",
    "link",
];

/// The post list as a CSV file: one line a delivery address, those of an account together.
///
/// **Shape.** `entries` in the order of the letters. No mail address is in it; the links are, so
/// it is as secret as a mail.
pub fn post_list(deadline: NaiveDate, entries: &[PostEntry<'_>]) -> String {
    let mut csv = format!("\u{feff}{}", line(&HEADER));
    let deadline = deadline.to_string();
    for entry in entries {
        let PostEntry { account, address, meters, link } = entry;
        csv.push_str(&letter(account, &[&deadline, &address.to_string(), meters, link]));
    }
    csv
}

/// The invoices that go by post as a CSV file: one line an invoice, with the key of its PDF in the
/// bucket of documents.
///
/// **Shape.** `invoices` in the order of the letters.
pub fn invoice_post_list(invoices: &[InvoicePost<'_>]) -> String {
    let mut csv = format!("\u{feff}{}", line(&INVOICE_HEADER));
    for InvoicePost { account, number } in invoices {
        let pdf = format!("{}.pdf", number.path());
        csv.push_str(&letter(account, &[number.as_str(), &pdf]));
    }
    csv
}

/// The line of a letter: whom it goes to, and then what it is about.
fn letter(account: &Account, about: &[&str]) -> String {
    let billing = &account.billing;
    let (street, postcode) = (billing.line(), billing.postcode.to_string());
    let to = [
        account.number.as_str(),
        account.holder.name(),
        account.attention.as_deref().unwrap_or_default(),
        &street,
        &postcode,
        &billing.city,
        &billing.country,
    ];
    line(&[&to, about].concat())
}
