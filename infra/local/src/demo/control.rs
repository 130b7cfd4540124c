//! `/_local/`: what programs ask of the demo.

use bytes::Bytes;
use http::{Response, StatusCode};
use serde_json::{Value, json};

use domain::calendar;

use crate::stack::Stack;

use super::mailbox::Letter;
use super::page;
use super::year::Year;

pub(super) fn now(stack: &Stack) -> Response<Bytes> {
    let now = calendar::civil_time(stack.now()).format("%Y-%m-%dT%H:%M").to_string();
    page::json(StatusCode::OK, &json!({ "now": now, "zone": "Europe/Amsterdam" }))
}

pub(super) fn mails(year: &Year) -> Response<Bytes> {
    let mails: Vec<Value> = year.mails().iter().map(brief).collect();
    page::json(StatusCode::OK, &json!({ "mails": mails }))
}

/// One mail, as `<name>.eml`, `<name>.json` or `<name>`, which is JSON.
pub(super) fn mail(year: &Year, file: &str) -> Response<Bytes> {
    let (name, kind) = file.rsplit_once('.').unwrap_or((file, "json"));
    match (year.mail(name), kind) {
        (Some(letter), "eml") => page::answer(StatusCode::OK, "message/rfc822", letter.raw),
        (Some(letter), "json") => {
            let mut mail = brief(&letter);
            crate::standin::wire::add(&mut mail, "text", json!(letter.text));
            crate::standin::wire::add(&mut mail, "html", json!(letter.html));
            crate::standin::wire::add(&mut mail, "links", json!(letter.links()));
            page::json(StatusCode::OK, &mail)
        }
        _ => {
            page::plain(StatusCode::NOT_FOUND, "There is no such mail: N.eml or N.json, N from 1.")
        }
    }
}

fn brief(letter: &Letter) -> Value {
    json!({
        "number": letter.name,
        "at": letter.at.to_rfc3339_opts(chrono::SecondsFormat::Secs, true),
        "from": letter.from,
        "to": letter.to,
        "subject": letter.subject,
        "language": letter.language,
        "wave": letter.wave,
    })
}

pub(super) fn fault(stack: &Stack, body: &[u8]) -> Response<Bytes> {
    match stack.stand_ins().gate().fault(&String::from_utf8_lossy(body)) {
        Ok(()) => page::json(StatusCode::OK, &json!({ "faults": "added" })),
        Err(error) => page::plain(StatusCode::UNPROCESSABLE_ENTITY, &error.to_string()),
    }
}

pub(super) fn calls(stack: &Stack) -> Response<Bytes> {
    let calls = stack.stand_ins().gate().calls();
    let lines: Vec<String> = calls.iter().map(|call| format!("{call}\n")).collect();
    let lines = lines.concat();
    page::answer(StatusCode::OK, "text/plain; charset=utf-8", lines)
}
