//! Every page that there is, in Dutch and in English, left as a file in cargo's folder for tests, where
//! `tests/browser` looks at each of them: only tests of this kind are told which folder that is.

#![cfg(test)]

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use domain::language::Language;
use views::{House, brand, page, utility};

#[path = "../src/page/tests/gallery.rs"]
mod gallery;

#[test]
fn every_page_is_left_for_a_browser() {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("pages");
    // Those of now, and none of a name that a page had before.
    if folder.exists() {
        fs::remove_dir_all(&folder).unwrap();
    }
    fs::create_dir_all(&folder).unwrap();
    let mut left = BTreeMap::new();
    for language in [Language::Nl, Language::En] {
        let named = gallery::all(language).into_iter();
        left.extend(named.map(|(name, page)| (format!("{language}-{name}.html"), page.html)));
    }
    assert!(left.len() > 300, "{}", left.len());
    for (name, html) in &left {
        fs::write(folder.join(name), html).unwrap();
    }
}
