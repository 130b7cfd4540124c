//! The addresses for which a colleague was asked, one to be chosen.

use askama::Template;

use domain::address::Address;

use crate::texts::Texts;

use super::layout::{self, Layout, Tone};
use super::words::Place;
use super::{Frame, Page};

/// An address that a colleague was asked for.
#[derive(Clone, Debug)]
pub struct ListedAddress<'a> {
    /// The path of its page.
    pub path: String,
    /// The *leveringsadres*.
    pub address: &'a Address,
    /// How far it is.
    pub progress: Progress,
}

/// Whether the readings of an address came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Progress {
    /// Not of every meter, or none is asked any more.
    Missing,
    /// Of every meter.
    Received,
}

#[derive(Template)]
#[template(path = "page/list.html")]
struct ListPage<'a> {
    layout: Layout<'a>,
    addresses: Vec<Listed>,
}

struct Listed {
    href: String,
    line: String,
    rest: String,
    received: bool,
}

pub(super) fn page(frame: &Frame<'_>, addresses: &[ListedAddress<'_>]) -> Page {
    let title = Texts::of(frame.language).say("list");
    let line = |listed: &ListedAddress<'_>| {
        let Place { line, rest, .. } = Place::new(listed.address, None);
        let received = listed.progress == Progress::Received;
        Listed { href: frame.in_language(&listed.path), line, rest, received }
    };
    let page = ListPage {
        layout: Layout::new(frame, &title, Tone::Plain),
        addresses: addresses.iter().map(line).collect(),
    };
    layout::page(200, frame.language, &page)
}
