//! Two functions at work at once: one is held at each of its calls while another one works.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use chrono::TimeDelta;
use futures::future::BoxFuture;

use cloud::Store;
use cloud::store::import::Changes;
use domain::account::CustomerNumber;
use domain::connection::ConnectionNumber;
use domain::import::{AccountRecord, ConnectionRecord, MeterRecord};
use domain::meter::MeterNumber;
use domain::reading::Reading;
use domain::request::RequestState;
use meterlink::gate::{Hold, Point, Side};
use meterlink::pump::Invocation;
use meterlink::world::{Letter, World, instant};

use crate::set::Set;

use super::{done, recorded, tiny};

/// K0006, who joined just now, with a second connection.
async fn with_another(world: &mut World) -> AccountRecord {
    let number = CustomerNumber::parse("K0006").unwrap();
    let known = world.stack().store().account(&number).await.unwrap();
    let connections = known.connections.iter().flat_map(|one| {
        let mut other = one.filed.connection.clone();
        other.number = ConnectionNumber::parse("A0066").unwrap();
        let meters = one.meters.iter().map(|filed| {
            let readings = filed.last.iter().map(|last| Reading {
                meter: filed.meter.number.clone(),
                register: last.register.clone(),
                on: last.on,
                value: last.value,
                source: last.source,
                quality: last.quality,
                received_at: None,
            });
            MeterRecord { meter: filed.meter.clone(), readings: readings.collect() }
        });
        let meters: Vec<MeterRecord> = meters.collect();
        let mut its_meters = meters.clone();
        for of_other in &mut its_meters {
            of_other.meter.connection = other.number.clone();
            of_other.meter.number = MeterNumber::parse("W0066").unwrap();
            for reading in &mut of_other.readings {
                reading.meter = of_other.meter.number.clone();
            }
        }
        let connection = one.filed.connection.clone();
        [
            ConnectionRecord { connection, meters },
            ConnectionRecord { connection: other, meters: its_meters },
        ]
    });
    AccountRecord {
        account: known.account.clone(),
        recipients: known.recipients.clone(),
        connections: connections.collect(),
        advances: Vec::new(),
    }
}

/// Loads `record` while the call `at` is held behind its effect.
fn load_at(at: u64, store: Store, record: AccountRecord) -> Hold {
    let (store, record) = (Arc::new(store), Arc::new(record));
    Arc::new(move |point: Point| -> BoxFuture<'static, ()> {
        let here = point == Point { number: at, side: Side::After };
        let (store, record) = (Arc::clone(&store), Arc::clone(&record));
        Box::pin(async move {
            if here {
                store.load_account(&record, Changes::Noted).await.unwrap();
            }
        })
    })
}

#[tokio::test]
async fn who_joins_while_joiners_are_asked_is_asked_the_next_morning_at_the_latest() {
    let (mut world, tape) = recorded().await;
    let morning = "2026-12-03 09:00";
    let drain = tape.iter().find(|it| {
        it.woken_by == "campaign-daily"
            && it.before.now() < instant(morning)
            && it.before.now() > instant("2026-12-02 09:00")
    });
    let drain = drain.unwrap();
    assert!(drain.calls > 20, "{}", drain.calls);
    for call in 1..=drain.calls {
        world.restore(&drain.before);
        let record = with_another(&mut world).await;
        let at = world.mark() + call;
        let hold = load_at(at, world.stack().store(), record);
        world.stack().stand_ins().gate().hold_calls(Some(hold));
        world.advance_to(morning).await;
        world.stack().stand_ins().gate().hold_calls(None);
        world.advance_to("2026-12-04 09:00").await;
        let account = CustomerNumber::parse("K0006").unwrap();
        let asked = world.stack().store().account(&account).await.unwrap();
        let requests = asked.connections.iter().flat_map(|one| &one.requests);
        let mut meters: Vec<(&str, RequestState)> =
            requests.map(|request| (request.meter.as_str(), request.state)).collect();
        meters.sort();
        let open = RequestState::Open;
        assert_eq!(meters, [("W0006", open), ("W0066", open)], "loaded during call {call}");
        // The reminder of that day names both once more.
        let calls = world.sent().into_iter().filter(|mail| mail.tags["kind"] == "call");
        let named = calls.filter(|mail| mail.to == ["k0006@example.org"]);
        let named: Vec<String> = named.flat_map(|mail| Letter::of(&mail).addresses()).collect();
        assert_eq!(named, ["Lindelaan 6", "Lindelaan 6"], "loaded during call {call}");
    }
    done(world, &tape);
}

/// Pauses the campaign while `held` is held; how many mails were out when that was acknowledged stands
/// in `out` then.
fn pause_at(held: Point, world: &mut World, out: &Arc<AtomicUsize>) -> Hold {
    let now = world.stack().now();
    let functions = world.stack().functions().clone();
    let stand_ins = world.stack().stand_ins().clone();
    let out = Arc::clone(out);
    Arc::new(move |point: Point| -> BoxFuture<'static, ()> {
        let here = point == held;
        let (functions, stand_ins, out) = (functions.clone(), stand_ins.clone(), Arc::clone(&out));
        Box::pin(async move {
            if here {
                let pause = Invocation {
                    function: "campaign".into(),
                    payload: tiny::ordered("pause", now),
                    request_id: "an operator".into(),
                    deadline: now + TimeDelta::minutes(5),
                };
                functions.invoke(pause).await.unwrap();
                out.store(stand_ins.mails().all().len(), Ordering::Relaxed);
            }
        })
    })
}

#[tokio::test]
async fn a_pause_in_the_middle_of_a_batch_takes_effect_before_the_next_mail() {
    let everybody: Vec<String> = (1..=12).map(|n| format!("k{n:0>4}@example.org")).collect();
    let mut world = Set::street(12).loaded().await;
    world.record();
    world.advance_to("2026-11-26 09:00").await;
    let tape = world.recorded();
    let batch = tape.iter().find(|it| it.function == "mailer").unwrap();
    assert!(batch.calls > 40, "{}", batch.calls);
    let mut held_back = 0;
    for (call, side) in
        (1..=batch.calls).flat_map(|call| [(call, Side::Before), (call, Side::After)])
    {
        let name = format!("paused during call {call} {side:?}");
        world.restore(&batch.before);
        let held = Point { number: world.mark() + call, side };
        let out = Arc::new(AtomicUsize::new(usize::MAX));
        let hold = pause_at(held, &mut world, &out);
        world.stack().stand_ins().gate().hold_calls(Some(hold));
        world.pump().await;
        world.stack().stand_ins().gate().hold_calls(None);
        world.advance_to("2026-11-26 09:50").await;
        let sent = world.sent().len();
        let out = out.load(Ordering::Relaxed);
        assert!((out..=out + 1).contains(&sent), "{name}: {out}, then {sent}");
        held_back += everybody.len() - sent;
        tiny::order(&mut world, "resume").await;
        world.advance_to("2026-11-26 10:30").await;
        let mut to: Vec<String> = world.sent().into_iter().flat_map(|mail| mail.to).collect();
        to.sort();
        assert_eq!(to, everybody, "{name}");
    }
    assert!(held_back > 400, "{held_back}");
    done(world, &tape);
}
