//! Just enough of HTML to see what a page says, and that it is well made.

use std::collections::BTreeMap;

/// A piece of a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Piece {
    /// A start tag.
    Start { tag: String, attributes: BTreeMap<String, String> },
    /// An end tag.
    End { tag: String },
    /// Text, decoded.
    Text(String),
}

const VOID: [&str; 8] = ["meta", "link", "img", "input", "br", "hr", "!doctype", "wbr"];

/// The pieces of `html`, in order.
#[track_caller]
pub(crate) fn pieces(html: &str) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut rest = html;
    while !rest.is_empty() {
        let (text, tag) = rest.split_once('<').unwrap_or((rest, ""));
        if !text.is_empty() {
            pieces.push(Piece::Text(decoded(text)));
        }
        if tag.is_empty() {
            break;
        }
        let (inside, after) = tag.split_at(tag_end(tag));
        rest = after.strip_prefix('>').unwrap();
        if let Some(tag) = inside.strip_prefix('/') {
            pieces.push(Piece::End { tag: tag.to_owned() });
        } else {
            let (tag, attributes) = start(inside);
            let raw = tag == "style";
            pieces.push(Piece::Start { tag, attributes });
            if raw {
                rest = rest.trim_start_matches(|c| c != '<');
            }
        }
    }
    pieces
}

fn tag_end(rest: &str) -> usize {
    let mut quote = None;
    for (position, c) in rest.char_indices() {
        match (quote, c) {
            (None, '"') => quote = Some(c),
            (Some(open), _) if open == c => quote = None,
            (None, '>') => return position,
            _ => {}
        }
    }
    panic!("a tag does not end: {rest}")
}

fn start(inside: &str) -> (String, BTreeMap<String, String>) {
    let (tag, mut rest) = inside.split_once([' ', '\n']).unwrap_or((inside, ""));
    let mut attributes = BTreeMap::new();
    while !rest.trim().is_empty() {
        rest = rest.trim_start();
        let end = rest.find(['=', ' ', '\n']).unwrap_or(rest.len());
        let (name, after) = rest.split_at(end);
        let (value, after) = match after.strip_prefix('=').map(str::trim_start) {
            None => ("", after),
            Some(value) => match value.strip_prefix('"') {
                Some(quoted) => quoted.split_once('"').unwrap(),
                None => value.split_once([' ', '\n']).unwrap_or((value, "")),
            },
        };
        let doubled = attributes.insert(name.to_owned(), decoded(value));
        assert_eq!(doubled, None, "{name} twice in {inside}");
        rest = after;
    }
    (tag.to_ascii_lowercase(), attributes)
}

fn decoded(text: &str) -> String {
    let mut parts = text.split('&');
    let mut decoded = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (entity, rest) = part.split_once(';').unwrap_or_else(|| panic!("& in {text}"));
        let code = entity.strip_prefix('#').unwrap_or_else(|| panic!("&{entity};"));
        decoded.push(char::from_u32(code.parse().unwrap()).unwrap());
        decoded.push_str(rest);
    }
    decoded
}

/// The names of all tags of `html` in order: what hostile text must not change.
pub(crate) fn skeleton(html: &str) -> Vec<String> {
    let name = |piece| match piece {
        Piece::Start { tag, attributes } => {
            Some(format!("{tag} {}", attributes.into_keys().collect::<Vec<_>>().join(" ")))
        }
        Piece::End { tag } => Some(format!("/{tag}")),
        Piece::Text(_) => None,
    };
    pieces(html).into_iter().filter_map(name).collect()
}

/// Checks that every element is closed in order.
#[track_caller]
pub(crate) fn check_nesting(html: &str) {
    let mut open = Vec::new();
    for piece in pieces(html) {
        match piece {
            Piece::Start { tag, attributes } => {
                let empty = attributes.contains_key("/");
                if !VOID.contains(&tag.as_str()) && !is_svg_leaf(&tag) && !empty {
                    open.push(tag);
                }
            }
            Piece::End { tag } => assert_eq!(open.pop().as_deref(), Some(tag.as_str())),
            Piece::Text(_) => {}
        }
    }
    assert_eq!(open, Vec::<String>::new());
}

fn is_svg_leaf(tag: &str) -> bool {
    ["rect", "path", "circle"].contains(&tag)
}

/// What a person reads on the page, a line for each block; `[…]` are fields and buttons.
#[track_caller]
pub(crate) fn read(html: &str) -> String {
    let mut lines = vec![String::new()];
    let mut hidden = Vec::new();
    let mut link = None;
    for piece in pieces(html) {
        match piece {
            Piece::Start { tag, attributes } => {
                let get = |name: &str| attributes.get(name).cloned().unwrap_or_default();
                let line = lines.last_mut().unwrap();
                match tag.as_str() {
                    "head" | "svg" => hidden.push(tag),
                    "input" if get("type") == "hidden" => {}
                    "input" => {
                        let mark = match get("type").as_str() {
                            "radio" => format!("({})", get("value")),
                            "checkbox" => format!("[{}]", get("value")),
                            _ => format!("[{}={}]", get("name"), get("value")),
                        };
                        line.push_str(&mark);
                    }
                    "a" => link = Some(get("href")),
                    "br" => lines.push(String::new()),
                    _ if is_block(&tag) => lines.push(String::new()),
                    _ => {}
                }
            }
            Piece::End { tag } => {
                if hidden.last() == Some(&tag) {
                    hidden.pop();
                } else if tag == "a" {
                    let href = link.take().unwrap_or_default();
                    lines.last_mut().unwrap().extend([" <", &href, ">"]);
                } else if is_block(&tag) {
                    lines.push(String::new());
                }
            }
            Piece::Text(text) if hidden.is_empty() => {
                let line = lines.last_mut().unwrap();
                line.push_str(&text.replace('\n', " "));
            }
            Piece::Text(_) => {}
        }
    }
    let lines = lines.iter().map(|line| line.replace('\u{a0}', "~"));
    let lines = lines.map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "));
    lines.filter(|line| !line.is_empty()).collect::<Vec<_>>().join("\n")
}

fn is_block(tag: &str) -> bool {
    [
        "p",
        "h1",
        "h2",
        "div",
        "li",
        "legend",
        "fieldset",
        "form",
        "label",
        "button",
        "summary",
        "figcaption",
        "dt",
        "section",
        "header",
        "main",
        "footer",
        "body",
    ]
    .contains(&tag)
}
