//! Writing XML: an element at a time, escaped, never an empty one.

use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesEnd, BytesStart, BytesText, Event};

use domain::money::Money;

use crate::plain::plain;

/// XML in the making, an element a line.
pub(super) struct Xml(Writer<Vec<u8>>);

impl Xml {
    /// A document whose root is `root` with `attributes`.
    pub(super) fn document(
        root: &str,
        attributes: [(&str, &str); 3],
        body: impl FnOnce(&mut Self),
    ) -> Vec<u8> {
        let mut xml = Self(Writer::new_with_indent(Vec::with_capacity(32 * 1024), b' ', 0));
        xml.write(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)));
        xml.write(Event::Start(BytesStart::new(root).with_attributes(attributes)));
        body(&mut xml);
        xml.write(Event::End(BytesEnd::new(root)));
        xml.0.into_inner()
    }

    /// The element `name` around what `body` writes; nothing when it writes nothing.
    pub(super) fn within(&mut self, name: &str, body: impl FnOnce(&mut Self)) {
        let before = self.0.get_mut().len();
        self.write(Event::Start(BytesStart::new(name)));
        let opened = self.0.get_mut().len();
        body(self);
        if self.0.get_mut().len() == opened {
            self.0.get_mut().truncate(before);
        } else {
            self.write(Event::End(BytesEnd::new(name)));
        }
    }

    /// The element `name` with `text`; nothing when no character of it may stand in XML.
    pub(super) fn leaf(&mut self, name: &str, text: &str) {
        self.element(name, BytesStart::new(name), text);
    }

    /// The same with an attribute.
    pub(super) fn marked(&mut self, name: &str, attribute: (&str, &str), text: &str) {
        self.element(name, BytesStart::new(name).with_attributes([attribute]), text);
    }

    /// An amount in euro.
    pub(super) fn money(&mut self, name: &str, amount: Money) {
        self.marked(name, ("currencyID", "EUR"), &amount.to_string());
    }

    fn element(&mut self, name: &str, start: BytesStart<'_>, text: &str) {
        let text = plain(text);
        if text.is_empty() {
            return;
        }
        self.write(Event::Start(start));
        self.write(Event::Text(BytesText::new(&text)));
        self.write(Event::End(BytesEnd::new(name)));
    }

    fn write(&mut self, event: Event<'_>) {
        let written = self.0.write_event(event);
        debug_assert!(written.is_ok(), "memory takes everything: {written:?}");
    }
}
