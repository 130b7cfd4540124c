//! The forwarding editor: a mail taken apart, cut, quoted and encoded again, as people and their
//! mail programs do. Every link that is left must still work.

use std::fmt::Write as _;

use askama::Template;
use bytes::Bytes;
use chrono::NaiveDateTime;
use http::{Response, StatusCode};

use domain::account::MailAddress;
use domain::calendar;

use super::clock_bar::Bar;
use super::mailbox::{Letter, is_link};
use super::page::{self, Fields};
use super::year::Year;

#[derive(Template)]
#[template(path = "demo/forward.html")]
struct Editor {
    bar: Bar,
    name: String,
    to: String,
    subject: String,
    blocks: Vec<EditedBlock>,
}

/// A block of the text as it stands in the editor.
struct EditedBlock {
    number: usize,
    text: String,
    rows: usize,
    is_left_out: bool,
    /// Its first line, to name it by.
    label: String,
}

/// What stands between the blocks of our texts.
const RULE: &str = "----------------------------------------";

/// The longest line of quoted-printable, without its end.
///
/// **Source.** RFC 2045 section 6.7, rule 5.
const LINE: usize = 76;

/// The blocks of a text: what comes before the addresses, each address, what comes after.
pub(super) fn blocks(text: &str) -> Vec<String> {
    let parts = text.split(RULE).map(|part| part.trim_matches('\n'));
    parts.filter(|part| !part.trim().is_empty()).map(str::to_owned).collect()
}

pub(super) fn editor(year: &Year, bar: Bar, name: &str) -> Response<Bytes> {
    let Some(letter) = year.mail(name) else {
        return page::plain(StatusCode::NOT_FOUND, "There is no such mail.");
    };
    let subject = format!("FW: {}", letter.subject);
    let edited = blocks(&letter.text).into_iter().enumerate();
    let edited = edited.map(|(number, text)| edited_block(number, text, Kept::Yes)).collect();
    page::page(&Editor {
        bar: bar.on("inbox", format!("/inbox/{name}/forward")),
        name: letter.name,
        to: String::new(),
        subject,
        blocks: edited,
    })
}

/// Whether a block is forwarded.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kept {
    Yes,
    No,
}

fn edited_block(number: usize, text: String, kept: Kept) -> EditedBlock {
    let label = text.lines().next().unwrap_or_default().to_owned();
    let wrapped = text.lines().map(|line| 1 + line.chars().count().div_euclid(70));
    EditedBlock {
        number,
        rows: wrapped.sum::<usize>().clamp(2, 14),
        is_left_out: kept == Kept::No,
        label,
        text,
    }
}

pub(super) fn send(year: &mut Year, name: &str, fields: &Fields) -> Response<Bytes> {
    let Some(letter) = year.mail(name) else {
        return page::plain(StatusCode::NOT_FOUND, "There is no such mail.");
    };
    let typed = fields.get("to").unwrap_or_default();
    let Some(to) = MailAddress::parse(typed) else {
        let sentence =
            "That is no mail address. Go back and type one, such as colleague@example.org.";
        return page::plain(StatusCode::UNPROCESSABLE_ENTITY, sentence);
    };
    let without: Vec<&str> = fields.all("without").collect();
    let texts = fields.all("block").enumerate();
    let kept = texts.filter(|(number, _)| !without.contains(&number.to_string().as_str()));
    let kept: Vec<String> = kept.map(|(_, text)| text.replace("\r\n", "\n")).collect();
    let subject = fields.get("subject").unwrap_or_default();
    let note = fields.get("note").unwrap_or_default();
    let typed = Typed { to: to.as_str(), subject, note, blocks: &kept };
    let raw = quoted_mail(&letter, &typed, year.now());
    match year.forward(to.as_str(), raw) {
        Ok(number) => page::see(&format!("/inbox/f{number}")),
        Err(error) => page::plain(StatusCode::INSUFFICIENT_STORAGE, &error.to_string()),
    }
}

/// What a person typed who forwards a mail.
#[derive(Clone, Copy)]
struct Typed<'a> {
    to: &'a str,
    subject: &'a str,
    /// Above the quoted mail.
    note: &'a str,
    blocks: &'a [String],
}

/// The forwarded mail as a mail program writes it: text and HTML, quoted, in quoted-printable.
fn quoted_mail(letter: &Letter, typed: &Typed<'_>, now: NaiveDateTime) -> String {
    let note = typed.note.replace("\r\n", "\n");
    let sent = calendar::civil_time(letter.at).format("%a, %-d %b %Y at %H:%M");
    let intro = format!("On {sent}, {} wrote:", letter.from);
    let original = typed.blocks.join("\n\n");
    let quoted: Vec<String> = original.lines().map(|line| format!("> {line}\n")).collect();
    let quoted = quoted.concat();
    let text = format!("{}\n\n{intro}\n{quoted}", note.trim_end());
    let html = format!(
        "<html lang=\"{}\"><head><meta charset=\"utf-8\"></head><body><div>{}</div><p>{}</p>\
         <blockquote style=\"margin:0 0 0 .8ex;border-left:2px solid #ccc;padding-left:1ex\">{}</blockquote></body></html>",
        letter.language,
        linked(&note),
        linked(&intro),
        linked(&original),
    );
    let from = letter.to.first().map_or("somebody@example.org", String::as_str);
    let id = format!("{}.{}@local", now.format("%Y%m%d%H%M%S"), letter.name);
    let mut mail = format!(
        "From: {from}\r\nTo: {}\r\nSubject: {}\r\nDate: {} +0100\r\nMessage-ID: <{id}>\r\n\
         MIME-Version: 1.0\r\nContent-Type: multipart/alternative; boundary=\"=_forwarded\"\r\n\r\n",
        typed.to,
        encoded_words(typed.subject),
        now.format("%a, %d %b %Y %H:%M:%S"),
    );
    for (kind, part) in [("plain", &text), ("html", &html)] {
        let written = write!(
            mail,
            "--=_forwarded\r\nContent-Type: text/{kind}; charset=utf-8\r\n\
             Content-Transfer-Encoding: quoted-printable\r\n\r\n{}\r\n",
            quoted_printable(part)
        );
        debug_assert!(written.is_ok(), "a String takes every write");
    }
    mail.push_str("--=_forwarded--\r\n");
    mail
}

/// A text as HTML: links as links, lines as lines.
fn linked(text: &str) -> String {
    let mut html = String::new();
    for line in text.lines() {
        for word in line.split_inclusive(' ') {
            let escaped = word
                .replace('&', "&amp;")
                .replace('<', "&lt;")
                .replace('>', "&gt;")
                .replace('"', "&quot;");
            let bare = escaped.trim();
            if is_link(word) {
                html.extend(["<a href=\"", bare, "\">", bare, "</a> "]);
            } else {
                html.push_str(&escaped);
            }
        }
        html.push_str("<br>\n");
    }
    html
}

/// A header's text in words of RFC 2047, where it is not ASCII, folded after each.
fn encoded_words(text: &str) -> String {
    use base64::Engine as _;
    let clean: String = text.chars().filter(|c| !c.is_control()).collect();
    if clean.is_ascii() {
        return clean;
    }
    // A word has 75 characters at most: 30 bytes in base64 with what stands around them fit.
    let mut words: Vec<String> = vec![String::new()];
    for c in clean.chars() {
        if words.last().is_some_and(|word| word.len() + c.len_utf8() > 30) {
            words.push(String::new());
        }
        if let Some(word) = words.last_mut() {
            word.push(c);
        }
    }
    let encode =
        |word: &String| format!("=?utf-8?B?{}?=", base64::prelude::BASE64_STANDARD.encode(word));
    words.iter().map(encode).collect::<Vec<_>>().join("\r\n ")
}

/// `text` in quoted-printable as most mail programs write it: broken at the last column that fits,
/// in the middle of a word or of a link.
///
/// **Source.** RFC 2045 section 6.7.
fn quoted_printable(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for line in text.lines() {
        let mut column = 0_usize;
        let mut bytes = line.bytes().peekable();
        while let Some(byte) = bytes.next() {
            let is_last = bytes.peek().is_none();
            let plain = (byte == b' ' && !is_last) || (b'!'..=b'~').contains(&byte) && byte != b'=';
            let piece = if plain { char::from(byte).to_string() } else { format!("={byte:02X}") };
            let room = if is_last { LINE } else { LINE - 1 };
            if column + piece.len() > room {
                encoded.push_str("=\r\n");
                column = 0;
            }
            column += piece.len();
            encoded.push_str(&piece);
        }
        encoded.push_str("\r\n");
    }
    encoded
}

#[cfg(test)]
mod tests;
