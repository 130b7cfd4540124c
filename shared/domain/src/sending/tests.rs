use insta::assert_snapshot;

use super::*;

/// The key and the drawer of what `account` is mailed.
#[track_caller]
fn check(scope: &str, account: &str, part: u16) -> String {
    let scope = Scope::parse(scope).unwrap();
    let account = CustomerNumber::parse(account).unwrap();
    let id = SendId::of(&scope, &account, Part::new(part).unwrap());
    assert_eq!(SendId::parse(&id.to_string()), Some(id));
    format!("{id} {}", id.shard())
}

#[test]
fn a_send_is_named_after_what_it_is() {
    assert_snapshot!(check("c2026-call", "K10001", 1), @"8c46fa98f8de0b4f445ea98066622071 0c");
    assert_snapshot!(check("c2026-r1", "K10001", 1), @"a8a51c6af4c190940727d9ebf73cf142 28");
    assert_snapshot!(check("c2026-call", "K10042", 2), @"5c5964388e7107de473dfc9db90f12ce 1c");
}

#[test]
fn an_account_lies_in_one_drawer() {
    let shard = |account| Shard::of_account(&CustomerNumber::parse(account).unwrap()).to_string();
    assert_eq!(shard("K10001"), "13");
    assert_eq!(shard("K10042"), "16");
    assert_eq!(Shard::all().count(), 64);
    assert!(Shard::all().all(|shard| Shard::parse(&shard.to_string()) == Some(shard)));
    assert_eq!(Shard::parse("40"), None);
}

#[test]
fn a_scope_is_read_back_from_its_name() {
    for name in ["c2026-call", "c2026-r1", "c1-r5"] {
        assert_eq!(Scope::parse(name).map(|scope| scope.to_string()), Some(name.into()));
    }
    for wrong in ["", "c0-call", "c2026-r0", "c02026-call", "2026-call", "c2026-R1", "c2026-r01"] {
        assert_eq!(Scope::parse(wrong), None, "{wrong}");
    }
}

#[test]
fn every_state_is_counted_once() {
    let mut tally = Tally::default();
    for state in SendState::ALL {
        tally.count(state);
    }
    assert_eq!(tally.rows(), 8);
    assert_eq!(tally.final_rows(), 5);
    let stored = SendState::ALL.map(SendState::as_str).join(" ");
    assert_snapshot!(stored, @"PLANNED CLAIMED ACCEPTED UNKNOWN REJECTED SKIPPED POST UNRESOLVED");
    for state in SendState::ALL {
        assert_eq!(serde_json::to_value(state).unwrap(), state.as_str());
    }
}
