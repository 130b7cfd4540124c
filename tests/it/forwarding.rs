//! A mail that is forwarded as people and their mail programs really do it: blocks deleted, quoted,
//! lines wrapped anew, encoded again, links rewritten. What is left works, and nothing else does.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use bytes::Bytes;

use meterlink::world::{BASE_URL, Letter, World};

use crate::set::Set;

/// One customer with so many addresses, all in one town.
fn landlord(addresses: u32) -> Set {
    let mut set = Set::street(0).add(
        "customers",
        "K1;Woonstichting;business;beheer@example.org;;;nl;transfer;;;;no;00123456;;Postbus;1;;1234AB;Voorbeelddorp;NL",
    );
    for n in 1..=addresses {
        set = set
            .add("connections", &format!("A{n:0>4};K1;;water;Lindelaan;{n};;;1234AB;Voorbeelddorp;2,5;2;customer;;01-03-2016;"))
            .add("meters", &format!("W{n:0>4};A{n:0>4};1;m3;5;0;01-03-2016;0;;"))
            .add("readings", &format!("W{n:0>4};1;31-12-2024;1000;customer"))
            .add("readings", &format!("W{n:0>4};1;31-12-2025;1100;customer"));
    }
    set
}

/// A mail taken apart: what stands above the addresses, each address, and what stands below.
struct Parts {
    above: String,
    blocks: Vec<String>,
    below: String,
}

const RULE: &str = "----------------------------------------";

impl Parts {
    fn of(letter: &Letter) -> Self {
        let mut parts = letter.plain().split(RULE).map(str::trim).filter(|part| !part.is_empty());
        let above = parts.next().unwrap().to_owned();
        let mut blocks: Vec<String> = parts.map(str::to_owned).collect();
        let below = blocks.pop().unwrap();
        Self { above, blocks, below }
    }

    /// The text with the blocks `kept`, in that order.
    fn with(&self, kept: &[usize]) -> String {
        let mut text = format!("{}\n\n", self.above);
        for block in kept {
            write!(text, "{RULE}\n{}\n{RULE}\n\n", self.blocks[*block]).unwrap();
        }
        text + &self.below
    }
}

/// Every line behind `> `, as a plain-text reply does.
fn quoted(text: &str) -> String {
    let lines: Vec<String> = text.lines().map(|line| format!("> {line}\n")).collect();
    lines.concat()
}

/// Lines filled to 76 characters at most; a word is never broken.
fn wrapped(text: &str) -> String {
    let mut wrapped = String::new();
    for paragraph in text.split("\n\n") {
        let mut width = 0;
        for word in paragraph.split_whitespace() {
            let length = word.chars().count();
            if width > 0 && width + 1 + length > 76 {
                wrapped.push('\n');
                width = 0;
            } else if width > 0 {
                wrapped.push(' ');
                width += 1;
            }
            wrapped.push_str(word);
            width += length;
        }
        wrapped.push_str("\n\n");
    }
    wrapped
}

/// The text as a message of its own: quoted-printable by the book, broken wherever a line is full.
fn message(text: &str) -> Bytes {
    let mut raw = String::from(
        "From: a@example.org\r\nTo: b@example.org\r\nSubject: FW\r\nMIME-Version: 1.0\r\n\
         Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n",
    );
    for line in text.lines() {
        let mut width = 0;
        for byte in line.bytes() {
            let encoded = match byte {
                b'=' | 128.. => format!("={byte:02X}"),
                byte => char::from(byte).to_string(),
            };
            if width + encoded.len() > 75 {
                raw.push_str("=\r\n");
                width = 0;
            }
            width += encoded.len();
            raw.push_str(&encoded);
        }
        raw.push_str("\r\n");
    }
    Bytes::from(raw)
}

/// The links that a reader of `text` finds when it was sent as a mail.
fn read(text: &str) -> BTreeSet<String> {
    Letter::read(message(text)).links().into_iter().collect()
}

/// Every link of an open call by the house number of its address, each opened once.
async fn addresses(world: &World, letter: &Letter) -> BTreeMap<usize, String> {
    let mut found = BTreeMap::new();
    for (place, link) in letter.links().into_iter().enumerate() {
        let page = world.open(&link).await;
        assert_eq!(page.status, 200);
        let block = &Parts::of(letter).blocks[place];
        let address = block.lines().next().unwrap().split(", ").next().unwrap();
        assert!(page.text().starts_with(&format!("{address} ")), "{address}: {}", page.text());
        found.insert(place, link);
    }
    found
}

/// The next of a fixed row of numbers.
fn dice(state: &mut u64) -> u64 {
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    *state
}

/// Of a mail with so many addresses every subset, above twelve a hundred of them: none is lost, none
/// is foreign.
async fn every_subset(addresses: u32) {
    let mut world = landlord(addresses).loaded().await;
    world.advance_to("2026-11-26 12:00").await;
    let mails = world.mails();
    assert_eq!(
        mails.iter().map(|mail| mail.links().len()).sum::<usize>(),
        usize::try_from(addresses).unwrap()
    );
    let mut state = 1;
    for letter in &mails {
        let links = self::addresses(&world, letter).await;
        let parts = Parts::of(letter);
        assert_eq!(parts.blocks.len(), links.len());
        let count = parts.blocks.len();
        let every = count <= 12;
        let subsets = if every { (1_u64 << count) - 1 } else { 100 };
        for subset in 1..=subsets {
            let mut kept: Vec<usize> =
                (0..count)
                    .filter(|place| {
                        if every { subset >> place & 1 == 1 } else { dice(&mut state) & 1 == 1 }
                    })
                    .collect();
            if subset & 1 == 0 {
                kept.reverse(); // in any order
            }
            let text = parts.with(&kept);
            let forwarded = match subset % 4 {
                0 => quoted(&text),
                1 => wrapped(&text),
                2 => quoted(&quoted(&text)),
                _ => text,
            };
            let wanted: BTreeSet<String> = kept.iter().map(|place| links[place].clone()).collect();
            assert_eq!(read(&forwarded), wanted, "{forwarded}");
            for fact in ["Voorbeeld Water", "24 december 2026"] {
                assert!(
                    forwarded.replace("\n> ", " ").replace('\n', " ").contains(fact),
                    "{forwarded}"
                );
            }
        }
    }
}

/// All 4,095 subsets of twelve addresses are encoded and read back: some seconds.
#[tokio::test]
async fn of_a_forwarded_mail_every_link_that_is_left_works_and_no_other() {
    for addresses in [1, 2, 12] {
        every_subset(addresses).await;
    }
}

/// A hundred subsets of two hundred addresses are encoded and read back: some seconds.
#[tokio::test]
async fn of_a_large_forwarded_mail_every_link_that_is_left_works_and_no_other() {
    for addresses in [25, 250] {
        every_subset(addresses).await;
    }
}

#[tokio::test]
async fn a_block_alone_says_all_that_its_reader_needs() {
    let mut world = landlord(2).loaded().await;
    world.advance_to("2026-11-26 12:00").await;
    let call = world.mails().pop().unwrap();
    let block = &Parts::of(&call).blocks[1];
    let link = call.link("Lindelaan 2");
    for part in ["Lindelaan 2, 1234 AB Voorbeelddorp", "Watermeter W0002", &link] {
        assert!(block.contains(part), "{block}");
    }
    // The HTML of the block, cut out of the page with its head lost: the link still stands there.
    let html = call.html();
    let block = html.split("<hr").find(|part| part.contains("Lindelaan 2")).unwrap();
    assert_eq!(block.matches(&link).count(), 2, "as a link and to be copied: {block}");
    assert_eq!(block.matches("/m/").count(), 2, "no other link: {block}");
}

#[tokio::test]
async fn a_link_that_a_scanner_rewrote_leads_to_the_same_page() {
    let mut world = landlord(1).loaded().await;
    world.advance_to("2026-11-26 12:00").await;
    let link = world.mails().pop().unwrap().link("Lindelaan 1");
    let page = world.open(&link).await;
    // what the services that rewrite links add when they let people through
    for query in
        ["utm_source=mail", "e=1&data=%C3%A9%2F", "url=https%3A%2F%2Fevil.example", "", "%zz"]
    {
        let seen = world.open(&format!("{link}?{query}")).await;
        assert_eq!((seen.status, &seen.html), (200, &page.html), "{query}");
    }
    // what mail programs take for a part of the link
    for marks in [".", ")", ">", ").", "\u{201d}", "*"] {
        let seen = world.open(&format!("{link}{}", encoded(marks))).await;
        let to = seen.location().map(|path| format!("{BASE_URL}{path}"));
        assert_eq!((seen.status, to.as_deref()), (308, Some(link.as_str())), "{marks}");
    }
    // percent-encoded once by a rewriter
    let (base, token) = link.rsplit_once('/').unwrap();
    let first = format!("%{:02X}", token.as_bytes()[0]);
    let rest = token.get(1..).unwrap();
    let seen = world.open(&format!("{base}/{first}{rest}")).await;
    assert_eq!((seen.status, &seen.html), (200, &page.html));
    let twice = world.open(&format!("{base}/{}{rest}", first.replace('%', "%25"))).await;
    assert_eq!(twice.status, 404);
}

/// The marks as a browser sends them.
fn encoded(marks: &str) -> String {
    let bytes: Vec<String> = marks.bytes().map(|byte| format!("%{byte:02X}")).collect();
    bytes.concat()
}
