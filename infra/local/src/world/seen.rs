//! What people see: a mail as it was sent, a page as it was served.

use bytes::Bytes;
use http::Response;
use mail_parser::{MessageParser, MimeHeaders as _};

use crate::standin::ses;

/// A mail as its recipient sees it.
#[derive(Clone, Debug)]
pub struct Letter {
    /// Its number, in the order of acceptance.
    pub number: u64,
    /// Who got it.
    pub to: Vec<String>,
    /// Its tags: scope, send, attempt, kind.
    pub scope: String,
    /// The subject.
    pub subject: String,
    /// The text part.
    text: String,
    /// The HTML part.
    html: String,
    /// The message as it was sent.
    pub raw: Bytes,
}

impl Letter {
    /// A mail of ours as its recipient got it.
    pub fn of(mail: &ses::Mail) -> Self {
        Self {
            number: mail.number,
            to: mail.to.clone(),
            scope: mail.tags.get("scope").cloned().unwrap_or_default(),
            ..Self::read(mail.raw.clone())
        }
    }

    /// Reads a message, whoever sent it, with a library that did not write it.
    pub fn read(raw: Bytes) -> Self {
        let parsed = MessageParser::default().parse(raw.as_ref());
        let part = |kind: &str| {
            let parts = parsed.as_ref().map(|parsed| parsed.parts.as_slice()).unwrap_or_default();
            let part = parts.iter().find(|part| {
                part.content_type().is_some_and(|known| known.subtype() == Some(kind))
            });
            part.and_then(|part| part.text_contents()).unwrap_or_default().replace("\r\n", "\n")
        };
        let subject =
            parsed.as_ref().and_then(|mail| mail.subject()).unwrap_or_default().to_owned();
        let (text, html) = (part("plain"), part("html"));
        Self { number: 0, to: Vec::new(), scope: String::new(), subject, text, html, raw }
    }

    /// The text part as it was sent, its links included.
    pub fn plain(&self) -> &str {
        &self.text
    }

    /// The text part with every token blinded: what a snapshot shows.
    pub fn text(&self) -> String {
        let mut text = self.text.clone();
        for link in self.links() {
            if let Some((_, path)) = link.split_once("/m/") {
                // behind it, the place of one of several addresses
                let token = path.split_once('/').map_or(path, |(token, _)| token);
                text = text.replace(token, "<token>");
            }
        }
        text
    }

    /// The HTML part.
    pub fn html(&self) -> &str {
        &self.html
    }

    /// Every link of the text part, in order.
    pub fn links(&self) -> Vec<String> {
        let words = self.text.split_whitespace();
        words
            .filter(|word| word.contains("/m/") && !word.ends_with("/m/."))
            .map(str::to_owned)
            .collect()
    }

    /// The addresses that it asks for, without postcode and town: the first line of each block.
    pub fn addresses(&self) -> Vec<String> {
        let is_rule = |line: &str| line.starts_with("----------");
        let lines: Vec<&str> = self.text.lines().filter(|line| !line.trim().is_empty()).collect();
        let heads = lines.windows(2).filter(|pair| {
            matches!(pair, [rule, head]
            if is_rule(rule) && !is_rule(head))
        });
        let heads = heads.filter_map(|pair| pair.last()?.rsplit_once(", "));
        heads.map(|(address, _)| address.to_owned()).collect()
    }

    /// The link in the block of the address that begins with `address`.
    pub fn link(&self, address: &str) -> String {
        let mut found = false;
        for line in self.text.lines() {
            found = found || line.starts_with(address);
            if found && line.contains("/m/") {
                return line.trim().to_owned();
            }
        }
        panic!("no block for {address} in:\n{}", self.text)
    }
}

/// A page as it was served.
#[derive(Clone, Debug)]
pub struct Seen {
    /// HTTP status.
    pub status: u16,
    /// Header names and values, in order.
    pub headers: Vec<(String, String)>,
    /// The document.
    pub html: String,
    /// Whether the page came after a 303: the only answer that means stored.
    pub stored: bool,
}

impl Seen {
    /// A page as the front door answered it.
    pub fn of(response: Response<Bytes>) -> Self {
        let (parts, body) = response.into_parts();
        let headers = parts.headers.iter().map(|(name, value)| {
            (name.as_str().to_owned(), String::from_utf8_lossy(value.as_bytes()).into_owned())
        });
        Self {
            status: parts.status.as_u16(),
            headers: headers.collect(),
            html: String::from_utf8_lossy(&body).into_owned(),
            stored: false,
        }
    }

    /// What a browser has when no answer came: status 0.
    pub fn lost() -> Self {
        Self { status: 0, headers: Vec::new(), html: String::new(), stored: false }
    }

    /// Whether no answer came.
    pub fn is_lost(&self) -> bool {
        self.status == 0
    }

    /// A header's value.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// Where a redirect leads.
    pub fn location(&self) -> Option<String> {
        self.header("location").map(str::to_owned)
    }

    /// What a person reads: the words of the main part, without markup, one line a block.
    pub fn text(&self) -> String {
        let main = self.html.split_once("<main").map_or(self.html.as_str(), |(_, main)| main);
        let main = main.split_once("</main>").map_or(main, |(main, _)| main);
        let main = main.split_once('>').map_or(main, |(_, main)| main);
        let mut text = String::new();
        let mut tag = None;
        for c in main.chars() {
            match (&mut tag, c) {
                (None, '<') => tag = Some(String::new()),
                (Some(name), '>') => {
                    let block = ["p", "/p", "h1", "/h1", "h2", "/h2", "div", "/div", "li", "label"];
                    let block = block.contains(&name.split(' ').next().unwrap_or_default());
                    text.push(if block { '\n' } else { ' ' });
                    tag = None;
                }
                (Some(name), c) => name.push(c),
                (None, c) => text.push(c),
            }
        }
        let lines = text.lines().map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "));
        let lines: Vec<String> = lines.filter(|line| !line.is_empty()).collect();
        unescaped(&lines.join("\n"))
    }

    /// The title of the document.
    pub fn title(&self) -> String {
        let after = self.html.split_once("<title>").map_or("", |(_, after)| after);
        unescaped(after.split_once("</title>").map_or("", |(title, _)| title))
    }

    /// The fields of the first form as a browser would send them without anybody touching them.
    pub fn fields(&self) -> Vec<(String, String)> {
        let inputs = self.inputs().filter_map(|input| {
            let kind = attribute(input, "type").unwrap_or_default();
            let chosen =
                input.contains(" checked") || !matches!(kind.as_str(), "radio" | "checkbox");
            let name = attribute(input, "name").filter(|_| chosen)?;
            Some((name, attribute(input, "value").unwrap_or_default()))
        });
        inputs.collect()
    }

    /// The questions of the first form that are answered by choosing, with their choices.
    pub fn radios(&self) -> Vec<(String, Vec<String>)> {
        let mut radios: Vec<(String, Vec<String>)> = Vec::new();
        for input in self.inputs() {
            let radio = attribute(input, "type").is_some_and(|kind| kind == "radio");
            let Some(name) = attribute(input, "name").filter(|_| radio) else { continue };
            let choice = attribute(input, "value").unwrap_or_default();
            match radios.iter_mut().find(|(known, _)| *known == name) {
                Some((_, choices)) => choices.push(choice),
                None => radios.push((name, vec![choice])),
            }
        }
        radios
    }

    /// The attributes of every input of the first form.
    fn inputs(&self) -> impl Iterator<Item = &str> {
        let form = self.html.split_once("<form").map_or("", |(_, form)| form);
        let form = form.split_once("</form>").map_or(form, |(form, _)| form);
        form.split("<input")
            .skip(1)
            .map(|input| input.split_once('>').map_or(input, |(input, _)| input))
    }

    /// The name of the first field that takes a reading.
    pub fn first_register(&self) -> String {
        let fields = self.fields();
        let first = fields.iter().find(|(name, _)| {
            name.strip_prefix('r')
                .is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()))
        });
        first.map_or_else(
            || panic!("no field for a reading in:\n{}", self.text()),
            |(name, _)| name.clone(),
        )
    }
}

fn attribute(tag: &str, name: &str) -> Option<String> {
    let (_, after) = tag.split_once(&format!(" {name}=\""))?;
    after.split_once('"').map(|(value, _)| unescaped(value))
}

fn unescaped(text: &str) -> String {
    let entities = [
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&quot;", "\""),
        ("&#34;", "\""),
        ("&#39;", "'"),
        ("&#60;", "<"),
        ("&#62;", ">"),
        ("&nbsp;", "\u{a0}"),
        ("&#38;", "&"),
        ("&amp;", "&"),
    ];
    entities.into_iter().fold(text.to_owned(), |text, (entity, c)| text.replace(entity, c))
}
