use insta::assert_snapshot;

use super::*;

/// The file that is deployed.
pub(crate) const TEXT: &str = include_str!("../../../../../infra/config/invoicing.toml");

/// What is said about the deployed file when every `change.0` is `change.1` instead.
#[track_caller]
fn check(changes: &[(&str, &str)]) -> String {
    let mut text = TEXT.to_owned();
    for (from, to) in changes {
        assert!(text.contains(from), "{from:?} is not in the file");
        text = text.replacen(from, to, 1);
    }
    match Invoicing::parse("invoicing.toml", &text) {
        Ok(_) => "read".to_owned(),
        Err(broken) => broken.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"),
    }
}

#[test]
fn the_deployed_file_is_whole() {
    let invoicing = Invoicing::parse("invoicing.toml", TEXT).unwrap();
    assert_eq!(invoicing.payment_days, 14);
    assert_eq!(invoicing.terms.policy, TermPolicy::Exact);
    assert_eq!(invoicing.held.changed, Money::from_cents(10_000));
}

#[test]
fn everything_that_is_wrong_is_told_at_once() {
    assert_snapshot!(check(&[
        ("schema = 1\n", "schema = 1\ncurrency = \"EUR\"\n"),
        ("payment_days = 14", "payment_days = 0"),
        ("country = \"NL\"", "country = \"nl\""),
        ("consumer = \"request\"", "consumer = \"cash\""),
        ("step_cents = 1\n", ""),
        ("max_cents = 5000000", "max_cents = 50"),
        ("day = 1 ", "day = 29 "),
        ("changed_percent = 50", "changed_percent = \"50\""),
        ("unit = \"m3\"", "unit = \"GJ\""),
        ("heat = { use = \"30\"", "steam = { use = \"0\""),
    ]), @r#"
    invoicing.toml:4 currency: is no key here; there are schema, payment_days, refund_days, seller, form, terms, held, household
    invoicing.toml:5 payment_days: 0: needs a whole number from 1 to 90
    invoicing.toml:13 seller.country: "nl": needs two capitals, as "NL"
    invoicing.toml:18 form.consumer: "cash": needs one of "invoice", "request"
    invoicing.toml:22 terms.step_cents: is missing; 1 would do
    invoicing.toml:26 terms.max_cents: 50 is below min_cents = 100: no term lies between
    invoicing.toml:27 terms.day: 29: needs a whole number from 1 to 28
    invoicing.toml:33 held.changed_percent: "50": needs a whole number from 1 to 1000
    invoicing.toml:40 household.water.unit: "GJ": does not count this commodity
    invoicing.toml:41 household.steam: { use = "0", unit = "GJ", source = "Assumption" }: is no commodity
    invoicing.toml:41 household.steam.use: "0": needs a quantity above 0 in quotes; "105" would do
    "#);
    assert_snapshot!(check(&[("[held]", "[holds]")]), @r"
    invoicing.toml:1 held: is missing; a table of that name would do
    invoicing.toml:31 holds: is no key here; there are schema, payment_days, refund_days, seller, form, terms, held, household
    ");
    assert_snapshot!(check(&[("min_cents = 100 ", "# "), ("max_cents = 5000000 ", "# ")]), @"read");
    let without = TEXT.split_once("[household]").unwrap().0;
    assert_eq!(Invoicing::parse("", without).unwrap().household, BTreeMap::new());
}

#[test]
fn a_customer_group_has_its_form_of_terms() {
    let forms = Invoicing::parse("invoicing.toml", TEXT).unwrap().forms;
    assert_eq!(forms.of(BuyerKind::Consumer, Shared::ByNone), TermForm::Request);
    assert_eq!(forms.of(BuyerKind::Business, Shared::ByNone), TermForm::Invoice);
    assert_eq!(forms.of(BuyerKind::Consumer, Shared::ByCollective), TermForm::Invoice);
}

#[test]
fn terms_are_priced_by_the_year_that_most_of_them_lie_in() {
    let invoicing = Invoicing::parse("invoicing.toml", TEXT).unwrap();
    let year = |day: &str| invoicing.term_year(day.parse().unwrap());
    assert_eq!(year("2027-01-04"), 2027);
    assert_eq!(year("2026-11-20"), 2027);
    assert_eq!(year("2026-04-20"), 2026);
    assert_eq!(year("2026-05-20"), 2027);
}
