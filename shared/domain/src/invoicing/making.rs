//! The case of one annual invoice, from all that is known of its account.

mod past;
mod registers;

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use rust_decimal::Decimal;

use super::config::{Invoicing, Shared};
use crate::account::{self, Account, Holder, Payment};
use crate::advance::Advance;
use crate::calendar::{days_after, days_between};
use crate::campaign;
use crate::connection::Connection;
use crate::estimate::parameters::Parameters;
use crate::invoice::{Sequence, Series};
use crate::language::Language;
use crate::meter::Meter;
use crate::quantity::Unit;
use crate::reading::Reading;
use crate::settlement::case::{
    Asked, AskedKind, Buyer, BuyerKind, Case, Ending, PaymentMethod, Previous, Rules, Seller,
    SettledConnection, TermPlan,
};
use crate::settlement::last_day_of_terms;
use crate::tariff::lists::{Charged, NoTariff, PriceLists};

/// All that is known of one document: an account, and those of its connections that are on it.
#[derive(Clone, Debug)]
pub struct Known<'a> {
    /// What the case is known by.
    pub case: String,
    /// Who invoices.
    pub seller: &'a Seller,
    /// Who is invoiced.
    pub account: &'a Account,
    /// *Aansluitingen*, in the customer's order.
    pub connections: &'a [Supplied<'a>],
    /// What was ever asked in advance of the account; what belongs to another year, or to a connection
    /// that is not on the document, is left out here.
    pub advances: &'a [Advance],
    /// What decides about those that were asked of the whole account.
    pub account_terms: AccountTerms,
    /// Last year of the same occupancy.
    pub previous: Option<Previous>,
    /// The number and the day of the document.
    pub number: Numbered,
}

/// What decides about terms that were asked of a whole account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AccountTerms {
    /// How many documents the account has: such terms are deducted where it has one.
    pub documents: usize,
    /// The reference date of the last campaign that invoiced the account; absent before the first.
    pub asked_until: Option<NaiveDate>,
    /// Whether anything of the account is supplied behind the reference date.
    pub ending: Ending,
}

/// A connection with what was read at it.
#[derive(Clone, Debug)]
pub struct Supplied<'a> {
    /// The connection.
    pub connection: &'a Connection,
    /// The meters that hang or hung there.
    pub meters: &'a [Meter],
    /// Their readings of this occupancy, moved to the reference date: one a day, no superseded ones.
    pub readings: &'a [Reading],
    /// The last day that an earlier invoice settled; absent for a joiner.
    pub settled_until: Option<NaiveDate>,
    /// What the estimate engine expects of the term year; absent: as much as this year.
    pub expected: Option<Decimal>,
}

/// The number and the day of a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Numbered {
    /// Its day.
    pub date: NaiveDate,
    /// The series of its number.
    pub series: Series,
    /// Its place there.
    pub sequence: Sequence,
}

/// What the utility decided, as it is deployed.
#[derive(Clone, Copy, Debug)]
pub struct Decided<'a> {
    /// The campaign whose reference date ends the year.
    pub campaign: &'a campaign::Config,
    /// What is charged.
    pub lists: &'a PriceLists,
    /// How it is invoiced.
    pub invoicing: &'a Invoicing,
    /// When a register that went down passed zero.
    pub parameters: &'a Parameters,
}

/// Why there is no case: mend what it names, and make it again.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unmade {
    /// The lists do not price it: see [`NoTariff`].
    #[error("{connection}: {cause}")]
    Tariff {
        /// Where.
        connection: String,
        /// Why.
        cause: NoTariff,
    },
    /// A meter feeds in, counts in a unit that is not priced, or in steps that are no whole number:
    /// mend the meter, or settle the connection by hand.
    #[error("{connection}: meter {meter} counts {what}, which no price is for")]
    Meter {
        /// Where.
        connection: String,
        /// Which.
        meter: String,
        /// What it counts.
        what: String,
    },
    /// Some terms were invoices and some requests: one document cannot deduct both; settle by hand.
    #[error("past terms are invoices and requests: all must have one form")]
    MixedForms,
    /// No VAT code had the percentage of a term on its day: mend the row, or add the entry.
    #[error("{connection}: no VAT code was {percent} % on {on}")]
    Vat {
        /// Where.
        connection: String,
        /// The percentage.
        percent: Decimal,
        /// The day of the first such term.
        on: NaiveDate,
    },
    /// A term was asked of a whole account that has several documents, and nobody decided how to divide
    /// it: name a connection in its row.
    #[error(
        "account {account}: the term of {on} was asked of the whole account, which has {documents} invoices: fill connection_id in the rows of such terms, and import them again"
    )]
    SharedTerms {
        /// Whose.
        account: String,
        /// The first day of the first such term.
        on: NaiveDate,
        /// How many documents it has.
        documents: usize,
    },
    /// A term was asked for days on which nothing was supplied yet, so it belongs to no year.
    #[error(
        "{of}: the term of {on} was asked for days before its supply began on {supplied_from}: mend its row in the terms, or the beginning of the supply, and import them again"
    )]
    TermBefore {
        /// The connection, or the account where it was asked of the whole.
        of: String,
        /// Its first day.
        on: NaiveDate,
        /// The first day that is supplied.
        supplied_from: NaiveDate,
    },
    /// A term was asked of a whole account for days behind the year in which everything of it ended.
    #[error(
        "account {account}: the term of {on} was asked of the whole account, and all of it ended before {reference_date}: fill connection_id in its row, and import it again"
    )]
    TermAfter {
        /// Whose.
        account: String,
        /// Its first day.
        on: NaiveDate,
        /// The end of the year.
        reference_date: NaiveDate,
    },
    /// The version of the tariff cannot be written down.
    #[error("the tariff has no version: {0}")]
    Version(String),
}

/// The case of an annual invoice.
///
/// **Shape.** See [`Known`]. A connection is settled from the day after `settled_until` to the
/// reference date; a joiner from the first day of its supply, or from the day after where it was read
/// in the course of that day; a leaver to its last day. That its readings reach through these days
/// is for [`crate::settlement::settle`] to say.
/// **Units.** A reading counts at the end of its day. A term that was asked for a whole account is
/// divided evenly, the first connections a cent higher. A term belongs to the year that holds its first
/// day; one that reaches into a joiner's supply to its first year, and one behind a leaver's last day to
/// its last year.
/// **Errors.** Every [`Unmade`] at once.
/// **Source.** `docs/decisions/0019-prices-and-cases.md`.
pub fn case_of(known: &Known<'_>, decided: &Decided<'_>) -> Result<Case, Vec<Unmade>> {
    let mut unmade = Vec::new();
    let mut charged = Charged::default();
    let mut connections = Vec::new();
    for supplied in known.connections {
        let read = connection(supplied, decided);
        match read {
            Ok((connection, codes)) => {
                charged.components.extend(codes);
                connections.push(connection);
            }
            Err(errors) => unmade.extend(errors),
        }
    }
    let buyer = buyer(known.account);
    let shared = match known.account.invoicing {
        account::Invoicing::Collective => Shared::ByCollective,
        account::Invoicing::PerConnection => Shared::ByNone,
    };
    let form = decided.invoicing.forms.of(buyer.kind, shared);
    let past_terms = past::terms(known, decided, form).map_err(|errors| unmade.extend(errors));
    let Some(past_terms) = past_terms.ok().filter(|_| unmade.is_empty()) else {
        return Err(unmade);
    };
    charged.vat = past_terms.items.iter().filter_map(|term| term.vat.as_deref()).collect();

    let Numbered { date, series, sequence } = known.number;
    let terms = plan(&decided.invoicing.terms, date, known.account.terms_from);
    let first = connections.iter().map(|connection| connection.first).min().unwrap_or(date);
    let last = connections.iter().map(|connection| connection.last).max().unwrap_or(date);
    let asked_on = || past_terms.items.iter().map(|term| term.date);
    let first = asked_on().fold(first, NaiveDate::min);
    let last = asked_on().fold(last.max(last_day_of_terms(date, &terms)), NaiveDate::max);
    let days = (first, last);
    let tariff = decided.lists.tariff(&charged, days).versioned();
    let tariff = tariff.map_err(|error| vec![Unmade::Version(error.to_string())])?;
    Ok(Case {
        case: known.case.clone(),
        rules: Rules::One,
        locale: locale(known.account.language),
        seller: known.seller.clone(),
        buyer,
        invoice: Asked {
            kind: AskedKind::Annual,
            date,
            series,
            sequence,
            refers_to: None,
            payment_days: decided.invoicing.payment_days,
            refund_days: decided.invoicing.refund_days,
        },
        tariff,
        connections,
        past_terms,
        terms: Some(terms),
        previous: known.previous.clone(),
        term_invoice: None,
    })
}

/// The days that a connection is settled over, both inside, and whether it continues.
pub(super) fn settled_days(
    supplied: &Supplied<'_>,
    reference_date: NaiveDate,
) -> (NaiveDate, NaiveDate, Ending) {
    let supply = supplied.connection.supply.period;
    let ended = supply.until.and_then(|until| until.pred_opt());
    let (last, ending) = match ended.filter(|ended| *ended <= reference_date) {
        Some(ended) => (ended, Ending::Final),
        None => (reference_date, Ending::Continues),
    };
    let first = match supplied.settled_until {
        Some(until) => days_after(until, 1),
        None => joined_on(supplied.readings, supply.from),
    };
    (first, last, ending)
}

/// The first day of a joiner: that of its supply, or the next where it was read first on that day.
fn joined_on(readings: &[Reading], supplied_from: NaiveDate) -> NaiveDate {
    let before = supplied_from.pred_opt();
    let read_on = |day| readings.iter().any(|reading| Some(reading.on) == day);
    if !read_on(before) && read_on(Some(supplied_from)) {
        days_after(supplied_from, 1)
    } else {
        supplied_from
    }
}

/// How a connection is named in a case: by its EAN, or else by its number.
pub fn id_of(connection: &Connection) -> String {
    let ean = connection.ean.as_ref().map(ToString::to_string);
    ean.unwrap_or_else(|| connection.number.to_string())
}

/// A connection of the case, and the codes of what it is charged.
fn connection<'a>(
    supplied: &Supplied<'_>,
    decided: &Decided<'a>,
) -> Result<(SettledConnection, BTreeSet<&'a str>), Vec<Unmade>> {
    let connection = supplied.connection;
    let id = id_of(connection);
    let (first, last, ending) = settled_days(supplied, decided.campaign.reference_date);
    let supply = &connection.supply;
    let charged = decided.lists.of_connection(supply.commodity, supply.capacity.as_deref());
    let charged =
        charged.map_err(|cause| vec![Unmade::Tariff { connection: id.clone(), cause }])?;
    let units: BTreeSet<Unit> = charged.iter().filter_map(|component| component.unit()).collect();
    let registers = registers::of(supplied, (first, last), &units, decided.parameters);
    let registers = registers.map_err(|meters| {
        let unmade = |(meter, what)| Unmade::Meter { connection: id.clone(), meter, what };
        meters.into_iter().map(unmade).collect::<Vec<_>>()
    })?;
    let components = charged.iter().map(|component| component.code.clone()).collect();
    let codes = charged.iter().map(|component| component.code.as_str()).collect();
    let expected = supplied.expected.map(|quantity| (supply.commodity, quantity));
    let settled = SettledConnection {
        id,
        address: connection.address.line(),
        postcode: connection.address.postcode.to_string(),
        city: connection.address.city.clone(),
        own_reference: connection.customer_reference.clone(),
        first,
        last,
        tax_units: 1,
        ending,
        expected: expected.into_iter().collect::<BTreeMap<_, _>>(),
        components,
        registers,
    };
    Ok((settled, codes))
}

fn buyer(account: &Account) -> Buyer {
    let (kind, kvk, oin, vat_id) = match &account.holder {
        Holder::Person { .. } => (BuyerKind::Consumer, None, None, None),
        Holder::Company { coc_number, oin, vat_number, .. } => {
            (BuyerKind::Business, coc_number.clone(), oin.clone(), vat_number.clone())
        }
    };
    let (payment_method, iban, mandate) = match &account.payment {
        Payment::Transfer { iban, .. } => (PaymentMethod::Transfer, iban.clone(), None),
        Payment::DirectDebit { iban, mandate_id, .. } => {
            (PaymentMethod::Debit, Some(iban.clone()), Some(mandate_id.clone()))
        }
    };
    let billing = &account.billing;
    Buyer {
        customer_number: account.number.to_string(),
        name: account.holder.name().to_owned(),
        kind,
        address: billing.line(),
        postcode: billing.postcode.to_string(),
        city: billing.city.clone(),
        country: billing.country.clone(),
        kvk,
        oin,
        vat_id,
        peppol: None,
        buyer_reference: account.buyer_reference.clone(),
        payment_method,
        iban,
        mandate,
    }
}

/// A language without invoices of its own reads English.
fn locale(language: Language) -> Language {
    match language {
        Language::Nl => Language::Nl,
        Language::En | Language::De | Language::It | Language::Fr => Language::En,
    }
}

/// The plan of the terms, which begin on `terms_from` at the earliest.
fn plan(deployed: &TermPlan, invoiced_on: NaiveDate, terms_from: Option<NaiveDate>) -> TermPlan {
    let asked = terms_from.and_then(|from| u16::try_from(days_between(invoiced_on, from)).ok());
    let notice_days = deployed.notice_days.max(asked.unwrap_or_default());
    TermPlan { notice_days, ..deployed.clone() }
}

#[cfg(test)]
pub(crate) mod tests;
