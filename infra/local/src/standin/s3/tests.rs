use insta::assert_snapshot;

use super::*;
use crate::standin::StandIns;
use crate::standin::tests::stack;

const FILES: &str = "local-files-000000000000";
const INVOICES: &str = "local-invoices-000000000000";

fn request(method: Method, path: &str, body: &'static [u8]) -> Request<Bytes> {
    Request::builder()
        .method(method)
        .uri(format!("http://s3.local/{path}"))
        .header("authorization", "AWS4-HMAC-SHA256 Credential=local/20261126/…")
        .header("x-amz-content-sha256", "UNSIGNED-PAYLOAD")
        .body(Bytes::from_static(body))
        .unwrap()
}

#[tokio::test]
async fn a_file_is_put_read_and_listed_with_the_stacks_time() {
    let stack = stack();
    let at = format!("{FILES}/incoming/set%201/customers.csv");
    let answer = stack.call(request(Method::PUT, &at, b"number\n1\n")).await.unwrap();
    assert_eq!(answer.status(), StatusCode::OK);
    let answer = stack.call(request(Method::GET, &at, b"")).await.unwrap();
    assert_eq!(answer.body().as_ref(), b"number\n1\n");
    assert_snapshot!(answer.headers()["last-modified"].to_str().unwrap(), @"Thu, 26 Nov 2026 08:00:00 GMT");
    let list = format!("{FILES}?list-type=2&prefix=incoming/");
    let list = stack.call(request(Method::GET, &list, b"")).await.unwrap();
    let list = String::from_utf8_lossy(list.body()).into_owned();
    assert!(list.contains("<Key>incoming/set 1/customers.csv</Key>"), "{list}");
    assert!(list.contains("2026-11-26T08:00:00"), "{list}");
    assert_eq!(stack.files().keys(FILES).unwrap(), ["incoming/set 1/customers.csv"]);
    let calls: Vec<String> = stack.gate().calls().iter().map(ToString::to_string).collect();
    assert_snapshot!(calls.join("\n"), @"
    1 s3 PutObject local-files-000000000000 ok W 0 R 0
    2 s3 GetObject local-files-000000000000 ok W 0 R 0
    3 s3 ListObjectsV2 local-files-000000000000 ok W 0 R 0
    ");
}

#[tokio::test]
async fn a_file_that_is_not_there_is_refused_by_its_code() {
    let stack = stack();
    let answer = stack.call(request(Method::GET, &format!("{FILES}/none"), b"")).await.unwrap();
    assert_eq!(answer.status(), StatusCode::NOT_FOUND);
    assert_eq!(stack.gate().calls()[0].outcome, Outcome::Refused("NoSuchKey".to_owned()));
}

#[tokio::test]
async fn a_body_in_chunks_is_put_together() {
    let stack = stack();
    let body = b"5\r\nhello\r\n6\r\n world\r\n0\r\nx-amz-checksum-crc32:DUoRhQ==\r\n\r\n";
    let mut put = request(Method::PUT, &format!("{FILES}/a"), body);
    let headers = put.headers_mut();
    headers.insert("x-amz-content-sha256", "STREAMING-UNSIGNED-PAYLOAD-TRAILER".parse().unwrap());
    headers.insert("content-encoding", "gzip,aws-chunked".parse().unwrap());
    headers.insert("x-amz-trailer", "x-amz-checksum-crc32".parse().unwrap());
    headers.insert("x-amz-decoded-content-length", "11".parse().unwrap());
    let answer = stack.call(put).await.unwrap();
    assert_eq!(answer.status(), StatusCode::OK, "{:?}", answer.body());
    let answer = stack.call(request(Method::GET, &format!("{FILES}/a"), b"")).await.unwrap();
    assert_eq!(answer.body().as_ref(), b"hello world");
    assert_eq!(answer.headers()["content-encoding"], "gzip");
}

#[tokio::test]
async fn what_an_operator_puts_is_noticed_and_not_counted() {
    let stack = stack();
    let files = stack.files();
    files.put(FILES, "incoming/1/ready", Bytes::from_static(b"x")).await.unwrap();
    assert!(stack.gate().calls().is_empty());
    let created = files.take_created();
    assert_eq!((created[0].key.as_str(), created[0].size), ("incoming/1/ready", 1));
    assert_eq!(files.get(FILES, "incoming/1/ready").await.unwrap().as_ref(), b"x");
    assert_eq!(files.get(FILES, "none").await, Err("NoSuchKey".to_owned()));
}

/// What a call in the bucket of documents is answered: its status and, of a refusal, its code.
async fn kept(
    stack: &StandIns,
    method: Method,
    body: &'static [u8],
    headers: &[(&str, &str)],
) -> String {
    let mut request = request(method, &format!("{INVOICES}/eb/202701000004285.pdf"), body);
    for (name, value) in headers {
        let name: HeaderName = name.parse().unwrap();
        request.headers_mut().insert(name, value.parse().unwrap());
    }
    let response = stack.call(request).await.unwrap();
    let status = response.status();
    if status.is_success() { status.to_string() } else { code_of(&response) }
}

#[tokio::test]
async fn a_document_is_put_once_and_stays() {
    let stack = stack();
    let of_first = ("x-amz-checksum-sha256", "p5N7ZLjKpY8Dchu2us9ceMsjX+vg5wsbhM2ZVBRhoI4=");
    let of_other = ("x-amz-checksum-sha256", "2SmKENGwc1g33EvYXaxkGw887yekfl1TpU8vP1svz/o=");
    let once = ("if-none-match", "*");
    assert_snapshot!(kept(&stack, Method::PUT, b"first", &[once]).await, @"InvalidRequest");
    assert_snapshot!(kept(&stack, Method::PUT, b"first", &[once, of_other]).await, @"BadDigest");
    assert_snapshot!(kept(&stack, Method::PUT, b"first", &[of_first]).await, @"NotImplemented");
    assert_snapshot!(kept(&stack, Method::HEAD, b"", &[]).await, @"NoSuchKey");
    assert_snapshot!(kept(&stack, Method::PUT, b"first", &[once, of_first]).await, @"200 OK");
    assert_snapshot!(kept(&stack, Method::PUT, b"first", &[once, of_first]).await, @"PreconditionFailed");
    assert_snapshot!(kept(&stack, Method::DELETE, b"", &[]).await, @"AccessDenied");
    let bytes = stack.files().get(INVOICES, "eb/202701000004285.pdf").await.unwrap();
    assert_eq!(bytes.as_ref(), b"first");
}
