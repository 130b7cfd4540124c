//! A reading, from call to estimate.

use std::path::Path;

use insta::assert_snapshot;
use meterlink::world::World;

/// A set of `tests/fixtures`.
fn fixture(name: &str) -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures").join(name)
}

#[tokio::test]
async fn one_mail_an_account_with_one_link_per_address() {
    let mut world = World::new(1);
    world.import(&fixture("vve")).await;
    println!("{}", world.report("summary.txt").await);
    world.advance_to("2026-11-26 09:00").await;
    let call = world.mails_to("vve@example.org").pop().unwrap();
    assert_snapshot!(call.text(), @"");
    assert_eq!(call.addresses(), ["Dorpsstraat 1", "Dorpsstraat 3"]);
}
