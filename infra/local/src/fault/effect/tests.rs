use std::collections::BTreeSet;

use super::*;

/// The place of an effect in this list: who adds a variant must give it one here, and with it a
/// place among [`ALL`].
fn place(effect: Effect) -> usize {
    match effect {
        Effect::DropBefore => 0,
        Effect::DropAfter => 1,
        Effect::ErrorBefore(_) => 2,
        Effect::ErrorAfter(_) => 3,
        Effect::Throttle => 4,
        Effect::ThrottleDaily => 5,
        Effect::Delay(_) => 6,
        Effect::Reject => 7,
        Effect::Bounce => 8,
        Effect::BounceTransient => 9,
        Effect::Complain => 10,
        Effect::EventLost(_) => 11,
        Effect::EventLate(_) => 12,
        Effect::EventTwice => 13,
        Effect::Duplicate => 14,
        Effect::Reorder => 15,
        Effect::Late(_) => 16,
        Effect::Lost => 17,
        Effect::Cut => 18,
        Effect::Conflict => 19,
    }
}

#[test]
fn every_effect_is_known_by_the_name_that_its_description_says() {
    let variants: BTreeSet<usize> = ALL.into_iter().map(place).collect();
    assert_eq!(variants, (0..20).collect());
    for effect in ALL {
        assert_eq!(effect.to_string().parse::<Effect>().unwrap(), effect);
        let described = format!("`{}`", effect.name());
        assert!(include_str!("../effect.rs").contains(&described), "{described} has no line");
        assert!(Effect::names().contains(&effect.name()));
    }
}

#[test]
fn a_number_is_read_and_nothing_else_in_its_place() {
    assert_eq!("late:345600".parse::<Effect>().unwrap(), Effect::Late(345_600));
    for wrong in ["late:", "late:N", "late:-1", "late", "event-late:soon", "error-504-before"] {
        assert!(wrong.parse::<Effect>().is_err(), "{wrong}");
    }
}

#[test]
fn every_operation_has_effects_and_every_effect_an_operation() {
    let mut unfit: Vec<Effect> = ALL.to_vec();
    for service in Service::ALL {
        for op in service.ops() {
            assert!(Effect::names_of(service, op).starts_with("drop-before, drop-after"));
            unfit.retain(|effect| !effect.fits(service, op));
        }
    }
    assert_eq!(unfit, []);
}
