//! Events in, pages out, with canned tables behind them: what crosses functions is tested by the
//! system's own tests.

mod table;

use std::io;
use std::sync::{Arc, Mutex};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use flate2::read::GzDecoder;
use proptest::prelude::*;
use serde_json::json;
use sha2::{Digest as _, Sha256};

use cloud::{Aws, Config, Keys, Settings};
use domain::id::{CampaignNumber, Generation, Subject};
use links::link_type::{Letter, Pay, Submit};
use links::ring::KeyRing;

use table::Table;

use super::*;

/// The function beside its tables.
struct Bench {
    app: App,
    table: Arc<Mutex<Table>>,
}

/// An answer as people and browsers get it.
struct Got {
    status: u64,
    headers: serde_json::Map<String, Value>,
    body: String,
}

const NUMBER: &str = "2026-WVQG8-REB7W-R";

/// An address whose water meter showed 1206 a year ago, and 1110 the year before.
fn table() -> Table {
    let reading = |on: &str, value: &str| {
        json!({ "meter": "W-1", "register": "1", "on": on, "value": value,
            "source": "customer", "quality": "actual" })
    };
    Table {
        linked: json!({ "account": "K-1", "connection": "A-1", "generation": 1, "language": "nl" }),
        dates: json!({ "opened_on": "2026-11-26", "reminders_on": [], "deadline": "2026-12-24",
            "closes_on": "2026-12-28", "reference_date": "2026-12-31", "invoice_not_before": "2027-01-10" }),
        connection: connection("open", 0, &Value::Null),
        history: json!([{ "sk": "~A-1#READ#W-1", "meter": "W-1", "readings":
            [reading("2024-12-03", "1110"), reading("2025-12-03", "1206")] }]),
        receipt: json!({ "number": NUMBER, "campaign": 2026, "at": "2026-12-03T13:03:00Z",
            "on": "2026-12-03", "source": "customer", "meters": [{ "number": "W-1",
            "registers": [{ "name": "1", "value": "1302", "kept": "whole" }] }] }),
        posts: 1,
        transactions: Vec::new(),
        later: None,
        away: false,
        calls: Vec::new(),
        written: Vec::new(),
    }
}

/// The connection with its request in `state`, answered `revision` times.
fn connection(state: &str, revision: u32, answer: &Value) -> Value {
    let mut request = json!({ "sk": "CONN#A-1#REQ#02026#W-1", "campaign": 2026,
        "connection": "A-1", "meter": "W-1", "state": state, "revision": revision,
        "before": [{ "register": "1", "on": "2025-12-03", "value": "1206", "source": "customer", "quality": "actual" }] });
    if !answer.is_null() {
        request["answer"] = answer.clone();
    }
    json!([
        { "sk": "CONN#A-1", "subject": "000000000000002a", "generation": 1, "connection": {
            "number": "A-1", "account": "K-1", "read_by": "customer",
            "address": { "street": "Dorpsstraat", "house_number": 5, "postcode": "1234AB",
                "city": "Ons Dorp", "country": "NL" },
            "supply": { "commodity": "water", "period": { "from": "2020-01-01" } } } },
        { "sk": "CONN#A-1#METER#W-1", "last": [], "meter": {
            "number": "W-1", "connection": "A-1", "installed_on": "2020-01-01",
            "registers": [{ "name": "1", "unit": "m3", "digits": 5, "decimals": 0 }] } },
        request,
    ])
}

/// What somebody else sent meanwhile.
fn answer(value: &str) -> Value {
    json!({ "on": "2026-12-03", "at": "2026-12-03T13:03:00Z", "values": [["1", value]],
        "source": "customer", "quality": "actual", "receipt": NUMBER })
}

impl Bench {
    fn new() -> Self {
        Self::of(table())
    }

    fn of(table: Table) -> Self {
        Self::with_utility(table, include_str!("../../../infra/config/utility.toml"))
    }

    /// The same of a utility that is written so.
    fn with_utility(table: Table, utility: &str) -> Self {
        let table = Arc::new(Mutex::new(table));
        let aws = Aws::in_process(table::exchange(&table), 1);
        let value = |name: &str| match name {
            "METERLINK_DRAWERS" => "1".to_owned(),
            "METERLINK_QUEUE_MAIL_NOW" => "http://sqs.local/000000000000/mail-now".to_owned(),
            name => name.to_lowercase(),
        };
        let settings = Settings::check(App::SETTINGS, |name| Some(value(name))).unwrap();
        let file = |name: &str, text: &str| (name.to_owned(), text.as_bytes().to_vec());
        let config = Config::of([
            file("utility.toml", utility),
            file("brand.toml", include_str!("../../../infra/config/brand.toml")),
            file("logo.svg", include_str!("../../../infra/config/logo.svg")),
            file("campaigns/2026.toml", CAMPAIGN),
            file("estimation.toml", include_str!("../../../infra/config/estimation.toml")),
            file("bounds.toml", include_str!("../../../infra/config/bounds.toml")),
            file("norms.toml", include_str!("../../../infra/config/norms.toml")),
        ]);
        let app = App::new(&aws, Keys::local(), &settings, &config).unwrap();
        Self { app, table }
    }

    async fn ask(&self, method: &str, path: &str, change: impl FnOnce(&mut Value)) -> Got {
        let (path, query) = path.split_once('?').unwrap_or((path, ""));
        let mut event = json!({
            "version": "2.0", "rawPath": path, "rawQueryString": query, "headers": {},
            "requestContext": {
                "http": { "method": method }, "timeEpoch": 1_796_299_380_000_i64, // 3 Dec, 13.03
            },
        });
        change(&mut event);
        let mut answer = handle(&self.app, event).await.unwrap();
        Got {
            status: answer["statusCode"].as_u64().unwrap(),
            headers: answer["headers"].as_object_mut().map(std::mem::take).unwrap(),
            body: answer["body"].as_str().unwrap().to_owned(),
        }
    }

    async fn get(&self, path: &str) -> Got {
        self.ask("GET", path, |_| ()).await
    }

    async fn post(&self, path: &str, body: &str) -> Got {
        let form = json!({ "content-type": "application/x-www-form-urlencoded" });
        self.ask("POST", path, |event| {
            event["headers"] = form;
            event["body"] = body.into();
        })
        .await
    }

    fn calls(&self) -> Vec<String> {
        std::mem::take(&mut self.table.lock().unwrap().calls)
    }

    fn written(&self) -> usize {
        self.table.lock().unwrap().written.len()
    }
}

impl Got {
    fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(Value::as_str).unwrap_or_default()
    }
}

const CAMPAIGN: &str = r#"
id = 2026
call = 2026-11-26
window_days = 28
reference_date = 2026-12-31
reminder_days = [7, 14, 21]
min_gap_days = 5
grace_days = 3
late_start_max_days = 7
join_min_days = 7
recent_reading_days = 30
send_window = ["08:00", "20:00"]
invoice_not_before = 2027-01-10
"#;

fn campaign(number: u16) -> CampaignNumber {
    CampaignNumber::new(number).unwrap()
}

/// The path of a good link.
fn link() -> String {
    of_generation(1)
}

fn of_generation(generation: u16) -> String {
    let (subject, generation) = (Subject::new(42).unwrap(), Generation::new(generation).unwrap());
    let token = KeyRing::local().key::<Submit>().mint(subject, campaign(2026), generation);
    format!("/m/{}", token.reveal())
}

fn of_type<T: links::link_type::InPath<Campaign = CampaignNumber>>() -> String {
    let token = KeyRing::local().key::<T>().mint(
        Subject::new(42).unwrap(),
        campaign(2026),
        Generation::FIRST,
    );
    format!("/m/{}", token.reveal())
}

#[tokio::test]
async fn a_link_opens_the_question_for_two_calls() {
    let bench = Bench::new();
    let first = bench.get(&link()).await;
    assert_eq!(first.status, 200, "{}", first.body);
    assert!(first.body.contains("Wat is de stand van uw watermeter?"));
    assert!(first.body.contains("Dorpsstraat 5") && first.body.contains("01206"));
    assert!(!first.body.contains("K-1"), "the customer number is on no page");
    assert_eq!(bench.calls(), ["GetItem SUBJ", "Query CONN", "GetItem CMP"]);
    let again = bench.get(&link()).await;
    assert_eq!(bench.calls(), ["GetItem SUBJ", "Query CONN"]);
    assert_eq!(first.body, again.body);
    let letter = bench.get(&of_type::<Letter>()).await;
    assert_eq!(letter.status, 200);
}

#[tokio::test]
async fn a_link_that_opens_nothing_gets_the_same_bytes_for_no_call() {
    let bench = Bench::new();
    let good = link();
    let foreign = "_BE_BLiOkK54AiBbCwXNXwEjRWeJq83vB-oAAQcR";
    let pay = KeyRing::local().key::<Pay>().mint(
        Subject::new(42).unwrap(),
        links::link_type::NoCampaign,
        Generation::FIRST,
    );
    let paths = [
        good.strip_suffix('R').unwrap().to_owned(),
        format!("{good}x"),
        good.replace("/m/", "/u/"),
        good.to_lowercase(),
        format!("/m/{foreign}"),
        format!("/m/{foreign}/cannot"),
        format!("/m/{foreign}/r-{NUMBER}"),
        format!("/m/{}", pay.reveal()),
        format!("{good}/a1"),
        "/".to_owned(),
        "/m/".to_owned(),
        "//m/x".to_owned(),
        "/m/%00".to_owned(),
        "/m/%ff".to_owned(),
        format!("/m/{}", "a".repeat(8000)),
    ];
    let first = bench.get(&paths[0]).await;
    assert_eq!(first.status, 404);
    assert!(first.body.contains("Deze link werkt niet") && first.body.contains("does not work"));
    for path in &paths {
        for got in [bench.get(path).await, bench.get(&format!("{path}?lang=en")).await] {
            assert_eq!((got.status, &got.body, &got.headers), (404, &first.body, &first.headers));
        }
        let posted = bench.post(path, "r0-1=1").await;
        if !path.contains("/r-") {
            assert_eq!((posted.status, &posted.body), (404, &first.body), "{path}");
        }
    }
    assert_eq!(bench.calls(), [""; 0]);
}

/// Nobody learns from the time how far a guess came: medians of a thousand each, taken in turns.
#[tokio::test]
async fn every_cause_of_a_refusal_takes_the_same_time() {
    let bench = Bench::new();
    let good = link();
    let (path, last) = good.split_at(good.len() - 20);
    let other = if last.starts_with('A') { 'B' } else { 'A' };
    let changed: String = std::iter::once(other).chain(last.chars().skip(1)).collect();
    let pay = KeyRing::local().key::<Pay>().mint(
        Subject::new(42).unwrap(),
        links::link_type::NoCampaign,
        Generation::FIRST,
    );
    let causes = [
        format!("{path}{changed}"),
        good.strip_suffix('R').unwrap().to_owned(),
        "/m/_BE_BLiOkK54AiBbCwXNXwEjRWeJq83vB-oAAQcR".to_owned(),
        format!("/m/{}", pay.reveal()),
    ];
    let mut taken: [Vec<std::time::Duration>; 4] = Default::default();
    for _ in 0..1000 {
        for (cause, taken) in causes.iter().zip(&mut taken) {
            let begin = std::time::Instant::now();
            let got = bench.get(cause).await;
            taken.push(begin.elapsed());
            assert_eq!(got.status, 404);
        }
    }
    let medians = taken.map(|mut taken| {
        taken.sort_unstable();
        taken[500]
    });
    let apart = medians.iter().max().unwrap().abs_diff(*medians.iter().min().unwrap());
    assert!(apart.as_micros() <= 1000, "{medians:?}");
    assert_eq!(bench.calls(), [""; 0]);
}

#[tokio::test]
async fn a_revoked_link_and_one_of_nothing_get_the_same_bytes_too() {
    let bench = Bench::new();
    let nothing = bench.get("/").await;
    for generation in [2, 65535] {
        let got = bench.get(&of_generation(generation)).await;
        assert_eq!(
            (got.status, got.body, got.headers),
            (404, nothing.body.clone(), nothing.headers.clone())
        );
    }
    let unknown = Bench::of(Table { linked: Value::Null, ..table() });
    let got = unknown.get(&link()).await;
    assert_eq!((got.status, got.body), (404, nothing.body.clone()));
    assert_eq!(unknown.post(&link(), "r0-1=1&rev0=0").await.body, nothing.body);
    assert_eq!(bench.written() + unknown.written(), 0);
}

#[tokio::test]
async fn a_usual_reading_is_stored_and_leads_to_its_receipt() {
    let bench = Bench::new();
    let got = bench.post(&link(), "r0-1=01302&rev0=0&day=&month=&year=").await;
    assert_eq!((got.status, bench.written()), (303, 1), "{}", got.body);
    assert!(got.header("location").starts_with(&format!("{}/r-2026-", link())));
    let receipt = bench.get(&format!("{}/r-{NUMBER}", link())).await;
    assert_eq!(receipt.status, 200);
    assert!(receipt.body.contains(NUMBER) && receipt.body.contains("01302"));
    assert_eq!(bench.get(&format!("{}/r-2026-wvqg8reb7wr", link())).await.status, 200);
    for number in ["2026-WVQG8-REB7W-T", "2025-WVQG8-REB7W-R", ""] {
        assert_eq!(bench.get(&format!("{}/r-{number}", link())).await.status, 404, "{number}");
    }
    let elsewhere = Bench::of(Table { receipt: Value::Null, ..table() });
    assert_eq!(elsewhere.get(&format!("{}/r-{NUMBER}", link())).await.status, 404);
}

#[tokio::test]
async fn the_language_that_was_asked_for_is_kept() {
    let bench = Bench::new();
    let page = bench.get(&format!("{}?lang=en&utm=x", link())).await;
    assert!(
        page.body.contains("<html lang=\"en\">") && page.body.contains("?lang=en\" novalidate")
    );
    let stored = bench.post(&format!("{}?lang=en", link()), "r0-1=01302&rev0=0").await;
    assert!(stored.header("location").ends_with("?lang=en"), "{}", stored.header("location"));
    let path = link();
    let dutch =
        bench.ask("GET", &path, |event| event["headers"] = json!({ "accept-language": "en" }));
    assert!(dutch.await.body.contains("<html lang=\"nl\">"), "the account's language counts");
}

/// What a POST of one register's text comes to: status, and whether something was stored.
async fn typed(text: &str, answers: &str) -> (u64, usize, String) {
    let bench = Bench::new();
    let got = bench.post(&link(), &format!("r0-1={text}&rev0=0{answers}")).await;
    (got.status, bench.written(), got.body)
}

#[tokio::test]
async fn only_303_means_stored() {
    for (text, answers, status, stored) in [
        ("01302", "", 303, 1),
        ("", "", 422, 0),
        ("abc", "", 422, 0),
        ("1.234", "", 422, 0),
        ("01234567", "", 422, 0),
        ("01302567", "&q0-1=01302567&a0-1=red", 303, 1),
        ("01302567", "&q0-1=01302567", 422, 0),
        ("02018", "", 200, 0),
        ("02018", "&q0-1=02018&a0-1=yes", 303, 1),
        ("02018", "&q0-1=02018&a0-1=no", 200, 0),
        ("02018", "&q0-1=02018", 422, 0),
        ("02018", "&q0-1=02018&a0-1=perhaps", 422, 0),
        ("02019", "&q0-1=02018&a0-1=yes", 200, 0),
        ("01100", "", 200, 0),
        ("01100", "&q0-1=01100&a0-1=unknown", 303, 1),
        ("01100", "&q0-1=01100&a0-1=exchanged&n0=", 422, 0),
        ("01100", "&q0-1=01100&a0-1=exchanged&n0=W-77", 303, 1),
        ("01206", "", 200, 0),
        ("01302", "&day=31&month=2&year=2026", 422, 0),
        ("01302", "&day=4&month=12&year=2026", 422, 0),
        ("01302", "&day=1&month=12&year=2026", 303, 1),
        ("01302", "&r1-1=1", 400, 0),
        ("01302", "&x=1", 400, 0),
        ("01302", "&rev0=1", 400, 0),
    ] {
        let (got, written, body) = typed(text, answers).await;
        assert_eq!((got, written), (status, stored), "{text} {answers}: {body}");
        if got == 422 {
            assert!(body.contains("<title>Fout: "), "{text}");
        }
        if matches!(got, 200 | 422) && !text.is_empty() {
            assert!(body.contains(&format!("value=\"{text}\"")), "{text} is kept");
        }
    }
    let (status, _, _) = typed("01302", "").await;
    assert_eq!(status, 303);
    let (status, stored, _) = typed("01302", "&meter0=W-1").await;
    assert_eq!((status, stored), (303, 1));
    let (status, stored, _) = typed("01302", "&meter0=W-0").await;
    assert_eq!((status, stored), (400, 0), "another meter hangs there by now");
    let unnumbered = Bench::new();
    assert_eq!(unnumbered.post(&link(), "r0-1=01302").await.status, 400);
}

/// What typing `text`, and answering `answers`, comes to where the meter showed `history`: the
/// status, the readings that were stored, and the page.
async fn answered_by(history: &[(&str, &str, &str)], text: &str, answers: &str) -> Judged {
    let mut table = table();
    let readings: Vec<Value> = history
        .iter()
        .map(|(on, value, quality)| {
            let source = if *quality == "estimated" { "estimated" } else { "customer" };
            json!({ "meter": "W-1", "register": "1", "on": on, "value": value, "source": source,
                "quality": quality })
        })
        .collect();
    table.history = json!([{ "sk": "~A-1#READ#W-1", "meter": "W-1", "readings": readings }]);
    table.connection[0]["connection"]["supply"]["capacity"] = "2.5".into();
    let (_, last, quality) = history.last().unwrap();
    let before = &mut table.connection[2]["before"][0];
    before["value"] = (*last).into();
    before["quality"] = (*quality).into();
    let bench = Bench::of(table);
    let about = if answers.is_empty() { String::new() } else { format!("&q0-1={text}") };
    let got = bench.post(&link(), &format!("r0-1={text}&rev0=0{about}{answers}")).await;
    let written = bench.table.lock().unwrap().written.clone();
    let stored = written.iter().map(stored_value).collect();
    Judged { status: got.status, stored, page: got.body }
}

/// What became of something that was typed.
struct Judged {
    status: u64,
    stored: Vec<String>,
    page: String,
}

/// The value of the reading that a transaction appends.
fn stored_value(transaction: &Value) -> String {
    let text = transaction.to_string();
    let (_, rest) = text.split_once("\"value\":{\"S\":\"").unwrap();
    rest.split('"').next().unwrap().to_owned()
}

const READ: [(&str, &str, &str); 2] =
    [("2024-12-03", "1110", "actual"), ("2025-12-03", "1206", "actual")];

/// The table of outcomes: what is typed, the question that it leads to, and each of its answers.
#[tokio::test]
async fn what_is_doubtful_is_asked_with_every_explanation() {
    let near = [("2024-12-03", "99850", "actual"), ("2025-12-03", "99950", "actual")];
    let estimated =
        [READ[0], ("2024-12-31", "1117", "actual"), ("2025-12-03", "1300", "estimated")];
    let choices = |page: &str| -> String {
        let radios = page.split("type=\"radio\"").skip(1);
        let of = |radio: &str| {
            radio.split("value=\"").nth(1).and_then(|v| v.split('"').next()).unwrap().to_owned()
        };
        radios.map(of).collect::<Vec<_>>().join(" ")
    };
    for (history, text, says, offers) in [
        (&READ[..], "02018", "812\u{a0}m³", "yes no"),
        (&READ[..], "02018", "Misschien is er een lek", "yes no"),
        (&READ[..], "01210", "Het jaar ervoor gebruikte u 96\u{a0}m³", "yes no"),
        (&READ[..], "01206", "Dan is er geen water gebruikt", "yes no"),
        (&READ[..], "13021", "Ik vulde ook de rode cijfers in. De stand is 01302", "yes red no"),
        (&READ[..], "03102", "Ik bedoelde 01302\u{a0}m³", "yes meant no"),
        (
            &READ[..],
            "01032",
            "Kijkt u naar de juiste meter?",
            "meant exchanged prev-wrong unknown no",
        ),
        (&READ[..], "00050", "Kijkt u naar de juiste meter?", "exchanged prev-wrong unknown no"),
        (&near[..], "00050", "weer bij 00000 begonnen", "exchanged rolled prev-wrong unknown no"),
        (&estimated[..], "01210", "lager dan onze schatting", "yes no"),
        (&READ[..], "99000", "dat kan deze aansluiting niet leveren", "yes no"),
    ] {
        let asked = answered_by(history, text, "").await;
        assert_eq!((asked.status, asked.stored.len()), (200, 0), "{text}: {}", asked.page);
        assert!(asked.page.contains(says), "{text}: {says}: {}", asked.page);
        assert_eq!(choices(&asked.page), offers, "{text}");
        for choice in offers.split(' ') {
            let answers = format!("&a0-1={choice}&n0=W-77");
            let answered = answered_by(history, text, &answers).await;
            let stored = match choice {
                "no" => vec![],
                "red" | "meant" => vec!["1302".to_owned()],
                _ => vec![text.trim_start_matches('0').to_owned()],
            };
            let status = if choice == "no" { 200 } else { 303 };
            assert_eq!((answered.status, answered.stored), (status, stored), "{text} {choice}");
        }
    }
}

#[tokio::test]
async fn an_answer_that_was_not_offered_is_asked_again() {
    for (text, choice) in [
        ("02018", "meant"),
        ("02018", "red"),
        ("01206", "meant"),
        ("00050", "meant"),
        ("00050", "rolled"),
    ] {
        let asked = answered_by(&READ, text, &format!("&a0-1={choice}")).await;
        assert_eq!((asked.status, asked.stored.len()), (422, 0), "{text} {choice}");
        assert!(asked.page.contains("Kies een antwoord"), "{text} {choice}");
    }
}

/// The address with a second meter.
fn with_two_meters() -> Table {
    let mut table = table();
    let second = |item: &Value| -> Value {
        serde_json::from_str(&item.to_string().replace("W-1", "W-2")).unwrap()
    };
    let (meter, mut request) = (second(&table.connection[1]), second(&table.connection[2]));
    request["before"][0]["value"] = "40206".into();
    let items = table.connection.as_array_mut().unwrap();
    items.insert(2, meter);
    items.push(request);
    table
}

/// Two meters at one address: what the other one shows is said to be the other one's.
#[tokio::test]
async fn a_reading_of_the_other_meter_is_told_apart() {
    let mut table = with_two_meters();
    let reading = |on: &str, value: &str| {
        json!({ "meter": "W-2", "register": "1", "on": on,
        "value": value, "source": "customer", "quality": "actual" })
    };
    let readings = [reading("2024-12-03", "40110"), reading("2025-12-03", "40206")];
    let filed = json!({ "sk": "~A-1#READ#W-2", "meter": "W-2", "readings": readings });
    table.history.as_array_mut().unwrap().push(filed);
    let bench = Bench::of(table);
    let got = bench.post(&link(), "r0-1=40302&rev0=0&r1-1=&rev1=0").await;
    assert_eq!((got.status, bench.written()), (200, 0), "{}", got.body);
    assert!(
        got.body.contains("Deze stand past bij Watermeter W-2. Keek u naar die meter?"),
        "{}",
        got.body
    );
}

#[tokio::test]
async fn red_digits_are_left_out_before_the_next_question() {
    let (status, written, body) = typed("02018567", "&q0-1=02018567&a0-1=red").await;
    assert_eq!((status, written), (200, 0));
    assert!(body.contains("name=\"r0-1\" value=\"02018\"") && body.contains("812"), "{body}");
    assert!(body.contains("name=\"q0-1\" value=\"02018\""));
}

#[tokio::test]
async fn what_is_typed_comes_back_escaped() {
    let (status, _, body) = typed("%3Cscript%3E%22", "").await;
    assert_eq!(status, 422);
    assert!(!body.contains("<script"));
}

/// What a POST comes to that finds `state` stored meanwhile.
async fn overtaken_by(state: &str, value: &str) -> (Got, usize) {
    let cancelled = vec!["None", "ConditionalCheckFailed", "None", "None", "None"];
    let bench = Bench::of(Table {
        transactions: vec![cancelled],
        later: Some(connection(state, 1, &answer(value))),
        ..table()
    });
    let got = bench.post(&link(), "r0-1=01302&rev0=0").await;
    (got, bench.written())
}

#[tokio::test]
async fn two_people_who_send_the_same_get_the_same_receipt() {
    let (got, written) = overtaken_by("answered", "1302").await;
    assert_eq!((got.status, written), (303, 0));
    assert_eq!(got.header("location"), format!("{}/r-{NUMBER}", link()));
}

#[tokio::test]
async fn two_people_who_differ_are_asked() {
    let (got, written) = overtaken_by("answered", "1320").await;
    assert_eq!((got.status, written), (409, 0));
    assert!(got.body.contains("01320") && got.body.contains("01302"));
    assert!(got.body.contains("name=\"rev0\" value=\"1\""), "the answer carries the new revision");
    let conflict =
        || Bench::of(Table { connection: connection("answered", 1, &answer("1320")), ..table() });
    let theirs = conflict();
    let got = theirs.post(&link(), "r0-1=01302&q0-1=01302&a0-1=theirs&rev0=1").await;
    assert_eq!((got.status, theirs.written()), (303, 0));
    assert_eq!(got.header("location"), format!("{}/r-{NUMBER}", link()));
    let mine = conflict();
    let got = mine.post(&link(), "r0-1=01302&q0-1=01302&a0-1=yes&rev0=1").await;
    assert_eq!((got.status, mine.written()), (303, 1));
    let neither = conflict();
    let got = neither.post(&link(), "r0-1=01302&q0-1=01302&rev0=1").await;
    assert_eq!((got.status, neither.written()), (422, 0));
    assert!(got.body.contains("01320"));
}

#[tokio::test]
async fn a_reading_replaces_an_estimate_that_came_first() {
    let (got, written) = overtaken_by("estimated", "1300").await;
    assert_eq!((got.status, written), (303, 1));
}

#[tokio::test]
async fn the_same_form_again_gets_the_same_receipt() {
    let mut table = table();
    table.transactions =
        vec![vec!["None", "ConditionalCheckFailed", "None", "None", "ConditionalCheckFailed"]];
    let bench = Bench::of(table);
    let got = bench.post(&link(), "r0-1=01302&rev0=0").await;
    assert_eq!((got.status, bench.written()), (303, 0));
    assert!(got.header("location").contains("/r-2026-"));
}

/// The status of GET and of POST for an address whose request is in `state` at `today`, and the
/// words that the page must hold.
async fn stands(change: impl FnOnce(&mut Table), epoch: i64, status: (u64, u64), words: &str) {
    let mut table = table();
    change(&mut table);
    let bench = Bench::of(table);
    let at = |event: &mut Value| event["requestContext"]["timeEpoch"] = epoch.into();
    let got = bench.ask("GET", &link(), at).await;
    assert!(got.body.contains(words), "{words}: {}", got.body);
    let path = link();
    let posted = bench.ask("POST", &path, |event| {
        at(event);
        event["headers"] = json!({ "content-type": "application/x-www-form-urlencoded" });
        event["body"] = "r0-1=01302&rev0=0".into();
    });
    assert_eq!((got.status, posted.await.status), status, "{words}");
}

/// The instant, as the gateway stamps it.
fn epoch(at: &str) -> i64 {
    at.parse::<chrono::DateTime<chrono::Utc>>().unwrap().timestamp_millis()
}

#[tokio::test]
async fn corrections_are_taken_until_the_end_of_their_last_day() {
    // a year from the day of the invoices, 10 January 2027, to midnight in Amsterdam
    let invoiced =
        |table: &mut Table| table.connection = connection("invoiced", 1, &answer("1302"));
    let (last, after) = (epoch("2028-01-10T22:59:59Z"), epoch("2028-01-10T23:00:00Z"));
    stands(invoiced, last, (200, 409), "Uw jaarafrekening is al gemaakt").await;
    stands(invoiced, after, (410, 410), "geen stand meer doorgeven").await;
    // what the campaign promised when it opened
    let for_a_month = |table: &mut Table| {
        invoiced(table);
        table.dates["correction_months"] = 1.into();
    };
    stands(for_a_month, epoch("2027-02-10T22:59:59Z"), (200, 409), "al gemaakt").await;
    stands(for_a_month, epoch("2027-02-10T23:00:00Z"), (410, 410), "doorgeven").await;
}

const DECEMBER_3: i64 = 1_796_299_380_000;
const DECEMBER_25: i64 = DECEMBER_3 + 22 * 86_400_000;
const MARCH_2028: i64 = DECEMBER_3 + 460 * 86_400_000;

#[tokio::test]
async fn a_page_says_how_the_address_stands() {
    stands(|_| (), DECEMBER_3, (200, 303), "24 december 2026").await;
    stands(|_| (), DECEMBER_25, (200, 303), "De laatste dag was 24 december 2026").await;
    stands(|_| (), MARCH_2028, (410, 410), "geen stand meer doorgeven").await;
    let answered =
        |table: &mut Table| table.connection = connection("answered", 1, &answer("1302"));
    stands(answered, DECEMBER_3, (200, 303), "01302").await;
    let invoiced =
        |table: &mut Table| table.connection = connection("invoiced", 1, &answer("1302"));
    stands(invoiced, DECEMBER_25, (200, 409), "Uw jaarafrekening is al gemaakt").await;
    stands(invoiced, MARCH_2028, (410, 410), "geen stand meer doorgeven").await;
    let correcting =
        |table: &mut Table| table.connection = connection("correcting", 2, &answer("1302"));
    stands(correcting, DECEMBER_25, (200, 409), "U krijgt een nieuwe afrekening").await;
    let withdrawn = |table: &mut Table| table.connection = connection("ended", 0, &Value::Null);
    stands(withdrawn, DECEMBER_3, (410, 410), "niet meer").await;
    let moved_out = |table: &mut Table| {
        table.connection[0]["connection"]["supply"]["period"]["until"] = "2026-10-12".into();
    };
    stands(moved_out, DECEMBER_3, (410, 410), "12 oktober 2026").await;
    stands(|table| table.dates = Value::Null, DECEMBER_3, (200, 409), "26 november 2026").await;
}

#[tokio::test]
async fn what_is_sent_before_the_opening_is_kept_to_be_sent_again() {
    let bench = Bench::of(Table { dates: Value::Null, ..table() });
    for (page, body, kept) in [
        (
            "",
            "r0-1=01302&rev0=0&day=2",
            ["name=\"r0-1\" value=\"01302\"", "name=\"day\" value=\"2\""],
        ),
        ("/cannot", "why=unreachable", ["name=\"why\" value=\"unreachable\"", "/cannot\""]),
        ("/ask", "email=jan%40gemeente.example", ["value=\"jan@gemeente.example\"", "/ask\""]),
    ] {
        let path = format!("{}{page}", link());
        let got = bench.get(&path).await;
        assert_eq!((got.status, got.body.contains("<form")), (200, false), "{page}");
        let got = bench.post(&path, body).await;
        assert_eq!((got.status, bench.written()), (409, 0), "{page}: {}", got.body);
        for part in kept {
            assert!(got.body.contains(part), "{page}: {part}: {}", got.body);
        }
        assert!(
            got.body.contains("Wat u stuurde, is niet opgeslagen. Vanaf donderdag 26 november")
        );
        let english = bench.post(&format!("{path}?lang=en"), body).await;
        assert!(english.body.contains("What you sent was not saved. From Thursday 26 November"));
    }
}

#[tokio::test]
async fn after_the_invoice_a_reading_starts_a_correction() {
    let bench =
        Bench::of(Table { connection: connection("invoiced", 1, &answer("1302")), ..table() });
    let got = bench.post(&link(), "r0-1=01320&rev0=1").await;
    assert_eq!((got.status, bench.written()), (409, 0));
    assert!(got.body.contains("name=\"invoiced\"") && got.body.contains("value=\"01320\""));
    assert_eq!(bench.post(&link(), "r0-1=02018&rev0=1&invoiced=yes").await.status, 200);
    let got = bench.post(&link(), "r0-1=01320&rev0=1&invoiced=yes").await;
    assert_eq!((got.status, bench.written()), (303, 1), "{}", got.body);
    let written = bench.table.lock().unwrap().written[0].to_string();
    assert!(written.contains("correcting") && written.contains(":invoiced"), "{written}");
    let (got, written) = overtaken_by("invoiced", "1302").await;
    assert_eq!((got.status, written), (409, 0));
    assert!(got.body.contains("Uw jaarafrekening is al gemaakt"), "{}", got.body);
}

#[tokio::test]
async fn who_cannot_read_the_meter_says_why() {
    let bench = Bench::new();
    let path = format!("{}/cannot", link());
    let page = bench.get(&path).await;
    assert!(page.status == 200 && page.body.contains("Waarom kunt u de meter niet aflezen?"));
    assert_eq!(bench.post(&path, "").await.status, 422);
    assert_eq!(bench.post(&path, "why=nothing").await.status, 422);
    assert_eq!(bench.post(&path, "why=unreadable&x=1").await.status, 400);
    assert_eq!(bench.written(), 0);
    let got = bench.post(&path, "why=unreadable").await;
    assert_eq!((got.status, got.header("location"), bench.written()), (303, link().as_str(), 1));
    let answered =
        Bench::of(Table { connection: connection("answered", 1, &answer("1302")), ..table() });
    assert_eq!(answered.get(&path).await.status, 303);
}

/// The status of a report, and the meters that it is stored for.
async fn reported(body: &str) -> (u64, String) {
    let bench = Bench::of(with_two_meters());
    let got = bench.post(&format!("{}/cannot", link()), body).await;
    let written = bench.table.lock().unwrap().written.clone();
    let meter = |transaction: &Value| {
        let text = transaction.to_string();
        assert!(text.contains("SET obstacle = :obstacle"), "{text}");
        let of = |meter: &&str| text.contains(&format!("#REQ#02026#{meter}\""));
        ["W-1", "W-2"].into_iter().find(of).unwrap()
    };
    (got.status, written.iter().map(meter).collect::<Vec<_>>().join(" "))
}

#[tokio::test]
async fn of_several_meters_those_are_left_out_that_were_ticked() {
    let bench = Bench::of(with_two_meters());
    let page = bench.get(&format!("{}/cannot", link())).await;
    assert!(page.body.contains("name=\"m0\"") && page.body.contains("name=\"m1\""));
    for (body, status, meters) in [
        ("why=not-found&m0=yes", 303, "W-1"),
        ("why=unreachable&m1=yes", 303, "W-2"),
        ("why=other-number&m0=yes&m1=yes", 303, "W-1 W-2"),
        ("why=unreadable", 422, ""),
        ("m0=yes", 422, ""),
        ("why=unreadable&m2=yes", 400, ""),
        // the address is another one: so are all of its meters
        ("why=not-my-address", 303, "W-1 W-2"),
    ] {
        assert_eq!(reported(body).await, (status, meters.to_owned()), "{body}");
    }
}

#[tokio::test]
async fn the_link_of_a_letter_takes_a_reading_as_the_mail_s_does() {
    let (bench, path) = (Bench::new(), of_type::<Letter>());
    let got = bench.post(&path, "r0-1=01302&rev0=0").await;
    assert_eq!((got.status, bench.written()), (303, 1), "{}", got.body);
    assert!(got.header("location").starts_with(&format!("{path}/r-2026-")));
    let written = bench.table.lock().unwrap().written[0].to_string();
    assert!(written.contains("\"customer\"") && !written.contains("\"colleague\""), "{written}");
    assert_eq!(bench.post(&path, "r0-1=02018&rev0=0").await.status, 200);
    assert_eq!(bench.post(&path, "r0-1=abc&rev0=0").await.status, 422);
    assert_eq!(bench.post(&format!("{path}/cannot"), "why=not-found").await.status, 303);
}

#[tokio::test]
async fn a_meter_that_came_in_the_place_of_another_is_said_to() {
    let mut table = table();
    let mut old = table.connection[1].clone();
    old["sk"] = "CONN#A-1#METER#W-0".into();
    old["meter"]["number"] = "W-0".into();
    old["meter"]["removed_on"] = "2026-05-06".into();
    table.connection[1]["meter"]["installed_on"] = "2026-05-06".into();
    table.connection.as_array_mut().unwrap().insert(1, old);
    let before = json!({ "register": "1", "on": "2026-05-06", "value": "3", "source": "installed",
        "quality": "actual" });
    table.connection[3]["before"] = json!([before]);
    let exchanged = "Uw meter is op 6 mei 2026 vervangen. Wij vragen de stand van de nieuwe meter.";
    let page = Bench::of(table.clone()).get(&link()).await;
    assert!(page.body.contains(exchanged), "{}", page.body);
    let first = "Deze meter hangt er sinds 6 mei 2026. De beginstand was 00003\u{a0}m³.";
    assert!(page.body.contains(first), "{}", page.body);
    assert!(page.body.contains("Watermeter W-1") && !page.body.contains("Watermeter W-0"));
    // once it was read, its reading is the previous one, and the exchange is past
    let mut read = table.clone();
    read.connection[3]["before"][0]["on"] = "2026-09-01".into();
    read.connection[3]["before"][0]["source"] = "customer".into();
    let page = Bench::of(read).get(&link()).await;
    assert!(page.body.contains("Op 1 september 2026 was de stand 00003"), "{}", page.body);
    assert!(!page.body.contains("vervangen"));
    // a meter that nothing hung there before was not exchanged
    table.connection.as_array_mut().unwrap().remove(1);
    let page = Bench::of(table).get(&link()).await;
    assert!(page.body.contains(first) && !page.body.contains("vervangen"), "{}", page.body);
}

#[tokio::test]
async fn a_utility_that_shows_no_readings_shows_none() {
    let shown = include_str!("../../../infra/config/utility.toml");
    let hidden = shown.replace("show_previous_reading = true", "show_previous_reading = false");
    assert_ne!(shown, hidden);
    let answered = || Table { connection: connection("answered", 1, &answer("1320")), ..table() };
    for (table, revision) in [(table(), 0), (answered(), 1), (answered(), 0)] {
        let bench = Bench::with_utility(table, &hidden);
        let mut pages = vec![bench.get(&link()).await];
        for typed in ["01100", "02018", "abc"] {
            let got = bench.post(&link(), &format!("r0-1={typed}&rev0={revision}")).await;
            pages.push(got);
        }
        assert_eq!(pages[0].body.matches(">·</text>").count(), 5, "{}", pages[0].body);
        for page in pages {
            assert!(matches!(page.status, 200 | 422), "{}: {}", page.status, page.body);
            for secret in ["01206", "01320", "96\u{a0}m³", "812\u{a0}m³", "106\u{a0}m³", NUMBER]
            {
                assert!(!page.body.contains(secret), "{secret}: {}", page.body);
            }
        }
        assert_eq!(bench.written(), 0);
    }
    // that something came is said, and when; two people who differ are not told by what
    let page = Bench::with_utility(answered(), &hidden).get(&link()).await;
    assert!(
        page.body.contains("Wij ontvingen uw stand op 3 december 2026, 14.03"),
        "{}",
        page.body
    );
    let cancelled = vec!["None", "ConditionalCheckFailed", "None", "None", "None"];
    let later = Some(answered().connection);
    let overtaken = Table { transactions: vec![cancelled], later, ..table() };
    let got = Bench::with_utility(overtaken, &hidden).post(&link(), "r0-1=01302&rev0=0").await;
    assert_eq!(got.status, 409);
    assert!(got.body.contains("kregen wij al een andere stand") && !got.body.contains("01320"));
}

#[tokio::test]
async fn too_many_posts_and_a_store_away_keep_what_was_typed() {
    for (posts, status) in [(20, 303), (21, 429)] {
        let bench = Bench::of(Table { posts, ..table() });
        let got = bench.post(&link(), "r0-1=01302&rev0=0").await;
        assert_eq!(got.status, status);
        if status == 429 {
            assert!(got.body.contains("value=\"01302\"") && bench.written() == 0);
        }
    }
    let away = Bench::of(Table { away: true, ..table() });
    let got = away.post(&format!("{}?lang=en", link()), "r0-1=01302&rev0=0").await;
    assert_eq!((got.status, got.header("retry-after")), (503, "30"));
    assert!(got.body.contains("value=\"01302\"") && got.body.contains("?lang=en\""));
    assert_eq!(away.get(&link()).await.status, 503);
}

#[tokio::test]
async fn a_get_serves_no_form_that_is_valid_as_served() {
    let bench = Bench::new();
    assert_eq!(bench.post(&link(), "r0-1=&rev0=0&day=&month=&year=").await.status, 422);
    for page in [bench.get(&link()).await, bench.get(&format!("{}/cannot", link())).await] {
        assert!(!page.body.contains(" checked"));
        assert!(!page.headers.contains_key("set-cookie"));
    }
    assert_eq!(bench.written(), 0);
}

#[tokio::test]
async fn head_answers_as_get_without_the_body() {
    let bench = Bench::new();
    for path in [link(), format!("{}/cannot", link()), format!("{}/r-{NUMBER}", link()), "/".into()]
    {
        let (get, head) = (bench.get(&path).await, bench.ask("HEAD", &path, |_| ()).await);
        assert_eq!((get.status, get.headers, ""), (head.status, head.headers, head.body.as_str()));
    }
}

#[tokio::test]
async fn punctuation_that_was_swallowed_leads_to_the_clean_path() {
    let bench = Bench::new();
    let got = bench.get(&format!("{}).", link())).await;
    assert_eq!((got.status, got.header("location")), (308, link().as_str()));
    assert_eq!(bench.post(&format!("{}.", link()), "").await.status, 404);
    assert_eq!(bench.calls(), [""; 0]);
}

#[tokio::test]
async fn another_method_is_told_what_is_allowed() {
    let bench = Bench::new();
    for method in ["PUT", "DELETE", "OPTIONS", "TRACE", "PATCH", "get"] {
        let got = bench.ask(method, &link(), |_| ()).await;
        assert_eq!((got.status, got.header("allow")), (405, "GET, HEAD, POST"), "{method}");
    }
    let got = bench.post(&format!("{}/r-{NUMBER}", link()), "").await;
    assert_eq!((got.status, got.header("allow")), (405, "GET, HEAD"));
    assert_eq!(bench.calls(), [""; 0]);
}

#[tokio::test]
async fn every_answer_has_the_headers_of_a_private_page() {
    let bench = Bench::new();
    let away = Bench::of(Table { away: true, ..table() });
    let many = Bench::of(Table { posts: 61, ..table() });
    let path = link();
    let answers = [
        bench.get(&path).await,
        bench.get("/").await,
        bench.get(&format!("{path}.")).await,
        bench.get(&format!("{path}/cannot")).await,
        bench.get(&format!("{path}/r-{NUMBER}")).await,
        bench.ask("PUT", &path, |_| ()).await,
        bench.ask("POST", &path, |_| ()).await,
        bench.ask("HEAD", &path, |_| ()).await,
        bench.post(&path, "r0-1=01302&rev0=0").await,
        bench.post(&path, "r0-1=02018&rev0=0").await,
        bench.post(&path, "r0-1=x&rev0=0").await,
        bench.post(&path, "x=1").await,
        bench.post(&path, &"9".repeat(9000)).await,
        away.get(&path).await,
        many.post(&path, "r0-1=1&rev0=0").await,
        overtaken_by("answered", "1320").await.0,
    ];
    let statuses: Vec<u64> = answers.iter().map(|got| got.status).collect();
    assert_eq!(
        statuses,
        [200, 404, 308, 200, 200, 405, 415, 200, 303, 200, 422, 400, 413, 503, 429, 409]
    );
    for got in &answers {
        insta::allow_duplicates! {
            insta::assert_snapshot!(private(got), @r"
            cache-control: no-store
            cross-origin-opener-policy: same-origin
            cross-origin-resource-policy: same-origin
            permissions-policy: camera=(), geolocation=(), microphone=()
            referrer-policy: no-referrer
            strict-transport-security: max-age=31536000; includeSubDomains
            vary: accept-encoding
            x-content-type-options: nosniff
            x-robots-tag: noindex, nofollow, noarchive
            ");
        }
        let policy = got.header("content-security-policy");
        let start = "default-src 'none'; style-src 'sha256-";
        let end = "'; img-src data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
        assert!(policy.starts_with(start) && policy.ends_with(end), "{policy}");
        if let Some((_, rest)) = got.body.split_once("<style>") {
            let (style, _) = rest.split_once("</style>").unwrap();
            let hash = STANDARD.encode(Sha256::digest(style));
            assert!(policy.contains(&format!("'sha256-{hash}'")));
            assert_eq!(got.header("content-type"), "text/html; charset=utf-8");
        }
        assert!(!got.headers.contains_key("set-cookie"));
    }
}

#[tokio::test]
async fn a_monitor_and_a_search_engine_are_answered_without_a_table() {
    let away = Bench::of(Table { away: true, ..table() });
    let health = away.get("/health").await;
    assert_eq!((health.status, health.body.as_str()), (200, "ok\n"));
    assert_eq!(health.header("content-type"), "text/plain; charset=utf-8");
    assert_eq!(away.ask("HEAD", "/robots.txt", |_| ()).await.body, "");
    assert_eq!(away.get("/robots.txt").await.body, "User-agent: *\nDisallow: /\n");
    assert_eq!(away.post("/health", "").await.status, 404);
    assert!(away.calls().is_empty());
}

fn private(got: &Got) -> String {
    let own = [
        "allow",
        "content-language",
        "content-security-policy",
        "content-type",
        "location",
        "retry-after",
    ];
    let lines = got.headers.iter().filter(|(name, _)| !own.contains(&name.as_str()));
    let lines = lines.map(|(name, value)| format!("{name}: {}", value.as_str().unwrap()));
    lines.collect::<Vec<_>>().join("\n")
}

#[tokio::test]
async fn what_is_no_event_of_the_gateway_fails_for_good() {
    let bench = Bench::new();
    for event in [json!({}), json!(null), json!({ "rawPath": "/" })] {
        let failure = handle(&bench.app, event).await.unwrap_err();
        assert_eq!(failure.kind(), cloud::Kind::Permanent);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    /// With a healthy store no request panics or comes to a 5xx.
    #[test]
    fn every_request_gets_a_page(
        method in "GET|POST|HEAD|[A-Z]{0,6}",
        path in "/m/T|/m/T/[a-z0-9-]{0,20}|.{0,40}",
        query in ".{0,20}",
        body in "(r0-1|a0-1|q0-1|rev0|day|n0|why|x)=[0-9a-z.,%+]{0,12}(&(a0-1|rev0|month)=[a-z0-9]{0,5}){0,2}|.{0,40}",
        base64 in any::<bool>(),
        headers in proptest::collection::btree_map("[a-zA-Z-]{1,12}", ".{0,20}", 0..3),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let path = path.replace("/m/T", &link());
        let got = runtime.block_on(async {
            let bench = Bench::new();
            bench.ask(&method, "/", |event| {
                event["rawPath"] = path.into();
                event["rawQueryString"] = query.into();
                event["headers"] = json!(headers);
                event["headers"]["content-type"] = "application/x-www-form-urlencoded".into();
                event["body"] = body.into();
                event["isBase64Encoded"] = base64.into();
            })
            .await
        });
        prop_assert!(got.status < 500);
        prop_assert!(got.headers.contains_key("content-security-policy"));
    }
}

/// A page as a client gets it that sends `accept-encoding`, and its bytes unpacked.
async fn packed(bench: &Bench, path: &str, accepted: &str) -> (Got, Option<String>) {
    let takes = json!({ "accept-encoding": accepted });
    let got = bench.ask("GET", path, |event| event["headers"] = takes).await;
    let unpacked = (got.header("content-encoding") == "gzip").then(|| {
        let bytes = STANDARD.decode(&got.body).unwrap();
        io::read_to_string(GzDecoder::new(bytes.as_slice())).unwrap()
    });
    (got, unpacked)
}

#[tokio::test]
async fn a_page_is_packed_for_whoever_takes_that() {
    let bench = Bench::new();
    let path = link();
    let plain = bench.get(&path).await;
    assert_eq!((plain.header("content-encoding"), plain.header("vary")), ("", "accept-encoding"));
    for accepted in ["gzip", "br, GZIP;q=0.5, deflate", "gzip, deflate, br, zstd"] {
        let (got, unpacked) = packed(&bench, &path, accepted).await;
        assert_eq!(unpacked.as_ref(), Some(&plain.body), "{accepted}");
        assert!(got.body.len() < plain.body.len().div_euclid(2), "{accepted}");
        assert_eq!(got.header("vary"), "accept-encoding");
    }
    for refused in ["", "identity", "br", "gzip;q=0", "gzip; q=0.000, br", "x-gzipped"] {
        let (got, unpacked) = packed(&bench, &path, refused).await;
        assert_eq!((unpacked, got.body), (None, plain.body.clone()), "{refused}");
    }
    let (robots, unpacked) = packed(&bench, "/robots.txt", "gzip").await;
    assert_eq!((robots.status, unpacked), (200, None), "a few words stay as they are");
    let head = bench.ask("HEAD", &path, |event| {
        event["headers"] = json!({ "accept-encoding": "gzip" });
    });
    let head = head.await;
    assert_eq!((head.header("content-encoding"), head.body.as_str()), ("gzip", ""));
}
