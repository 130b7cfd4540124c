//! S3: an object store over a folder, path-style.

mod folder;

use std::{
    fmt, fs, io,
    path::{Path, PathBuf},
    sync::{Arc, Mutex},
    time::{Duration, UNIX_EPOCH},
};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::{Bytes, BytesMut};
use chrono::{DateTime, Utc};
use http::{HeaderName, Method, Request, StatusCode, header};
use http_body_util::BodyExt;
use s3s::service::{S3Service, S3ServiceBuilder};
use s3s_fs::FileSystem;
use sha2::{Digest as _, Sha256};

use domain::hex::hex;

use self::folder::Folder;
use super::{Answer, Keep, SnapshotError, StartError, wire};
use crate::{
    clock::{Clock, hold},
    fault::Broken,
    gate::{Access, Facts, Outcome, Service, Units},
    template::{Bucket, Retention},
};

/// The buckets of the stack.
pub struct Files {
    clock: Clock,
    root: PathBuf,
    service: S3Service,
    /// The buckets that keep what is put.
    locked: Vec<String>,
    created: Mutex<Vec<Created>>,
    /// What the folder is known to hold, until something is put or deleted.
    known: Mutex<Option<Arc<Folder>>>,
    /// The digest of what it was last known to hold when that was asked.
    digest: Mutex<Option<(Arc<Folder>, String)>>,
    /// Calls are answered one at a time, in the order in which they came: the store works on
    /// threads of its own, whose speed must not show.
    turn: tokio::sync::Mutex<()>,
    /// Removes the folder with the stack, when nothing is kept.
    _folder: Option<tempfile::TempDir>,
}

impl fmt::Debug for Files {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Files").field("root", &self.root).finish_non_exhaustive()
    }
}

/// Every file at one instant, and those of which nobody was told yet.
#[derive(Debug, Clone)]
pub(super) struct Snapshot {
    folder: Arc<Folder>,
    created: Vec<Created>,
}

/// A file that was put: what a notification tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Created {
    /// The bucket's name.
    pub bucket: String,
    /// The file's key.
    pub key: String,
    /// Its size in bytes.
    pub size: usize,
    /// Its entity tag, without quotes.
    pub etag: String,
    /// When it was put.
    pub at: DateTime<Utc>,
}

impl Files {
    pub(super) fn create(
        buckets: &[Bucket],
        clock: Clock,
        keep: Keep<'_>,
    ) -> Result<Self, StartError> {
        let (root, folder) = match keep {
            Keep::Nothing => {
                let folder = tempfile::tempdir().map_err(StartError::Folder)?;
                (folder.path().to_owned(), Some(folder))
            }
            Keep::In(folder) => (folder.join("s3"), None),
        };
        for bucket in buckets {
            fs::create_dir_all(root.join(&bucket.name)).map_err(StartError::Folder)?;
        }
        let store = FileSystem::new(&root)
            .map_err(|refused| StartError::Buckets(format!("{refused:?}")))?;
        Ok(Self {
            clock,
            root,
            service: S3ServiceBuilder::new(store).build(),
            locked: buckets
                .iter()
                .filter(|bucket| bucket.retention == Retention::Locked)
                .map(|bucket| bucket.name.clone())
                .collect(),
            created: Mutex::default(),
            known: Mutex::default(),
            digest: Mutex::default(),
            turn: tokio::sync::Mutex::default(),
            _folder: folder,
        })
    }

    /// Puts a file past the gate, as an operator does: it is noticed, not counted.
    ///
    /// **Errors.** The store's answer: the caller names an existing bucket and a valid key.
    pub async fn put(&self, bucket: &str, key: &str, bytes: Bytes) -> Result<(), String> {
        let request = Request::put(format!("http://s3.local/{bucket}/{}", encode(key)));
        let request = request.body(bytes).map_err(|wrong| wrong.to_string())?;
        self.ask("PutObject", request).await.map(|_| ())
    }

    /// Reads a file past the gate.
    ///
    /// **Errors.** The store's answer: the caller names an existing file.
    pub async fn get(&self, bucket: &str, key: &str) -> Result<Bytes, String> {
        let request = Request::get(format!("http://s3.local/{bucket}/{}", encode(key)));
        let request = request.body(Bytes::new()).map_err(|wrong| wrong.to_string())?;
        self.ask("GetObject", request).await
    }

    /// The keys of a bucket, sorted.
    ///
    /// **Errors.** The folder cannot be read: the caller names an existing bucket.
    pub fn keys(&self, bucket: &str) -> io::Result<Vec<String>> {
        let top = self.root.join(bucket);
        let mut keys = Vec::new();
        let mut folders = vec![top.clone()];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder)? {
                let path = entry?.path();
                if path.is_dir() {
                    folders.push(path);
                } else if let Ok(key) = path.strip_prefix(&top) {
                    keys.push(key.to_string_lossy().into_owned());
                }
            }
        }
        keys.sort_unstable();
        Ok(keys)
    }

    /// Reads the folder, or names what it is still known to hold.
    pub(super) fn snapshot(&self) -> Result<Snapshot, SnapshotError> {
        let mut known = hold(&self.known);
        let folder = match &*known {
            Some(folder) => Arc::clone(folder),
            None => Arc::new(Folder::read(&self.root).map_err(SnapshotError::Folder)?),
        };
        *known = Some(Arc::clone(&folder));
        Ok(Snapshot { folder, created: hold(&self.created).clone() })
    }

    /// The SHA-256 of every file, but for when it was put.
    ///
    /// **Errors.** The folder cannot be read.
    pub(crate) fn digest(&self) -> Result<String, SnapshotError> {
        let folder = self.snapshot()?.folder;
        let mut digest = hold(&self.digest);
        if let Some((of, digest)) = &*digest
            && Arc::ptr_eq(of, &folder)
        {
            return Ok(digest.clone());
        }
        let new = folder.digest();
        *digest = Some((folder, new.clone()));
        Ok(new)
    }

    /// What was put, and nobody was told yet.
    pub(crate) fn untold(&self) -> Vec<Created> {
        hold(&self.created).clone()
    }

    /// Writes what differs from the snapshot; nothing is done when nothing was put since.
    pub(super) fn restore(&self, snapshot: &Snapshot) -> Result<(), SnapshotError> {
        let mut known = hold(&self.known);
        if !known.as_ref().is_some_and(|known| Arc::ptr_eq(known, &snapshot.folder)) {
            snapshot.folder.write(&self.root).map_err(SnapshotError::Folder)?;
        }
        *known = Some(Arc::clone(&snapshot.folder));
        hold(&self.created).clone_from(&snapshot.created);
        Ok(())
    }

    /// Takes what was put since the last time, in order.
    pub(crate) fn take_created(&self) -> Vec<Created> {
        std::mem::take(&mut hold(&self.created))
    }

    pub(super) async fn answer(&self, op: &str, request: Request<Bytes>) -> Answer {
        if op.is_empty() {
            return wire::refused(
                Service::S3,
                StatusCode::NOT_IMPLEMENTED,
                "NotImplemented",
                "The stand-in has no such operation.",
            );
        }
        let turn = self.turn.lock().await;
        if Facts::new(Service::S3, op, "").access == Access::Write {
            *hold(&self.known) = None;
        }
        let (bucket, key) = split_path(request.uri().path());
        let Some(request) = unsigned(request) else {
            return wire::refused(
                Service::S3,
                StatusCode::BAD_REQUEST,
                "IncompleteBody",
                "The chunked body ends early.",
            );
        };
        if let Some(refused) = self.refusal_of_lock(op, &bucket, &request) {
            return refused;
        }
        let size = request.body().len();
        let response = self.service.call(request.map(s3s::Body::from)).await;
        let Ok(response) = response else {
            return wire::broken(Service::S3, Broken::Internal);
        };
        let (head, body) = response.into_parts();
        let Ok(body) = body.collect().await else {
            return wire::broken(Service::S3, Broken::Internal);
        };
        let response = http::Response::from_parts(head, body.to_bytes());
        if response.status().is_success() && op == "PutObject" {
            self.stamp(&bucket, &key);
            let etag = response.headers().get(header::ETAG).and_then(|etag| etag.to_str().ok());
            hold(&self.created).push(Created {
                bucket,
                key,
                size,
                etag: etag.unwrap_or_default().trim_matches('"').to_owned(),
                at: self.clock.now(),
            });
        }
        drop(turn);
        let outcome = if response.status().is_success() {
            Outcome::Ok
        } else {
            Outcome::Refused(code_of(&response))
        };
        Answer { response, outcome, units: Units::default() }
    }

    /// What Object Lock refuses: to put what cannot be checked, and to delete. Versions are not played:
    /// what AWS would keep beside its successor cannot be replaced here at all. A wrong checksum is
    /// found here, since the store behind would refuse it and keep the bytes.
    fn refusal_of_lock(&self, op: &str, bucket: &str, request: &Request<Bytes>) -> Option<Answer> {
        if !self.locked.iter().any(|locked| locked == bucket) {
            return None;
        }
        let text = |name: &str| request.headers().get(name).and_then(|it| it.to_str().ok());
        let (status, code, why) = match (op, text("x-amz-checksum-sha256")) {
            ("DeleteObject", _) => (StatusCode::FORBIDDEN, "AccessDenied", "The object is locked."),
            ("PutObject", None) => (
                StatusCode::BAD_REQUEST,
                "InvalidRequest",
                "A put with Object Lock needs a checksum.",
            ),
            ("PutObject", Some(told))
                if told != STANDARD.encode(Sha256::digest(request.body())) =>
            {
                (StatusCode::BAD_REQUEST, "BadDigest", "The checksum is that of other bytes.")
            }
            ("PutObject", _) if text("if-none-match") != Some("*") => (
                StatusCode::NOT_IMPLEMENTED,
                "NotImplemented",
                "The stand-in has no versions: put with If-None-Match.",
            ),
            _ => return None,
        };
        Some(wire::refused(Service::S3, status, code, why))
    }

    async fn ask(&self, op: &str, request: Request<Bytes>) -> Result<Bytes, String> {
        let answer = self.answer(op, request).await;
        match answer.outcome {
            Outcome::Ok => Ok(answer.response.into_body()),
            Outcome::Unanswered | Outcome::Refused(_) | Outcome::Dropped => {
                Err(answer.outcome.to_string())
            }
        }
    }

    /// Dates a file by the stack's clock, so that what is told about it says nothing of the
    /// machine's.
    fn stamp(&self, bucket: &str, key: &str) {
        let path = self.root.join(bucket).join(Path::new(key));
        let since = u64::try_from(self.clock.now().timestamp_millis()).unwrap_or_default();
        let times = fs::FileTimes::new().set_modified(UNIX_EPOCH + Duration::from_millis(since));
        let stamped =
            fs::File::options().write(true).open(&path).and_then(|file| file.set_times(times));
        if let Err(refused) = stamped {
            tracing::warn!(error = %refused, "a file keeps the time of the machine");
        }
    }
}

pub(super) fn facts(request: &Request<Bytes>) -> Facts {
    let (bucket, key) = split_path(request.uri().path());
    let query = request.uri().query().unwrap_or_default();
    let op = match (request.method(), key.is_empty()) {
        (&Method::GET, true) if query.contains("list-type=2") => "ListObjectsV2",
        (&Method::GET, false) => "GetObject",
        (&Method::HEAD, true) => "HeadBucket",
        (&Method::HEAD, false) => "HeadObject",
        (&Method::PUT, false) => "PutObject",
        (&Method::DELETE, false) => "DeleteObject",
        _ => "",
    };
    Facts::new(Service::S3, op, bucket.clone()).with("bucket", bucket).with("key", key)
}

/// Bucket and key of a path-style path.
fn split_path(path: &str) -> (String, String) {
    let path = path.trim_start_matches('/');
    let (bucket, key) = path.split_once('/').unwrap_or((path, ""));
    (decode(bucket), decode(key))
}

/// The request as an anonymous client would send it: without signature, and with the body that
/// the client divided in chunks put together. `None` when a chunk is cut.
fn unsigned(request: Request<Bytes>) -> Option<Request<Bytes>> {
    let (mut head, body) = request.into_parts();
    head.headers.remove(header::AUTHORIZATION);
    let signed = head.headers.remove("x-amz-content-sha256");
    let chunked = signed.as_ref().and_then(|signed| signed.to_str().ok());
    let mut whole = body.clone();
    if chunked.is_some_and(|signed| signed.starts_with("STREAMING-")) {
        let (bytes, trailers) = join_chunks(&body)?;
        whole = bytes;
        for (name, value) in trailers {
            head.headers.insert(name, value);
        }
        head.headers.remove("x-amz-trailer");
        head.headers.remove("x-amz-decoded-content-length");
        head.headers.remove(header::TRANSFER_ENCODING);
        let kept = head.headers.get(header::CONTENT_ENCODING).and_then(|kept| kept.to_str().ok());
        let kept: Vec<&str> = kept.unwrap_or_default().split(',').map(str::trim).collect();
        let kept: Vec<&str> = kept.into_iter().filter(|kept| *kept != "aws-chunked").collect();
        let kept = kept.join(",");
        head.headers.remove(header::CONTENT_ENCODING);
        if !kept.is_empty() {
            head.headers.insert(header::CONTENT_ENCODING, kept.parse().ok()?);
        }
    }
    if !whole.is_empty() || head.method == Method::PUT {
        head.headers.insert(header::CONTENT_LENGTH, whole.len().into());
    }
    Some(Request::from_parts(head, whole))
}

type Trailers = Vec<(HeaderName, http::HeaderValue)>;

/// Puts the chunks of `aws-chunked` together: `<hex size>[;…]`, the bytes, until size 0, then
/// trailers.
fn join_chunks(body: &Bytes) -> Option<(Bytes, Trailers)> {
    let mut whole = BytesMut::new();
    let mut rest: &[u8] = body;
    loop {
        let (line, after) = take_line(rest)?;
        let size =
            line.split(';').next().and_then(|size| usize::from_str_radix(size.trim(), 16).ok())?;
        if size == 0 {
            rest = after;
            break;
        }
        whole.extend_from_slice(after.get(..size)?);
        rest = after.get(size..)?.strip_prefix(b"\r\n")?;
    }
    let mut trailers = Vec::new();
    while let Some((line, after)) = take_line(rest) {
        rest = after;
        if let Some((name, value)) = line.split_once(':') {
            trailers.push((name.trim().parse().ok()?, value.trim().parse().ok()?));
        }
    }
    Some((whole.freeze(), trailers))
}

fn take_line(bytes: &[u8]) -> Option<(&str, &[u8])> {
    let end = bytes.windows(2).position(|pair| pair == b"\r\n")?;
    let line = std::str::from_utf8(bytes.get(..end)?).ok()?;
    Some((line, bytes.get(end.saturating_add(2)..)?))
}

/// The code in an error's XML; for an answer without body its status.
fn code_of(response: &http::Response<Bytes>) -> String {
    let text = String::from_utf8_lossy(response.body());
    let code = text.split_once("<Code>").and_then(|(_, rest)| rest.split_once("</Code>"));
    code.map_or_else(|| response.status().as_u16().to_string(), |(code, _)| code.to_owned())
}

/// A text without its percent signs.
pub(crate) fn decode(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let hex = (*first == b'%').then(|| after.get(..2)).flatten();
        let hex = hex.and_then(|hex| std::str::from_utf8(hex).ok());
        let byte = hex.and_then(|hex| u8::from_str_radix(hex, 16).ok());
        bytes.push(byte.unwrap_or(*first));
        rest = if byte.is_some() { after.get(2..).unwrap_or_default() } else { after };
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// A key as it stands in a URL.
pub(crate) fn encode(key: &str) -> String {
    let mut text = String::with_capacity(key.len());
    for byte in key.bytes() {
        if byte.is_ascii_alphanumeric() || b"/-_.~".contains(&byte) {
            text.push(char::from(byte));
        } else {
            text.push('%');
            text.push_str(&hex(&[byte]).to_uppercase());
        }
    }
    text
}

#[cfg(test)]
mod tests;
