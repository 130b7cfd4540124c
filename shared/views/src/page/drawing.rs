//! The register as somebody sees it on their meter, as SVG.

use askama::Template;

use domain::meter::Register;

use crate::texts::{Texts, Value};

use super::asked::Face;

/// What to draw.
pub(super) struct Drawing<'a> {
    /// Unique on the page.
    pub(super) id: &'a str,
    pub(super) texts: Texts,
    pub(super) register: &'a Register,
    pub(super) face: Face,
    /// The previous reading as its digits, comma and all; without it the wheels show dots.
    pub(super) shown: Option<&'a str>,
    /// The sentence that says what to enter.
    pub(super) description: &'a str,
}

#[derive(Template)]
#[template(path = "page/drawing.svg", escape = "html")]
struct Svg<'a> {
    id: &'a str,
    title: String,
    description: &'a str,
    width: usize,
    height: usize,
    plate: usize,
    ground: &'static str,
    wheels: Vec<Wheel>,
    marks: Vec<Mark>,
    skip: Option<String>,
}

struct Wheel {
    kind: Kind,
    x: usize,
    middle: usize,
    digit: char,
}

/// How one digit looks.
enum Kind {
    /// A black wheel, which is read.
    Black,
    /// A red wheel that is read, too.
    Read,
    /// A red wheel that nobody fills in.
    Red,
    /// A digit of a display.
    Shown,
}

struct Mark {
    x: usize,
    y: usize,
    class: &'static str,
    fill: &'static str,
    text: String,
}

/// From one wheel to the next: 28 wide and a gap of 4.
const STEP: usize = 32;
/// Around the wheels.
const MARGIN: usize = 9;

/// The picture; it holds no style attribute, which the Content-Security-Policy would refuse.
pub(super) fn svg(drawing: &Drawing<'_>) -> String {
    let svg = match drawing.face {
        Face::Wheels { red } => wheels(drawing, red.into()),
        Face::Display => display(drawing),
    };
    let rendered = svg.render();
    debug_assert!(rendered.is_ok(), "{rendered:?}");
    rendered.unwrap_or_default()
}

fn wheels<'a>(drawing: &Drawing<'a>, red: usize) -> Svg<'a> {
    let digits = usize::from(drawing.register.digits);
    let decimals = usize::from(drawing.register.decimals);
    let mut shown = drawing.shown.unwrap_or_default().chars().filter(char::is_ascii_digit);
    let mut next = || shown.next().unwrap_or('·');
    let wheels: Vec<_> = (0..digits + decimals + red)
        .map(|position| {
            let kind = match position {
                _ if position < digits => Kind::Black,
                _ if position < digits + decimals => Kind::Read,
                _ => Kind::Red,
            };
            let digit = if matches!(kind, Kind::Red) { ' ' } else { next() };
            let x = MARGIN + position * STEP;
            Wheel { kind, x, middle: x + 14, digit }
        })
        .collect();
    let plate = 2 * MARGIN + wheels.len() * STEP - 4 - 2;
    Svg {
        id: drawing.id,
        title: drawing.texts.tell("drawing-wheels", [("wheels", Value::Count(digits))]),
        description: drawing.description,
        width: plate + 2 + 54,
        height: if red > 0 { 80 } else { 62 },
        plate,
        ground: "#E3E9EF",
        marks: vec![unit(drawing, plate + 8, "currentColor")],
        wheels,
        skip: (red > 0).then(|| drawing.texts.say("drawing-skip")),
    }
}

fn display<'a>(drawing: &Drawing<'a>) -> Svg<'a> {
    let digits = usize::from(drawing.register.digits);
    let blank = "·".repeat(digits);
    let mut marks = Vec::new();
    let mut wheels = Vec::new();
    let mut x = MARGIN;
    for digit in drawing.shown.unwrap_or(&blank).chars() {
        if matches!(digit, ',' | '.') {
            let text = digit.to_string();
            marks.push(Mark { x: x + 2, y: 42, class: "comma", fill: "#17251A", text });
            x += 10;
        } else {
            wheels.push(Wheel { kind: Kind::Shown, x, middle: x + 12, digit });
            x += 24;
        }
    }
    marks.push(unit(drawing, x + 6, "#17251A"));
    let plate = x + 54;
    Svg {
        id: drawing.id,
        title: drawing.texts.say("drawing-display"),
        description: drawing.description,
        width: plate + 2,
        height: 62,
        plate,
        ground: "#D3DFCF",
        wheels,
        marks,
        skip: None,
    }
}

fn unit(drawing: &Drawing<'_>, x: usize, fill: &'static str) -> Mark {
    Mark { x, y: 38, class: "unit", fill, text: drawing.register.unit.symbol().to_owned() }
}
