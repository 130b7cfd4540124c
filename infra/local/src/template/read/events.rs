//! What of the template says where the events of SES go.

use super::{Read, TemplateError, last_segment, list, need, only, resolve::Resolver};
use crate::{
    fault::EventPath,
    template::{
        ConfigurationSet, EventRule, Pattern, Published, Subscription,
        yaml::{Node, Value},
    },
};

/// The event types that SES knows, as templates write them; some write them `likeThis`.
const TYPES: [&str; 10] = [
    "SEND",
    "REJECT",
    "BOUNCE",
    "COMPLAINT",
    "DELIVERY",
    "OPEN",
    "CLICK",
    "RENDERING_FAILURE",
    "DELIVERY_DELAY",
    "SUBSCRIPTION",
];

/// Adds a destination to its configuration set.
pub(super) fn publish(
    resolver: &Resolver<'_>,
    node: &Node,
    sets: &mut [ConfigurationSet],
) -> Read<()> {
    let set_name = resolver.text(need(node, "ConfigurationSetName")?)?;
    let destination = need(node, "EventDestination")?;
    let known =
        ["Name", "Enabled", "MatchingEventTypes", "EventBridgeDestination", "SnsDestination"];
    only(destination, &known, "an event destination")?;
    let bridge = destination.get("EventBridgeDestination");
    let (path, topic) = match (bridge, destination.get("SnsDestination")) {
        (Some(bus), None) => {
            only(bus, &["EventBusArn"], "a destination of EventBridge")?;
            (EventPath::EventBridge, None)
        }
        (None, Some(topic)) => {
            only(topic, &["TopicARN"], "a destination of SNS")?;
            (EventPath::Sns, Some(last_segment(&resolver.text(need(topic, "TopicARN")?)?)))
        }
        _ => return Err(TemplateError::at(destination.line, "one destination is needed")),
    };
    let types = list(destination, "MatchingEventTypes")?;
    let types = types.iter().map(|node| event_type(resolver, node)).collect::<Read<_>>()?;
    let set = sets.iter_mut().find(|set| set.name == set_name);
    let set = set.ok_or_else(|| TemplateError::at(node.line, "no such configuration set"))?;
    if enabled(resolver, destination)? {
        set.published.push(Published { path, topic, types });
    }
    Ok(())
}

fn enabled(resolver: &Resolver<'_>, destination: &Node) -> Read<bool> {
    match destination.get("Enabled") {
        Some(enabled) => Ok(resolver.text(enabled)? == "true"),
        None => Ok(true),
    }
}

fn event_type(resolver: &Resolver<'_>, node: &Node) -> Read<String> {
    let written = resolver.text(node)?;
    let bare = |text: &str| text.replace('_', "").to_lowercase();
    let known = TYPES.into_iter().find(|known| bare(known) == bare(&written));
    let unknown = || TemplateError::at(node.line, format!("`{written}` is no event type of SES"));
    known.map(str::to_owned).ok_or_else(unknown)
}

/// A rule of the default bus whose targets are queues.
pub(super) fn rule(resolver: &Resolver<'_>, id: &str, node: &Node) -> Read<EventRule> {
    let mut queues = Vec::new();
    for target in list(node, "Targets")? {
        only(target, &["Id", "Arn", "DeadLetterConfig", "RetryPolicy"], "a target")?;
        queues.push(queue(resolver, need(target, "Arn")?)?);
    }
    if let Some(state) = node.get("State")
        && resolver.text(state)? != "ENABLED"
    {
        return Err(TemplateError::at(state.line, "a rule is ENABLED"));
    }
    let pattern = pattern(resolver, need(node, "EventPattern")?)?;
    Ok(EventRule { name: resolver.name_of(id)?, pattern, queues })
}

/// A subscription of a queue with raw delivery.
pub(super) fn subscription(resolver: &Resolver<'_>, node: &Node) -> Read<Subscription> {
    let protocol = need(node, "Protocol")?;
    if resolver.text(protocol)? != "sqs" {
        return Err(TemplateError::at(protocol.line, "only the protocol sqs is played"));
    }
    let raw = need(node, "RawMessageDelivery")?;
    if resolver.text(raw)? != "true" {
        return Err(TemplateError::at(raw.line, "only raw delivery is played"));
    }
    Ok(Subscription {
        topic: last_segment(&resolver.text(need(node, "TopicArn")?)?),
        queue: queue(resolver, need(node, "Endpoint")?)?,
    })
}

/// The queue that an ARN names.
fn queue(resolver: &Resolver<'_>, node: &Node) -> Read<String> {
    let arn = resolver.text(node)?;
    if !arn.contains(":sqs:") {
        return Err(TemplateError::at(node.line, "only a queue is a target here"));
    }
    Ok(last_segment(&arn))
}

fn pattern(resolver: &Resolver<'_>, node: &Node) -> Read<Pattern> {
    match (&node.value, &node.tag) {
        (Value::Map(fields), None) => {
            let fields = fields.iter();
            let fields =
                fields.map(|(key, field)| Ok((key.name.clone(), pattern(resolver, field)?)));
            Ok(Pattern::Fields(fields.collect::<Read<_>>()?))
        }
        (Value::List(texts), None) => {
            let texts = texts.iter().map(|text| resolver.text(text));
            Ok(Pattern::AnyOf(texts.collect::<Read<_>>()?))
        }
        _ => Err(TemplateError::at(node.line, "a pattern is fields and lists of texts here")),
    }
}
