//! S3: files that come in, reports that go out, documents that are kept.

use std::io::{self, Read as _, Write as _};

use aws_sdk_s3::primitives::{AggregatedBytes, ByteStream};
use aws_sdk_s3::types::ChecksumMode;
use aws_smithy_types::base64;
use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;
use sha2::{Digest as _, Sha256};

use crate::settings::Name;
use crate::{Aws, Error, Failure, Settings};

/// One bucket.
#[derive(Clone, Debug)]
pub struct Archive {
    client: aws_sdk_s3::Client,
    bucket: String,
}

/// A file that is kept and never changed.
#[derive(Clone, Debug)]
pub struct File<'a> {
    /// Where.
    pub key: String,
    /// What it holds.
    pub bytes: Vec<u8>,
    /// What that is.
    pub content_type: &'static str,
    /// How it lies there.
    pub encoding: Encoding,
    /// What else is known of it: nothing that names a person.
    pub metadata: &'a [(&'static str, String)],
}

/// How a document lies in its bucket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    /// As it is.
    Identity,
    /// Packed; whoever gets it unpacks it.
    Gzip,
}

/// A document that was not kept.
#[derive(Debug, thiserror::Error)]
pub enum KeepError {
    /// Another one lies there, and it stays: a person finds out which of them is right.
    #[error("{key} holds another document")]
    DocumentDiffers {
        /// Where.
        key: String,
    },
    /// The bucket did not answer as it should: as [`Error`] says.
    #[error(transparent)]
    Archive(#[from] Error),
}

impl From<KeepError> for Failure {
    fn from(error: KeepError) -> Self {
        match error {
            KeepError::DocumentDiffers { .. } => Self::permanent(error.to_string()),
            KeepError::Archive(error) => error.into(),
        }
    }
}

impl Archive {
    /// The bucket of documents.
    pub fn invoices(aws: &Aws, settings: &Settings) -> Self {
        Self { client: aws.s3(), bucket: settings.get(Name::Invoices).to_owned() }
    }

    /// The bucket of files.
    pub fn files(aws: &Aws, settings: &Settings) -> Self {
        Self { client: aws.s3(), bucket: settings.get(Name::Files).to_owned() }
    }

    /// Keeps `file` where nothing is yet; that very file there is what an earlier attempt put.
    ///
    /// **Errors.** See [`KeepError`].
    pub async fn keep(&self, file: File<'_>) -> Result<(), KeepError> {
        let File { key, bytes, content_type, encoding, metadata } = file;
        let (bytes, encoding) = match encoding {
            Encoding::Identity => (bytes, None),
            Encoding::Gzip => {
                let packed = packed(&bytes).map_err(|error| Error::shape("a document", error))?;
                (packed, Some("gzip"))
            }
        };
        let checksum = base64::encode(Sha256::digest(&bytes));
        let mut call = self
            .client
            .put_object()
            .bucket(&self.bucket)
            .key(&key)
            .if_none_match("*")
            .checksum_sha256(&checksum)
            .content_type(content_type)
            .set_content_encoding(encoding.map(str::to_owned))
            .body(ByteStream::from(bytes));
        for (name, value) in metadata {
            call = call.metadata(*name, value);
        }
        match call.send().await.map_err(|error| Error::of("PutObject", error)) {
            Ok(_) => return Ok(()),
            Err(Error::Conflict { .. }) => {}
            Err(error) => return Err(error.into()),
        }
        let call = self.client.head_object().bucket(&self.bucket).key(&key);
        let call = call.checksum_mode(ChecksumMode::Enabled);
        let there = call.send().await.map_err(|error| Error::of("HeadObject", error))?;
        if there.checksum_sha256() == Some(&checksum) {
            return Ok(());
        }
        Err(KeepError::DocumentDiffers { key })
    }

    /// The whole file at `key`, unpacked.
    ///
    /// **Errors.** [`Error::Missing`] when there is none.
    pub async fn get(&self, key: &str) -> Result<Vec<u8>, Error> {
        let call = self.client.get_object().bucket(&self.bucket).key(key);
        let answer = call.send().await.map_err(|error| Error::of("GetObject", error))?;
        let is_packed = answer.content_encoding.as_deref() == Some("gzip");
        let body = answer.body.collect().await.map_err(|source| Error::Sdk {
            operation: "GetObject",
            code: "broken off".into(),
            source: source.into(),
        })?;
        let bytes = AggregatedBytes::to_vec(body);
        if !is_packed {
            return Ok(bytes);
        }
        let mut unpacked = Vec::new();
        let read = GzDecoder::new(bytes.as_slice()).read_to_end(&mut unpacked);
        read.map_err(|error| Error::shape("GetObject", error))?;
        Ok(unpacked)
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

/// The bytes in gzip, without time or name: the same each time.
///
/// **Source.** RFC 1952.
fn packed(bytes: &[u8]) -> io::Result<Vec<u8>> {
    let mut gzip = GzEncoder::new(Vec::new(), Compression::best());
    gzip.write_all(bytes)?;
    gzip.finish()
}
