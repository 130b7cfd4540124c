//! The documents, made from cases of every kind and read back.
//!
//! What is made here is also left in cargo's folder for tests, where `tests/documents/run.py` has the
//! rules of EN 16931 judge it. Setting type takes a second here and there, since nothing of typst's
//! is fully optimized in tests.

#![cfg(test)]

mod cases;
mod peers;
mod read;
mod volume;

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Write as _};
use std::path::PathBuf;

use insta::assert_snapshot;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use documents::{Letterhead, pdf, ubl};
use domain::hex::hex;
use domain::quantity::{Commodity, Quantity, Unit};

use cases::{Made, collective, consumer, crowd, every_kind, thrown};
use read::texts_of;

fn letterhead() -> Letterhead {
    Letterhead {
        accent: "#0B5CAD".to_owned(),
        logo: Some(include_bytes!("../../../../infra/config/logo.svg").to_vec()),
        household: BTreeMap::from([(
            Commodity::Water,
            Quantity { amount: 105.into(), unit: Unit::CubicMetre },
        )]),
    }
}

#[track_caller]
fn set(made: &Made) -> Vec<u8> {
    let set = pdf(&made.case, &made.settlement, &letterhead());
    set.unwrap_or_else(|e| panic!("{}: {e}", made.name))
}

/// Leaves a file for the rules to judge.
fn leave(made: &Made, ending: &str, bytes: &[u8]) {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("documents");
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join(format!("{}.{ending}", made.name)), bytes).unwrap();
}

fn leave_xml(made: &Made) {
    leave(made, "xml", &ubl(&made.case, &made.settlement));
    leave(made, "json", &serde_json::to_vec(&made.settlement).unwrap());
}

#[test]
fn a_document_of_every_kind_is_made_and_made_again_with_the_same_bytes() {
    for made in every_kind() {
        let once = set(&made);
        assert!(once == set(&made), "{}: other bytes", made.name);
        leave_xml(&made);
        leave(&made, "pdf", &once);
    }
}

#[test]
fn two_hundred_mixed_documents_are_made() {
    for seed in 0..200 {
        let made = thrown(seed);
        leave_xml(&made);
        // Every tenth on paper, too.
        if seed % 10 == 0 {
            leave(&made, "pdf", &set(&made));
        }
    }
}

#[test]
fn mixed_documents_of_many_addresses_are_made() {
    for (seed, count, on_paper) in [(205, 60, true), (202, 150, false), (204, 400, false)] {
        let made = crowd(seed, count);
        assert_eq!(made.settlement.connections.len(), count);
        leave_xml(&made);
        // Setting many takes long here: `volume` sets the largest.
        if on_paper {
            leave(&made, "pdf", &set(&made));
        }
    }
}

#[test]
fn another_machine_makes_the_same_bytes() {
    let made = every_kind().into_iter().next().unwrap();
    let digest = |bytes: &[u8]| hex(&Sha256::digest(bytes));
    assert_snapshot!(digest(&ubl(&made.case, &made.settlement)), @"b47e29416fcbb1d5f69fc4b701246fcdeeaa1ea8d535ea95c409fc300f50705a");
    assert_snapshot!(digest(&set(&made)), @"92552a2d4021cfe4c656e57ba13db45f342628b6ad6c52adb4282b91e327695d");
}

#[test]
fn a_mail_can_carry_them() {
    let size = |name: &str| {
        let made = every_kind().into_iter().find(|made| made.name == name).unwrap();
        set(&made).len()
    };
    let sizes = ["consumer-refund", "credit-note", "term-invoice"].map(size);
    assert!(sizes.iter().all(|size| *size <= 40_000), "{sizes:?} bytes");
    let coded = size("consumer-pays");
    assert!(coded <= 40_000, "{coded} bytes with a code to pay by");
}

/// What people are called, and what they may try.
const NAMES: [&str; 8] = [
    "O'Neill & Zn <b>\"vet\"</b>",
    "#set page(fill: red) #panic(\"x\") $x$ *dik* _schuin_ @ref <label> // weg /* weg */",
    "#image(\"/etc/passwd\") #read(\"data.json\") #import \"@preview/x:1.0.0\"",
    "]]><![CDATA[ &amp; &#0; &lol; <!ENTITY x SYSTEM \"file:///etc/passwd\">",
    "{{ number }} ${jndi:ldap://x} %s %n \\u0000 \\",
    "tab\there\u{0}\u{8}\u{1b}\u{7f}\u{ffff}\nline\r\nend",
    "Łódź Ærø Çelik Ÿ ĳ ß 王小明 🚰 \u{202e}sdrawkcab\u{200b} e\u{301} \u{e000}",
    "=cmd|' /C calc'!A0",
];

/// Every place where a text of somebody stands in a case.
const PLACES: [&str; 17] = [
    "/account/name",
    "/account/address",
    "/account/city",
    "/account/postcode",
    "/account/buyer_reference",
    "/seller/name",
    "/seller/address",
    "/seller/city",
    "/seller/email",
    "/seller/phone",
    "/seller/website",
    "/tariff/version",
    "/tariff/components/0/name/nl",
    "/tariff/vat/none/0/reason/nl",
    "/connections/0/address",
    "/connections/0/own_reference",
    "/connections/0/registers/0/meter",
];

#[test]
fn whatever_people_are_called_is_text_and_nothing_else() {
    for (number, name) in NAMES.into_iter().enumerate() {
        let mut case = collective(2);
        cases::heated(&mut case["connections"][1]);
        case["account"]["buyer_reference"] = json!("");
        case["connections"][0]["own_reference"] = json!("");
        for place in PLACES {
            let short: String = name.chars().take(50).collect();
            *case.pointer_mut(place).unwrap_or_else(|| panic!("{place}")) = json!(short);
        }
        let made = Made::of(&format!("names-{number}"), &case);
        leave_xml(&made);
        leave(&made, "pdf", &set(&made));
        let said = texts_of(&ubl(&made.case, &made.settlement));
        let short: String = name.chars().take(50).collect();
        let kept: String = short
            .chars()
            .filter_map(|c| match c {
                '\t' | '\n' | '\r' => Some(' '),
                '\u{ffff}' => None,
                c if c.is_control() => None,
                c => Some(c),
            })
            .collect();
        let heard = said.iter().filter(|text| text.contains(kept.trim())).count();
        assert!(heard >= 7, "{name}: {heard} of {said:?}");
    }
}

#[test]
fn the_e_invoice_of_a_consumer_reads_like_this() {
    let made = Made::of("consumer", &consumer());
    let xml = String::from_utf8(ubl(&made.case, &made.settlement)).unwrap();
    check_golden("consumer.xml", &xml);
}

#[test]
fn the_e_invoice_of_a_credit_note_reads_like_this() {
    let made = every_kind().into_iter().find(|made| made.name == "credit-note").unwrap();
    let xml = String::from_utf8(ubl(&made.case, &made.settlement)).unwrap();
    check_golden("credit-note.xml", &xml);
}

#[test]
fn the_e_invoice_of_a_term_reads_like_this() {
    let made = every_kind().into_iter().find(|made| made.name == "term-invoice").unwrap();
    let xml = String::from_utf8(ubl(&made.case, &made.settlement)).unwrap();
    check_golden("term-invoice.xml", &xml);
}

/// The golden file `name` holds `text`; what differs is left beside it as `<name>.new`.
#[track_caller]
fn check_golden(name: &str, text: &str) {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/invoice_documents/golden");
    let golden = fs::read_to_string(folder.join(name)).unwrap_or_default();
    if golden != text {
        let new = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
        fs::write(&new, text).unwrap();
        panic!("{name} differs: compare it with {}", new.display());
    }
}

#[test]
fn a_reduction_moves_its_sign_to_the_quantity() {
    let made = every_kind().into_iter().find(|made| made.name == "mixed-vat").unwrap();
    let said = texts_of(&ubl(&made.case, &made.settlement));
    let at = said.iter().position(|text| text == "Korting op warmte").unwrap();
    assert!(
        said[..at].iter().rev().take(12).any(|text| text == "-365" || text == "-334"),
        "{said:?}"
    );
    assert!(!said.contains(&"-62.105".to_owned()));
}

/// Cases that are not part of the project are made, too, where they lie beside it.
#[test]
fn cases_from_beside_the_project_become_documents() {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/settle");
    if !folder.is_dir() {
        drop(writeln!(io::stdout(), "skipped: there is no shared/data/settle beside the project"));
        return;
    }
    let mut made = 0;
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        let Some(name) =
            name.strip_suffix(".case.json").filter(|name| !name.starts_with("refused"))
        else {
            continue;
        };
        let case: Value = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
        let one = Made::of(&format!("beside-{name}"), &case);
        leave_xml(&one);
        leave(&one, "pdf", &set(&one));
        made += 1;
    }
    assert_eq!(made, 5);
}
