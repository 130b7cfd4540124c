use proptest::prelude::*;

use super::*;

/// Where `path` leads, as one line; T stands for a token's forty characters.
#[track_caller]
fn check(path: &str) -> String {
    const TOKEN: &str = "_BE_BLiOkK54AiBbCwXNXwEjRWeJq83vB-oAAQcR";
    let told = match Route::of(&path.replace('T', TOKEN)) {
        Route::Page { token, place: None, page } => format!("{page:?} of {token}"),
        Route::Page { token, place: Some(place), page } => {
            format!("{page:?} at {place} of {token}")
        }
        Route::Swallowed { path } => format!("swallowed: {path}"),
        Route::Words(words) => words.into(),
        Route::Nowhere => "nowhere".into(),
    };
    told.replace(TOKEN, "T")
}

#[test]
fn a_path_leads_to_a_page_by_its_shape() {
    assert_eq!(check("/m/T"), "Address of T");
    assert_eq!(check("/m/T/cannot"), "Cannot of T");
    assert_eq!(check("/m/T/ask"), "Ask of T");
    assert_eq!(check("/m/T/r-2026-WVQG8-REB7W-R"), "Receipt(\"2026-WVQG8-REB7W-R\") of T");
    assert_eq!(check("/m/T/a1"), "Address at 1 of T");
    assert_eq!(check("/m/T/a250-cannot"), "Cannot at 250 of T");
    assert_eq!(check("/m/T/a7-r-2026-WVQG8-REB7W-R"), "Receipt(\"2026-WVQG8-REB7W-R\") at 7 of T");
    assert_eq!(check("/m/short"), "Address of short");
    assert_eq!(check("/m/%5FBE_BLiOkK54AiBbCwXNXwEjRWeJq83vB-oAAQcR"), "Address of T");
}

#[test]
fn a_path_that_is_none_of_ours_leads_nowhere() {
    for path in [
        "",
        "/",
        "/m",
        "//m/x",
        "/x",
        "/m/T/asked",
        "/m/T/x/y",
        "/m/%ff",
        "/m/%",
        "/m/T/a",
        "/m/T/a0",
        "/m/T/a01",
        "/m/T/a%2B1",
        "/m/T/a99999",
        "/m/T/a1-ask",
        "/m/T/a1-",
        "/m/T/a-cannot",
    ] {
        assert_eq!(check(path), "nowhere", "{path}");
    }
    assert_eq!(check("/m/../"), "nowhere");
    assert_eq!(check(&format!("/m/{}", "a".repeat(8192))), "nowhere");
}

#[test]
fn programs_are_told_what_they_ask_for() {
    assert_eq!(check("/health"), "ok\n");
    assert_eq!(check("/robots.txt"), "User-agent: *\nDisallow: /\n");
    assert_eq!(check("/health/"), "nowhere");
}

#[test]
fn what_a_mail_program_swallowed_is_dropped() {
    for marks in [".", ")", ").", "...", "/", "%22", "%E2%80%9D", "%3F", "*"] {
        assert_eq!(check(&format!("/m/T{marks}")), "swallowed: /m/T", "{marks}");
    }
    assert_eq!(check("/m/T...."), "Address of T....");
    assert_eq!(check("/m/T-"), "Address of T-");
    assert_eq!(check("/m/short."), "Address of short.");
}

proptest! {
    #[test]
    fn every_path_leads_somewhere_or_nowhere(path in ".{0,64}", rest in "[%0-9a-zA-Z/._-]{0,64}") {
        let is_page = matches!(Route::of(&path), Route::Page { .. });
        prop_assert!(!is_page || path.starts_with(['/', '%']));
        let named = Route::of(&format!("/m/{rest}"));
        prop_assert!(named != Route::Nowhere || rest.contains(['/', '%']));
    }
}
