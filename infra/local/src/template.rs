//! What the local stack knows of `template.yaml`: the tables, queues, buckets, functions and what
//! wakes them, under the names that they have in a stack called `local`.

mod pattern;
mod read;
mod yaml;

use std::collections::BTreeMap;

use serde_json::Value;

pub use self::{pattern::Pattern, read::TemplateError};
use crate::{fault::EventPath, pump::schedule::Expression};

/// The resources of a template; every list is sorted by name.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Template {
    /// The tables.
    pub tables: Vec<Table>,
    /// The buckets.
    pub buckets: Vec<Bucket>,
    /// The queues.
    pub queues: Vec<Queue>,
    /// The names of the secrets.
    pub secrets: Vec<String>,
    /// The configuration sets of SES.
    pub configuration_sets: Vec<ConfigurationSet>,
    /// The rules of the default bus of EventBridge.
    pub rules: Vec<EventRule>,
    /// Which queues get what is published on topics of SNS.
    pub subscriptions: Vec<Subscription>,
    /// The functions.
    pub functions: Vec<Function>,
    /// The schedules.
    pub schedules: Vec<Schedule>,
    /// The queues that wake functions.
    pub sources: Vec<Source>,
    /// The routes of the HTTP API.
    pub routes: Vec<Route>,
}

/// A table of DynamoDB.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    /// Its deployed name.
    pub name: String,
    /// The attribute that is the partition key, a string.
    pub partition_key: String,
    /// The attribute that is the sort key, a string.
    pub sort_key: Option<String>,
    /// The attribute that holds the time to live.
    pub ttl: Option<String>,
}

/// A bucket of S3.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bucket {
    /// Its deployed name.
    pub name: String,
    /// Who is told of a file that was put.
    pub notices: Vec<Notice>,
    /// Whether what is put stays.
    pub retention: Retention,
}

/// Whether what is put in a bucket stays as it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Retention {
    /// It may be replaced and deleted.
    Free,
    /// Object Lock keeps it.
    Locked,
}

/// Which files of a bucket wake a function.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// How the key begins.
    pub prefix: String,
    /// How the key ends.
    pub suffix: String,
    /// The function that is woken.
    pub function: String,
}

impl Notice {
    /// Whether a file of this key wakes the function.
    pub fn is_about(&self, key: &str) -> bool {
        key.starts_with(&self.prefix) && key.ends_with(&self.suffix)
    }
}

/// A queue of SQS.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Queue {
    /// Its deployed name.
    pub name: String,
    /// How long a received message is hidden, in seconds.
    pub visibility_s: u32,
    /// How long a message is kept, in seconds.
    pub retention_s: u32,
    /// How long a new message is hidden, in seconds, when its sender does not say.
    pub delay_s: u32,
    /// Where messages go that were received too often.
    pub dead: Option<DeadQueue>,
}

/// The dead queue of a queue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeadQueue {
    /// Its deployed name.
    pub queue: String,
    /// How many times a message may be received before it is moved.
    pub max_receive_count: u32,
}

/// A configuration set of SES: which events it publishes on which path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigurationSet {
    /// Its deployed name.
    pub name: String,
    /// Where it publishes what.
    pub published: Vec<Published>,
}

/// A destination of a configuration set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Published {
    /// The path.
    pub path: EventPath,
    /// The topic, when the path is SNS.
    pub topic: Option<String>,
    /// The event types as the template writes them (`DELIVERY`).
    pub types: Vec<String>,
}

impl ConfigurationSet {
    /// Whether events of this type are published on the path.
    pub fn publishes(&self, path: EventPath, event_type: &str) -> bool {
        let on_path = self.published.iter().filter(|known| known.path == path);
        on_path.flat_map(|known| &known.types).any(|known| known == event_type)
    }
}

/// A rule of EventBridge: which events go to which queues.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventRule {
    /// Its name.
    pub name: String,
    /// The events that it is about.
    pub pattern: Pattern,
    /// The deployed names of its queues.
    pub queues: Vec<String>,
}

/// A queue that gets what is published on a topic, as it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subscription {
    /// The topic.
    pub topic: String,
    /// The deployed name of the queue.
    pub queue: String,
}

/// A function of Lambda.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Function {
    /// The name of its package.
    pub name: String,
    /// How long one invocation may take, in seconds.
    pub timeout_s: u32,
    /// Its environment, with references resolved.
    pub environment: BTreeMap<String, String>,
    /// How many times a failed asynchronous invocation is repeated.
    pub retries: u32,
    /// The queue that is told of asynchronous invocations that failed for good.
    pub failures: Option<String>,
}

/// A schedule that wakes a function.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Schedule {
    /// The function and the event's name in lower case with hyphens: `campaign-daily`.
    pub name: String,
    /// The function that is woken.
    pub function: String,
    /// When.
    pub expression: Expression,
    /// The zone in which a cron expression is read.
    pub zone: chrono_tz::Tz,
    /// The payload, in which `<aws.scheduler.scheduled-time>` is replaced.
    pub input: String,
}

/// A queue that wakes a function.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// The queue's deployed name.
    pub queue: String,
    /// The function that is woken.
    pub function: String,
    /// The most messages of one batch.
    pub batch_size: u32,
    /// How long AWS gathers a batch, in seconds; the pump does not wait.
    pub window_s: u32,
    /// The most invocations at one time; the pump makes one.
    pub concurrency: Option<u32>,
    /// How a failed message is told from a failed batch.
    pub failures: BatchFailures,
}

/// What becomes of a batch of which one message failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BatchFailures {
    /// The function names the messages that failed (`ReportBatchItemFailures`).
    Reported,
    /// The whole batch comes again.
    Whole,
}

/// A route of the HTTP API.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Route {
    /// As API Gateway writes it: `POST /m/{token}`, `ANY /m/{token}/{rest+}`, `$default`.
    pub key: String,
    /// The function that answers.
    pub function: String,
}

impl Template {
    /// The function of this name.
    pub fn function(&self, name: &str) -> Option<&Function> {
        self.functions.iter().find(|function| function.name == name)
    }

    /// The queues that get an event of SES which a mail of configuration set `set` caused, sorted.
    pub fn queues_of(&self, path: EventPath, set: Option<&str>, body: &Value) -> Vec<String> {
        let mut queues: Vec<String> = match path {
            EventPath::EventBridge => {
                let rules = self.rules.iter().filter(|rule| rule.pattern.matches(body));
                rules.flat_map(|rule| rule.queues.clone()).collect()
            }
            EventPath::Sns => {
                let set = self.configuration_sets.iter().find(|known| Some(&*known.name) == set);
                let published = set.map(|set| set.published.as_slice()).unwrap_or_default();
                let topics: Vec<&String> =
                    published.iter().filter_map(|known| known.topic.as_ref()).collect();
                let subscriptions = self.subscriptions.iter();
                let mine = subscriptions.filter(|known| topics.contains(&&known.topic));
                mine.map(|known| known.queue.clone()).collect()
            }
        };
        queues.sort_unstable();
        queues.dedup();
        queues
    }
}

#[cfg(test)]
mod tests;
