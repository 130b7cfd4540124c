//! Between the form and the rules: what was typed as the rules read it, and what they find as the
//! page says it.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use cloud::store::history::ConnectionHistory;
use domain::entry::{Unreadable, parse_reading};
use domain::estimate::Circumstances;
use domain::history::{History, HistoryError};
use domain::id::{CampaignNumber, Revision};
use domain::judge::{
    self, Answer, Choice, DoubtReason, Field, Form, FormMeter, ReadOn, RefusalReason, Typed,
};
use domain::meter::{Meter, Register, RegisterName};
use domain::quantity::Commodity;
use domain::reading::Reading;
use domain::request::{Answer as Answered, ReadingRequest};
use views::page::{self, Doubt, Finding, Origin, Previous, Refusal, field};

use crate::address::{Notes, answered, value_of};
use crate::app::App;
use crate::fields::Fields;
use crate::place::{Opening, Place, red_wheels};

/// The form of an address, its fields sorted by what they are about.
#[derive(Debug)]
pub(super) struct Entered<'a> {
    form: Form,
    answers: Vec<(usize, &'a Register, page::Choice)>,
    /// The meters for which somebody else's values were chosen.
    theirs: Vec<Theirs>,
}

/// Somebody else's values, which were chosen and are stored already.
#[derive(Debug)]
pub(super) struct Theirs {
    /// Their receipt; what an operator entered has none.
    pub(super) receipt: Option<String>,
}

impl<'a> Entered<'a> {
    /// Reads the fields of a form for the meters of `place` that are asked.
    ///
    /// `None` where a field is of no meter that is asked, where another meter hangs in the place of
    /// the one that the form was made for, or a meter comes without its revision.
    pub(super) fn read(
        fields: &Fields,
        place: &'a Place,
        campaign: CampaignNumber,
    ) -> Option<Self> {
        let asked = place.asked(campaign);
        if !fields.are_among(&names(&asked)) {
            return None;
        }
        let [day, month, year] = [field::DAY, field::MONTH, field::YEAR].map(|n| fields.text(n));
        let read_on = ReadOn::parse(day, month, year);
        let commodity = place.records.filed.connection.supply.commodity;
        let mut entered = Self {
            form: Form { read_on, meters: BTreeMap::new() },
            answers: Vec::new(),
            theirs: Vec::new(),
        };
        for (position, (meter, request)) in asked.into_iter().enumerate() {
            entered.meter(position, (meter, request), fields, commodity)?;
        }
        Some(entered)
    }

    fn meter(
        &mut self,
        position: usize,
        (meter, request): (&'a Meter, &ReadingRequest),
        fields: &Fields,
        commodity: Commodity,
    ) -> Option<()> {
        let made_for = fields.get(&field::meter(position));
        if made_for.is_some_and(|number| number != meter.number.as_str()) {
            return None;
        }
        let mut form = FormMeter {
            revision: Revision::default(),
            registers: BTreeMap::new(),
            new_meter: fields.text(&field::new_meter(position)).to_owned(),
        };
        for register in &meter.registers {
            let name = &register.name;
            let Some(text) = fields.get(&field::reading(position, name)) else { continue };
            let chosen = fields.get(&field::answer(position, name));
            let about = fields.get(&field::about(position, name));
            let choice = chosen.and_then(page::Choice::parse);
            let counts = choice.filter(|_| about.is_none_or(|about| about == text));
            self.answers.extend(counts.map(|choice| (position, register, choice)));
            let answer = (chosen.is_some() || about.is_some()).then(|| Answer {
                about: about.unwrap_or(text).to_owned(),
                choice: choice.and_then(rule_choice),
            });
            form.registers.insert(name.clone(), Typed { text: text.to_owned(), answer });
        }
        let revision = fields.get(&field::revision(position));
        if form.registers.is_empty() && revision.is_none() {
            return Some(());
        }
        form.revision = Revision::new(revision?.parse().ok()?);
        if let Some(answer) = answered(request)
            && self.takes_theirs(position, meter, &form, (answer, commodity))
        {
            self.theirs.push(Theirs { receipt: answer.receipt.clone() });
        } else {
            self.form.meters.insert(position, form);
        }
        Some(())
    }

    /// Whether of every register somebody else's value was chosen, or typed as well.
    fn takes_theirs(
        &self,
        position: usize,
        meter: &Meter,
        form: &FormMeter,
        (answer, commodity): (&Answered, Commodity),
    ) -> bool {
        let chosen = |register: &Register| {
            self.answers.contains(&(position, register, page::Choice::Theirs))
        };
        let typed = |register: &Register| {
            let text = form.registers.get(&register.name).map_or("", |typed| typed.text.as_str());
            let entry = parse_reading(text, register, red_wheels(commodity, register)).ok();
            entry.map(|entry| entry.value) == value_of(answer, &register.name)
        };
        meter.registers.iter().any(chosen)
            && meter.registers.iter().all(|register| chosen(register) || typed(register))
    }

    /// What the rules judge.
    pub(super) fn form(&self) -> &Form {
        &self.form
    }

    /// The same as if no question had been answered.
    pub(super) fn unanswered(&self) -> Form {
        let mut form = self.form.clone();
        for typed in form.meters.values_mut().flat_map(|meter| meter.registers.values_mut()) {
            typed.answer = None;
        }
        form
    }

    /// The fields with each value as it is without its red digits, where they were left out by
    /// choice after it had too many digits.
    ///
    /// The choice was about that. The page with the next question keeps the value that is left:
    /// beside the one that was typed, its answer would be about a value that nobody can read.
    pub(super) fn without_red(
        &self,
        fields: &Fields,
        rules: &judge::Asked,
        today: NaiveDate,
    ) -> Option<Fields> {
        let judge::Verdict::Refused(refusals) = rules.judge(&self.unanswered(), today) else {
            return None;
        };
        let mut retyped = None;
        for refusal in &refusals {
            let RefusalReason::Unreadable(Unreadable::TooManyDigits {
                without_red: Some(value),
                ..
            }) = refusal.reason
            else {
                continue;
            };
            let Some(((meter, name), asked)) = register_at(rules, &refusal.field) else { continue };
            if !self.answers.contains(&(meter, &asked.register, page::Choice::WithoutRed)) {
                continue;
            }
            let fields = retyped.as_ref().unwrap_or(fields);
            let value = asked.register.shown(value, ',');
            let answered = [field::answer(meter, &name), field::about(meter, &name)];
            let fields = fields.retyped(&field::reading(meter, &name), &value);
            retyped = Some(fields.without(&answered));
        }
        retyped
    }

    /// Whether the person wants to change a value.
    pub(super) fn changes(&self) -> bool {
        self.answers.iter().any(|(_, _, choice)| *choice == page::Choice::No)
    }

    /// Somebody else's values, where they were chosen for all that was sent.
    pub(super) fn theirs(&self) -> Option<&Theirs> {
        let typed =
            |meter: &FormMeter| meter.registers.values().any(|typed| !typed.text.trim().is_empty());
        if self.form.meters.values().any(typed) {
            return None;
        }
        self.theirs.first()
    }
}

/// The names of all fields that a form for these meters can have.
fn names(asked: &[(&Meter, &ReadingRequest)]) -> Vec<String> {
    let mut names: Vec<String> =
        [field::DAY, field::MONTH, field::YEAR, field::INVOICED].map(str::to_owned).into();
    for (position, (meter, _)) in asked.iter().enumerate() {
        names.extend([
            field::meter(position),
            field::revision(position),
            field::new_meter(position),
        ]);
        for register in &meter.registers {
            let name = &register.name;
            names.extend([
                field::reading(position, name),
                field::answer(position, name),
                field::about(position, name),
            ]);
        }
    }
    names
}

/// The choice as the rules know it; of two values they know nothing.
fn rule_choice(choice: page::Choice) -> Option<Choice> {
    match choice {
        page::Choice::Yes => Some(Choice::Yes),
        page::Choice::No => Some(Choice::No),
        page::Choice::Exchanged => Some(Choice::Exchanged),
        page::Choice::RolledOver => Some(Choice::RolledOver),
        page::Choice::PreviousWrong => Some(Choice::PreviousWrong),
        page::Choice::Unknown => Some(Choice::Unknown),
        page::Choice::WithoutRed => Some(Choice::WithoutRed),
        page::Choice::Meant => Some(Choice::Meant),
        page::Choice::Theirs => None,
    }
}

/// What is asked, as the rules see it. `history` is what was read before the campaign.
pub(super) fn asked(
    app: &App,
    place: &Place,
    opening: &Opening,
    campaign: CampaignNumber,
    history: &ConnectionHistory,
) -> judge::Asked {
    let connection = &place.records.filed.connection;
    let commodity = connection.supply.commodity;
    let capacity = connection.supply.capacity.as_deref().unwrap_or_default();
    let hung = place.records.every_meter();
    let parameters = app.parameters.on(opening.dates.opened_on);
    let register = |meter: &Meter, register: &Register| {
        let red = red_wheels(commodity, register);
        let (meters, standards) = (hung.as_slice(), &app.standards);
        let ConnectionHistory { readings, marked, .. } = history;
        // How similar customers' use changes is known when they have answered.
        let snapshot = None;
        let around =
            Circumstances { connection, meter, meters, readings, marked, standards, snapshot };
        let usual = |history: &History| {
            let (inputs, profile) = around.inputs(history)?;
            Some(judge::Usually::of(inputs, &profile.profile, parameters))
        };
        History::of(meter, &register.name, &hung, readings)
            .and_then(|history| {
                let asked = judge::AskedRegister::of(&history, red)?;
                let most = app.bounds.max_per_day(commodity, capacity, register.unit);
                Ok(asked.with(usual(&history)).at_most(most))
            })
            .unwrap_or_else(|error| without_history(register, red, &error))
    };
    let meter = |(meter, _): (&Meter, &ReadingRequest)| judge::AskedMeter {
        number: meter.number.clone(),
        registers: meter.registers.iter().map(|one| register(meter, one)).collect(),
    };
    judge::Asked {
        commodity,
        constants: parameters.constants().clone(),
        readable_from: opening.readable_from(),
        meters: place.asked(campaign).into_iter().map(meter).collect(),
    }
}

/// A register whose readings make no history: a customer may answer, and an operator mends it.
fn without_history(register: &Register, red: u8, error: &HistoryError) -> judge::AskedRegister {
    let ambiguous = matches!(error, HistoryError::Ambiguous { .. });
    tracing::warn!(ambiguous, "a history cannot be reckoned with");
    judge::AskedRegister {
        register: register.clone(),
        red,
        previous: None,
        trusted: None,
        year: None,
        usual: None,
        max_per_day: None,
    }
}

/// The notes about doubts.
pub(super) fn doubtful(rules: &judge::Asked, doubts: &[judge::Doubt]) -> Notes<'static> {
    let mut notes = Notes::default();
    for doubt in doubts {
        note(&mut notes, rules, &doubt.field, Finding::Doubtful(shown(&doubt.reason)));
        compare(&mut notes, rules, doubt);
    }
    notes
}

/// The notes about refusals.
pub(super) fn refused(rules: &judge::Asked, refusals: &[judge::Refusal]) -> Notes<'static> {
    let mut notes = Notes::default();
    for refusal in refusals {
        let reason = match &refusal.reason {
            RefusalReason::OutsideWindow { from, .. } => {
                notes.day_refused = Some(*from);
                continue;
            }
            RefusalReason::Unreadable(unreadable) => unread(unreadable),
            RefusalReason::NotChosen(doubt) => {
                compare(&mut notes, rules, doubt);
                Refusal::NotChosen(shown(&doubt.reason))
            }
            RefusalReason::NewMeter(doubt) => {
                compare(&mut notes, rules, doubt);
                Refusal::NewMeter(shown(&doubt.reason))
            }
        };
        note(&mut notes, rules, &refusal.field, Finding::Refused(reason));
    }
    notes
}

/// The notes about values of two people between which nobody chose: the rules find nothing wrong
/// with them.
pub(super) fn unchosen(
    entered: &Entered<'_>,
    place: &Place,
    campaign: CampaignNumber,
) -> Notes<'static> {
    let mut notes = Notes::default();
    for (position, (meter, request)) in place.asked(campaign).into_iter().enumerate() {
        let (Some(answer), Some(form)) = (answered(request), entered.form.meters.get(&position))
        else {
            continue;
        };
        for register in &meter.registers {
            let typed = form.registers.get(&register.name);
            let asked = typed.and_then(|typed| {
                typed.answer.as_ref().filter(|answer| answer.about == typed.text)
            });
            let unchosen = asked.is_some_and(|answer| answer.choice.is_none());
            if let Some(value) = value_of(answer, &register.name).filter(|_| unchosen) {
                let doubt = Doubt::Conflict { at: answer.at, value };
                let finding = Finding::Refused(Refusal::NotChosen(doubt));
                notes.findings.insert((position, register.name.clone()), finding);
            }
        }
    }
    notes
}

fn note(notes: &mut Notes<'static>, rules: &judge::Asked, field: &Field, finding: Finding) {
    if let Some((at, _)) = register_at(rules, field) {
        notes.findings.insert(at, finding);
    }
}

/// Has the page show the reading that `doubt` compares with, and its likely mistake.
fn compare(notes: &mut Notes<'static>, rules: &judge::Asked, doubt: &judge::Doubt) {
    let Some((at, asked)) = register_at(rules, &doubt.field) else { return };
    let reading = match doubt.reason {
        DoubtReason::Equal | DoubtReason::BelowEstimate => asked.previous.as_ref(),
        DoubtReason::Below { .. }
        | DoubtReason::Impossible { .. }
        | DoubtReason::Unusual { .. } => asked.trusted.as_ref().or(asked.previous.as_ref()),
    };
    let origin = |reading: &Reading| {
        if reading.is_trusted() { Origin::Read } else { Origin::Estimated }
    };
    let compared = reading.map(|reading| Previous {
        on: reading.on,
        value: reading.value,
        origin: origin(reading),
    });
    notes.compared.extend(compared.map(|compared| (at.clone(), compared)));
    notes.likely.extend(doubt.likely.clone().map(|likely| (at, likely)));
}

fn register_at<'r>(
    rules: &'r judge::Asked,
    field: &Field,
) -> Option<((usize, RegisterName), &'r judge::AskedRegister)> {
    let Field::Register { meter, register } = field else { return None };
    let mut registers = rules.meters.get(*meter)?.registers.iter();
    let asked = registers.find(|asked| asked.register.name == *register)?;
    Some(((*meter, register.clone()), asked))
}

fn shown(reason: &DoubtReason) -> Doubt {
    match reason {
        DoubtReason::Equal => Doubt::Equal,
        DoubtReason::BelowEstimate => Doubt::BelowEstimate,
        DoubtReason::Below { roll_over } => Doubt::Below { roll_over: *roll_over },
        DoubtReason::Impossible { used, .. } => Doubt::Impossible { used: *used },
        DoubtReason::Unusual { tendency, used, since, year_before, usual, without_red } => {
            Doubt::Unusual {
                tendency: *tendency,
                used: *used,
                since: *since,
                year_before: *year_before,
                usual: *usual,
                without_red: *without_red,
            }
        }
    }
}

fn unread(unreadable: &Unreadable) -> Refusal {
    match unreadable {
        Unreadable::Empty => Refusal::Empty,
        Unreadable::NotDigits => Refusal::NotDigits,
        Unreadable::Ambiguous => Refusal::Ambiguous,
        Unreadable::TooManyDigits { entered, without_red, .. } => {
            Refusal::TooManyDigits { entered: *entered, without_red: *without_red }
        }
    }
}
