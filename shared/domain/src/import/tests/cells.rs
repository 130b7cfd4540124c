//! Numbers, days and house numbers as administrations print them.

use insta::assert_snapshot;

use super::super::{address_cells, day, nearest, number};
use super::*;

/// A number, with both readings where there are two; `-` for none.
fn number(text: &str) -> String {
    match number::read(text) {
        Some(number::Number::Clear { value, .. }) => value.to_string(),
        Some(number::Number::Either { decimal, grouped, .. }) => format!("{decimal} or {grouped}"),
        None => "-".to_owned(),
    }
}

#[test]
fn a_number_is_read_in_every_usual_spelling() {
    let typed = [
        "1234",
        "1234,56",
        "1234.56",
        "1.234,56",
        "1,234.56",
        "1 234,5",
        "1\u{a0}234",
        "1.234",
        "1,234",
        "0,123",
        "0.123",
        "1234.567",
        "12.345.678",
        "12,345,678.9",
        "-5",
        "00120",
        "1.2.3,4",
        "12.34,5",
        "1,5,5",
        "1e5",
        "€ 5",
        ",5",
        "5,",
        "--5",
        "+5",
        "",
        "0.123.456",
        "1.23,50",
    ];
    let read: Vec<String> =
        typed.iter().map(|typed| format!("{typed} = {}", number(typed))).collect();
    assert_snapshot!(read.join("\n"), @r#"
    1234 = 1234
    1234,56 = 1234.56
    1234.56 = 1234.56
    1.234,56 = 1234.56
    1,234.56 = 1234.56
    1 234,5 = 1234.5
    1 234 = 1234
    1.234 = 1.234 or 1234
    1,234 = 1.234 or 1234
    0,123 = 0.123
    0.123 = 0.123
    1234.567 = 1234.567
    12.345.678 = 12345678
    12,345,678.9 = 12345678.9
    -5 = -5
    00120 = 120
    1.2.3,4 = -
    12.34,5 = -
    1,5,5 = -
    1e5 = -
    € 5 = -
    ,5 = -
    5, = -
    --5 = -
    +5 = -
     = -
    0.123.456 = -
    1.23,50 = -
    "#);
}

#[test]
fn a_day_is_read_in_every_usual_spelling() {
    let typed = [
        "2026-12-31",
        "31-12-2026",
        "1-2-2026",
        "31/12/2026",
        "31.12.2026",
        "20261231",
        "2026-12-31 00:00:00",
        "2026-12-31T00:00:00.000",
        "31-12-2026 0:00",
        "29-02-2024",
        "31-12-2026 10:00",
        "29-02-2025",
        "12-31-2026",
        "31-12-26",
        "46387",
        "1949-12-31",
        "2101-01-01",
        "2026-1-1",
        "31-12-2026-1",
        "31-12/2026",
        "",
    ];
    let read: Vec<String> = typed
        .iter()
        .map(|typed| {
            let day = day::read(typed).map_or("-".to_owned(), |day| day.to_string());
            format!("{typed} = {day}")
        })
        .collect();
    assert_snapshot!(read.join("\n"), @r#"
    2026-12-31 = 2026-12-31
    31-12-2026 = 2026-12-31
    1-2-2026 = 2026-02-01
    31/12/2026 = 2026-12-31
    31.12.2026 = 2026-12-31
    20261231 = 2026-12-31
    2026-12-31 00:00:00 = 2026-12-31
    2026-12-31T00:00:00.000 = 2026-12-31
    31-12-2026 0:00 = 2026-12-31
    29-02-2024 = 2024-02-29
    31-12-2026 10:00 = -
    29-02-2025 = -
    12-31-2026 = -
    31-12-26 = -
    46387 = -
    1949-12-31 = -
    2101-01-01 = -
    2026-1-1 = -
    31-12-2026-1 = -
    31-12/2026 = -
     = -
    "#);
}

#[test]
fn a_month_is_read_in_three_spellings() {
    let month = |typed| day::read_month(typed).map_or("-".to_owned(), |day| day.to_string());
    assert_snapshot!(month("2026-05"), @"2026-05-01");
    assert_snapshot!(month("05-2026"), @"2026-05-01");
    assert_snapshot!(month("202605"), @"2026-05-01");
    assert_snapshot!(month("05-26"), @"-");
    assert_snapshot!(month("2026-13"), @"-");
    assert_snapshot!(month("mei 2026"), @"-");
}

#[test]
fn a_house_number_is_split_only_where_it_is_certain() {
    let split = |typed: &str| match address_cells::split(typed) {
        Some(house) => format!("{} {:?} {:?}", house.number, house.letter, house.addition),
        None => "-".to_owned(),
    };
    let typed = [
        "5a", "5 a", "5a-bis", "5a-3", "5-bis", "5-hoog", "5-7", "5-a", "12-14a/b", "5ab", "0a",
        "5a-",
    ];
    let read: Vec<String> =
        typed.iter().map(|typed| format!("{typed} = {}", split(typed))).collect();
    assert_snapshot!(read.join("\n"), @r#"
    5a = 5 Some('a') None
    5 a = 5 Some('a') None
    5a-bis = 5 Some('a') Some("bis")
    5a-3 = 5 Some('a') Some("3")
    5-bis = 5 None Some("bis")
    5-hoog = 5 None Some("hoog")
    5-7 = -
    5-a = -
    12-14a/b = -
    5ab = -
    0a = -
    5a- = -
    "#);
}

#[test]
fn what_was_meant_is_a_slip_away() {
    assert_eq!(nearest::distance("gmial", "gmail"), 1);
    assert_eq!(nearest::distance("", "abc"), 3);
    assert_eq!(nearest::distance("kitten", "sitting"), 3);
    assert_eq!(nearest::nearest("strat", ["straat", "stad"]), Some("straat"));
    assert_eq!(nearest::nearest("x", ["y"]), None);
}

#[test]
fn settings_have_defaults_and_know_their_words() {
    let settings =
        Settings::parse("as_of = 2026-11-01\nmode = 'delta'\n[expect]\nrows = 3\n").unwrap();
    assert_eq!(settings.as_of, Some("2026-11-01".parse().unwrap()));
    assert_eq!(settings.mode, Mode::Delta);
    assert_eq!(Settings::parse("as_of = '2026-11-01'").unwrap().as_of, settings.as_of);
    assert_eq!(Settings::parse("").unwrap(), Settings::default());
    assert!(Settings::parse("mode = 'half'").is_err());
    assert!(Settings::parse("as_of = 5").is_err());
}

#[test]
fn what_is_written_is_what_is_kept() {
    let files = Example::smallest()
        .cells(
            "customers.csv",
            "kind=zakelijk;coc_number=00123456;payment=incasso;iban=nl49 test 1827 8132 65;\
             mandate_id=M1;mandate_date=2022-04-11;billing_addition=C;billing_postcode=1234 ab;\
             name=  De   Hoek ;language=engels;email2=anna@EXAMPLE.org;email3=b@example.org",
        )
        .cells("connections.csv", "supply_end=31-03-2026;capacity=Qn2,5;read_by=op afstand")
        .cells("advances.csv", "vat_rate=9%;paid=");
    let set = files.set();
    assert_snapshot!(serde_json::to_string_pretty(&set).unwrap(), @r#"
    {
      "accounts": [
        {
          "account": {
            "number": "1",
            "holder": {
              "kind": "company",
              "name": "De Hoek",
              "coc_number": "00123456"
            },
            "billing": {
              "street": "Dorpsstraat",
              "house_number": 5,
              "house_letter": "C",
              "postcode": "1234AB",
              "city": "Lunteren",
              "country": "NL"
            },
            "language": "en",
            "payment": {
              "by": "direct-debit",
              "iban": "NL49TEST1827813265",
              "account_holder": "De Hoek",
              "mandate_id": "M1",
              "mandate_date": "2022-04-11"
            },
            "invoicing": "per-connection"
          },
          "recipients": [
            {
              "address": "anna@example.org",
              "language": "en",
              "state": "ok"
            },
            {
              "address": "b@example.org",
              "language": "en",
              "state": "ok"
            }
          ],
          "connections": [
            {
              "connection": {
                "number": "A1",
                "account": "1",
                "address": {
                  "street": "Dorpsstraat",
                  "house_number": 5,
                  "postcode": "1234AB",
                  "city": "Lunteren",
                  "country": "NL"
                },
                "supply": {
                  "commodity": "water",
                  "capacity": "2.5",
                  "period": {
                    "from": "2020-01-01",
                    "until": "2026-04-01"
                  }
                },
                "read_by": "remote"
              },
              "meters": [
                {
                  "meter": {
                    "number": "W1",
                    "connection": "A1",
                    "installed_on": "2020-01-01",
                    "registers": [
                      {
                        "name": "1",
                        "unit": "m3",
                        "digits": 5,
                        "decimals": 0,
                        "direction": "consumption",
                        "band": "single",
                        "factor": "1",
                        "turning": "forward"
                      }
                    ]
                  },
                  "readings": [
                    {
                      "meter": "W1",
                      "register": "1",
                      "on": "2020-01-01",
                      "value": "0",
                      "source": "installed",
                      "quality": "actual"
                    },
                    {
                      "meter": "W1",
                      "register": "1",
                      "on": "2025-12-31",
                      "value": "1191",
                      "source": "customer",
                      "quality": "actual"
                    }
                  ]
                }
              ]
            }
          ],
          "advances": [
            {
              "covers": {
                "connection": "A1"
              },
              "period": {
                "from": "2026-01-01",
                "until": "2026-02-01"
              },
              "amount_excl": 8200,
              "vat": 738,
              "vat_rate": "9",
              "form": "invoice",
              "invoice_number": "VT1",
              "paid": 0
            }
          ]
        }
      ],
      "old_numbers": []
    }
    "#);
}
