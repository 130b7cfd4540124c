//! SQS: a message is a wake-up with keys, never the truth.

use aws_sdk_sqs::types::SendMessageBatchRequestEntry;
use serde::Serialize;

use crate::settings::Name;
use crate::{Aws, Error, Settings};

/// One queue.
#[derive(Clone, Debug)]
pub struct Queue {
    client: aws_sdk_sqs::Client,
    url: String,
}

/// So many messages fit in one call.
const BATCH: usize = 10;

impl Queue {
    /// The queue whose URL the variable `name` holds.
    pub fn new(aws: &Aws, settings: &Settings, name: Name) -> Self {
        Self { client: aws.sqs(), url: settings.get(name).to_owned() }
    }

    /// Queues each of `messages`, in order, delivered after `delay_s` seconds (at most 900).
    ///
    /// **Errors.** Of the whole or of one message: those before it are queued, which is harmless,
    /// since a message that comes twice finds its work done.
    pub async fn send(&self, messages: &[impl Serialize], delay_s: i32) -> Result<(), Error> {
        for batch in messages.chunks(BATCH) {
            let mut call = self.client.send_message_batch().queue_url(&self.url);
            for (place, message) in batch.iter().enumerate() {
                let body = serde_json::to_string(message)
                    .map_err(|error| Error::shape("SendMessageBatch", error))?;
                let entry = SendMessageBatchRequestEntry::builder()
                    .id(place.to_string())
                    .message_body(body)
                    .delay_seconds(delay_s)
                    .build()
                    .map_err(|error| Error::shape("SendMessageBatch", error))?;
                call = call.entries(entry);
            }
            let answer = call.send().await.map_err(|error| Error::of("SendMessageBatch", error))?;
            if !answer.failed.is_empty() {
                return Err(Error::Throttled { operation: "SendMessageBatch" });
            }
        }
        Ok(())
    }
}
