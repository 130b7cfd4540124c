//! Secrets Manager: the versions of each secret, by AWS JSON 1.1.

mod kept;

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
};

use chrono::{DateTime, Utc};
use http::StatusCode;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{Answer, wire};
use crate::{
    clock::{Clock, hold},
    gate::{Facts, Service},
};

/// The secrets of the stack, by name.
#[derive(Debug)]
pub struct Secrets {
    clock: Clock,
    /// Shared with the snapshots that were taken.
    versions: Mutex<Versions>,
}

/// The versions of every secret, oldest first.
type Versions = Arc<BTreeMap<String, Vec<Version>>>;

/// One value of a secret; the last one is current, the one before it is previous.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Version {
    id: String,
    text: String,
    created_at: DateTime<Utc>,
}

/// Every version at one instant.
#[derive(Debug, Clone)]
pub(super) struct Snapshot(Versions);

pub(super) fn facts(op: &str, body: &Value) -> Facts {
    let name = name_of(body);
    Facts::new(Service::SecretsManager, op, name).with("secret", name)
}

impl Secrets {
    pub(super) fn create(names: &[String], clock: Clock) -> Self {
        let versions = names.iter().map(|name| (name.clone(), Vec::new())).collect();
        Self { clock, versions: Mutex::new(Arc::new(versions)) }
    }

    /// The current value of a secret, if it has one.
    pub fn current(&self, name: &str) -> Option<String> {
        let secrets = hold(&self.versions);
        secrets.get(name)?.last().map(|version| version.text.clone())
    }

    pub(super) fn snapshot(&self) -> Snapshot {
        Snapshot(Arc::clone(&hold(&self.versions)))
    }

    pub(super) fn restore(&self, snapshot: &Snapshot) {
        *hold(&self.versions) = Arc::clone(&snapshot.0);
    }

    pub(super) fn answer(&self, op: &str, body: &Value) -> Answer {
        let name = name_of(body);
        let mut secrets = hold(&self.versions);
        let Some(versions) = Arc::make_mut(&mut secrets).get_mut(name) else {
            return missing("Secrets Manager can't find the specified secret.");
        };
        match op {
            "GetSecretValue" => get(name, versions, body),
            "PutSecretValue" => put(name, versions, body, self.clock.now()),
            "DescribeSecret" => describe(name, versions),
            _ => wire::refused(
                Service::SecretsManager,
                StatusCode::BAD_REQUEST,
                "UnknownOperationException",
                "",
            ),
        }
    }
}

fn get(name: &str, versions: &[Version], body: &Value) -> Answer {
    let wanted = body.get("VersionId").and_then(Value::as_str);
    let stage = body.get("VersionStage").and_then(Value::as_str);
    let found = versions.iter().enumerate().rev().find(|(at, version)| {
        let stages = stages(versions, *at);
        wanted.is_none_or(|wanted| wanted == version.id)
            && stage.map_or(wanted.is_some() || stages == ["AWSCURRENT"], |stage| {
                stages.contains(&stage)
            })
    });
    let Some((at, version)) = found else {
        return missing(&format!(
            "Secrets Manager can't find the specified secret value for staging label: {}",
            stage.unwrap_or("AWSCURRENT")
        ));
    };
    wire::ok(
        Service::SecretsManager,
        &json!({
            "ARN": arn(name),
            "Name": name,
            "VersionId": version.id,
            "SecretString": version.text,
            "VersionStages": stages(versions, at),
            "CreatedDate": version.created_at.timestamp(),
        }),
    )
}

/// Puts a value; the same token with the same value again changes nothing, with another is refused.
fn put(name: &str, versions: &mut Vec<Version>, body: &Value, now: DateTime<Utc>) -> Answer {
    let text = body.get("SecretString").and_then(Value::as_str);
    let id = body.get("ClientRequestToken").and_then(Value::as_str);
    let (Some(text), Some(id)) = (text, id) else {
        return wire::refused(
            Service::SecretsManager,
            StatusCode::BAD_REQUEST,
            "InvalidParameterException",
            "SecretString and ClientRequestToken are needed.",
        );
    };
    match versions.iter().find(|version| version.id == id) {
        Some(known) if known.text != text => {
            return wire::refused(
                Service::SecretsManager,
                StatusCode::BAD_REQUEST,
                "ResourceExistsException",
                "A version with this token holds another value.",
            );
        }
        Some(_) => {}
        None => {
            versions.push(Version { id: id.to_owned(), text: text.to_owned(), created_at: now });
        }
    }
    let at = versions.iter().position(|version| version.id == id).unwrap_or_default();
    wire::ok(
        Service::SecretsManager,
        &json!({
            "ARN": arn(name), "Name": name, "VersionId": id, "VersionStages": stages(versions, at),
        }),
    )
}

fn describe(name: &str, versions: &[Version]) -> Answer {
    let staged: serde_json::Map<String, Value> = versions
        .iter()
        .enumerate()
        .filter(|(at, _)| !stages(versions, *at).is_empty())
        .map(|(at, version)| (version.id.clone(), json!(stages(versions, at))))
        .collect();
    let changed = versions.last().map(|version| version.created_at.timestamp());
    wire::ok(
        Service::SecretsManager,
        &json!({
            "ARN": arn(name), "Name": name, "VersionIdsToStages": staged, "LastChangedDate": changed,
        }),
    )
}

fn stages(versions: &[Version], at: usize) -> Vec<&'static str> {
    match versions.len().saturating_sub(at) {
        1 => vec!["AWSCURRENT"],
        2 => vec!["AWSPREVIOUS"],
        _ => Vec::new(),
    }
}

fn missing(message: &str) -> Answer {
    wire::refused(
        Service::SecretsManager,
        StatusCode::BAD_REQUEST,
        "ResourceNotFoundException",
        message,
    )
}

fn arn(name: &str) -> String {
    format!("arn:aws:secretsmanager:eu-central-1:000000000000:secret:{name}")
}

/// The secret that a request names, by name or by ARN.
fn name_of(body: &Value) -> &str {
    let id = body.get("SecretId").and_then(Value::as_str).unwrap_or_default();
    id.rsplit_once(":secret:").map_or(id, |(_, name)| name)
}

#[cfg(test)]
mod tests;
