//! What becomes of a mail that was accepted, recipient by recipient.

use super::{
    Mail,
    event::{Bounce, Event, EventType},
};
use crate::{
    fault::{Effect, EventPath, Rule},
    template::ConfigurationSet,
};

/// What happens to a mail that was just accepted, in order: what, and to which of its recipients.
///
/// **Shape.** `is_suppressed` says whether an address is on the account's suppression list.
/// **Source.** SES developer guide, the mailbox simulator.
pub(super) fn of(
    mail: &Mail,
    fault: Option<&Rule>,
    is_suppressed: impl Fn(&str) -> bool,
) -> Vec<(EventType, Vec<String>)> {
    let mut happened = vec![(EventType::Send, mail.to.clone())];
    let mut add = |event_type: EventType, address: &String| match happened
        .iter_mut()
        .find(|(known, _)| *known == event_type)
    {
        Some((_, recipients)) => recipients.push(address.clone()),
        None => happened.push((event_type, vec![address.clone()])),
    };
    for address in &mail.to {
        let fault = fault.filter(|fault| fault.concerns("to", address));
        let fate = if is_suppressed(address) {
            EventType::Bounce(Bounce::Suppressed)
        } else {
            simulated(address).or_else(|| injected(fault?.effect)).unwrap_or(EventType::Delivery)
        };
        if fate == EventType::Complaint {
            add(EventType::Delivery, address);
        }
        add(fate, address);
    }
    happened.sort_by_key(|(event_type, _)| *event_type);
    happened
}

/// The events of what happened, on each path on which the configuration set publishes them, with all
/// that `faults` do to them.
pub(super) fn publish(
    mail: &Mail,
    set: &ConfigurationSet,
    happened: &[(EventType, Vec<String>)],
    faults: &[Rule],
) -> Vec<Event> {
    let has = |effect| faults.iter().any(|fault| fault.effect == effect);
    let mut events = Vec::new();
    for path in [EventPath::EventBridge, EventPath::Sns] {
        if has(Effect::EventLost(path)) {
            continue;
        }
        for (event_type, recipients) in happened {
            if !set.publishes(path, event_type.as_template_str()) {
                continue;
            }
            let mut event = Event::new(mail, *event_type, recipients.clone(), path, mail.at);
            for fault in faults {
                if let Effect::EventLate(seconds) = fault.effect {
                    event = event.late(seconds);
                }
            }
            if has(Effect::EventTwice) {
                events.push(event.clone());
            }
            events.push(event);
        }
    }
    events
}

/// What the mailbox simulator does with one of its addresses.
fn simulated(address: &str) -> Option<EventType> {
    let (name, host) = address.split_once('@')?;
    if !host.eq_ignore_ascii_case(SIMULATOR) {
        return None;
    }
    match name.split('+').next().unwrap_or_default().to_lowercase().as_str() {
        "bounce" => Some(EventType::Bounce(Bounce::Permanent)),
        "suppressionlist" => Some(EventType::Bounce(Bounce::SuppressedGlobally)),
        "complaint" => Some(EventType::Complaint),
        _ => Some(EventType::Delivery),
    }
}

/// Whether an address is the mailbox simulator's: those never get on a suppression list.
pub(super) fn is_simulated(address: &str) -> bool {
    simulated(address).is_some()
}

const SIMULATOR: &str = "simulator.amazonses.com";

/// What a fault does to the recipients that it concerns.
fn injected(effect: Effect) -> Option<EventType> {
    match effect {
        Effect::Bounce => Some(EventType::Bounce(Bounce::Permanent)),
        Effect::BounceTransient => Some(EventType::Bounce(Bounce::Transient)),
        Effect::Complain => Some(EventType::Complaint),
        Effect::DropBefore
        | Effect::DropAfter
        | Effect::ErrorBefore(_)
        | Effect::ErrorAfter(_)
        | Effect::Throttle
        | Effect::ThrottleDaily
        | Effect::Delay(_)
        | Effect::Reject
        | Effect::EventLost(_)
        | Effect::EventLate(_)
        | Effect::EventTwice
        | Effect::Duplicate
        | Effect::Reorder
        | Effect::Late(_)
        | Effect::Lost
        | Effect::Cut
        | Effect::Conflict => None,
    }
}
