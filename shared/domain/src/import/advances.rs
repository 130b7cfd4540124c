//! Rows of `advances.csv`.

use chrono::{Months, NaiveDate};
use rust_decimal::Decimal;

use crate::account::CustomerNumber;
use crate::advance::{Advance, AdvanceForm, Covers};
use crate::calendar::{Period, days_after};
use crate::connection::ConnectionNumber;
use crate::money::Money;

use super::code::Code;
use super::customers::KEY_FORM;
use super::day;
use super::row::Row;

/// An advance, and the customer whose it is where the row says so.
#[derive(Debug)]
pub(super) struct AdvanceRow {
    pub(super) customer: Option<CustomerNumber>,
    pub(super) advance: Advance,
}

/// Reads one row.
pub(super) fn read(row: &mut Row<'_>) -> (Option<()>, Option<AdvanceRow>) {
    let connection = row.key("connection_id", ConnectionNumber::parse, KEY_FORM);
    let customer = row.key("customer_number", CustomerNumber::parse, KEY_FORM);
    if row.is_empty("connection_id") && row.is_empty("customer_number") {
        let reason = "an advance is for a connection, or for all of a customer";
        row.tell("connection_id", Code::Required, reason, "fill connection_id or customer_number");
    }
    let period = period(row);
    let vat_rate = vat_rate(row);
    let amounts = vat_rate.and_then(|rate| amounts(row, rate));
    let form = row.word(
        "form",
        &[
            ("invoice", AdvanceForm::Invoice),
            ("request", AdvanceForm::Request),
            ("factuur", AdvanceForm::Invoice),
            ("verzoek", AdvanceForm::Request),
        ],
    );
    let invoice_number = row.text("invoice_number", 30);
    let is_invoice = row.is_empty("form") || form == Some(AdvanceForm::Invoice);
    if is_invoice && row.is_empty("invoice_number") {
        let reason = "an advance that was invoiced has the number of its invoice";
        row.tell("invoice_number", Code::Required, reason, "fill it, or form request");
    }
    let paid = paid(row);
    let covers = match (connection, row.is_empty("connection_id")) {
        (Some(connection), _) => Some(Covers::Connection(connection)),
        (None, true) => customer.is_some().then_some(Covers::Account),
        (None, false) => None,
    };
    let record = || {
        let (amount_excl, vat) = amounts?;
        let paid = paid.unwrap_or(amount_excl + vat);
        let advance = Advance {
            covers: covers?,
            period: period?,
            amount_excl,
            vat,
            vat_rate: vat_rate?,
            form: form.unwrap_or_default(),
            invoice_number,
            paid,
        };
        Some(AdvanceRow { customer, advance })
    };
    (Some(()), record())
}

/// The days that it is for: a month, or `from` and `until`, which is the last of them.
fn period(row: &mut Row<'_>) -> Option<Period> {
    let month = row.parsed("month", Code::Day, day::read_month, |_| {
        let fix = "write it as 2026-05 or 05-2026".to_owned();
        ("not a month, or one that can be read in two ways".to_owned(), fix)
    });
    let from = row.day("from");
    let until = row.day("until");
    if row.is_empty("from") && row.is_empty("until") {
        if row.is_empty("month") {
            let reason = "an advance is for a month, or for days";
            row.tell("month", Code::Required, reason, "fill month, or from and until");
        }
        let month = month?;
        return Some(Period { from: month, until: month.checked_add_months(Months::new(1)) });
    }
    for column in ["from", "until"] {
        if row.is_empty(column) {
            row.tell(column, Code::Required, "from and until go together", "fill both");
        }
    }
    let (from, last): (NaiveDate, NaiveDate) = (from?, until?);
    if last < from {
        row.tell("until", Code::Order, &format!("before from {from}"), "are the two exchanged?");
        return None;
    }
    let period = Period { from, until: Some(days_after(last, 1)) };
    let whole =
        |month: NaiveDate| Period { from: month, until: month.checked_add_months(Months::new(1)) };
    if month.is_some_and(|month| whole(month) != period) {
        row.tell(
            "month",
            Code::Contradiction,
            "not the days of from and until",
            "empty one of them",
        );
        return None;
    }
    Some(period)
}

fn vat_rate(row: &mut Row<'_>) -> Option<Decimal> {
    let rate = match row.raw("vat_rate").filter(|text| text.ends_with('%')) {
        Some(text) => {
            let number = text.trim_end_matches('%').trim_end().replace(',', ".");
            let read = |_: &str| Decimal::from_str_exact(&number).ok();
            row.parsed("vat_rate", Code::Number, read, |_| {
                ("not a percentage".to_owned(), "as in 9 or 9%".to_owned())
            })
        }
        None => row.number("vat_rate", 2),
    }?;
    if rate < Decimal::ZERO || rate > Decimal::ONE_HUNDRED {
        row.tell("vat_rate", Code::Range, "not between 0 and 100 %", "");
        return None;
    }
    Some(rate)
}

/// The amount without VAT, and the VAT on it.
fn amounts(row: &mut Row<'_>, vat_rate: Decimal) -> Option<(Money, Money)> {
    let excl = money(row, "amount_excl");
    let incl = money(row, "amount");
    if row.is_empty("amount_excl") && row.is_empty("amount") {
        row.tell("amount_excl", Code::Required, "an advance has an amount", "fill amount_excl");
        return None;
    }
    let euro = |money: Money| Decimal::new(money.cents(), 2);
    let factor = Decimal::ONE + vat_rate * Decimal::new(1, 2);
    let with_vat = excl.and_then(|excl| Money::from_exact(euro(excl).checked_mul(factor)?));
    let without_vat = incl.and_then(|incl| Money::from_exact(euro(incl).checked_div(factor)?));
    match (excl, incl) {
        (Some(excl), Some(incl)) => {
            if with_vat != Some(incl) && without_vat != Some(excl) {
                let with_vat = with_vat.map(|money| money.to_string()).unwrap_or_default();
                let reason = format!("{excl} with {vat_rate} % VAT is {with_vat}");
                row.tell("amount", Code::Sum, &reason, &format!("write {with_vat}"));
                return None;
            }
            Some((excl, incl - excl))
        }
        (Some(excl), None) => row.is_empty("amount").then_some((excl, with_vat? - excl)),
        (None, Some(incl)) => {
            let excl = without_vat?;
            row.is_empty("amount_excl").then_some((excl, incl - excl))
        }
        (None, None) => None,
    }
}

/// What was paid; `None` where the file does not say.
fn paid(row: &mut Row<'_>) -> Option<Money> {
    if row.has("paid") && row.is_empty("paid") {
        return Some(Money::ZERO);
    }
    money(row, "paid")
}

fn money(row: &mut Row<'_>, column: &'static str) -> Option<Money> {
    Money::from_exact(row.amount(column, 2)?)
}
