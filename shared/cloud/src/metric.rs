//! Figures that alarms watch, as log lines from which CloudWatch makes metrics.
//!
//! **Source.** Embedded metric format (Amazon CloudWatch user guide). A line costs no call, and the
//! function needs no right.

use chrono::{DateTime, Utc};
use serde_json::json;

use crate::Settings;
use crate::settings::Name;
use crate::telemetry;

/// A figure that an alarm of the template watches. None has a customer in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Metric {
    /// The campaigns were asked what is due, and it was done.
    CampaignRan,
    /// Every send that should have ended was looked at.
    SweepRan,
    /// Sets of files that were refused.
    ImportRefused,
    /// What the mail service answered stopped all mails of a group.
    SendingStopped,
}

impl Metric {
    /// What it is called in CloudWatch.
    pub fn name(self) -> &'static str {
        match self {
            Self::CampaignRan => "CampaignRan",
            Self::SweepRan => "SweepRan",
            Self::ImportRefused => "ImportRefused",
            Self::SendingStopped => "SendingStopped",
        }
    }
}

/// The metrics of one deployment.
#[derive(Clone, Debug)]
pub struct Metrics {
    stack: String,
}

impl Metrics {
    /// Those of the stack that the function belongs to.
    pub fn new(settings: &Settings) -> Self {
        Self { stack: settings.get(Name::Stack).to_owned() }
    }

    /// Notes that a figure grew by `count` at `at`.
    pub fn add(&self, metric: Metric, count: u64, at: DateTime<Utc>) {
        telemetry::verbatim(&self.line(metric, count, at));
    }

    fn line(&self, metric: Metric, count: u64, at: DateTime<Utc>) -> String {
        let directive = json!({
            "Namespace": "Meterlink",
            "Dimensions": [["stack"]],
            "Metrics": [{ "Name": metric.name(), "Unit": "Count" }],
        });
        json!({
            "_aws": { "Timestamp": at.timestamp_millis(), "CloudWatchMetrics": [directive] },
            "stack": self.stack,
            metric.name(): count,
        })
        .to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_what_cloudwatch_reads() {
        let metrics = Metrics { stack: "meterlink".into() };
        let at = DateTime::from_timestamp(1_796_299_380, 0).unwrap();
        insta::assert_snapshot!(
            metrics.line(Metric::SweepRan, 1, at),
            @r#"{"SweepRan":1,"_aws":{"CloudWatchMetrics":[{"Dimensions":[["stack"]],"Metrics":[{"Name":"SweepRan","Unit":"Count"}],"Namespace":"Meterlink"}],"Timestamp":1796299380000},"stack":"meterlink"}"#
        );
    }
}
