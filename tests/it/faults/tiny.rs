//! The smallest utility in which everything happens, and a play of its whole campaign.

use bytes::Bytes;
use chrono::{DateTime, TimeDelta, Utc};
use http::Request;
use serde_json::{Value, json};

use cloud::Config;
use domain::shard::Drawers;
use meterlink::stack::Layer;
use meterlink::world::{Letter, Seen, World};

use crate::configured::with_campaign;
use crate::set::Set;

/// What happens, one after the other. A step that is done again changes nothing.
enum Step {
    /// Files of the old administration come in.
    Place(&'static str),
    /// Somebody at K0003 reads English.
    English,
    /// Time passes.
    To(&'static str),
    /// Somebody types a reading behind the link for an address.
    Submit(&'static str, &'static str),
    /// An operator says so of the campaign, until it is acknowledged.
    Order(&'static str),
}

const PLAY: [Step; 17] = [
    Step::Place("november"),
    Step::To("2026-11-01 12:00"),
    Step::English,
    Step::To("2026-11-26 12:00"), // the call
    Step::Submit("Lindelaan 1", "01200"),
    Step::To("2026-12-02 12:00"),
    Step::Place("december"), // a joiner and a leaver
    Step::To("2026-12-02 20:00"),
    Step::English, // the import gave everybody the language of the customer
    Step::To("2026-12-03 09:02"), // the joiner's call
    Step::Order("pause"),
    Step::To("2026-12-03 09:40"),
    Step::Order("resume"),
    Step::To("2026-12-03 15:00"), // the reminder
    Step::Submit("Lindelaan 21", "01180"),
    Step::To("2026-12-16 12:00"), // deadline, grace, close, notices, and time to recover
    Step::To("2026-12-19 12:00"), // the invoices, and time to recover
];

/// A stack for it: a campaign of two weeks with one reminder, and one drawer.
pub(crate) fn stack() -> World {
    World::with(1, deployed(), Drawers::new(1).unwrap())
}

/// The same with a layer between its functions and the stand-ins.
pub(crate) fn behind(layer: Layer) -> World {
    World::behind(layer, 1, deployed(), Drawers::new(1).unwrap())
}

pub(crate) fn deployed() -> Config {
    with_campaign(&[
        ("window_days = 28", "window_days = 14"),
        ("[7, 14, 21]", "[7]"),
        ("join_min_days = 10", "join_min_days = 5"),
        ("invoice_not_before = 2027-01-04", "invoice_not_before = 2026-12-17"),
    ])
}

/// Seven accounts but one: an address; three of them, and two people; two languages; nobody to
/// mail; read remotely; somebody who leaves.
fn november() -> Set {
    let mut set = Set::street(1);
    for (account, mails) in [
        ("K0002", "k0002@example.org;k0002b@example.org"),
        ("K0003", "k0003@example.org;k0003en@example.org"),
        ("K0004", ";"),
        ("K0005", "k0005@example.org;"),
        ("K0007", "k0007@example.org;"),
    ] {
        set = set.add("customers", &customer(account, mails));
    }
    for (name, account, number, read_by) in [
        ("A0021", "K0002", 21, "customer"),
        ("A0022", "K0002", 22, "customer"),
        ("A0023", "K0002", 23, "customer"),
        ("A0003", "K0003", 3, "customer"),
        ("A0004", "K0004", 4, "customer"),
        ("A0005", "K0005", 5, "remote"),
    ] {
        set = connected(set, name, &connection(name, account, number, read_by));
    }
    connected(set, "A0007", &leaver(""))
}

/// The same a month later: K0006 joined, K0007 leaves.
fn december() -> Set {
    let set = november().change("connections", &leaver(""), &leaver("01-12-2026"));
    let set = set.add("customers", &customer("K0006", "k0006@example.org;"));
    connected(set, "A0006", &connection("A0006", "K0006", 6, "customer"))
}

fn leaver(until: &str) -> String {
    format!("{}{until}", connection("A0007", "K0007", 7, "customer"))
}

fn customer(account: &str, mails: &str) -> String {
    let place = "Lindelaan;99;;1234AB;Voorbeelddorp";
    format!("{account};Bewoner {account};consumer;{mails};;nl;transfer;;;;no;;;{place};NL")
}

/// A line of a connection that does not end.
fn connection(name: &str, account: &str, number: u32, read_by: &str) -> String {
    let place = format!("Lindelaan;{number};;;1234AB;Voorbeelddorp");
    format!("{name};{account};;water;{place};2,5;2;{read_by};;01-03-2016;")
}

/// With the connection `name`, its meter and two readings.
fn connected(set: Set, name: &str, line: &str) -> Set {
    let meter = name.replace('A', "W");
    set.add("connections", line)
        .add("meters", &format!("{meter};{name};1;m3;5;0;01-03-2016;0;;"))
        .add("readings", &format!("{meter};1;31-12-2024;1000;customer"))
        .add("readings", &format!("{meter};1;31-12-2025;1100;customer"))
}

/// Plays from the step that the world's tag names to the end. Whether the world ended in a state that
/// is known is asked once, behind it: whoever asks makes it known.
pub(crate) async fn play(world: &mut World) {
    for (at, step) in PLAY.iter().enumerate().skip(world.tag()) {
        world.set_tag(at);
        if world.is_known() {
            return;
        }
        match step {
            Step::Place("november") => november().place(world, "november").await,
            Step::Place(_) => december().place(world, "december").await,
            Step::English => english(world).await,
            Step::To(time) => world.advance_to(time).await,
            Step::Submit(address, value) => submit(world, address, value).await,
            Step::Order(command) => order(world, command).await,
        }
    }
    world.set_tag(PLAY.len());
}

/// Types `value` behind the link for `address`; whoever gets no answer, or is told to come back
/// later, tries again.
async fn submit(world: &World, address: &str, value: &str) {
    let Some(link) = link(world, address) else { return };
    let again = |page: &Seen| page.is_lost() || page.status == 503;
    loop {
        if world.is_known() {
            return;
        }
        let page = world.open(&link).await;
        if again(&page) {
            continue;
        }
        let field = page.first_register();
        let answer = world.send(&link, &page, &[(&field, value)]).await;
        if !again(&answer) {
            return;
        }
    }
}

/// Gives the order `command`; whoever hears nothing, or that it cannot be followed now, gives it again
/// a minute later.
pub(super) async fn order(world: &mut World, command: &str) {
    loop {
        if world.is_known() {
            return;
        }
        let at = world.stack().now();
        if let Some(Ok(_)) = world.order("campaign", ordered(command, at)).await {
            return;
        }
        let later = world.now() + TimeDelta::minutes(1);
        world.advance_to(&later.format("%Y-%m-%d %H:%M").to_string()).await;
    }
}

/// The order `command` about the campaign.
pub(super) fn ordered(command: &str, at: DateTime<Utc>) -> Value {
    json!({"v": 1, "command": command, "campaign": 2026, "by": "test", "reason": "a test", "at": at})
}

/// The link for `address` in the first mail that has one.
fn link(world: &World, address: &str) -> Option<String> {
    let mails = world.sent();
    let letter = mails
        .iter()
        .map(Letter::of)
        .find(|letter| letter.addresses().iter().any(|known| known == address))?;
    Some(letter.link(address))
}

/// The import gives every recipient the customer's language: this one asked for another since.
async fn english(world: &mut World) {
    let body = json!({
        "TableName": "local-core",
        "Key": {"pk": {"S": "ACC#K0003"}, "sk": {"S": "RCPT#1"}},
        "UpdateExpression": "SET #language = :en",
        "ExpressionAttributeNames": {"#language": "language"},
        "ExpressionAttributeValues": {":en": {"S": "en"}},
    });
    let request = Request::post("http://dynamodb.local/")
        .header("x-amz-target", "DynamoDB_20120810.UpdateItem")
        .header("content-type", "application/x-amz-json-1.0")
        .body(Bytes::from(body.to_string()))
        .unwrap();
    let answer = world.stack().stand_ins().call(request).await.unwrap();
    assert_eq!(answer.status(), 200);
}
