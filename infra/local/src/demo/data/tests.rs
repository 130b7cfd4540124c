//! Each test starts a year of 96 addresses, some twice: about a second each in the dev profile.

use bytes::Bytes;
use http::{Request, StatusCode};
use serde_json::{Value, json};
use tempfile::TempDir;

use super::*;

use crate::demo::{Begin, Demo};
use crate::gate::Service;

async fn demo(folder: &TempDir) -> Demo {
    let data = Some(Folder::open(folder.path()).unwrap());
    Demo::start(Begin { data, ..Begin::at(8025) }).await.unwrap()
}

async fn get(demo: &Demo, path: &str) -> String {
    let answer = demo.answer(Request::get(path).body(Bytes::new()).unwrap()).await;
    assert_eq!(answer.status(), StatusCode::OK, "{path}");
    String::from_utf8(answer.body().to_vec()).unwrap()
}

async fn post(demo: &Demo, path: &str, body: &str) {
    let request = Request::post(path)
        .header("content-type", "application/x-www-form-urlencoded")
        .body(Bytes::copy_from_slice(body.as_bytes()));
    let answer = demo.answer(request.unwrap()).await;
    assert_eq!(answer.status(), StatusCode::SEE_OTHER, "{path}: {:?}", answer.body());
}

/// Calls a stand-in as a program does, and gives the JSON of its answer.
async fn call(demo: &Demo, service: Service, op: &str, body: &Value) -> Value {
    let request = match (service, op) {
        (Service::Ses, "PutSuppressedDestination") => {
            Request::put("/v2/email/suppression/addresses")
        }
        (Service::Ses, _) => Request::get("/v2/email/suppression/addresses"),
        (Service::DynamoDb | Service::S3 | Service::Sqs | Service::SecretsManager, _) => {
            Request::post("/").header("x-amz-target", format!("any.{op}"))
        }
    };
    let answer = demo.call(service, request.body(Bytes::from(body.to_string())).unwrap()).await;
    let answer = answer.unwrap();
    assert!(answer.status().is_success(), "{op}: {:?}", answer.body());
    serde_json::from_slice(answer.body()).unwrap_or_default()
}

/// Everything that can be looked at from outside.
async fn seen(demo: &Demo) -> Vec<String> {
    let queue = json!({"QueueUrl": "q/local-mail-dead", "AttributeNames": ["All"]});
    vec![
        get(demo, "/_local/clock").await,
        get(demo, "/_local/mails").await,
        get(demo, "/_local/mails/1.eml").await,
        get(demo, "/_local/mails/f1.eml").await,
        get(demo, "/inbox").await,
        get(demo, "/ops").await,
        call(demo, Service::Ses, "ListSuppressedDestinations", &Value::Null).await.to_string(),
        call(demo, Service::Sqs, "GetQueueAttributes", &queue).await.to_string(),
        demo.dump().await,
    ]
}

#[tokio::test]
async fn a_year_that_is_kept_goes_on_where_it_stood() {
    let folder = tempfile::tempdir().unwrap();
    let kept = demo(&folder).await;
    post(&kept, "/inbox/1/forward", "to=colleague@example.org&subject=FW&note=&block=Hallo").await;
    post(&kept, "/_local/clock", "move=week&back=/inbox").await;
    let listed = json!({"EmailAddress": "anna.devries@example.org", "Reason": "BOUNCE"});
    call(&kept, Service::Ses, "PutSuppressedDestination", &listed).await;
    let message = json!({
        "QueueUrl": "q/local-mail-dead", "MessageBody": "later", "DelaySeconds": 900,
    });
    call(&kept, Service::Sqs, "SendMessage", &message).await;
    let secret =
        json!({"SecretId": "local-keys", "SecretString": "new", "ClientRequestToken": "1"});
    call(&kept, Service::SecretsManager, "PutSecretValue", &secret).await;
    let before = seen(&kept).await;
    drop(kept);

    let again = demo(&folder).await;
    assert_eq!(seen(&again).await, before);
    let secret = json!({"SecretId": "local-keys"});
    let secret = call(&again, Service::SecretsManager, "GetSecretValue", &secret).await;
    assert_eq!(secret["SecretString"], "new");
}

#[tokio::test]
async fn a_year_that_was_interrupted_each_week_is_the_year_of_one_that_was_not() {
    let whole = Demo::start(Begin::at(8025)).await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    for _ in 0..5 {
        let part = demo(&folder).await;
        post(&part, "/_local/clock", "move=week&back=/inbox").await;
        post(&whole, "/_local/clock", "move=week&back=/inbox").await;
    }
    assert_eq!(demo(&folder).await.dump().await, whole.dump().await);
}

#[tokio::test]
async fn reset_empties_the_folder_and_begins_with_the_same_set() {
    let folder = tempfile::tempdir().unwrap();
    let kept = demo(&folder).await;
    let morning = kept.dump().await;
    post(&kept, "/_local/clock", "move=week&back=/inbox").await;
    assert_ne!(kept.dump().await, morning);
    post(&kept, "/_local/clock", "move=reset&back=/inbox").await;
    assert_eq!(kept.dump().await, morning);
    drop(kept);
    assert_eq!(demo(&folder).await.dump().await, morning);
}

#[test]
fn a_folder_has_one_process_and_a_lock_of_a_dead_one_is_none() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("lock"), "4000000\n").unwrap();
    let held = Folder::open(folder.path()).unwrap();
    let refused = Folder::open(folder.path()).unwrap_err().to_string();
    let (path, process) = (folder.path().display(), std::process::id());
    let expected = format!(
        "{path} is in use by process {process}; end that one, or name another folder with --data"
    );
    assert_eq!(refused, expected);
    drop(held);
    Folder::open(folder.path()).unwrap();
}

#[test]
fn a_folder_of_another_release_is_named_with_that_release() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().display();
    fs::write(folder.path().join("format"), "format 9\nwritten by meterlink 4.2.0\n").unwrap();
    let refused = Folder::open(folder.path()).unwrap_err().to_string();
    let expected = format!(
        "{path} was written by meterlink 4.2.0 in a format that meterlink 0.1.0 does not know; \
         use that release, or name another folder with --data"
    );
    assert_eq!(refused, expected);
}

#[test]
fn a_folder_of_other_things_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("thesis.txt"), "all of it").unwrap();
    let refused = Folder::open(folder.path()).unwrap_err().to_string();
    assert!(refused.ends_with(" holds other files; name a new or an empty folder with --data"));
    assert!(!folder.path().join("lock").exists());

    let below = folder.path().join("thesis.txt/data");
    let refused = Folder::open(&below).unwrap_err().to_string();
    assert!(refused.contains("cannot be used: Not a directory"), "{refused}");
    assert!(refused.ends_with("; name another folder with --data"), "{refused}");
}
