//! Each test starts a year of 96 addresses: about a second in the dev profile.

use bytes::Bytes;
use http::{Request, StatusCode};
use mail_parser::MessageParser;
use serde_json::Value;

use super::{Begin, Demo};

const PORT: u16 = 8025;

/// The demo as a program without a browser uses it.
struct Local(Demo);

impl Local {
    async fn start() -> Self {
        Self(Demo::start(Begin::at(PORT)).await.unwrap())
    }

    async fn get(&self, path: &str) -> (StatusCode, String) {
        let path = path.strip_prefix("http://127.0.0.1:8025").unwrap_or(path);
        let answer = self.0.answer(Request::get(path).body(Bytes::new()).unwrap()).await;
        (answer.status(), String::from_utf8_lossy(answer.body()).into_owned())
    }

    async fn json(&self, path: &str) -> Value {
        serde_json::from_str(&self.get(path).await.1).unwrap()
    }

    async fn form(&self, path: &str, pairs: &[(&str, &str)]) -> (StatusCode, String) {
        let encode = crate::standin::s3::encode;
        let pairs = pairs.iter().map(|(name, value)| format!("{name}={}", encode(value)));
        let body = pairs.collect::<Vec<_>>().join("&");
        let request = Request::post(path)
            .header("content-type", "application/x-www-form-urlencoded")
            .header("sec-fetch-site", "same-origin")
            .body(Bytes::from(body));
        let answer = self.0.answer(request.unwrap()).await;
        let to = answer.headers().get("location").map(|to| to.to_str().unwrap().to_owned());
        (answer.status(), to.unwrap_or_else(|| String::from_utf8_lossy(answer.body()).into()))
    }

    /// The mails to `to`, in order.
    async fn mails_to(&self, to: &str) -> Vec<Value> {
        let all = self.json("/_local/mails").await;
        let all = all["mails"].as_array().unwrap().iter();
        all.filter(|mail| mail["to"][0] == to).cloned().collect()
    }
}

#[tokio::test]
async fn the_morning_of_the_call_is_as_the_banner_says() {
    let local = Local::start().await;
    let counted = local.0.counted().await;
    assert_eq!((counted.mails, counted.asked, counted.received), (24, 94, 0));
    assert_eq!(counted.now.to_string(), "2026-11-26 09:00:00");
    let (status, page) = local.get("/inbox").await;
    assert_eq!(status, StatusCode::OK);
    assert!(page.contains("anna.devries@example.org"));
    let (_, page) = local.get("/ops").await;
    assert!(page.contains("<b>94</b><span>addresses asked, of 96"), "{page}");
    assert!(page.contains("<b>1</b><span>on the post list"), "{page}");
}

#[tokio::test]
async fn every_mail_has_its_tabs_and_nothing_runs_in_it() {
    let local = Local::start().await;
    for tab in ["", "text", "headers", "attachments", "size"] {
        let (status, page) = local.get(&format!("/inbox/1?tab={tab}&width=phone")).await;
        assert_eq!(status, StatusCode::OK);
        assert!(!page.contains("<script"), "{page}");
    }
    let (_, page) = local.get("/inbox/1").await;
    assert!(page.contains("sandbox=\"allow-popups allow-popups-to-escape-sandbox\""));
    assert_eq!(local.get("/inbox/999").await.0, StatusCode::NOT_FOUND);
    let (_, eml) = local.get("/_local/mails/1.eml").await;
    assert!(MessageParser::default().parse(eml.as_bytes()).unwrap().subject().is_some());
}

#[tokio::test]
async fn a_forwarded_mail_keeps_every_link_that_is_left() {
    let local = Local::start().await;
    let call = &local.mails_to("verhuur.nijland@example.org").await[0];
    let number = call["number"].as_str().unwrap();
    let mail = local.json(&format!("/_local/mails/{number}.json")).await;
    let links = mail["links"].as_array().unwrap();
    assert_eq!(links.len(), 6);

    let blocks = super::forward::blocks(mail["text"].as_str().unwrap());
    assert_eq!(blocks.len(), 8, "{blocks:#?}");
    let mut pairs =
        vec![("to", "colleague@example.org"), ("subject", "FW: één vraag"), ("note", "Kun jij?")];
    pairs.extend(blocks.iter().map(|block| ("block", block.as_str())));
    pairs.extend([("without", "2"), ("without", "5")]);
    let (status, to) = local.form(&format!("/inbox/{number}/forward"), &pairs).await;
    assert_eq!((status, to.as_str()), (StatusCode::SEE_OTHER, "/inbox/f1"));

    let forwarded = local.json("/_local/mails/f1.json").await;
    assert_eq!(forwarded["subject"], "FW: één vraag");
    assert!(forwarded["text"].as_str().unwrap().contains("\n> http://127.0.0.1:8025/m/"));
    let kept: Vec<&Value> = links
        .iter()
        .enumerate()
        .filter(|(at, _)| ![1, 4].contains(at))
        .map(|(_, link)| link)
        .collect();
    let left: Vec<&Value> = forwarded["links"].as_array().unwrap().iter().collect();
    assert_eq!(left, kept);
    for link in left {
        assert_eq!(local.get(link.as_str().unwrap()).await.0, StatusCode::OK);
    }
    let (_, eml) = local.get("/_local/mails/f1.eml").await;
    assert!(eml.lines().all(|line| line.len() <= 78), "{eml}");
    let (_, page) = local.get("/inbox/f1").await;
    assert!(page.contains("Forwarded"));
}

#[tokio::test]
async fn the_clock_moves_on_and_back_only_to_the_beginning() {
    let local = Local::start().await;
    let clock = |pairs: &'static [(&str, &str)]| local.form("/_local/clock", pairs);
    let back = clock(&[("move", "week"), ("back", "/inbox?wave=call")]).await;
    assert_eq!(back, (StatusCode::SEE_OTHER, "/inbox?wave=call".to_owned()));
    assert_eq!(local.json("/_local/clock").await["now"], "2026-12-03T09:00");
    assert_eq!(local.mails_to("anna.devries@example.org").await.len(), 2, "call and reminder");

    // As curl sends it with -d.
    let post = |body: &'static str| {
        Request::post("/_local/clock")
            .header("content-type", "application/x-www-form-urlencoded")
            .body(Bytes::from(body))
            .unwrap()
    };
    let moved = async |body| local.0.answer(post(body)).await.status();
    assert_eq!(moved(r#"{"to":"2026-12-01T09:00"}"#).await, StatusCode::CONFLICT);
    assert_eq!(moved(r#"{"to":"tomorrow"}"#).await, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(moved(r#"{"move":"estimates"}"#).await, StatusCode::OK);
    let (_, page) = local.get("/ops").await;
    assert!(page.contains("own history"), "{page}");
    assert!(page.contains("the norm at the level of the day is"), "{page}");
    let told = "The customer reads: <span lang=\"nl\">Wij hebben geen meterstand van u ontvangen. \
                Wij schatten uw verbruik op ";
    assert!(page.contains(told), "{page}");
    assert_eq!(local.0.counted().await.received, 0);

    assert_eq!(clock(&[("move", "reset"), ("back", "//elsewhere.example")]).await.1, "/inbox");
    assert_eq!(local.json("/_local/clock").await["now"], "2026-11-26T09:00");
    assert_eq!(local.mails_to("anna.devries@example.org").await.len(), 1);
}

#[tokio::test]
async fn looking_writes_nothing() {
    let local = Local::start().await;
    let mark = local.0.mark().await;
    for path in ["/inbox", "/inbox/3?tab=text", "/inbox/3/forward", "/ops", "/_local/mails"] {
        assert_eq!(local.get(path).await.0, StatusCode::OK, "{path}");
    }
    assert!(!local.0.wrote_since(mark).await);
}

#[tokio::test]
async fn another_site_moves_nothing() {
    let local = Local::start().await;
    let request = Request::post("/_local/clock")
        .header("sec-fetch-site", "cross-site")
        .body(Bytes::from(r#"{"move":"day"}"#));
    assert_eq!(local.0.answer(request.unwrap()).await.status(), StatusCode::FORBIDDEN);
    assert_eq!(local.json("/_local/clock").await["now"], "2026-11-26T09:00");
}

#[tokio::test]
async fn a_fault_that_is_not_known_is_answered_with_those_that_are() {
    let local = Local::start().await;
    let fault =
        |body: &'static str| Request::post("/_local/faults").body(Bytes::from(body)).unwrap();
    let wrong = r#"{"service":"ses","op":"SendEmail","effect":"explode"}"#;
    let answer = local.0.answer(fault(wrong)).await;
    assert_eq!(answer.status(), StatusCode::UNPROCESSABLE_ENTITY);
    assert!(String::from_utf8_lossy(answer.body()).contains("drop-after"));
    let right = r#"{"service":"ses","op":"SendEmail","effect":"bounce"}"#;
    assert_eq!(local.0.answer(fault(right)).await.status(), StatusCode::OK);
    let (_, calls) = local.get("/_local/calls").await;
    assert!(calls.lines().any(|line| line.contains(" ses SendEmail - ok")));
}
