//! Writing XML: an element a line, escaped, never an empty one.

use quick_xml::escape::escape;

use domain::money::Money;

use crate::plain::plain;

/// XML in the making.
pub(super) struct Xml(String);

impl Xml {
    /// A document whose root is `root` with `attributes`.
    pub(super) fn document(
        root: &str,
        attributes: [(&str, &str); 3],
        body: impl FnOnce(&mut Self),
    ) -> Vec<u8> {
        let mut xml = Self(String::with_capacity(32 * 1024));
        xml.write(&[r#"<?xml version="1.0" encoding="UTF-8"?>"#]);
        xml.write(&["\n<", root]);
        for (name, value) in attributes {
            xml.write(&[" ", name, "=\"", &escape(value), "\""]);
        }
        xml.write(&[">"]);
        body(&mut xml);
        xml.write(&["\n</", root, ">"]);
        xml.0.into_bytes()
    }

    /// The element `name` around what `body` writes; nothing when it writes nothing.
    pub(super) fn within(&mut self, name: &str, body: impl FnOnce(&mut Self)) {
        let before = self.0.len();
        self.write(&["\n<", name, ">"]);
        let opened = self.0.len();
        body(self);
        if self.0.len() == opened {
            self.0.truncate(before);
        } else {
            self.write(&["\n</", name, ">"]);
        }
    }

    /// The element `name` with `text`; nothing when no character of it may stand in XML.
    pub(super) fn leaf(&mut self, name: &str, text: &str) {
        let text = plain(text);
        if !text.is_empty() {
            self.write(&["\n<", name, ">", &escape(text.as_ref()), "</", name, ">"]);
        }
    }

    /// The same with an attribute.
    pub(super) fn marked(&mut self, name: &str, (attribute, value): (&str, &str), text: &str) {
        let text = plain(text);
        if !text.is_empty() {
            self.write(&["\n<", name, " ", attribute, "=\"", &escape(value), "\">"]);
            self.write(&[&escape(text.as_ref()), "</", name, ">"]);
        }
    }

    /// An amount in euro.
    pub(super) fn money(&mut self, name: &str, amount: Money) {
        self.marked(name, ("currencyID", "EUR"), &amount.to_string());
    }

    fn write(&mut self, pieces: &[&str]) {
        for piece in pieces {
            self.0.push_str(piece);
        }
    }
}
