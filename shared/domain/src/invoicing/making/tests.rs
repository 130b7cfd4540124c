mod laws;
mod terms;

use std::fmt::Write as _;

use insta::assert_snapshot;

use super::*;
use crate::account::{CustomerNumber, Iban};
use crate::address::{Address, Postcode};
use crate::advance::{AdvanceForm, Covers};
use crate::calendar::Period;
use crate::connection::{ConnectionNumber, Supply};
use crate::estimate::parameters::ParameterSets;
use crate::meter::{MeterNumber, ReadBy, Register, RegisterName};
use crate::money::Money;
use crate::quantity::Commodity;
use crate::reading::{Quality, Source};
use crate::settlement::case::TermForm;
use crate::settlement::result::Settlement;
use crate::settlement::settle;

/// A household, its meter and what was read and asked: what a test changes before it makes a case.
pub(crate) struct Household {
    pub(crate) seller: Seller,
    pub(crate) account: Account,
    pub(crate) connections: Vec<Connection>,
    pub(crate) meters: Vec<Meter>,
    pub(crate) readings: Vec<Reading>,
    pub(crate) advances: Vec<Advance>,
    pub(crate) settled_until: Option<NaiveDate>,
    pub(crate) reference_date: NaiveDate,
    pub(crate) account_terms: AccountTerms,
    pub(crate) lists: PriceLists,
}

pub(crate) fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

pub(crate) fn decimal(text: &str) -> Decimal {
    text.parse().unwrap()
}

/// One reading: `meter day value source quality`.
pub(crate) fn reading(line: &str) -> Reading {
    let [meter, on, value, source, quality] =
        <[&str; 5]>::try_from(line.split(' ').collect::<Vec<_>>()).unwrap();
    let word = |word: &str| format!("\"{word}\"");
    Reading {
        meter: MeterNumber::parse(meter).unwrap(),
        register: RegisterName::parse("1").unwrap(),
        on: day(on),
        value: decimal(value),
        source: serde_json::from_str::<Source>(&word(source)).unwrap(),
        quality: serde_json::from_str::<Quality>(&word(quality)).unwrap(),
        received_at: None,
    }
}

/// A term of a month that was asked of `covers`: `month euro`.
pub(crate) fn asked(covers: Covers, form: AdvanceForm, line: &str) -> Advance {
    let (month, euro) = line.split_once(' ').unwrap();
    let from = day(&format!("{month}-01"));
    let amount_excl = Money::from_exact(decimal(euro)).unwrap();
    let vat = Money::from_ratio(i128::from(amount_excl.cents()) * 9, 100).unwrap();
    let invoice_number = (form == AdvanceForm::Invoice).then(|| format!("VT{month}"));
    let period = Period { from, until: from.checked_add_months(chrono::Months::new(1)) };
    let (vat_rate, paid) = (decimal("9"), amount_excl + vat);
    Advance { covers, period, amount_excl, vat, vat_rate, form, invoice_number, paid }
}

fn address(street: &str) -> Address {
    Address {
        street: street.to_owned(),
        house_number: 8,
        house_letter: None,
        addition: None,
        postcode: Postcode::parse("1234AB").unwrap(),
        city: "Waterrade".to_owned(),
        country: "NL".to_owned(),
    }
}

pub(crate) fn number(text: &str) -> ConnectionNumber {
    ConnectionNumber::parse(text).unwrap()
}

pub(crate) fn meter(text: &str, at: &str, installed_on: &str) -> Meter {
    Meter {
        number: MeterNumber::parse(text).unwrap(),
        connection: number(at),
        installed_on: day(installed_on),
        removed_on: None,
        registers: vec![Register::wheels("1", Unit::CubicMetre, 5).unwrap()],
    }
}

pub(crate) fn connection_at(text: &str, street: &str) -> Connection {
    let period = Period { from: day("2016-03-01"), until: None };
    Connection {
        number: number(text),
        account: CustomerNumber::parse("10100014").unwrap(),
        address: address(street),
        supply: Supply { commodity: Commodity::Water, capacity: Some("2.5".to_owned()), period },
        read_by: ReadBy::Customer,
        collective: None,
        ean: None,
        persons: None,
        customer_reference: None,
        expected_year: None,
    }
}

impl Household {
    /// 110 m³ in 2026, eleven terms of € 20 without VAT asked by invoices before.
    pub(crate) fn usual() -> Self {
        let months = (1..=11).map(|month| format!("2026-{month:02} 20"));
        let covers = || Covers::Connection(number("A1"));
        Self {
            seller: Seller {
                name: "Voorbeeld Water N.V.".to_owned(),
                address: "Waterlaan 1".to_owned(),
                postcode: "1234 AB".to_owned(),
                city: "Waterrade".to_owned(),
                country: "NL".to_owned(),
                kvk: "12345678".to_owned(),
                vat_id: "NL001234567B01".to_owned(),
                iban: Iban::parse("NL91ABNA0417164300").unwrap(),
                creditor_id: Some("NL69ZZZ123456780000".to_owned()),
                email: "klantenservice@voorbeeldwater.nl".to_owned(),
                phone: "0800 1234567".to_owned(),
                website: "https://voorbeeldwater.nl".to_owned(),
            },
            account: Account {
                number: CustomerNumber::parse("10100014").unwrap(),
                holder: Holder::Person { name: "Anna de Vries".to_owned() },
                billing: address("Molenlaan"),
                attention: None,
                language: Language::Nl,
                payment: Payment::Transfer { iban: None, account_holder: None },
                invoicing: account::Invoicing::PerConnection,
                buyer_reference: None,
                terms_from: None,
            },
            connections: vec![connection_at("A1", "Molenlaan")],
            meters: vec![meter("W1", "A1", "2016-02-21")],
            readings: vec![
                reading("W1 2024-12-31 1095 customer actual"),
                reading("W1 2025-12-31 1204 customer prorated"),
                reading("W1 2026-12-31 1314 customer prorated"),
            ],
            advances: months.map(|it| asked(covers(), AdvanceForm::Invoice, &it)).collect(),
            settled_until: Some(day("2025-12-31")),
            reference_date: day("2026-12-31"),
            account_terms: AccountTerms {
                documents: 1,
                asked_until: None,
                ending: Ending::Continues,
            },
            lists: lists(crate::tariff::list::tests::WATER),
        }
    }

    pub(crate) fn case(&self) -> Result<Case, Vec<Unmade>> {
        let campaign = campaign::config::Config::parse(
            "campaigns/2026.toml",
            include_str!("../../../../../infra/config/campaigns/2026.toml"),
        );
        let campaign =
            campaign::Config { reference_date: self.reference_date, ..campaign.unwrap() };
        let invoicing = Invoicing::parse("", super::super::config::tests::TEXT).unwrap();
        let parameters = ParameterSets::parse(
            "estimation.toml",
            include_str!("../../../../../infra/config/estimation.toml"),
        );
        let parameters = parameters.unwrap();
        let of = |connection: &Connection| -> Vec<Meter> {
            let hangs = |meter: &&Meter| meter.connection == connection.number;
            self.meters.iter().filter(hangs).cloned().collect()
        };
        let meters: Vec<Vec<Meter>> = self.connections.iter().map(of).collect();
        let connections = self.connections.iter().zip(&meters);
        let connections: Vec<Supplied<'_>> = connections
            .map(|(connection, meters)| Supplied {
                connection,
                meters,
                readings: &self.readings,
                settled_until: self.settled_until,
                expected: None,
            })
            .collect();
        let known = Known {
            case: "c2026/10100014".to_owned(),
            seller: &self.seller,
            account: &self.account,
            connections: &connections,
            advances: &self.advances,
            account_terms: self.account_terms,
            previous: None,
            number: Numbered {
                date: day("2027-01-05"),
                series: Series::new(1).unwrap(),
                sequence: Sequence::new(42).unwrap(),
            },
        };
        let decided = Decided {
            campaign: &campaign,
            lists: &self.lists,
            invoicing: &invoicing,
            parameters: parameters.newest(),
        };
        case_of(&known, &decided)
    }

    pub(crate) fn settled(&self) -> Settlement {
        settle(&self.case().unwrap()).unwrap()
    }
}

pub(crate) fn lists(water: &str) -> PriceLists {
    PriceLists::parse([("tariffs/water.toml", water)], None).unwrap()
}

/// The lines and sums that come of the case of `household`, or why there is none.
#[track_caller]
fn told(household: &Household) -> String {
    let case = match household.case() {
        Ok(case) => case,
        Err(unmade) => {
            return unmade.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n");
        }
    };
    let again = Case::parse(&serde_json::to_vec(&case).unwrap());
    assert_eq!(again.as_ref(), Ok(&case), "the case is what a file of it says");
    let settlement = match settle(&case) {
        Ok(settlement) => settlement,
        Err(refusals) => return serde_json::to_string(&refusals).unwrap(),
    };
    let lines = settlement.connections.iter().flat_map(|connection| &connection.lines);
    let lines = lines.map(|line| {
        let (component, first, last) = (&line.component, line.first, line.last);
        format!(
            "{component} {first}..{last} {} x {} = {}\n",
            line.quantity,
            line.rate.euro(),
            line.net
        )
    });
    let mut told: String = lines.collect();
    let (totals, terms) = (settlement.totals, settlement.terms.unwrap());
    writeln!(told, "cost {} payable {}", totals.cost_incl, totals.payable).unwrap();
    let first = terms.incl.first().copied().unwrap_or_default();
    writeln!(told, "terms {first} from {}", terms.due[0]).unwrap();
    told
}

#[test]
fn a_year_becomes_a_case_that_settles() {
    assert_snapshot!(told(&Household::usual()), @r"
    water.use 2026-01-01..2026-12-31 110 x 1.8240 = 200.64
    water.standing.qn25 2026-01-01..2026-12-31 365 x 84.68 = 84.68
    water.tax 2026-01-01..2026-12-31 110 x 0.4360 = 47.96
    term 2026-01-01..2026-12-31 -1 x 220.00 = -220.00
    cost 363.28 payable 123.48
    terms 31.12 from 2027-02-01
    ");
}

#[test]
fn the_case_names_its_account_its_tariff_and_its_connection() {
    let case = Household::usual().case().unwrap();
    assert_eq!(case.buyer.customer_number, "10100014");
    assert_eq!(case.past_terms.form, TermForm::Invoice);
    assert_eq!(case.tariff.version.len(), 64);
    let connection = &case.connections[0];
    assert_eq!(connection.components, ["water.use", "water.standing.qn25", "water.tax"]);
    assert_eq!((connection.first, connection.last), (day("2026-01-01"), day("2026-12-31")));
    assert_eq!(connection.registers[0].readings.len(), 2, "the year before is settled");
}

#[test]
fn requests_are_deducted_with_their_vat_and_a_group_without_terms_has_its_form() {
    let mut household = Household::usual();
    for advance in &mut household.advances {
        advance.form = AdvanceForm::Request;
        advance.invoice_number = None;
    }
    let case = household.case().unwrap();
    assert_eq!(case.past_terms.form, TermForm::Request);
    assert_eq!(case.past_terms.items[0].amount, Money::from_cents(2180));
    assert_eq!(case.past_terms.items[0].vat, None);
    assert_eq!(case.past_terms.items[0].document, "2026-01-01");

    household.advances[3].form = AdvanceForm::Invoice;
    assert_snapshot!(told(&household), @"past terms are invoices and requests: all must have one form");
    household.advances.clear();
    assert_eq!(household.case().unwrap().past_terms.form, TermForm::Request);
}

#[test]
fn a_term_of_other_days_is_left_out_and_one_of_an_unknown_percentage_is_told() {
    let mut household = Household::usual();
    let covers = || Covers::Connection(number("A1"));
    household.advances.push(asked(covers(), AdvanceForm::Invoice, "2025-12 99"));
    household.advances.push(asked(covers(), AdvanceForm::Invoice, "2027-01 99"));
    household.advances.push(asked(
        Covers::Connection(number("B2")),
        AdvanceForm::Invoice,
        "2026-05 99",
    ));
    assert_eq!(household.case().unwrap().past_terms.items.len(), 11);
    household.advances[0].vat_rate = decimal("21");
    household.advances[1].vat_rate = decimal("6");
    household.advances[2].vat_rate = decimal("21");
    assert_snapshot!(told(&household), @r"
    A1: no VAT code was 21 % on 2026-01-01
    A1: no VAT code was 6 % on 2026-02-01
    ");
    // Of what has no price it is said once, and not what follows for each term.
    household.connections[0].supply.commodity = Commodity::Heat;
    assert_snapshot!(told(&household), @"A1: no list of prices has heat");
}

#[test]
fn a_term_of_a_whole_account_is_divided_over_its_connections() {
    let mut household = Household::usual();
    household.account.invoicing = account::Invoicing::Collective;
    household.connections.push(connection_at("A2", "Zilverkade"));
    household.connections.push(connection_at("A3", "Zilverkade"));
    household.meters.push(meter("W2", "A2", "2016-02-21"));
    household.meters.push(meter("W3", "A3", "2016-02-21"));
    for meter in ["W2", "W3"] {
        household.readings.push(reading(&format!("{meter} 2025-12-31 10 customer actual")));
        household.readings.push(reading(&format!("{meter} 2026-12-31 30 customer actual")));
    }
    household.advances = vec![asked(Covers::Account, AdvanceForm::Invoice, "2026-03 100")];
    let case = household.case().unwrap();
    let cents: Vec<i64> = case.past_terms.items.iter().map(|term| term.amount.cents()).collect();
    assert_eq!(cents, [3334, 3333, 3333]);
    assert_eq!(settle(&case).unwrap().connections.len(), 3);
}

#[test]
fn a_joiner_is_settled_from_its_first_day_and_a_leaver_to_its_last() {
    let joined = |read_on: &str| {
        let mut household = Household::usual();
        household.settled_until = None;
        household.advances.clear();
        household.connections[0].supply.period.from = day("2026-05-01");
        household.readings = vec![
            reading(&format!("W1 {read_on} 1204 customer actual")),
            reading("W1 2026-12-31 1314 customer prorated"),
        ];
        told(&household)
    };
    assert_snapshot!(joined("2026-04-30"), @r"
    water.use 2026-05-01..2026-12-31 110 x 1.8240 = 200.64
    water.standing.qn25 2026-05-01..2026-12-31 245 x 84.68 = 56.84
    water.tax 2026-05-01..2026-12-31 110 x 0.4360 = 47.96
    cost 332.93 payable 332.93
    terms 42.50 from 2027-02-01
    ");
    assert_snapshot!(joined("2026-05-01").lines().next().unwrap(), @"water.use 2026-05-02..2026-12-31 110 x 1.8240 = 200.64");
    assert_snapshot!(joined("2026-06-01"), @r#"{"errors":[{"code":"period_not_covered","at":"connections.A1.water"}]}"#);

    let mut leaver = Household::usual();
    leaver.connections[0].supply.period.until = Some(day("2026-10-01"));
    leaver.readings.push(reading("W1 2026-09-30 1290 staff actual"));
    let case = leaver.case().unwrap();
    assert_eq!(case.connections[0].ending, Ending::Final);
    assert_eq!(case.connections[0].last, day("2026-09-30"));
    let settlement = settle(&case).unwrap();
    assert_eq!(settlement.connections[0].consumption[0].quantity, decimal("86"));
    assert!(settlement.terms.unwrap().items.is_empty());
}

#[test]
fn an_exchange_and_a_roll_over_are_counted_through() {
    let mut household = Household::usual();
    household.meters[0].removed_on = Some(day("2026-06-30"));
    household.meters.push(meter("W9", "A1", "2026-06-30"));
    household.readings = vec![
        reading("W1 2025-12-31 99960 customer actual"),
        reading("W1 2026-06-30 15 removed actual"),
        reading("W9 2026-06-30 0 installed actual"),
        reading("W9 2026-12-31 50 customer actual"),
    ];
    let settlement = household.settled();
    assert_eq!(settlement.connections[0].consumption[0].quantity, decimal("105"));
}

#[test]
fn what_goes_down_elsewhere_is_no_roll_over() {
    let mut household = Household::usual();
    household.readings[2].value = decimal("1100");
    assert_snapshot!(told(&household), @r#"{"errors":[{"code":"consumption_negative","at":"connections.A1.W1"}]}"#);
}

#[test]
fn what_no_price_is_for_is_told_all_at_once() {
    let mut household = Household::usual();
    household.connections.push(connection_at("A2", "Zilverkade"));
    household.connections[1].supply.capacity = Some("40".to_owned());
    household.connections.push(connection_at("A3", "Zilverkade"));
    household.meters.push(meter("W3", "A3", "2016-02-21"));
    household.meters[1].registers[0].factor = decimal("0.5");
    household.meters[0].registers[0].unit = Unit::Gigajoule;
    assert_snapshot!(told(&household), @r#"
    A1: meter W1 counts GJ, which no price is for
    A2: no price of water for capacity "40"; there are 10, 16, 2.5, 25, 4, 6.3
    A3: meter W3 counts 0.5 steps at a time, which no price is for
    "#);
}

#[test]
fn new_terms_begin_when_the_account_says() {
    let mut household = Household::usual();
    household.account.terms_from = Some(day("2027-04-15"));
    assert_eq!(household.settled().terms.unwrap().due[0], day("2027-05-01"));
    household.account.terms_from = Some(day("2026-04-15"));
    assert_eq!(household.settled().terms.unwrap().due[0], day("2027-02-01"));
}

#[test]
fn a_debit_brings_its_mandate_and_a_company_its_numbers() {
    let mut household = Household::usual();
    household.account.language = Language::De;
    household.account.payment = Payment::DirectDebit {
        iban: Iban::parse("NL91ABNA0417164300").unwrap(),
        account_holder: "A. de Vries".to_owned(),
        mandate_id: "VW-1".to_owned(),
        mandate_date: day("2022-04-11"),
    };
    household.account.holder = Holder::Company {
        name: "Bakkerij".to_owned(),
        coc_number: Some("00234567".to_owned()),
        oin: None,
        vat_number: None,
    };
    let case = household.case().unwrap();
    assert_eq!(case.locale, Language::En);
    assert_eq!(case.buyer.payment_method, PaymentMethod::Debit);
    assert_eq!(case.buyer.mandate.as_deref(), Some("VW-1"));
    assert_eq!(case.buyer.kvk.as_deref(), Some("00234567"));
    settle(&case).unwrap();
}
