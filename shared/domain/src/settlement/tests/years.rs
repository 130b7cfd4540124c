//! Years as people have them, line by line.

use insta::assert_snapshot;
use serde_json::json;

use super::{base, change, reading, settled, told, with};

const READINGS: &str = "/connections/0/registers/0/readings";

#[test]
fn a_year_with_a_price_change_is_two_lines_of_use() {
    assert_snapshot!(told(&[]), @r"
    water.use 2026-01-01..2026-06-30 60 x 1.50 = 90.00 S9
    water.use 2026-07-01..2026-12-31 60 x 1.625 = 97.50 S9
    water.standing 2026-01-01..2026-12-31 365 x 73.00/365 = 73.00 S9
    water.tax 2026-01-01..2026-12-31 120 x 0.40 = 48.00 S9
    S9 308.50 + 27.77
    payable 136.27
    ");
}

#[test]
fn the_tax_cap_goes_from_300_by_50000_to_none() {
    let rates = json!([
        { "from": "2025-01-01", "steps": [{ "rate": "0.42", "up_to": "300" }] },
        { "from": "2026-01-01", "steps": [{ "rate": "0.436", "up_to": "50000" }] },
        { "from": "2027-01-01", "rate": "0.445" },
    ]);
    let changes = |readings| {
        [
            ("/connections/0/first", json!("2025-12-01")),
            ("/connections/0/last", json!("2027-01-31")),
            ("/connections/0/components", json!(["water.tax"])),
            ("/connections/0/registers/0/digits", json!(6)),
            ("/tariff/components/2/rates", rates.clone()),
            (READINGS, readings),
        ]
    };
    let usual = json!([reading("2025-11-30", "0"), reading("2027-01-31", "427")]);
    assert_snapshot!(told(&changes(usual)), @r"
    water.tax 2025-12-01..2025-12-31 25 x 0.42 = 10.50 S9
    water.tax 2026-01-01..2026-12-31 365 x 0.436 = 159.14 S9
    water.tax 2027-01-01..2027-01-31 31 x 0.445 = 13.80 S9
    S9 183.44 + 16.51
    payable -0.05
    ");
    let large = json!([reading("2025-11-30", "0"), reading("2027-01-31", "60000")]);
    assert_snapshot!(told(&changes(large)), @r"
    water.tax 2025-12-01..2025-12-31 25 x 0.42 = 10.50 S9
    water.tax 2026-01-01..2026-12-31 50000 x 0.436 = 21800.00 S9
    water.tax 2027-01-01..2027-01-31 4356 x 0.445 = 1938.42 S9
    S9 23748.92 + 2137.40
    payable 25686.32
    ");
}

#[test]
fn a_yearly_charge_is_cut_where_a_year_of_366_days_begins_and_ends() {
    let changes = [
        ("/connections/0/first", json!("2026-12-01")),
        ("/connections/0/last", json!("2029-01-31")),
        ("/connections/0/components", json!(["water.standing"])),
        (READINGS, json!([reading("2026-11-30", "5"), reading("2029-01-31", "5")])),
    ];
    assert_snapshot!(told(&changes), @r"
    water.standing 2026-12-01..2027-12-31 396 x 73.00/365 = 79.20 S9
    water.standing 2028-01-01..2028-12-31 366 x 73.00/366 = 73.00 S9
    water.standing 2029-01-01..2029-01-31 31 x 73.00/365 = 6.20 S9
    S9 158.40 + 14.26
    payable -27.34
    ");
}

#[test]
fn a_roll_over_and_two_exchanges_add_up() {
    let mut case = base();
    change(
        &mut case,
        READINGS,
        json!([reading("2025-12-31", "99990"), reading("2026-03-01", "5")]),
    );
    change(&mut case, &format!("{READINGS}/1/rollover"), json!(true));
    for (meter, from, until) in [
        ("W2", ("2026-03-01", "0"), ("2026-06-30", "40")),
        ("W3", ("2026-06-30", "7"), ("2026-12-31", "67")),
    ] {
        let mut register = base()["connections"][0]["registers"][0].clone();
        change(&mut register, "/meter", json!(meter));
        change(
            &mut register,
            "/readings",
            json!([reading(from.0, from.1), reading(until.0, until.1)]),
        );
        change(&mut case, "/connections/0/registers/-", register);
    }
    let settlement = settled(&case).unwrap();
    assert_eq!(settlement.connections[0].consumption[0].quantity, super::decimal("115"));
    let halves: Vec<_> =
        settlement.connections[0].lines.iter().take(2).map(|it| it.quantity).collect();
    assert_eq!(halves, [super::decimal("55"), super::decimal("60")], "each reading is honoured");
}

#[test]
fn vat_changes_in_mid_period_and_past_terms_keep_the_old_percentage() {
    let changes = [
        ("/tariff/vat/low/-", json!({ "from": "2026-10-01", "category": "S", "percent": "12" })),
        ("/past_terms/form", json!("invoice")),
        ("/past_terms/items/0/vat", json!("low")),
    ];
    assert_snapshot!(told(&changes), @r"
    water.use 2026-01-01..2026-06-30 60 x 1.50 = 90.00 S9
    water.use 2026-07-01..2026-09-30 30 x 1.625 = 48.75 S9
    water.use 2026-10-01..2026-12-31 30 x 1.625 = 48.75 S12
    water.standing 2026-01-01..2026-09-30 273 x 73.00/365 = 54.60 S9
    water.standing 2026-10-01..2026-12-31 92 x 73.00/365 = 18.40 S12
    water.tax 2026-01-01..2026-09-30 90 x 0.40 = 36.00 S9
    water.tax 2026-10-01..2026-12-31 30 x 0.40 = 12.00 S12
    term 2026-01-01..2026-12-31 -1 x 200.00 = -200.00 S9
    S12 79.15 + 9.50
    S9 29.35 + 2.64
    payable 120.64
    ");
}

#[test]
fn a_levy_is_exempt_and_what_is_not_charged_has_no_line() {
    let changes = [
        ("/connections/0/components", json!(["sewer", "water.use"])),
        ("/tariff/components/3/rates/-", json!({ "from": "2026-03-01", "rate": null })),
        ("/tariff/components/0/rates/1/rate", json!("-1.50")),
    ];
    assert_snapshot!(told(&changes), @r"
    sewer 2026-01-01..2026-02-28 59 x 0.25 = 14.75 E0
    water.use 2026-01-01..2026-06-30 60 x 1.50 = 90.00 S9
    water.use 2026-07-01..2026-12-31 60 x -1.50 = -90.00 S9
    S9 0.00 + 0.00
    E0 14.75 + 0.00
    payable -185.25
    ");
}

#[test]
fn a_day_can_be_settled_and_a_year_without_use_too() {
    let day = [
        ("/connections/0/first", json!("2028-02-29")),
        ("/connections/0/last", json!("2028-02-29")),
        (READINGS, json!([reading("2028-02-28", "7"), reading("2028-02-29", "8")])),
    ];
    assert_snapshot!(told(&day), @r"
    water.use 2028-02-29..2028-02-29 1 x 1.625 = 1.63 S9
    water.standing 2028-02-29..2028-02-29 1 x 73.00/366 = 0.20 S9
    water.tax 2028-02-29..2028-02-29 0 x 0.40 = 0.00 S9
    S9 1.83 + 0.16
    payable -198.01
    ");
    let empty = [(READINGS, json!([reading("2025-12-31", "7"), reading("2026-12-31", "7")]))];
    assert_snapshot!(told(&empty), @r"
    water.use 2026-01-01..2026-06-30 0 x 1.50 = 0.00 S9
    water.use 2026-07-01..2026-12-31 0 x 1.625 = 0.00 S9
    water.standing 2026-01-01..2026-12-31 365 x 73.00/365 = 73.00 S9
    water.tax 2026-01-01..2026-12-31 0 x 0.40 = 0.00 S9
    S9 73.00 + 6.57
    payable -120.43
    ");
}

#[test]
fn half_a_cent_goes_away_from_zero_in_lines_and_vat() {
    let year = |rate: &str| {
        told(&[
            ("/connections/0/components", json!(["water.use"])),
            ("/tariff/components/0/rates", json!([{ "from": "2025-01-01", "rate": rate }])),
            ("/past_terms/items", json!([])),
            (READINGS, json!([reading("2025-12-31", "7"), reading("2026-12-31", "8")])),
        ])
    };
    assert_snapshot!(year("0.125"), @r"
    water.use 2026-01-01..2026-12-31 1 x 0.125 = 0.13 S9
    S9 0.13 + 0.01
    payable 0.14
    ");
    assert_snapshot!(year("-0.125"), @r"
    water.use 2026-01-01..2026-12-31 1 x -0.125 = -0.13 S9
    S9 -0.13 + -0.01
    payable -0.14
    ");
    assert_snapshot!(year("-0.005"), @r"
    water.use 2026-01-01..2026-12-31 1 x -0.005 = -0.01 S9
    S9 -0.01 + 0.00
    payable -0.01
    ");
}

#[test]
fn a_term_invoice_holds_one_month_of_every_connection_that_pays() {
    let case = with(&[
        ("/past_terms/form", json!("invoice")),
        ("/past_terms/items", json!([])),
        ("/connections/0/components", json!(["water.use", "sewer"])),
        ("/tariff/vat/low/-", json!({ "from": "2027-06-01", "category": "S", "percent": "12" })),
        ("/term_invoice", json!({ "term": 5, "date": "2027-05-15", "series": 2, "sequence": 9 })),
    ]);
    let settlement = settled(&case).unwrap();
    let told = format!(
        "{} {:?} {}..{} due {:?} refund {:?}\n{}",
        settlement.number,
        settlement.kind,
        settlement.first,
        settlement.last,
        settlement.due_date,
        settlement.refund_date,
        settlement.connections[0]
            .lines
            .iter()
            .map(|it| format!(
                "{} x {} {}{}",
                it.quantity,
                it.rate.euro(),
                it.category.as_str(),
                it.percent
            ))
            .collect::<Vec<_>>()
            .join("\n")
    );
    assert_snapshot!(told, @r"
    202702000000953 Term 2027-06-01..2027-06-30 due Some(2027-06-01) refund None
    1 x 16.25 S12
    1 x 7.61 E0
    ");
}

#[test]
fn four_hundred_connections_make_one_document() {
    let mut case = base();
    let first = case["connections"][0].clone();
    for n in 2..=400 {
        let mut next = first.clone();
        change(&mut next, "/id", json!(format!("A{n}")));
        change(&mut case, "/connections/-", next);
    }
    let settlement = settled(&case).unwrap();
    assert_eq!(settlement.connections.len(), 400);
    assert_eq!(settlement.vat.len(), 1);
    let shares: crate::money::Money = settlement.connections.iter().map(|it| it.vat).sum();
    assert_eq!(shares, settlement.totals.vat);
    assert_eq!(settlement.totals.net.cents(), 30_850 * 400);
}

#[test]
fn profile_and_days_follow_the_account() {
    let of = |changes: &[(&str, serde_json::Value)]| {
        let settlement = settled(&with(changes)).unwrap();
        format!("{:?} {:?} {:?}", settlement.profile, settlement.due_date, settlement.refund_date)
    };
    let business = ("/account/kind", json!("business"));
    let kvk = ("/account/kvk", json!("12345678"));
    assert_snapshot!(of(&[]), @"Core Some(2027-01-25) None");
    assert_snapshot!(of(&[business.clone(), kvk.clone()]), @"Nlcius Some(2027-01-25) None");
    assert_snapshot!(of(&[business.clone(), ("/account/country", json!("BE"))]), @"Core Some(2027-01-25) None");
    let peppol = ("/account/peppol", json!({ "scheme": "0106", "id": "12345678" }));
    assert_snapshot!(of(&[business, kvk, peppol]), @"Peppol Some(2027-01-25) None");
    let asked = ("/past_terms/items/0/cents", json!(40_000));
    assert_snapshot!(of(&[asked, ("/invoice/refund_days", json!(12))]), @"Core None Some(2027-01-25)");
    let weekend = ("/invoice/payment_days", json!(12));
    let debit = [
        ("/account/payment_method", json!("debit")),
        ("/account/iban", json!("NL91ABNA0417164300")),
        ("/account/mandate", json!("M1")),
        weekend.clone(),
    ];
    assert_snapshot!(of(&debit), @"Core Some(2027-01-25) None");
    assert_snapshot!(of(&[weekend]), @"Core Some(2027-01-23) None");
}
