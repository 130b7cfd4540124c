//! The terms of a case: those that were asked, those that are to be made, and last year.

use super::super::case::{PastTerm, PastTerms, Previous, TermAsked, TermPlan};
use super::super::json::{Node, each, maybe};
use super::super::refusal::Cause;
use super::super::result::Part;
use crate::money::Money;

pub(super) fn past(node: &Node<'_>) -> Option<PastTerms> {
    let mut terms = node.object()?;
    let form = terms.required("form").and_then(|node| node.word(Cause::Kind));
    let items = terms.required("items").and_then(|node| node.list());
    let items = items.and_then(|nodes| each(nodes, |node| past_term(&node)));
    terms.end();
    Some(PastTerms { form: form?, items: items? })
}

fn past_term(node: &Node<'_>) -> Option<PastTerm> {
    let mut term = node.object()?;
    let document = term.text("document");
    let date = term.required("date").and_then(|node| node.day());
    let connection = term.text("connection");
    let amount = term.required("cents").and_then(|node| node.between(0, i64::MAX));
    let vat = maybe(term.optional("vat"), |node| node.text());
    term.end();
    Some(PastTerm {
        document: document?,
        date: date?,
        connection: connection?,
        amount: Money::from_cents(amount?),
        vat: vat?,
    })
}

pub(super) fn plan(node: &Node<'_>) -> Option<TermPlan> {
    let mut plan = node.object()?;
    let policy = plan.required("policy").and_then(|node| node.word(Cause::Terms));
    let rounding = plan.required("round").and_then(|node| node.word(Cause::Terms));
    let step = plan.required("step_cents").and_then(|node| node.money());
    let min = maybe(plan.optional("min_cents"), |node| node.money());
    let max = maybe(plan.optional("max_cents"), |node| node.money());
    let day = plan.required("day").and_then(|node| day(&node));
    let notice_days = plan.required("notice_days").and_then(|node| super::days(&node));
    plan.end();
    Some(TermPlan {
        policy: policy?,
        rounding: rounding?,
        step: step?,
        min: min?,
        max: max?,
        day: day?,
        notice_days: notice_days?,
    })
}

/// The day of the month that terms are due on.
fn day(node: &Node<'_>) -> Option<u8> {
    let day = u8::try_from(node.integer()?).ok().filter(|day| (1..=28).contains(day));
    if day.is_none() {
        node.note(Cause::Terms);
    }
    day
}

pub(super) fn previous(node: &Node<'_>) -> Option<Previous> {
    let mut previous = node.object()?;
    let parts = previous.required("parts").and_then(|node| node.list());
    let parts = parts.and_then(|nodes| each(nodes, |node| part(&node)));
    let cost_vat = previous.required("cost_vat_cents").and_then(|node| node.money());
    let terms_incl = previous.required("terms_incl_cents").and_then(|node| node.money());
    previous.end();
    Some(Previous { parts: parts?, cost_vat: cost_vat?, terms_incl: terms_incl? })
}

fn part(node: &Node<'_>) -> Option<Part> {
    let mut part = node.object()?;
    let connection = part.text("connection");
    let component = part.text("component");
    let group = part.required("group").and_then(|node| node.word(Cause::BadShape));
    let quantity = part.required("quantity").and_then(|node| node.decimal());
    let net = part.required("net_cents").and_then(|node| node.money());
    part.end();
    Some(Part {
        connection: connection?,
        component: component?,
        group: group?,
        quantity: quantity?,
        net: net?,
    })
}

pub(super) fn asked(node: &Node<'_>) -> Option<TermAsked> {
    let mut asked = node.object()?;
    let term = asked.required("term").and_then(|node| node.between(1, 12));
    let date = asked.required("date").and_then(|node| node.day());
    let series = asked.required("series").and_then(|node| super::series(&node));
    let sequence = asked.required("sequence").and_then(|node| super::sequence(&node));
    asked.end();
    Some(TermAsked { term: term?, date: date?, series: series?, sequence: sequence? })
}
