//! YAML as a tree that remembers its lines and its tags.

use granit_parser::{Event, Parser};

use super::TemplateError;

/// A value of the file.
#[derive(Debug, Clone)]
pub(super) struct Node {
    /// The line on which it begins, from 1.
    pub(super) line: usize,
    /// A short function (`Ref`, `GetAtt`), without its exclamation mark.
    pub(super) tag: Option<String>,
    pub(super) value: Value,
}

/// What a node holds.
#[derive(Debug, Clone)]
pub(super) enum Value {
    /// A scalar, as it is written.
    Text(String),
    /// A sequence.
    List(Vec<Node>),
    /// A mapping, in the order of the file.
    Map(Vec<(Key, Node)>),
}

/// The key of a mapping.
#[derive(Debug, Clone)]
pub(super) struct Key {
    pub(super) line: usize,
    pub(super) name: String,
}

impl Node {
    /// The one document of the text.
    pub(super) fn parse(text: &str) -> Result<Self, TemplateError> {
        let mut events = Events(Parser::new_from_str(text));
        loop {
            if let (Event::DocumentStart(..), _) = events.next()? {
                let (event, line) = events.next()?;
                return events.node(event, line);
            }
        }
    }

    pub(super) fn text(&self) -> Option<&str> {
        match &self.value {
            Value::Text(text) => Some(text),
            Value::List(_) | Value::Map(_) => None,
        }
    }

    pub(super) fn list(&self) -> Option<&[Self]> {
        match &self.value {
            Value::List(list) => Some(list),
            Value::Text(_) | Value::Map(_) => None,
        }
    }

    /// The entries of a mapping; anything else has none.
    pub(super) fn entries(&self) -> &[(Key, Self)] {
        match &self.value {
            Value::Map(entries) => entries,
            Value::Text(_) | Value::List(_) => &[],
        }
    }

    pub(super) fn get(&self, name: &str) -> Option<&Self> {
        self.entries().iter().find(|(key, _)| key.name == name).map(|(_, node)| node)
    }
}

struct Events<'a>(Parser<'a, granit_parser::StrInput<'a>>);

impl<'a> Events<'a> {
    fn next(&mut self) -> Result<(Event<'a>, usize), TemplateError> {
        let Some(next) = self.0.next_event() else {
            return Err(TemplateError::at(0, "the file ends before its document"));
        };
        let (event, span) =
            next.map_err(|wrong| TemplateError::at(wrong.marker().line(), wrong.to_string()))?;
        Ok((event, span.start.line()))
    }

    fn node(&mut self, event: Event<'a>, line: usize) -> Result<Node, TemplateError> {
        let short = |tag: Option<std::borrow::Cow<'_, granit_parser::Tag>>| {
            tag.filter(|tag| tag.handle() == "!").map(|tag| tag.suffix().to_owned())
        };
        if let Event::Scalar(text, _, _, tag) = event {
            return Ok(Node { line, tag: short(tag), value: Value::Text(text.into_owned()) });
        }
        if let Event::SequenceStart(_, _, tag) = event {
            let mut list = Vec::new();
            loop {
                let (event, at) = self.next()?;
                if matches!(event, Event::SequenceEnd) {
                    return Ok(Node { line, tag: short(tag), value: Value::List(list) });
                }
                list.push(self.node(event, at)?);
            }
        }
        if let Event::MappingStart(_, _, tag) = event {
            let tag = short(tag);
            let mut entries: Vec<(Key, Node)> = Vec::new();
            loop {
                let (event, key_line) = self.next()?;
                if matches!(event, Event::MappingEnd) {
                    return Ok(Node { line, tag, value: Value::Map(entries) });
                }
                let Event::Scalar(name, ..) = event else {
                    return Err(TemplateError::at(key_line, "a key that is not a word"));
                };
                let key = Key { line: key_line, name: name.into_owned() };
                if entries.iter().any(|(known, _)| known.name == key.name) {
                    let message = format!("`{}` stands here twice", key.name);
                    return Err(TemplateError::at(key_line, message));
                }
                let (event, at) = self.next()?;
                entries.push((key, self.node(event, at)?));
            }
        }
        Err(TemplateError::at(line, "anchors and aliases are not read here"))
    }
}
