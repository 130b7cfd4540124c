//! Which year a term belongs to: every one is deducted once, or refused in words.

use proptest::prelude::*;

use super::*;

/// A household that joined on `from` and was read the day before.
fn joiner(from: &str, advances: &[&str]) -> Household {
    let mut household = Household::usual();
    household.settled_until = None;
    household.connections[0].supply.period.from = day(from);
    let opening = day(from).pred_opt().unwrap();
    household.readings = vec![
        reading(&format!("W1 {opening} 1204 customer actual")),
        reading("W1 2026-12-31 1314 customer prorated"),
    ];
    let covers = || Covers::Connection(number("A1"));
    household.advances =
        advances.iter().map(|it| asked(covers(), AdvanceForm::Invoice, it)).collect();
    household
}

/// The days of the terms that are deducted, or why there is no case.
#[track_caller]
fn deducted(household: &Household) -> String {
    match household.case() {
        Ok(case) => {
            let days = case.past_terms.items.iter();
            days.map(|it| format!("{} {}", it.date, it.amount)).collect::<Vec<_>>().join(", ")
        }
        Err(unmade) => unmade.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"),
    }
}

#[test]
fn the_first_term_of_a_joiner_begins_before_its_supply_and_is_deducted() {
    let household = joiner("2026-03-15", &["2026-03 20", "2026-04 20"]);
    assert_snapshot!(deducted(&household), @"2026-03-01 20.00, 2026-04-01 20.00");
    assert_snapshot!(told(&household).lines().nth(3).unwrap(), @"term 2026-03-15..2026-12-31 -1 x 40.00 = -40.00");
    // read in the course of the last day of March: it is settled from April on
    let mut household = joiner("2026-03-31", &["2026-03 20"]);
    household.readings[0] = reading("W1 2026-03-31 1204 customer actual");
    assert_snapshot!(deducted(&household), @"2026-03-01 20.00");
}

#[test]
fn a_term_from_before_the_supply_is_refused_with_the_mend() {
    let household = joiner("2026-03-15", &["2026-02 20", "2026-03 20"]);
    assert_snapshot!(deducted(&household), @"A1: the term of 2026-02-01 was asked for days before its supply began on 2026-03-15: mend its row in the terms, or the beginning of the supply, and import them again");
}

#[test]
fn what_a_leaver_was_asked_behind_its_last_day_is_deducted_from_its_last_invoice() {
    let mut household = Household::usual();
    household.connections[0].supply.period.until = Some(day("2026-10-01"));
    household.readings.push(reading("W1 2026-09-30 1290 staff actual"));
    let covers = || Covers::Connection(number("A1"));
    household.advances = ["2025-12 20", "2026-09 20", "2026-11 20", "2027-01 20"]
        .map(|it| asked(covers(), AdvanceForm::Invoice, it))
        .into();
    assert_snapshot!(deducted(&household), @"2026-09-01 20.00, 2026-11-01 20.00, 2027-01-01 20.00");
}

#[test]
fn a_term_keeps_the_percentage_of_its_day_where_that_lies_outside_the_settled_days() {
    let mut household = joiner("2026-03-15", &["2026-03 20"]);
    let text = crate::tariff::list::tests::WATER;
    let low = "category = \"S\", percent = \"9\", source = \"Wet op de omzetbelasting 1968, tabel I\", verified_on = 2026-09-01 },";
    let raised = low.replacen("\"9\"", "\"10\"", 1);
    assert!(text.contains(low), "{text}");
    let changed = format!("{low}\n  {{ from = 2026-03-10, {raised}");
    household.lists = lists(&text.replacen(low, &changed, 1));
    let case = household.case().unwrap();
    let vat = case.past_terms.items[0].vat.as_deref().unwrap();
    assert_eq!(case.tariff.vat_on(vat, day("2026-03-01")).unwrap().percent, decimal("9"));
    settle(&case).unwrap();
}

/// A collective account with a term of the whole, and a second connection.
fn collective(advance: &str) -> Household {
    let mut household = Household::usual();
    household.account.invoicing = account::Invoicing::Collective;
    household.connections.push(connection_at("A2", "Zilverkade"));
    household.advances = vec![asked(Covers::Account, AdvanceForm::Invoice, advance)];
    household
}

#[test]
fn a_term_of_an_account_with_several_documents_is_refused_with_the_mend() {
    let mut household = collective("2026-03 20");
    let second = asked(Covers::Account, AdvanceForm::Invoice, "2026-04 20");
    household.advances.push(second);
    household.account_terms.documents = 2;
    assert_snapshot!(deducted(&household), @"account 10100014: the term of 2026-03-01 was asked of the whole account, which has 2 invoices: fill connection_id in the rows of such terms, and import them again");
    // what the old administration settled, and what is of next year, is in nobody's way
    household.advances = ["2025-12 20", "2027-01 20"]
        .map(|it| asked(Covers::Account, AdvanceForm::Invoice, it))
        .into();
    assert_snapshot!(deducted(&household), @"");
}

#[test]
fn a_term_of_a_whole_account_goes_to_who_is_supplied_then_or_else_to_all() {
    let mut household = collective("2026-11 20");
    household.connections[0].supply.period.until = Some(day("2026-10-01"));
    assert_snapshot!(deducted(&household), @"2026-11-01 20.00");
    household.connections[1].supply.period.until = Some(day("2026-09-01"));
    household.account_terms.ending = Ending::Final;
    assert_snapshot!(deducted(&household), @"2026-11-01 10.00, 2026-11-01 10.00");
    household.advances = vec![asked(Covers::Account, AdvanceForm::Invoice, "2027-01 20")];
    assert_snapshot!(deducted(&household), @"account 10100014: the term of 2027-01-01 was asked of the whole account, and all of it ended before 2026-12-31: fill connection_id in its row, and import it again");
    // something else of the account begins in January: the term is of its year
    household.account_terms.ending = Ending::Continues;
    assert_snapshot!(deducted(&household), @"");
}

/// The numbers of the terms that the year to the end of `year` deducts, or the days of those refused.
type OfYear = (Vec<String>, Vec<NaiveDate>);

fn of_year(household: &mut Household, year: i32) -> OfYear {
    household.reference_date = day(&format!("{year}-12-31"));
    match household.case() {
        Ok(case) => {
            let last = case.connections.iter().map(|it| it.last).max();
            household.settled_until = last;
            (case.past_terms.items.into_iter().map(|it| it.document).collect(), Vec::new())
        }
        Err(unmade) => {
            let on = unmade.iter().map(|it| {
                let Unmade::TermBefore { on, .. } = it else { panic!("{it}") };
                *on
            });
            (Vec::new(), on.collect())
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    /// Over the years in a row of one connection every term that was asked for its days, or around
    /// them, is deducted once; what belongs to no year is refused.
    #[test]
    fn every_term_of_a_connection_is_deducted_once_or_refused(
        joined in 0_u16..700,
        stays in proptest::option::of(20_u16..900),
        terms in proptest::collection::btree_set(0_u16..1500, 0..30),
        lengths in proptest::collection::vec(1_u16..120, 30),
        is_old in any::<bool>(),
    ) {
        let mut household = Household::usual();
        let from = if is_old { day("2016-03-01") } else { days_after(day("2026-01-01"), joined) };
        let begun = if is_old { day("2026-01-01") } else { from };
        let until = stays.map(|stays| days_after(begun, stays));
        household.connections[0].supply.period = Period { from, until };
        household.settled_until = is_old.then(|| day("2025-12-31"));
        household.readings.clear();
        let asked_on = |(place, start): (usize, &u16)| {
            let from = days_after(day("2025-06-01"), *start);
            let mut one = asked(Covers::Connection(number("A1")), AdvanceForm::Invoice, "2026-01 20");
            one.period = Period { from, until: Some(days_after(from, lengths[place])) };
            one.invoice_number = Some(format!("T{place}"));
            one
        };
        household.advances = terms.iter().enumerate().map(asked_on).collect();
        let (mut deducted, mut refused) = (Vec::new(), Vec::new());
        for year in 2026..=2029 {
            let last = day(&format!("{year}-12-31"));
            let opening = day(&format!("{}-12-31", year - 1));
            let after = household.settled_until.unwrap_or(opening);
            if !crate::invoicing::year::has_days(&household.connections[0], (after, last)) {
                continue;
            }
            let (of_year, more) = of_year(&mut household, year);
            if !more.is_empty() {
                refused = more;
                break;
            }
            deducted.extend(of_year);
        }
        for advance in &household.advances {
            let name = advance.invoice_number.clone().unwrap();
            let times = deducted.iter().filter(|it| **it == name).count();
            let before = advance.period.until.unwrap() <= from;
            if !refused.is_empty() {
                prop_assert_eq!(refused.contains(&advance.from()), before && !is_old, "{}", name);
            } else if is_old && advance.from() <= day("2025-12-31") {
                prop_assert_eq!(times, 0, "the old administration deducted {}", name);
            } else if advance.from() > day("2029-12-31") && until.is_none() {
                prop_assert_eq!(times, 0, "{} is of a year to come", name);
            } else {
                prop_assert_eq!(times, 1, "{} of {}", name, advance.from());
            }
        }
    }

    /// A term of a whole account is deducted to the cent in one of its years, whoever joins and leaves.
    #[test]
    fn every_term_of_an_account_is_deducted_once(
        months in proptest::collection::btree_set(0_u32..36, 1..20),
        leaves in proptest::option::of(1_u16..700),
        joins in 0_u16..700,
        has_leaver in any::<bool>(),
    ) {
        let mut household = collective("2026-01 20");
        if has_leaver {
            household.connections[0].supply.period.until = leaves.map(|it| days_after(day("2026-01-01"), it));
        }
        household.connections[1].supply.period.from = days_after(day("2026-01-01"), joins);
        household.readings.clear();
        household.advances = months.iter().map(|month| {
            let text = format!("{}-{:02} 20", 2026 + month.div_euclid(12), 1 + month % 12);
            asked(Covers::Account, AdvanceForm::Invoice, &text)
        }).collect();
        let all = household.connections.clone();
        let mut settled = BTreeMap::from([("A1", day("2025-12-31"))]);
        let mut sums = BTreeMap::new();
        let mut asked_until = None;
        for year in 2026..=2028 {
            let last = day(&format!("{year}-12-31"));
            let after = |it: &Connection| {
                *settled.get(it.number.as_str()).unwrap_or(&day("2025-12-31"))
            };
            let of_year: Vec<Connection> = all.iter()
                .filter(|it| crate::invoicing::year::has_days(it, (after(it), last)))
                .cloned()
                .collect();
            household.connections.clone_from(&of_year);
            household.account_terms.asked_until = asked_until;
            household.reference_date = last;
            // one that joined has its own beginning, all others that of the year
            let is_settled = of_year.iter().any(|it| settled.contains_key(it.number.as_str()));
            household.settled_until =
                is_settled.then(|| day(&format!("{}-12-31", year - 1)));
            let case = match household.case() {
                Ok(case) => case,
                // between who left and who joined nothing was supplied
                Err(unmade) => {
                    let from = of_year[0].supply.period.from;
                    prop_assert!(of_year.len() == 1 && unmade.iter().all(|it| matches!(
                        it,
                        Unmade::TermBefore { on, supplied_from, .. } if *on < from && *supplied_from == from
                    )), "{:?}", unmade);
                    return Ok(());
                }
            };
            for term in &case.past_terms.items {
                *sums.entry(term.document.clone()).or_insert(0) += term.amount.cents();
            }
            for it in &of_year {
                settled.insert(if it.number.as_str() == "A1" { "A1" } else { "A2" }, last);
            }
            asked_until = Some(last);
        }
        prop_assert_eq!(sums.len(), household.advances.len());
        prop_assert!(sums.values().all(|sum| *sum == 2000), "{:?}", sums);
    }
}
