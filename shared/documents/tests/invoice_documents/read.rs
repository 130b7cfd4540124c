//! Reading XML back.

use quick_xml::Reader;
use quick_xml::events::Event;

/// Every text of an XML document, in order, as a receiver reads it.
pub(crate) fn texts_of(xml: &[u8]) -> Vec<String> {
    let mut reader = Reader::from_reader(xml);
    let mut texts = Vec::new();
    let mut text = String::new();
    loop {
        match reader.read_event().unwrap() {
            Event::Eof => return texts,
            Event::Start(_) => text.clear(),
            Event::Text(part) => text.push_str(&part.decode().unwrap()),
            Event::GeneralRef(reference) => {
                let name = reference.decode().unwrap();
                text.push_str(quick_xml::escape::resolve_xml_entity(&name).unwrap());
            }
            Event::End(_) => {
                if !text.trim().is_empty() {
                    texts.push(text.trim().to_owned());
                }
                text.clear();
            }
            Event::Empty(_)
            | Event::CData(_)
            | Event::Comment(_)
            | Event::Decl(_)
            | Event::PI(_)
            | Event::DocType(_) => {}
        }
    }
}
