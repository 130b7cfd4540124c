//! The project's files as text, and Rust code without its comments and literals.

use std::path::{Path, PathBuf};
use std::sync::LazyLock;
use std::{fs, mem};

/// A text file of the project.
pub(super) struct Source {
    /// From the root of the project, with `/`.
    pub(super) path: String,
    pub(super) text: String,
}

/// Every text file of the project that someone wrote: no build output, no lock file.
pub(super) static PROJECT: LazyLock<Vec<Source>> = LazyLock::new(|| {
    let root = root();
    let mut ahead = vec![root.clone()];
    let mut sources = Vec::new();
    while let Some(folder) = ahead.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_str().unwrap();
            if path.is_dir() {
                let foreign = matches!(
                    name,
                    ".git" | "node_modules" | "out" | "target" | "proptest-regressions"
                );
                ahead.extend((!foreign).then_some(path));
            } else if !matches!(name, "Cargo.lock" | "package-lock.json") {
                let inside = path.strip_prefix(&root).unwrap().to_str().unwrap().to_owned();
                // A file that is no text (a picture, an archive) has no words to check.
                sources.extend(
                    fs::read_to_string(&path).ok().map(|text| Source { path: inside, text }),
                );
            }
        }
    }
    sources.sort_by(|a, b| a.path.cmp(&b.path));
    sources
});

/// The folder of the workspace.
pub(super) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

impl Source {
    pub(super) fn sample(path: &str, text: &str) -> Self {
        Self { path: path.to_owned(), text: text.to_owned() }
    }

    /// What stands behind the last dot of the file's name.
    pub(super) fn extension(&self) -> &str {
        Path::new(&self.path).extension().map_or("", |extension| extension.to_str().unwrap())
    }

    pub(super) fn is_rust(&self) -> bool {
        self.extension() == "rs"
    }

    /// Whether the file is of a test: its lines are free to be many and to take shortcuts.
    pub(super) fn is_test(&self) -> bool {
        let path = self.path.as_str();
        path.starts_with("tests/") || path.contains("/tests/") || path.ends_with("/tests.rs")
    }

    pub(super) fn tokens(&self) -> Vec<Token> {
        tokens(&self.text)
    }
}

/// A word, number or single character of code; comments and the insides of literals are none.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Token {
    pub(super) text: String,
    /// From 1.
    pub(super) line: usize,
}

impl PartialEq<&str> for Token {
    fn eq(&self, other: &&str) -> bool {
        self.text == *other
    }
}

fn tokens(text: &str) -> Vec<Token> {
    let mut rest = Rest { chars: text.chars().collect(), at: 0, line: 1 };
    let mut tokens: Vec<Token> = Vec::new();
    while let Some(c) = rest.peek(0) {
        let line = rest.line;
        let next = rest.peek(1);
        if c.is_whitespace() {
            rest.take(1);
        } else if c == '/' && next == Some('/') {
            rest.take_while(|c| c != '\n');
        } else if c == '/' && next == Some('*') {
            rest.take_block_comment();
        } else if let Some(hashes) = rest.raw_string() {
            rest.take_raw_string(hashes);
        } else if c == '"' {
            rest.take_string();
        } else if c == '\'' && (next == Some('\\') || rest.peek(2) == Some('\'')) {
            rest.take_char();
        } else if c.is_alphabetic() || c == '_' {
            tokens.push(Token { text: rest.take_word(), line });
        } else if c.is_ascii_digit() {
            // Behind a dot it is the index of a tuple, and has no fraction of its own.
            let index = tokens.last().is_some_and(|token| *token == ".");
            let text = if index { rest.take_word() } else { rest.take_number() };
            tokens.push(Token { text, line });
        } else {
            rest.take(1);
            tokens.push(Token { text: c.to_string(), line });
        }
    }
    tokens
}

/// What is not read yet.
struct Rest {
    chars: Vec<char>,
    at: usize,
    line: usize,
}

impl Rest {
    fn peek(&self, ahead: usize) -> Option<char> {
        self.chars.get(self.at + ahead).copied()
    }

    fn take(&mut self, count: usize) {
        for _ in 0..count {
            self.line += usize::from(self.peek(0) == Some('\n'));
            self.at += 1;
        }
    }

    fn take_while(&mut self, wanted: impl Fn(char) -> bool) -> String {
        let mut taken = String::new();
        while let Some(c) = self.peek(0).filter(|c| wanted(*c)) {
            taken.push(c);
            self.take(1);
        }
        taken
    }

    fn take_block_comment(&mut self) {
        self.take(2);
        let mut depth = 1;
        while let (Some(c), true) = (self.peek(0), depth > 0) {
            match (c, self.peek(1)) {
                ('/', Some('*')) => (depth, ()) = (depth + 1, self.take(2)),
                ('*', Some('/')) => (depth, ()) = (depth - 1, self.take(2)),
                _ => self.take(1),
            }
        }
    }

    /// How many `#` the raw string has that begins here.
    fn raw_string(&self) -> Option<usize> {
        let prefix = match (self.peek(0)?, self.peek(1)?) {
            ('r', _) => 1,
            ('b' | 'c', 'r') => 2,
            _ => return None,
        };
        let behind = self.chars.iter().skip(self.at + prefix);
        let hashes = behind.take_while(|c| **c == '#').count();
        (self.peek(prefix + hashes) == Some('"')).then_some(hashes)
    }

    fn take_raw_string(&mut self, hashes: usize) {
        self.take_while(|c| c != '"');
        self.take(1);
        while self.peek(0).is_some() {
            let closes = self.peek(0) == Some('"');
            self.take(1);
            if closes && (0..hashes).all(|at| self.peek(at) == Some('#')) {
                return self.take(hashes);
            }
        }
    }

    fn take_string(&mut self) {
        self.take(1);
        while let Some(c) = self.peek(0) {
            self.take(if c == '\\' { 2 } else { 1 });
            if c == '"' {
                return;
            }
        }
    }

    fn take_char(&mut self) {
        self.take(1);
        self.take(if self.peek(0) == Some('\\') { 2 } else { 1 });
        self.take_while(|c| c != '\'');
        self.take(1);
    }

    fn take_word(&mut self) -> String {
        self.take_while(|c| c.is_alphanumeric() || c == '_')
    }

    fn take_number(&mut self) -> String {
        let mut number = self.take_word();
        if self.peek(0) == Some('.') && self.peek(1).is_some_and(|c| c.is_ascii_digit()) {
            self.take(1);
            number.push('.');
            number += &self.take_word();
        }
        number
    }
}

/// What a definition defines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Function,
    Module,
    Type,
    Variant,
}

/// A name that our code gives to something.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Definition {
    pub(super) kind: Kind,
    pub(super) name: String,
    pub(super) line: usize,
}

/// Everything that `tokens` define, enum variants included.
pub(super) fn definitions(tokens: &[Token]) -> Vec<Definition> {
    let mut found = Vec::new();
    for (at, pair) in tokens.windows(2).enumerate() {
        let kind = match pair[0].text.as_str() {
            "fn" => Kind::Function,
            "mod" => Kind::Module,
            "struct" | "enum" | "union" | "trait" | "type" => Kind::Type,
            _ => continue,
        };
        if !pair[1].text.starts_with(|c: char| c.is_alphabetic()) {
            continue;
        }
        found.push(Definition { kind, name: pair[1].text.clone(), line: pair[1].line });
        if pair[0] == "enum" {
            found.extend(variants(&tokens[at..]));
        }
    }
    found
}

/// The variants of the enum with which `tokens` begin.
fn variants(tokens: &[Token]) -> Vec<Definition> {
    let mut found = Vec::new();
    let mut depth = 0;
    let mut expected = false;
    for token in tokens.iter().skip_while(|token| **token != "{") {
        match token.text.as_str() {
            "{" | "(" | "[" => {
                depth += 1;
                expected = depth == 1;
            }
            "}" | ")" | "]" => {
                depth -= 1;
                // Behind an attribute's bracket the variant is still to come.
                expected = depth == 1 && token == &"]";
            }
            "," if depth == 1 => expected = true,
            name if depth == 1 && mem::take(&mut expected) => {
                if name == "#" {
                    continue;
                }
                found.push(Definition {
                    kind: Kind::Variant,
                    name: name.to_owned(),
                    line: token.line,
                });
            }
            _ => {}
        }
        if depth == 0 {
            break;
        }
    }
    found
}

#[test]
fn code_is_read_without_comments_and_literals() {
    let words = |text: &str| {
        let words = tokens(text).into_iter().map(|token| token.text);
        words.collect::<Vec<_>>().join(" ")
    };
    assert_eq!(words("a // b\nc /* d /* e */ f */ g"), "a c g");
    assert_eq!(words(r##"a "b \" c" r#"d " e"# b"f" 'g' '\'' &'h i"##), "a b & ' h i");
    assert_eq!(words("x.0.1 2.5 1..2 0x1f 3.max(4)"), "x . 0 . 1 2.5 1 . . 2 0x1f 3 . max ( 4 )");
    assert_eq!(tokens("a\n\"\n\"\nb")[1].line, 4);
}

#[test]
fn definitions_are_found_with_their_variants() {
    let code = "pub struct Token([u8; 30]); mod ring; fn mint<T>() {}
        enum Wave { Call, #[serde(rename = \"r\")] Reminder(u16), Other { a: u8 }, Last = 3 }";
    let names: Vec<_> = definitions(&tokens(code)).into_iter().map(|found| found.name).collect();
    assert_eq!(names, ["Token", "ring", "mint", "Wave", "Call", "Reminder", "Other", "Last"]);
}
