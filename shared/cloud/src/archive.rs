//! S3: files that come in, reports that go out.

use aws_sdk_s3::primitives::{AggregatedBytes, ByteStream};

use crate::settings::Name;
use crate::{Aws, Error, Settings};

/// One bucket.
#[derive(Clone, Debug)]
pub struct Archive {
    client: aws_sdk_s3::Client,
    bucket: String,
}

impl Archive {
    /// The bucket of files.
    pub fn files(aws: &Aws, settings: &Settings) -> Self {
        Self { client: aws.s3.clone(), bucket: settings.get(Name::Files).to_owned() }
    }

    /// The whole file at `key`.
    ///
    /// **Errors.** [`Error::Missing`] when there is none.
    pub async fn get(&self, key: &str) -> Result<Vec<u8>, Error> {
        let call = self.client.get_object().bucket(&self.bucket).key(key);
        let answer = call.send().await.map_err(|error| Error::of("GetObject", error))?;
        let body = answer.body.collect().await;
        body.map(AggregatedBytes::to_vec).map_err(|source| Error::Sdk {
            operation: "GetObject",
            code: "broken off".into(),
            source: source.into(),
        })
    }

    /// Puts `bytes` at `key`; the same bytes again change nothing.
    pub async fn put(&self, key: &str, bytes: Vec<u8>, content_type: &str) -> Result<(), Error> {
        let call = self.client.put_object().bucket(&self.bucket).key(key);
        let call = call.content_type(content_type).body(ByteStream::from(bytes));
        call.send().await.map_err(|error| Error::of("PutObject", error))?;
        Ok(())
    }

    /// The keys below `prefix`, ascending. A list of files, never of customers.
    pub async fn list(&self, prefix: &str) -> Result<Vec<String>, Error> {
        let mut keys = Vec::new();
        let mut pages = self
            .client
            .list_objects_v2()
            .bucket(&self.bucket)
            .prefix(prefix)
            .into_paginator()
            .send();
        while let Some(page) = pages.next().await {
            let page = page.map_err(|error| Error::of("ListObjectsV2", error))?;
            keys.extend(page.contents.unwrap_or_default().into_iter().filter_map(|file| file.key));
        }
        keys.sort();
        Ok(keys)
    }
}
