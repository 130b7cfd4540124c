//! `/inbox`: what the customers of the utility find in their mail programs.

use askama::Template;
use bytes::Bytes;
use http::{Response, StatusCode};

use domain::calendar;

use super::clock_bar::Bar;
use super::mailbox::{Attachment, Letter, is_link};
use super::page::{self, Fields};
use super::year::Year;

#[derive(Template)]
#[template(path = "demo/inbox.html")]
struct Inbox {
    bar: Bar,
    waves: Vec<Choice>,
    languages: Vec<Choice>,
    rows: Vec<Row>,
    shown: Option<Shown>,
    /// How many there are in all.
    count: usize,
}

/// A choice that a link makes.
struct Choice {
    label: String,
    href: String,
    is_chosen: bool,
}

/// A line of the list.
struct Row {
    href: String,
    to: String,
    subject: String,
    wave: String,
    language: String,
    day: String,
    machine: String,
    is_chosen: bool,
}

/// The mail on the right.
struct Shown {
    name: String,
    from: String,
    to: String,
    subject: String,
    time: String,
    wave: String,
    tabs: Vec<Choice>,
    widths: Vec<Choice>,
    width: Width,
    back: String,
    view: View,
}

/// How wide the mail is shown.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Width {
    Full,
    Phone,
}

/// What a tab holds.
enum View {
    Mail { srcdoc: String },
    Text { lines: Vec<Vec<Word>> },
    Headers { text: String },
    Attachments { attachments: Vec<Attachment> },
    Size { html: usize, percent: usize, raw: usize, links: usize, text: usize },
}

/// A piece of a text: a link, or what stands between two.
struct Word {
    text: String,
    is_link: bool,
}

/// The most bytes that the HTML of a mail may have: 80 kB.
const MOST: usize = 80_000;

/// What is chosen in the query.
#[derive(Clone)]
struct Chosen {
    wave: String,
    language: String,
    tab: String,
    width: Width,
}

impl Chosen {
    fn of(query: &Fields) -> Self {
        let value = |name| query.get(name).unwrap_or_default().to_owned();
        let phone = query.get("width") == Some("phone");
        Self {
            wave: value("wave"),
            language: value("language"),
            tab: value("tab"),
            width: if phone { Width::Phone } else { Width::Full },
        }
    }

    /// `path` with what is chosen, and `name` chosen to be `value`.
    fn href(&self, path: &str, name: &str, value: &str) -> String {
        let width = if self.width == Width::Phone { "phone" } else { "" };
        let all = [
            ("wave", &*self.wave),
            ("language", &*self.language),
            ("tab", &*self.tab),
            ("width", width),
        ];
        let all =
            all.into_iter().map(|(known, old)| (known, if known == name { value } else { old }));
        let pairs: Vec<String> = all
            .filter(|(_, value)| !value.is_empty())
            .map(|(name, value)| format!("{name}={}", crate::standin::s3::encode(value)))
            .collect();
        if pairs.is_empty() { path.to_owned() } else { format!("{path}?{}", pairs.join("&")) }
    }

    fn shows(&self, letter: &Letter) -> bool {
        (self.wave.is_empty() || self.wave == letter.wave)
            && (self.language.is_empty() || self.language == letter.language)
    }
}

/// The list, without a mail.
pub(super) fn list(year: &Year, bar: Bar, query: &Fields) -> Response<Bytes> {
    let chosen = Chosen::of(query);
    let letters = year.mails();
    page::page(&inbox(&letters, None, bar, &chosen))
}

/// The list, and the mail `name`.
pub(super) fn mail(year: &Year, bar: Bar, name: &str, query: &Fields) -> Response<Bytes> {
    let chosen = Chosen::of(query);
    let letters = year.mails();
    match letters.iter().find(|letter| letter.name == name) {
        Some(letter) => page::page(&inbox(&letters, Some(letter), bar, &chosen)),
        None => page::plain(StatusCode::NOT_FOUND, "There is no such mail."),
    }
}

fn inbox(letters: &[Letter], opened: Option<&Letter>, bar: Bar, chosen: &Chosen) -> Inbox {
    let path = opened.map_or("/inbox".to_owned(), |letter| format!("/inbox/{}", letter.name));
    let choices = |name: &str, now: &str, values: Vec<(String, String)>| {
        let all = std::iter::once((String::new(), "All".to_owned())).chain(values);
        let choice = |(value, label): (String, String)| Choice {
            href: chosen.href("/inbox", name, &value),
            is_chosen: value == now,
            label,
        };
        all.map(choice).collect::<Vec<_>>()
    };
    let mut waves: Vec<String> = letters.iter().map(|letter| letter.wave.clone()).collect();
    waves.sort_by_key(|wave| (wave == "forwarded", wave != "call", wave.clone()));
    waves.dedup();
    let waves = waves.into_iter().map(|wave| (wave.clone(), wave_label(&wave))).collect();
    let mut languages: Vec<String> = letters.iter().map(|one| one.language.clone()).collect();
    languages.sort();
    languages.dedup();
    let languages = languages.into_iter().filter(|language| !language.is_empty());
    let languages = languages.map(|language| (language.clone(), language)).collect();
    let row = |letter: &Letter| {
        let local = calendar::civil_time(letter.at);
        Row {
            href: chosen.href(&format!("/inbox/{}", letter.name), "tab", ""),
            to: letter.to.join(", "),
            subject: letter.subject.clone(),
            wave: wave_label(&letter.wave),
            language: letter.language.clone(),
            day: local.format("%-d %b").to_string(),
            machine: local.format("%Y-%m-%dT%H:%M").to_string(),
            is_chosen: opened.is_some_and(|opened| opened.name == letter.name),
        }
    };
    // The newest day above; the mails of one moment in their order.
    let mut listed: Vec<&Letter> = letters.iter().filter(|letter| chosen.shows(letter)).collect();
    listed.sort_by_key(|letter| std::cmp::Reverse(letter.at));
    Inbox {
        waves: choices("wave", &chosen.wave, waves),
        languages: choices("language", &chosen.language, languages),
        rows: listed.into_iter().map(row).collect(),
        shown: opened.map(|letter| shown(letter, chosen)),
        count: letters.len(),
        bar: bar.on("inbox", chosen.href(&path, "", "")),
    }
}

fn shown(letter: &Letter, chosen: &Chosen) -> Shown {
    let path = format!("/inbox/{}", letter.name);
    let tabs = [
        ("", "E-mail"),
        ("text", "Text"),
        ("headers", "Headers"),
        ("attachments", "Attachments"),
        ("size", "Size"),
    ];
    let tabs = tabs.map(|(value, label)| Choice {
        href: chosen.href(&path, "tab", value),
        is_chosen: chosen.tab == value,
        label: label.to_owned(),
    });
    let widths = [("", "Wide", Width::Full), ("phone", "Phone", Width::Phone)];
    let widths = widths.map(|(value, label, width)| Choice {
        href: chosen.href(&path, "width", value),
        is_chosen: chosen.width == width,
        label: label.to_owned(),
    });
    let local = calendar::civil_time(letter.at);
    Shown {
        name: letter.name.clone(),
        from: letter.from.clone(),
        to: letter.to.join(", "),
        subject: letter.subject.clone(),
        time: local.format("%a %-d %b %Y, %H:%M").to_string(),
        wave: wave_label(&letter.wave),
        tabs: tabs.into(),
        widths: widths.into(),
        width: chosen.width,
        back: chosen.href("/inbox", "tab", ""),
        view: view(letter, &chosen.tab),
    }
}

fn view(letter: &Letter, tab: &str) -> View {
    match tab {
        "text" => View::Text { lines: letter.text.lines().map(words).collect() },
        "headers" => View::Headers { text: letter.headers.clone() },
        "attachments" => View::Attachments { attachments: letter.attachments.clone() },
        "size" => View::Size {
            html: letter.html_bytes,
            percent: letter.html_bytes.saturating_mul(100).div_ceil(MOST),
            raw: letter.raw.len(),
            links: letter.links().len(),
            text: letter.text.len(),
        },
        // What is left out of a mail program's window opens in one of its own.
        _ => View::Mail {
            srcdoc: letter.html.replacen("<head>", "<head><base target=\"_blank\">", 1),
        },
    }
}

/// A line of the text, with its links apart.
fn words(line: &str) -> Vec<Word> {
    let mut words: Vec<Word> = Vec::new();
    for word in line.split_inclusive(' ') {
        let is_link = is_link(word.trim());
        match words.last_mut() {
            Some(last) if !is_link && !last.is_link => last.text.push_str(word),
            _ => words.push(Word { text: word.to_owned(), is_link }),
        }
    }
    words
}

fn wave_label(wave: &str) -> String {
    match wave {
        "call" => "Call".to_owned(),
        "dlg" => "Colleague asked".to_owned(),
        "est" => "Estimates".to_owned(),
        "forwarded" => "Forwarded".to_owned(),
        "rcp" => "Receipt".to_owned(),
        "" => "Other".to_owned(),
        wave => match wave.strip_prefix('r') {
            Some(number) => format!("Reminder {number}"),
            None => wave.to_owned(),
        },
    }
}
