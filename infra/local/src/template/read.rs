//! From the tree of `template.yaml` to the resources that the local stack plays.

mod events;
mod properties;
mod resolve;

use std::{collections::BTreeMap, path::Path};

use self::resolve::Resolver;
use super::{
    BatchFailures, Bucket, ConfigurationSet, DeadQueue, Function, Notice, Queue, Retention, Route,
    Schedule, Source, Table, Template, yaml::Node,
};
/// Four days, what SQS takes when nothing is said.
const RETENTION_S: u32 = 345_600;

/// The template cannot be read; its writer corrects the line that is named.
#[derive(Debug, thiserror::Error)]
pub enum TemplateError {
    /// The file is not there or not readable: the caller names another.
    #[error("{file} cannot be read")]
    File {
        /// The file.
        file: String,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// What stands on this line is not known here.
    #[error("{file}:{line}: {message}")]
    Line {
        /// The file.
        file: String,
        /// From 1.
        line: usize,
        /// What is wrong.
        message: String,
    },
}

impl TemplateError {
    pub(super) fn at(line: usize, message: impl Into<String>) -> Self {
        Self::Line { file: String::new(), line, message: message.into() }
    }

    fn named(self, name: &str) -> Self {
        match self {
            Self::Line { line, message, .. } => Self::Line { file: name.to_owned(), line, message },
            other @ Self::File { .. } => other,
        }
    }
}

impl Template {
    /// Reads the template of a checkout.
    ///
    /// **Errors.** [`TemplateError`]: nothing starts on a template that is not understood.
    pub fn read(path: &Path) -> Result<Self, TemplateError> {
        let file = path.display().to_string();
        let text = std::fs::read_to_string(path)
            .map_err(|source| TemplateError::File { file: file.clone(), source })?;
        Self::parse(&file, &text)
    }

    /// Reads a template; `file` is what messages call it.
    ///
    /// **Errors.** As [`Self::read`].
    pub fn parse(file: &str, text: &str) -> Result<Self, TemplateError> {
        Node::parse(text).and_then(|root| read(&root)).map_err(|wrong| wrong.named(file))
    }
}

type Read<T> = Result<T, TemplateError>;

fn read(root: &Node) -> Read<Template> {
    let known = [
        "AWSTemplateFormatVersion",
        "Transform",
        "Description",
        "Metadata",
        "Parameters",
        "Rules",
        "Conditions",
        "Globals",
        "Resources",
        "Outputs",
    ];
    only(root, &known, "a template")?;
    let resolver = Resolver::new(root)?;
    let mut template = Template::default();
    for resource in resolver.resources() {
        let (id, node) = (resource.id, resource.properties);
        let allowed = properties::of(resource.kind).ok_or_else(|| {
            let message = format!("unknown resource type `{}`", resource.kind);
            TemplateError::at(resource.line, message)
        })?;
        only(node, allowed, resource.kind)?;
        match resource.kind {
            "AWS::DynamoDB::Table" => template.tables.push(table(&resolver, id, node)?),
            "AWS::S3::Bucket" => template.buckets.push(bucket(&resolver, id, node)?),
            "AWS::SQS::Queue" => template.queues.push(queue(&resolver, id, node)?),
            "AWS::SecretsManager::Secret" => template.secrets.push(resolver.name_of(id)?),
            "AWS::SES::ConfigurationSet" => template
                .configuration_sets
                .push(ConfigurationSet { name: resolver.name_of(id)?, published: Vec::new() }),
            "AWS::Serverless::Function" => function(&resolver, id, node, &mut template)?,
            "AWS::ApiGatewayV2::Route" => template.routes.push(route(&resolver, node)?),
            "AWS::Events::Rule" => template.rules.push(events::rule(&resolver, id, node)?),
            "AWS::SNS::Subscription" => {
                template.subscriptions.push(events::subscription(&resolver, node)?);
            }
            _ => {}
        }
    }
    for resource in resolver.resources() {
        if resource.kind == "AWS::SES::ConfigurationSetEventDestination" {
            events::publish(&resolver, resource.properties, &mut template.configuration_sets)?;
        }
    }
    template.tables.sort_by(|a, b| a.name.cmp(&b.name));
    template.buckets.sort_by(|a, b| a.name.cmp(&b.name));
    template.queues.sort_by(|a, b| a.name.cmp(&b.name));
    template.secrets.sort_unstable();
    template.configuration_sets.sort_by(|a, b| a.name.cmp(&b.name));
    template.rules.sort_by(|a, b| a.name.cmp(&b.name));
    template.subscriptions.sort_by(|a, b| (&a.topic, &a.queue).cmp(&(&b.topic, &b.queue)));
    template.functions.sort_by(|a, b| a.name.cmp(&b.name));
    template.schedules.sort_by(|a, b| a.name.cmp(&b.name));
    template.sources.sort_by(|a, b| a.queue.cmp(&b.queue));
    template.routes.sort_by(|a, b| a.key.cmp(&b.key));
    Ok(template)
}

fn table(resolver: &Resolver<'_>, id: &str, node: &Node) -> Read<Table> {
    for attribute in list(node, "AttributeDefinitions")? {
        only(attribute, &["AttributeName", "AttributeType"], "an attribute")?;
        let attribute_type = resolver.text(need(attribute, "AttributeType")?)?;
        if attribute_type != "S" {
            return Err(TemplateError::at(attribute.line, "a key of the tables is a string: S"));
        }
    }
    let mut keys: [Option<String>; 2] = [None, None];
    let [partition_key, sort_key] = &mut keys;
    for key in list(node, "KeySchema")? {
        only(key, &["AttributeName", "KeyType"], "a key")?;
        let name = resolver.text(need(key, "AttributeName")?)?;
        match resolver.text(need(key, "KeyType")?)?.as_str() {
            "HASH" => *partition_key = Some(name),
            "RANGE" => *sort_key = Some(name),
            _ => return Err(TemplateError::at(key.line, "a key is HASH or RANGE")),
        }
    }
    let [partition_key, sort_key] = keys;
    let partition_key =
        partition_key.ok_or_else(|| TemplateError::at(node.line, "a table without HASH key"))?;
    let ttl = match node.get("TimeToLiveSpecification") {
        Some(ttl) => {
            only(ttl, &["AttributeName", "Enabled"], "a time to live")?;
            Some(resolver.text(need(ttl, "AttributeName")?)?)
        }
        None => None,
    };
    Ok(Table { name: resolver.name_of(id)?, partition_key, sort_key, ttl })
}

fn bucket(resolver: &Resolver<'_>, id: &str, node: &Node) -> Read<Bucket> {
    let mut notices = Vec::new();
    if let Some(configuration) = node.get("NotificationConfiguration") {
        only(configuration, &["LambdaConfigurations"], "the notifications of a bucket")?;
        for notice in list(configuration, "LambdaConfigurations")? {
            only(notice, &["Event", "Function", "Filter"], "a notification")?;
            let event = need(notice, "Event")?;
            if resolver.text(event)? != "s3:ObjectCreated:*" {
                return Err(TemplateError::at(event.line, "only s3:ObjectCreated:* is played"));
            }
            notices.push(read_notice(resolver, notice)?);
        }
    }
    let locked = node.get("ObjectLockConfiguration").and_then(|lock| lock.get("Rule"));
    let retention = if locked.is_some() { Retention::Locked } else { Retention::Free };
    Ok(Bucket { name: resolver.name_of(id)?, notices, retention })
}

fn read_notice(resolver: &Resolver<'_>, node: &Node) -> Read<Notice> {
    let function = last_segment(&resolver.text(need(node, "Function")?)?);
    let mut notice = Notice { prefix: String::new(), suffix: String::new(), function };
    let rules = node.get("Filter").and_then(|filter| filter.get("S3Key"));
    for rule in rules.map(|key| list(key, "Rules")).transpose()?.unwrap_or_default() {
        only(rule, &["Name", "Value"], "a filter")?;
        let value = resolver.text(need(rule, "Value")?)?;
        match resolver.text(need(rule, "Name")?)?.as_str() {
            "prefix" => notice.prefix = value,
            "suffix" => notice.suffix = value,
            _ => return Err(TemplateError::at(rule.line, "a filter is prefix or suffix")),
        }
    }
    Ok(notice)
}

fn queue(resolver: &Resolver<'_>, id: &str, node: &Node) -> Read<Queue> {
    let dead = match node.get("RedrivePolicy") {
        Some(policy) => {
            only(policy, &["deadLetterTargetArn", "maxReceiveCount"], "a redrive policy")?;
            Some(DeadQueue {
                queue: last_segment(&resolver.text(need(policy, "deadLetterTargetArn")?)?),
                max_receive_count: resolver.number(need(policy, "maxReceiveCount")?)?,
            })
        }
        None => None,
    };
    Ok(Queue {
        name: resolver.name_of(id)?,
        visibility_s: resolver.number_or(node.get("VisibilityTimeout"), 30)?,
        retention_s: resolver.number_or(node.get("MessageRetentionPeriod"), RETENTION_S)?,
        delay_s: resolver.number_or(node.get("DelaySeconds"), 0)?,
        dead,
    })
}

fn function(resolver: &Resolver<'_>, id: &str, node: &Node, template: &mut Template) -> Read<()> {
    let name = resolver.name_of(id)?;
    let mut environment = BTreeMap::new();
    let globals = resolver.globals().and_then(|globals| globals.get("Environment"));
    for set in [globals, node.get("Environment")].into_iter().flatten() {
        only(set, &["Variables"], "an environment")?;
        for (key, value) in need(set, "Variables")?.entries() {
            if resolver.is_left_out(value)? {
                continue;
            }
            environment.insert(key.name.clone(), resolver.text(value)?);
        }
    }
    let (mut retries, mut failures) = (2, None);
    if let Some(asynchronous) = node.get("EventInvokeConfig") {
        let known = ["MaximumRetryAttempts", "MaximumEventAgeInSeconds", "DestinationConfig"];
        only(asynchronous, &known, "asynchronous invocation")?;
        retries = resolver.number_or(asynchronous.get("MaximumRetryAttempts"), 2)?;
        let target = asynchronous.get("DestinationConfig").and_then(|to| to.get("OnFailure"));
        if let Some(target) = target {
            only(target, &["Type", "Destination"], "a destination")?;
            failures = Some(last_segment(&resolver.text(need(target, "Destination")?)?));
        }
    }
    for (key, event) in node.get("Events").map(Node::entries).unwrap_or_default() {
        only(event, &["Type", "Properties"], "an event")?;
        let event_type = need(event, "Type")?;
        let properties = need(event, "Properties")?;
        match event_type.text() {
            Some("SQS") => template.sources.push(source(resolver, &name, properties)?),
            Some("ScheduleV2") => {
                template.schedules.push(schedule(resolver, &name, &key.name, properties)?);
            }
            _ => return Err(TemplateError::at(event_type.line, "an event is SQS or ScheduleV2")),
        }
    }
    let timeout_s = resolver.number(need(node, "Timeout")?)?;
    template.functions.push(Function { name, timeout_s, environment, retries, failures });
    Ok(())
}

fn source(resolver: &Resolver<'_>, function: &str, node: &Node) -> Read<Source> {
    let known = [
        "Queue",
        "BatchSize",
        "MaximumBatchingWindowInSeconds",
        "FunctionResponseTypes",
        "ScalingConfig",
    ];
    only(node, &known, "an event of a queue")?;
    let mut failures = BatchFailures::Whole;
    for response in optional_list(node, "FunctionResponseTypes")? {
        if resolver.text(response)? != "ReportBatchItemFailures" {
            return Err(TemplateError::at(response.line, "only ReportBatchItemFailures is known"));
        }
        failures = BatchFailures::Reported;
    }
    let concurrency = match node.get("ScalingConfig") {
        Some(scaling) => {
            only(scaling, &["MaximumConcurrency"], "a scaling")?;
            Some(resolver.number(need(scaling, "MaximumConcurrency")?)?)
        }
        None => None,
    };
    Ok(Source {
        queue: last_segment(&resolver.text(need(node, "Queue")?)?),
        function: function.to_owned(),
        batch_size: resolver.number_or(node.get("BatchSize"), 10)?,
        window_s: resolver.number_or(node.get("MaximumBatchingWindowInSeconds"), 0)?,
        concurrency,
        failures,
    })
}

fn schedule(resolver: &Resolver<'_>, function: &str, event: &str, node: &Node) -> Read<Schedule> {
    let known = [
        "ScheduleExpression",
        "ScheduleExpressionTimezone",
        "FlexibleTimeWindow",
        "OmitName",
        "GroupName",
        "RoleArn",
        "DeadLetterConfig",
        "RetryPolicy",
        "Input",
        "Description",
    ];
    only(node, &known, "an event of a schedule")?;
    let expression = need(node, "ScheduleExpression")?;
    let zone = need(node, "ScheduleExpressionTimezone")?;
    let wrong = |line: usize, message: String| TemplateError::at(line, message);
    Ok(Schedule {
        name: format!("{function}-{}", event.to_lowercase()),
        function: function.to_owned(),
        expression: resolver.text(expression)?.parse().map_err(
            |e: crate::pump::schedule::ExpressionError| wrong(expression.line, e.to_string()),
        )?,
        zone: resolver
            .text(zone)?
            .parse()
            .map_err(|_| wrong(zone.line, "not a time zone".to_owned()))?,
        input: resolver.text(need(node, "Input")?)?,
    })
}

fn route(resolver: &Resolver<'_>, node: &Node) -> Read<Route> {
    let target = need(node, "Target")?;
    let integration = resolver.text(target)?;
    let integration = integration.strip_prefix("integrations/");
    let integration = integration.and_then(|id| {
        let mut resources = resolver.resources();
        resources.find(|resource| resource.id == id)
    });
    let integration = integration
        .ok_or_else(|| TemplateError::at(target.line, "a target that is no integration"))?;
    let uri = resolver.text(need(integration.properties, "IntegrationUri")?)?;
    Ok(Route { key: resolver.text(need(node, "RouteKey")?)?, function: last_segment(&uri) })
}

/// Refuses every key that is not known, at its line.
fn only(node: &Node, known: &[&str], what: &str) -> Read<()> {
    match node.entries().iter().find(|(key, _)| !known.contains(&key.name.as_str())) {
        Some((key, _)) => {
            Err(TemplateError::at(key.line, format!("unknown property `{}` of {what}", key.name)))
        }
        None => Ok(()),
    }
}

fn need<'a>(node: &'a Node, name: &str) -> Read<&'a Node> {
    node.get(name).ok_or_else(|| TemplateError::at(node.line, format!("`{name}` is missing")))
}

fn list<'a>(node: &'a Node, name: &str) -> Read<&'a [Node]> {
    let list = need(node, name)?;
    list.list().ok_or_else(|| TemplateError::at(list.line, format!("`{name}` is not a list")))
}

fn optional_list<'a>(node: &'a Node, name: &str) -> Read<&'a [Node]> {
    if node.get(name).is_some() { list(node, name) } else { Ok(&[]) }
}

/// The name at the end of an ARN.
fn last_segment(arn: &str) -> String {
    arn.rsplit(':').next().unwrap_or(arn).to_owned()
}
