//! The question as a form, empty or as it was filled in.

use askama::Template;
use rust_decimal::Decimal;

use domain::meter::Register;

use crate::format;
use crate::texts::{Texts, Value};

use super::asked::{
    Asked, AskedMeter, AskedRegister, Choice, Face, Finding, Origin, Refusal, Reported, Stage,
    Validity,
};
use super::drawing::{self, Drawing};
use super::layout::{self, Layout, Tone};
use super::words::{self, Place};
use super::{Frame, Page, field};

/// How many fields a form has for readings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Extent {
    /// One: its question is the heading.
    Single,
    /// More: each has a label of its own.
    Several,
}

/// What the fields of a form hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Filling {
    /// Nothing.
    Empty,
    /// What was typed.
    Typed,
    /// What was typed, with what is wrong with it.
    Refused,
}

#[derive(Template)]
#[template(path = "page/form.html")]
struct Form<'a> {
    layout: Layout<'a>,
    action: String,
    heading: String,
    place: Place,
    extent: Extent,
    notices: Vec<Notice>,
    notices_focused: bool,
    stage: Stage,
    errors: Vec<Mistake>,
    meters: Vec<MeterForm>,
    date: DateForm,
    deadline: Option<String>,
    button: String,
    cannot: Option<String>,
    ask: Option<String>,
    list: Option<String>,
}

/// One line of the summary of mistakes.
pub(super) struct Mistake {
    /// The id of the field that it concerns.
    pub(super) field: String,
    pub(super) text: String,
}

struct Notice {
    kind: &'static str,
    lines: Vec<String>,
    href: Option<String>,
}

struct MeterForm {
    label: String,
    number_name: String,
    number: String,
    revision_name: String,
    revision: u32,
    exchanged: Option<String>,
    fields: Vec<Field>,
}

struct Field {
    name: String,
    label: String,
    hint: String,
    unit: &'static str,
    previous: Option<String>,
    drawing: String,
    typed: String,
    inputmode: &'static str,
    error: Option<String>,
    without_red: Option<RedChoice>,
}

struct RedChoice {
    /// The field that says which text the choice is about.
    about: String,
    name: String,
    value: &'static str,
    label: String,
}

struct DateForm {
    open: bool,
    error: Option<String>,
    parts: [DatePart; 3],
}

struct DatePart {
    name: &'static str,
    label: String,
    typed: String,
}

pub(super) fn page<'a>(
    frame: &Frame<'a>,
    asked: &Asked<'a>,
    filling: Filling,
    status: u16,
) -> Page {
    let scene = Scene { frame, asked, filling, texts: Texts::of(frame.language) };
    let meters: Vec<_> = asked
        .meters
        .iter()
        .enumerate()
        .map(|(position, meter)| scene.meter(position, meter))
        .collect();
    let extent = match meters.iter().map(|meter| meter.fields.len()).sum::<usize>() {
        1 => Extent::Single,
        _ => Extent::Several,
    };
    let date = scene.date();
    let heading = scene.heading(extent);
    let tone = if filling == Filling::Refused { Tone::Mistake } else { Tone::Plain };
    let deadline = (asked.stage == Stage::InTime).then(|| scene.deadline());
    let form = Form {
        layout: Layout::new(frame, &heading, tone),
        action: frame.in_language(frame.path),
        place: scene.place(),
        notices: scene.notices(),
        notices_focused: asked.obstacle == Reported::Obstacle && filling == Filling::Empty,
        stage: asked.stage,
        errors: mistakes(&meters, &date, extent),
        button: scene.texts.say(match extent {
            Extent::Single => "q-button",
            Extent::Several => "q-button-many",
        }),
        cannot: asked.cannot.map(|path| frame.in_language(path)),
        ask: asked.ask.map(|path| frame.in_language(path)),
        list: asked.list.map(|path| frame.in_language(path)),
        heading,
        extent,
        meters,
        date,
        deadline,
    };
    layout::page(status, frame.language, &form)
}

fn mistakes(meters: &[MeterForm], date: &DateForm, extent: Extent) -> Vec<Mistake> {
    let texts = |field: &Field, error: &str, label: &str| Mistake {
        field: field.name.clone(),
        text: match extent {
            Extent::Single => error.to_owned(),
            Extent::Several => format!("{label}, {}: {error}", field.label),
        },
    };
    let fields = meters.iter().flat_map(|meter| {
        meter
            .fields
            .iter()
            .filter_map(|field| field.error.as_ref().map(|error| texts(field, error, &meter.label)))
    });
    let date = date
        .error
        .iter()
        .map(|error| Mistake { field: field::DAY.to_owned(), text: error.clone() });
    fields.chain(date).collect()
}

/// One form that is being made.
struct Scene<'s, 'a> {
    frame: &'s Frame<'a>,
    asked: &'s Asked<'a>,
    filling: Filling,
    texts: Texts,
}

impl<'a> Scene<'_, 'a> {
    fn heading(&self, extent: Extent) -> String {
        match self.asked.meters.as_slice() {
            [meter] => {
                let noun = words::meter_noun(self.texts, meter.commodity);
                let id = match extent {
                    Extent::Single => "q-title",
                    Extent::Several => "q-title-registers",
                };
                self.texts.tell(id, [("meter", Value::Text(&noun))])
            }
            _ => self.texts.say("q-title-meters"),
        }
    }

    fn place(&self) -> Place {
        let meter = match self.asked.meters.as_slice() {
            [meter] => Some(words::meter_label(self.texts, meter.commodity, meter.number)),
            _ => None,
        };
        Place::new(self.asked.address, meter)
    }

    /// Until when it can be done, and what becomes of a reading that does not come.
    fn deadline(&self) -> String {
        if self.asked.meters.iter().all(|meter| meter.received.is_some()) {
            return self.texts.say("q-received");
        }
        let deadline = format::long_day(self.frame.language, self.asked.deadline);
        self.texts.tell("q-deadline", [("deadline", Value::Text(&deadline))])
    }

    fn notices(&self) -> Vec<Notice> {
        let deadline = format::day(self.frame.language, self.asked.deadline);
        let stage = match self.asked.stage {
            Stage::InTime => None,
            Stage::Late => Some(self.texts.tell("late", [("deadline", Value::Text(&deadline))])),
            Stage::Invoiced => Some(self.texts.say("invoiced")),
        };
        let obstacle =
            (self.asked.obstacle == Reported::Obstacle).then(|| self.texts.say("cannot-done"));
        let plain = |kind, line| Notice { kind, lines: vec![line], href: None };
        let mut notices: Vec<_> =
            obstacle.map(|line| plain("done-note", line)).into_iter().collect();
        notices.extend(self.asked.meters.iter().filter_map(|meter| self.received(meter)));
        notices.extend(stage.map(|line| plain("late", line)));
        notices
    }

    fn received(&self, meter: &AskedMeter<'a>) -> Option<Notice> {
        let received = meter.received.as_ref()?;
        let at = format::day_and_time(self.frame.language, received.at);
        let mut lines = Vec::new();
        let values: Vec<_> = meter.registers.iter().zip(&received.values).collect();
        match values.as_slice() {
            [(register, value)] if self.frame.shows_readings() => {
                let reading = self.reading(register.register, **value);
                let label = words::meter_label(self.texts, meter.commodity, meter.number);
                let line = self.texts.tell(
                    "received",
                    [("reading", Value::Text(&reading)), ("at", Value::Text(&at))],
                );
                lines.push(if self.asked.meters.len() > 1 {
                    format!("{label}: {line}")
                } else {
                    line
                });
            }
            several => {
                lines.push(self.texts.tell("received-hidden", [("at", Value::Text(&at))]));
                for (register, value) in several.iter().filter(|_| self.frame.shows_readings()) {
                    let label = words::register_label(self.texts, register.register, several.len());
                    let reading = self.reading(register.register, **value);
                    lines.push(self.texts.tell(
                        "received-register",
                        [("label", Value::Text(&label)), ("reading", Value::Text(&reading))],
                    ));
                }
            }
        }
        lines.push(self.texts.say("received-correct"));
        let receipt = received.receipt.filter(|_| self.frame.shows_readings());
        Some(Notice {
            kind: "received",
            lines,
            href: receipt.map(|path| self.frame.in_language(path)),
        })
    }

    fn meter(&self, position: usize, meter: &AskedMeter<'a>) -> MeterForm {
        let siblings = meter.registers.len();
        let exchanged = meter.exchanged_on.map(|day| {
            let day = format::day(self.frame.language, day);
            self.texts.tell("q-exchanged", [("day", Value::Text(&day))])
        });
        MeterForm {
            label: words::meter_label(self.texts, meter.commodity, meter.number),
            number_name: field::meter(position),
            number: meter.number.as_str().to_owned(),
            revision_name: field::revision(position),
            revision: meter.revision.get(),
            exchanged,
            fields: meter
                .registers
                .iter()
                .map(|register| self.field(position, register, siblings))
                .collect(),
        }
    }

    fn field(&self, position: usize, asked: &AskedRegister<'a>, siblings: usize) -> Field {
        let register = asked.register;
        let name = field::reading(position, &register.name);
        let hint = self.hint(asked);
        let previous = asked.previous.filter(|_| self.frame.shows_readings());
        let shown =
            previous.map(|previous| format::reading(self.frame.language, register, previous.value));
        let drawing = drawing::svg(&Drawing {
            id: &name,
            texts: self.texts,
            register,
            face: asked.face,
            shown: shown.as_deref(),
            description: &hint,
        });
        let previous = previous.map(|previous| {
            let day = format::day(self.frame.language, previous.on);
            let reading = self.reading(register, previous.value);
            let id = match previous.origin {
                Origin::Read => "q-prev",
                Origin::Estimated => "q-prev-est",
                Origin::Installed => "q-prev-installed",
            };
            self.texts.tell(id, [("day", Value::Text(&day)), ("reading", Value::Text(&reading))])
        });
        let refusal = match &asked.finding {
            Some(Finding::Refused(refusal)) if self.filling == Filling::Refused => Some(refusal),
            Some(Finding::Refused(_) | Finding::Doubtful(_)) | None => None,
        };
        Field {
            label: words::register_label(self.texts, register, siblings),
            unit: register.unit.symbol(),
            typed: self.kept(asked.typed),
            inputmode: if register.decimals > 0 { "decimal" } else { "numeric" },
            error: refusal.map(|refusal| self.error(asked, refusal)),
            without_red: refusal.and_then(|refusal| self.without_red(position, register, refusal)),
            name,
            hint,
            previous,
            drawing,
        }
    }

    fn hint(&self, asked: &AskedRegister<'_>) -> String {
        let id = match asked.face {
            _ if asked.register.decimals > 0 => "q-hint-decimals",
            Face::Display => "q-hint-display",
            Face::Wheels { red: 0 } => "q-hint-all",
            Face::Wheels { .. } => "q-hint",
        };
        let example = words::example(asked.register, self.frame.language);
        self.texts.tell(id, [("example", Value::Text(&example))])
    }

    fn error(&self, asked: &AskedRegister<'_>, refusal: &Refusal) -> String {
        let example = words::example(asked.register, self.frame.language);
        match refusal {
            Refusal::Empty => self.texts.say("err-empty"),
            Refusal::NotDigits => {
                self.texts.tell("err-digits", [("example", Value::Text(&example))])
            }
            Refusal::Ambiguous => {
                let typed = words::printable(asked.typed.trim());
                self.texts.tell("err-dot", [("typed", Value::Text(&typed))])
            }
            Refusal::TooManyDigits { entered, .. } => {
                let id = match asked.face {
                    Face::Wheels { red } if red > 0 => "err-many",
                    Face::Wheels { .. } | Face::Display => "err-many-all",
                };
                let wheels = Value::Count(asked.register.digits.into());
                self.texts.tell(id, [("wheels", wheels), ("entered", Value::Count(*entered))])
            }
            Refusal::NotChosen(_) => self.texts.say("err-choose"),
            Refusal::NewMeter(_) => self.texts.say("err-new-meter"),
        }
    }

    fn without_red(
        &self,
        position: usize,
        register: &Register,
        refusal: &Refusal,
    ) -> Option<RedChoice> {
        let Refusal::TooManyDigits { without_red: Some(value), .. } = refusal else {
            return None;
        };
        let reading = format::reading(self.frame.language, register, *value);
        Some(RedChoice {
            about: field::about(position, &register.name),
            name: field::answer(position, &register.name),
            value: Choice::WithoutRed.as_str(),
            label: self.texts.tell("red", [("reading", Value::Text(&reading))]),
        })
    }

    fn date(&self) -> DateForm {
        let read_on = self.asked.read_on;
        let refused = self.filling == Filling::Refused && read_on.validity == Validity::Refused;
        let error = refused.then(|| {
            let from = format::day(self.frame.language, self.asked.readable_from);
            self.texts.tell("err-date", [("from", Value::Text(&from))])
        });
        let part =
            |name, id, text| DatePart { name, label: self.texts.say(id), typed: self.kept(text) };
        let parts = [
            part(field::DAY, "q-date-day", read_on.day),
            part(field::MONTH, "q-date-month", read_on.month),
            part(field::YEAR, "q-date-year", read_on.year),
        ];
        let open = error.is_some() || parts.iter().any(|part| !part.typed.is_empty());
        DateForm { open, error, parts }
    }

    /// What a field holds of what was typed into it.
    fn kept(&self, typed: &str) -> String {
        match self.filling {
            Filling::Empty => String::new(),
            Filling::Typed | Filling::Refused => words::printable(typed),
        }
    }

    fn reading(&self, register: &Register, value: Decimal) -> String {
        format::reading_with_unit(self.frame.language, register, value)
    }
}
