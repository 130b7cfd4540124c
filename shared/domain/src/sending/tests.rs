use insta::assert_snapshot;

use crate::invoice::{Sequence, Series};
use crate::shard::{Drawers, Shard};

use super::*;

/// The key and the drawer of what `account` is mailed.
#[track_caller]
fn check(scope: &str, account: &str, part: u16) -> String {
    let scope = Scope::parse(scope).unwrap();
    let account = CustomerNumber::parse(account).unwrap();
    let id = SendId::of(&scope, &account, Part::new(part).unwrap());
    assert_eq!(SendId::parse(&id.to_string()), Some(id));
    format!("{id} {}", Drawers::USUAL.of_send(id))
}

#[test]
fn a_send_is_named_after_what_it_is() {
    assert_snapshot!(check("c2026-call", "K10001", 1), @"8c46fa98f8de0b4f445ea98066622071 0c");
    assert_snapshot!(check("c2026-r1", "K10001", 1), @"a8a51c6af4c190940727d9ebf73cf142 28");
    assert_snapshot!(check("c2026-call", "K10042", 2), @"5c5964388e7107de473dfc9db90f12ce 1c");
}

#[test]
fn an_account_lies_in_one_drawer() {
    let account = |account| CustomerNumber::parse(account).unwrap();
    let shard = |name| Drawers::USUAL.of_account(&account(name)).to_string();
    assert_eq!(shard("K10001"), "13");
    assert_eq!(shard("K10042"), "16");
    let few = Drawers::new(4).unwrap();
    assert_eq!(few.of_account(&account("K10001")).to_string(), "03");
    for count in [1, 2, 64, 256] {
        let drawers = Drawers::new(count).unwrap();
        assert_eq!(drawers.count(), count);
        assert_eq!(drawers.all().count(), usize::from(count));
        assert!(drawers.all().all(|shard| Shard::parse(&shard.to_string()) == Some(shard)));
    }
    assert_eq!([0, 3, 65, 512].map(Drawers::new), [None; 4]);
    assert_eq!(["1", "100", "0G", "0F"].map(Shard::parse), [None; 4]);
}

#[test]
fn a_scope_is_read_back_from_its_name() {
    let names =
        ["c2026-call", "c2026-r1", "c1-r5", "c2026-est", "rcp-2026112608", "dlg-2026112608"];
    for name in names.into_iter().chain(["inv-2027010508"]) {
        assert_eq!(Scope::parse(name).map(|scope| scope.to_string()), Some(name.into()));
    }
    let wrong = ["", "c0-call", "c2026-r0", "c02026-call", "2026-call", "c2026-R1", "c2026-r01"];
    for wrong in wrong.into_iter().chain(["rcp-2026112624", "rcp-202611260", "rcp-20261326 8"]) {
        assert_eq!(Scope::parse(wrong), None, "{wrong}");
    }
}

#[test]
fn calls_and_invoices_are_promised() {
    let names = ["c2026-call", "c2026-r1", "c2026-est", "rcp-2026112608", "dlg-2026112608"];
    let promised = names.into_iter().chain(["inv-2027010508"]);
    let promised: Vec<&str> =
        promised.filter(|name| Scope::parse(name).unwrap().is_promised()).collect();
    assert_eq!(promised, ["c2026-call", "inv-2027010508"]);
}

#[test]
fn an_hour_is_followed_by_the_next() {
    let hour = Hour::of("2026-12-31T23:59:59.999Z".parse().unwrap());
    assert_eq!(hour.to_string(), "2026123123");
    assert_eq!(hour.next().to_string(), "2027010100");
}

#[test]
fn a_joiners_part_is_named_after_what_joined() {
    let connection = |name| ConnectionNumber::parse(name).unwrap();
    let one = Part::joined(&[connection("A1")]);
    assert_eq!(one, Part::joined(&[connection("A1")]));
    assert_ne!(one, Part::joined(&[connection("A1"), connection("A2")]));
    let languages = [0, 1, 2, 3].map(|place| one.in_language(place).get() - one.get());
    assert_eq!(languages, [0, 1, 2, 3]);
    assert_eq!(one.probed().get() - one.get(), 4);
    assert!(one > Part::POST && !one.is_behind_first());
}

#[test]
fn an_invoice_has_a_part_a_language_and_none_is_the_post_lists() {
    let scope = Scope::parse("inv-2027010508").unwrap();
    for sequence in 1..2000 {
        let day = "2027-01-05".parse().unwrap();
        let (series, sequence) = (Series::new(1).unwrap(), Sequence::new(sequence).unwrap());
        let number = InvoiceNumber::allot(day, series, sequence).unwrap();
        let first = Part::of_invoice(&number);
        assert_eq!(first, Part::of_invoice(&number));
        for place in 0..4 {
            let part = scope.division(first, place).unwrap();
            assert_ne!(part, Part::POST);
            assert_eq!((scope.leading(part), scope.place(part)), (first, place));
            assert_eq!(scope.leading(part.probed()), first.probed());
        }
    }
}

#[test]
fn every_state_is_counted_once() {
    let mut tally = Tally::default();
    for state in SendState::ALL {
        tally.count(Part::FIRST, state, 0);
    }
    assert_eq!(tally.rows(), 8);
    assert_eq!(tally.final_rows(), 5);
    let stored = SendState::ALL.map(SendState::as_str).join(" ");
    assert_snapshot!(stored, @"PLANNED CLAIMED ACCEPTED UNKNOWN REJECTED SKIPPED POST UNRESOLVED");
    for state in SendState::ALL {
        assert_eq!(serde_json::to_value(state).unwrap(), state.as_str());
    }
}

#[test]
fn a_wave_adds_up_when_every_account_and_every_part_is_final() {
    let sent = SendState::Accepted;
    let tally = |rows: &[(u16, SendState, u64)]| {
        let mut tally = Tally::default();
        for (part, state, children) in rows {
            tally.count(Part::new(*part).unwrap(), *state, *children);
        }
        tally
    };
    assert!(tally(&[]).adds_up(0));
    assert!(tally(&[(1, sent, 0), (1, SendState::Skipped, 0)]).adds_up(2));
    assert!(!tally(&[(1, sent, 0)]).adds_up(2), "an account without a row");
    assert!(!tally(&[(1, SendState::Unknown, 0)]).adds_up(1), "a row that is not final");
    assert!(!tally(&[(1, sent, 1)]).adds_up(1), "a part without a row");
    assert!(tally(&[(1, sent, 1), (2, sent, 0)]).adds_up(1));
    assert!(tally(&[(1, sent, 0), (90, SendState::Post, 0), (104, sent, 0)]).adds_up(1));
}

#[test]
fn the_last_mail_of_a_wave_is_that_of_its_own_parts() {
    let mailed_on = |rows: &[(u16, SendState, &str)]| {
        let mut tally = Tally::default();
        for (part, state, at) in rows {
            let mut other = Tally::default();
            other.note_mailed(Part::new(*part).unwrap(), *state, at.parse().ok());
            tally.add(&other);
        }
        tally.mailed_on.map(|day| day.to_string()).unwrap_or_default()
    };
    let sent = SendState::Accepted;
    assert_snapshot!(mailed_on(&[]), @"");
    assert_snapshot!(mailed_on(&[(1, sent, "2026-11-26T08:00:00Z"), (1, sent, "2026-11-26T07:00:00Z")]), @"2026-11-26");
    // the second part went out at half past midnight, in Amsterdam
    assert_snapshot!(mailed_on(&[(1, sent, "2026-11-26T08:00:00Z"), (2, sent, "2026-11-26T23:30:00Z")]), @"2026-11-27");
    // perhaps it went out
    assert_snapshot!(mailed_on(&[(1, SendState::Unresolved, "2026-11-27T08:00:00Z")]), @"2026-11-27");
    // it did not; who joined later is mailed apart; who cannot be mailed is written to
    assert_snapshot!(mailed_on(&[(1, SendState::Skipped, "2026-11-27T08:00:00Z")]), @"");
    assert_snapshot!(mailed_on(&[(104, sent, "2026-11-27T08:00:00Z"), (90, SendState::Post, "2026-11-27T08:00:00Z")]), @"");
}
