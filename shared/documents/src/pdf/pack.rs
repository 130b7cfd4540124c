//! Makes a PDF small: what is no stream goes into deflated object streams, and what is a plain stream
//! is deflated.
//!
//! Typst writes each tag of the structure as plain text, which is more than half of an invoice and
//! nine tenths of one with many addresses; and what is said about the document, which is an eighth of an
//! invoice of one address.

use std::collections::BTreeMap;
use std::io::Write as _;

use flate2::Compression;
use flate2::write::ZlibEncoder;

/// Objects in one object stream: readers unpack all of it for one of them.
const TOGETHER: usize = 512;

/// Where an object lies.
enum Place {
    /// At an offset of the file.
    At(usize),
    /// In an object stream, at a place in it.
    In(usize, usize),
}

/// The same document with its objects packed; `None` when `file` is not as typst writes it.
///
/// **Shape.** A file with one classic table of its objects, none of them encrypted.
/// **Source.** ISO 32000-1, 7.5.7 and 7.5.8; ISO 19005-3 allows both, and metadata with a filter, which
/// ISO 19005-1 (6.7.2) did not.
pub(super) fn pack(file: &[u8]) -> Option<Vec<u8>> {
    let (objects, trailer) = read(file)?;
    let first = objects.iter().map(|object| object.offset).min()?;
    let mut packed = file.get(..first)?.to_vec();
    let mut places: BTreeMap<usize, Place> = BTreeMap::new();
    let (streams, plain): (Vec<_>, Vec<_>) =
        objects.iter().partition(|object| object.body.ends_with(b"endstream"));
    for object in streams {
        places.insert(object.number, Place::At(packed.len()));
        if has(object.body, b"/Filter") {
            packed.extend_from_slice(format!("{} 0 obj\n", object.number).as_bytes());
            packed.extend_from_slice(object.body);
            packed.extend_from_slice(b"\nendobj\n");
        } else {
            let (dictionary, content) = plain_stream(object.body)?;
            write(&mut packed, object.number, dictionary, content)?;
        }
    }
    let mut number = objects.iter().map(|object| object.number).max()? + 1;
    for together in plain.chunks(TOGETHER) {
        let (mut index, mut bodies) = (String::new(), Vec::new());
        for (place, object) in together.iter().enumerate() {
            index.push_str(&[object.number.to_string(), bodies.len().to_string()].join(" "));
            index.push(' ');
            bodies.extend_from_slice(object.body);
            bodies.push(b'\n');
            places.insert(object.number, Place::In(number, place));
        }
        let dictionary = format!("/Type/ObjStm/N {}/First {}", together.len(), index.len());
        places.insert(number, Place::At(packed.len()));
        write(&mut packed, number, &dictionary, &[index.as_bytes(), bodies.as_slice()].concat())?;
        number += 1;
    }
    let at = packed.len();
    places.insert(number, Place::At(at));
    let rows = (0..=number).map(|object| row(places.get(&object)));
    let rows: Vec<Vec<u8>> = rows.collect::<Option<_>>()?;
    let dictionary = format!("/Type/XRef/W[1 4 2]/Size {}{trailer}", number + 1);
    write(&mut packed, number, &dictionary, &rows.concat())?;
    packed.extend_from_slice(format!("startxref\n{at}\n%%EOF\n").as_bytes());
    Some(packed)
}

/// An object as it stands in the file, between `obj` and `endobj`.
struct Object<'a> {
    number: usize,
    offset: usize,
    body: &'a [u8],
}

/// The objects in the order of the file, and what the trailer says but for their number.
fn read(file: &[u8]) -> Option<(Vec<Object<'_>>, &str)> {
    let start = last(file, b"startxref\n")?;
    let table: usize = text(file.get(start..)?)?.lines().nth(1)?.trim().parse().ok()?;
    let listed = text(file.get(table..start)?)?.strip_prefix("xref\n0 ")?;
    let (listed, trailer) = listed.split_once("trailer\n<<")?;
    let (_, entries) = listed.split_once('\n')?;
    let trailer = trailer.trim_end().strip_suffix(">>")?;
    let trailer = trailer.get(trailer.find("/Root")?..)?;
    let mut found: Vec<(usize, usize)> = Vec::new();
    for (number, entry) in entries.lines().enumerate() {
        let mut fields = entry.split_ascii_whitespace();
        let (offset, _, used) = (fields.next()?, fields.next()?, fields.next()?);
        if used == "n" {
            found.push((offset.parse().ok()?, number));
        }
    }
    found.sort_unstable();
    let ends = found.iter().skip(1).map(|(offset, _)| *offset).chain([table]);
    let objects = found.iter().zip(ends).map(|(&(offset, number), end)| {
        let whole = file.get(offset..end)?;
        let body = whole.strip_prefix(format!("{number} 0 obj\n").as_bytes())?;
        let body = body.trim_ascii_end().strip_suffix(b"endobj")?.trim_ascii_end();
        Some(Object { number, offset, body })
    });
    Some((objects.collect::<Option<_>>()?, trailer))
}

/// Whether `wanted` stands in the dictionary of a stream.
fn has(stream: &[u8], wanted: &[u8]) -> bool {
    let dictionary = first(stream, OPENS).and_then(|end| stream.get(..end)).unwrap_or(stream);
    first(dictionary, wanted).is_some()
}

/// What stands between the dictionary of a stream and its content.
const OPENS: &[u8] = b">>\nstream\n";

/// The dictionary of a stream that nothing filters, but for its length, and the content.
fn plain_stream(stream: &[u8]) -> Option<(&str, &[u8])> {
    let end = first(stream, OPENS)?;
    let dictionary = text(stream.get(..end)?)?.strip_prefix("<</Length ")?;
    let (length, dictionary) = dictionary.split_at_checked(dictionary.find('/')?)?;
    let from = end + OPENS.len();
    Some((dictionary, stream.get(from..from.checked_add(length.parse().ok()?)?)?))
}

fn text(bytes: &[u8]) -> Option<&str> {
    std::str::from_utf8(bytes).ok()
}

/// Where `wanted` stands first.
fn first(file: &[u8], wanted: &[u8]) -> Option<usize> {
    file.windows(wanted.len()).position(|window| window == wanted)
}

/// Where `wanted` stands last.
fn last(file: &[u8], wanted: &[u8]) -> Option<usize> {
    file.windows(wanted.len()).rposition(|window| window == wanted)
}

/// A deflated stream as object `number`.
fn write(file: &mut Vec<u8>, number: usize, dictionary: &str, content: &[u8]) -> Option<()> {
    let mut deflate = ZlibEncoder::new(Vec::new(), Compression::best());
    let content = deflate.write_all(content).and_then(|()| deflate.finish()).ok()?;
    let head = format!(
        "{number} 0 obj\n<<{dictionary}/Filter/FlateDecode/Length {}>>\nstream\n",
        content.len()
    );
    file.extend_from_slice(head.as_bytes());
    file.extend_from_slice(&content);
    file.extend_from_slice(b"\nendstream\nendobj\n");
    Some(())
}

/// A row of the table of objects: its kind and where it lies; a number that nothing has is free.
fn row(place: Option<&Place>) -> Option<Vec<u8>> {
    let (kind, offset, index): (u8, u32, u16) = match place {
        None => (0, 0, u16::MAX),
        Some(Place::At(at)) => (1, u32::try_from(*at).ok()?, 0),
        Some(Place::In(stream, place)) => {
            (2, u32::try_from(*stream).ok()?, u16::try_from(*place).ok()?)
        }
    };
    Some([&[kind][..], &offset.to_be_bytes(), &index.to_be_bytes()].concat())
}
