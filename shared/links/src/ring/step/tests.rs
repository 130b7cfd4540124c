use insta::assert_snapshot;
use proptest::prelude::*;

use domain::id::{CampaignNumber, Generation, Subject};

use super::*;
use crate::{
    grant::{Grant, RefusedBy},
    link_type::Submit,
    testing::tries,
};

fn master(n: u8) -> Master {
    crate::testing::master([n; 32])
}

/// Takes `steps` (`day time verb [key] [closed…]`, one a line) from a ring that was made on
/// 2026-01-01 at 03:30 in Amsterdam, and says after each what became of it.
#[track_caller]
fn check(steps: &str) -> String {
    let mut ring = KeyRing::first(master(1), "2026-01-01T02:30:00Z".parse().unwrap());
    let mut secrets = 2..;
    let mut told = Vec::new();
    for step in steps.lines().map(str::trim) {
        let words: Vec<&str> = step.split(' ').collect();
        let now = format!("{}T{}:00Z", words[0], words[1]).parse().unwrap();
        let ids: Vec<KeyId> = words[3..].iter().map(|id| KeyId::new(id.parse().unwrap())).collect();
        let answer = match words[2] {
            "due" => Ok(format!("{:?}", ring.due(&ids, now))),
            "publish" => {
                ring.publish(master(secrets.next().unwrap()), now).map(|id| id.to_string())
            }
            "publish-again" => ring.publish(master(1), now).map(|id| id.to_string()),
            "activate" => ring.activate(ids[0], now).map(|()| format!("{ring:?}")),
            "retire" => ring.retire(ids[0], &ids[1..], now).map(|()| format!("{ring:?}")),
            "revoke" => ring.revoke(ids[0], now).map(|()| format!("{ring:?}")),
            other => panic!("{other}"),
        };
        // a step is refused without a trace, and what was taken can be stored
        assert_eq!(KeyRing::parse(&ring.print()).unwrap().keys(), ring.keys());
        told.push(answer.unwrap_or_else(|refused| refused.to_string()));
    }
    told.join("\n")
}

#[test]
fn a_key_is_published_waits_is_activated_and_retired() {
    assert_snapshot!(check("2026-04-01 01:30 publish
                            2026-04-01 01:44 activate 2
                            2026-04-01 01:45 activate 2
                            2026-04-02 01:30 retire 1
                            2027-12-01 01:30 retire 1 1"), @"
    2
    key 2 must wait until 2026-04-01 01:45:00 UTC
    KeyRing {KeyId(1): Published, KeyId(2): Active}
    key 1 signed for a campaign that is open for corrections
    KeyRing {KeyId(1): Retired, KeyId(2): Active}
    ");
}

#[test]
fn steps_run_one_way() {
    assert_snapshot!(check("2026-04-01 01:30 activate 1
                            2026-04-01 01:30 publish-again
                            2026-04-01 01:30 publish
                            2026-04-01 01:30 publish
                            2026-04-01 01:45 activate 2
                            2026-04-01 01:45 activate 1
                            2026-04-01 01:45 retire 2 1 2
                            2026-04-01 01:45 revoke 2
                            2026-04-01 01:44 revoke 9
                            2026-04-01 01:45 retire 9 9
                            2026-04-01 01:45 activate 9
                            2026-04-01 01:45 retire 1 1
                            2026-04-01 01:45 retire 1 1
                            2026-04-01 01:45 revoke 1
                            2026-04-01 01:45 activate 1"), @"
    key 1 is or was active
    the new secret is that of key 1
    2
    key 2 is published and waits to be activated
    KeyRing {KeyId(1): Published, KeyId(2): Active}
    key 1 is or was active
    key 2 is active
    key 2 is active
    there is no key 9
    there is no key 9
    there is no key 9
    KeyRing {KeyId(1): Retired, KeyId(2): Active}
    key 1 is retired
    key 1 is retired
    key 1 is retired
    ");
}

#[test]
fn a_known_secret_is_replaced_and_revoked_without_asking_for_campaigns() {
    assert_snapshot!(check("2026-04-01 01:30 revoke 1
                            2026-04-01 01:30 publish
                            2026-04-01 01:45 activate 2
                            2026-04-01 01:45 revoke 1
                            2026-04-01 01:46 publish
                            2026-04-01 01:45 revoke 3
                            2026-04-01 01:46 revoke 3
                            2026-04-01 01:46 activate 3
                            2026-04-01 01:46 publish"), @"
    key 1 is active
    2
    KeyRing {KeyId(1): Published, KeyId(2): Active}
    KeyRing {KeyId(1): Retired, KeyId(2): Active}
    3
    key 3 must wait until 2026-04-01 01:46:00 UTC
    KeyRing {KeyId(1): Retired, KeyId(2): Active, KeyId(3): Retired}
    key 3 is retired
    4
    ");
}

#[test]
fn one_step_is_due_a_day() {
    // 90 days after 02:30 UTC on 1 January is 1 April; from 29 March the schedule runs at 01:30
    assert_snapshot!(check("2026-01-01 20:00 due 1
                            2026-03-31 01:30 due 1
                            2026-04-01 01:30 due 1
                            2026-04-02 01:30 due 1
                            2026-04-02 01:30 publish
                            2026-04-02 01:45 due 1
                            2026-04-02 21:59 due 1
                            2026-04-02 22:00 due 1
                            2026-04-03 01:30 activate 2
                            2026-04-03 01:31 due 1
                            2026-04-04 01:30 due
                            2026-04-04 01:30 due 2
                            2026-04-04 01:30 due 2 1
                            2026-04-04 01:30 retire 1 1
                            2026-04-05 01:30 due 1 2
                            2026-07-01 01:30 due 1
                            2026-07-02 01:30 due 1
                            2026-12-01 01:30 due 1 2"), @"
    None
    None
    None
    Some(Publish)
    2
    None
    None
    Some(Activate(KeyId(2)))
    KeyRing {KeyId(1): Published, KeyId(2): Active}
    None
    None
    None
    Some(Retire(KeyId(1)))
    KeyRing {KeyId(1): Retired, KeyId(2): Active}
    None
    None
    Some(Publish)
    Some(Publish)
    ");
}

#[test]
fn a_key_published_just_before_midnight_still_waits() {
    assert_snapshot!(check("2026-04-01 21:55 publish
                            2026-04-01 22:05 due
                            2026-04-01 22:10 due"), @"
    2
    None
    Some(Activate(KeyId(2)))
    ");
}

#[test]
fn what_is_due_is_never_refused_and_the_daily_run_goes_on_for_years() {
    let mut now: DateTime<Utc> = "2026-01-01T02:30:00Z".parse().unwrap();
    let mut ring = KeyRing::first(master(1), now);
    let mut taken = Vec::new();
    for _ in 0..1_000 {
        now += TimeDelta::days(1);
        // a campaign closes for corrections 400 days after its key was published
        let closed: Vec<KeyId> = ring
            .keys()
            .iter()
            .filter(|key| now - key.published > TimeDelta::days(400))
            .map(|key| key.id)
            .collect();
        let Some(step) = ring.due(&closed, now) else { continue };
        match step {
            Step::Publish => {
                ring.publish(master(u8::try_from(taken.len() + 2).unwrap()), now).map(|_| ())
            }
            Step::Activate(id) => ring.activate(id, now),
            Step::Retire(id) => ring.retire(id, &closed, now),
        }
        .unwrap();
        assert_eq!(ring.due(&closed, now), None, "one step a day");
        taken.push(step);
    }
    let count = |is: fn(&Step) -> bool| taken.iter().filter(|step| is(step)).count();
    assert_eq!(count(|step| matches!(step, Step::Publish)), 11);
    assert_eq!(count(|step| matches!(step, Step::Activate(_))), 10);
    assert_eq!(count(|step| matches!(step, Step::Retire(_))), 7);
}

#[test]
fn key_ids_end_at_255() {
    let mut now: DateTime<Utc> = "2026-01-01T02:30:00Z".parse().unwrap();
    let mut ring = KeyRing::first(master(1), now);
    for n in 2..=255 {
        let id = ring.publish(master(n), now).unwrap();
        assert_eq!(id, KeyId::new(n));
        now += ACTIVATION_WAIT;
        ring.activate(id, now).unwrap();
    }
    assert_eq!(ring.publish(master(0), now), Err(StepRefused::NoIdLeft));
    assert_eq!(ring.active_id(), KeyId::new(255));
}

#[test]
fn the_first_ring_of_a_utility_signs_at_once() {
    let now = "2026-01-01T02:30:00.123456Z".parse().unwrap();
    let ring = KeyRing::first(master(1), now);
    assert_eq!(ring.active_id(), KeyId::new(1));
    let printed = ring.print();
    assert_eq!(printed.matches("2026-01-01T02:30:00.123Z").count(), 2);
    assert_eq!(KeyRing::parse(&printed).unwrap().keys(), ring.keys());
}

/// How long a process keeps its ring.
const CACHE: TimeDelta = TimeDelta::minutes(5);

/// A process with a ring that may be old.
struct Process {
    ring: KeyRing,
    read_at: DateTime<Utc>,
}

impl Process {
    fn refresh(&mut self, stored: &KeyRing, now: DateTime<Utc>) {
        if now - self.read_at >= CACHE {
            *self = Self { ring: KeyRing::parse(&stored.print()).unwrap(), read_at: now };
        }
    }
}

/// What can happen next, after some minutes.
#[derive(Clone, Debug)]
enum Event {
    Publish,
    Activate,
    Retire(u8),
    Revoke(u8),
    /// One of the three processes signs a link, and each of them opens all that there are.
    Mint(usize),
}

fn event() -> impl Strategy<Value = (i64, Event)> {
    let event = prop_oneof![
        3 => Just(Event::Publish),
        5 => Just(Event::Activate),
        1 => (1..6_u8).prop_map(Event::Retire),
        1 => (1..6_u8).prop_map(Event::Revoke),
        5 => (0..3_usize).prop_map(Event::Mint),
    ];
    (prop_oneof![4 => 0..3_i64, 1 => 3..20_i64], event)
}

/// Opens every link of `issued` as the process does at `now`, and compares with what is stored.
fn open(
    process: &Process,
    issued: &[String],
    stored: &KeyRing,
    now: DateTime<Utc>,
) -> Result<(), TestCaseError> {
    for token in issued {
        let opened = process.ring.verify::<Grant<Submit>>(token);
        let key_id = crate::token::decode(token).unwrap().1[12];
        let keys = stored.keys();
        let key = keys.iter().find(|key| key.id.get() == key_id).unwrap();
        match key.retired {
            None => prop_assert!(opened.is_ok(), "refused before its retire"),
            Some(retired) if retired < process.read_at => {
                prop_assert_eq!(opened.unwrap_err().refused_by(), RefusedBy::Key);
            }
            Some(retired) => prop_assert!(now - retired < CACHE),
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(tries(100))]

    /// Takes a second or two. Three processes keep their rings for five minutes while keys come
    /// and go: no link is refused before its key is retired, none opens once that is known.
    #[test]
    fn rotation_breaks_no_link_and_retirement_all(
        events in prop::collection::vec(event(), 1..80)
    ) {
        let mut now: DateTime<Utc> = "2026-01-01T02:30:00Z".parse().unwrap();
        let mut stored = KeyRing::first(master(1), now);
        let read = |minutes| Process {
            ring: KeyRing::parse(&stored.print()).unwrap(),
            read_at: now - TimeDelta::minutes(minutes),
        };
        let mut processes = [read(0), read(2), read(4)];
        let mut issued: Vec<String> = Vec::new();
        let mut secrets = 2..;
        for (minutes, event) in events {
            now += TimeDelta::minutes(minutes);
            match event {
                Event::Publish => {
                    let _refused = stored.publish(master(secrets.next().unwrap()), now);
                }
                Event::Activate => {
                    if let Some(id) = stored.waiting().map(|key| key.id) {
                        let _refused = stored.activate(id, now);
                    }
                }
                Event::Retire(id) => {
                    let _refused = stored.retire(KeyId::new(id), &[KeyId::new(id)], now);
                }
                Event::Revoke(id) => {
                    let _refused = stored.revoke(KeyId::new(id), now);
                }
                Event::Mint(nth) => {
                    processes[nth].refresh(&stored, now);
                    let (subject, campaign) = (Subject::new(1), CampaignNumber::new(1));
                    let key = processes[nth].ring.key::<Submit>();
                    let token = key.mint(subject.unwrap(), campaign.unwrap(), Generation::FIRST);
                    issued.push(token.reveal().to_owned());
                    for process in &mut processes {
                        process.refresh(&stored, now);
                        open(process, &issued, &stored, now)?;
                    }
                }
            }
        }
    }
}
