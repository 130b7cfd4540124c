use super::*;

#[test]
fn the_clock_never_goes_back() {
    let nine: DateTime<Utc> = "2026-11-26T08:00:00Z".parse().unwrap();
    let clock = Clock::at(nine);
    let seen_elsewhere = clock.clone();

    clock.move_to("2026-11-27T08:00:00Z".parse().unwrap()).unwrap();
    assert_eq!(seen_elsewhere.now().to_rfc3339(), "2026-11-27T08:00:00+00:00");

    let refused = clock.move_to(nine).unwrap_err();
    insta::assert_snapshot!(refused, @"the clock stands at 2026-11-27 08:00:00 UTC and never goes back, not to 2026-11-26 08:00:00 UTC");
    assert_eq!(clock.now().to_rfc3339(), "2026-11-27T08:00:00+00:00");
}
