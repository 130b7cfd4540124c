//! The rules of the house that a machine can check: where things lie, what depends on what, what is
//! absent, which words are used.
//!
//! Each rule is a function from what it looks at to the list of its breaches, so the test that runs
//! it on the project runs it on a bad sample too: a rule that cannot fail checks nothing.

mod arrows;
mod deployment;
mod glossary;
mod graph;
mod imports;
mod layout;
mod records;
mod rust;
mod source;

/// Fails with the list of all `breaches`, one a line, so that one run shows everything to repair.
#[track_caller]
fn keeps(breaches: &[String]) {
    assert!(breaches.is_empty(), "{} breaches:\n{}", breaches.len(), breaches.join("\n"));
}
