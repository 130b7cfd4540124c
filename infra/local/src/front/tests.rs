use std::sync::Mutex;

use insta::assert_snapshot;

use super::*;
use crate::{clock::hold, pump::Handler, standin::tests::template};

fn front(answer: Result<Value, String>) -> (Front, Arc<Mutex<Vec<Value>>>) {
    let given: Arc<Mutex<Vec<Value>>> = Arc::default();
    let seen = given.clone();
    let handler: Handler = Arc::new(move |invocation| {
        hold(&seen).push(invocation.payload);
        Box::pin(std::future::ready(answer.clone()))
    });
    let clock = Clock::at("2026-11-26T08:00:00Z".parse().unwrap());
    let handlers = BTreeMap::from([("readings".to_owned(), handler)]);
    (Front::new(template(), clock, "stand.voorbeeld.nl", handlers).unwrap(), given)
}

#[tokio::test]
async fn a_request_becomes_the_event_of_api_gateway() {
    let (front, given) = front(Ok(json!({"statusCode": 204})));
    let request = Request::post("/m/abc%2Fd?b=1&a=x+y&b=2")
        .header("Accept-Language", "nl")
        .header("accept-language", "en")
        .header("cookie", "one=1; two=2")
        .header("user-agent", "test")
        .header("content-type", "application/x-www-form-urlencoded")
        .body(Bytes::from_static(b"reading=01287"));
    assert_eq!(front.answer(request.unwrap()).await.status().as_u16(), 204);
    let event = serde_json::to_string_pretty(&hold(&given)[0]).unwrap();
    assert_snapshot!(event, @r#"
    {
      "body": "cmVhZGluZz0wMTI4Nw==",
      "cookies": [
        "one=1",
        "two=2"
      ],
      "headers": {
        "accept-language": "nl,en",
        "content-type": "application/x-www-form-urlencoded",
        "host": "stand.voorbeeld.nl",
        "user-agent": "test"
      },
      "isBase64Encoded": true,
      "pathParameters": {
        "token": "abc/d"
      },
      "queryStringParameters": {
        "a": "x y",
        "b": "1,2"
      },
      "rawPath": "/m/abc%2Fd",
      "rawQueryString": "b=1&a=x+y&b=2",
      "requestContext": {
        "accountId": "000000000000",
        "apiId": "local",
        "domainName": "stand.voorbeeld.nl",
        "domainPrefix": "stand",
        "http": {
          "method": "POST",
          "path": "/m/abc%2Fd",
          "protocol": "HTTP/1.1",
          "sourceIp": "127.0.0.1",
          "userAgent": "test"
        },
        "requestId": "fc4c7f25-f51e-c1ce-37f9-42ca2559ab3d",
        "routeKey": "POST /m/{token}",
        "stage": "$default",
        "time": "26/Nov/2026:08:00:00 +0000",
        "timeEpoch": 1795680000000
      },
      "routeKey": "POST /m/{token}",
      "version": "2.0"
    }
    "#);
}

#[tokio::test]
async fn a_text_is_given_as_it_is() {
    let (front, given) = front(Ok(json!({"statusCode": 200})));
    let request = Request::post("/m/abc").header("content-type", "text/plain; charset=utf-8");
    front.answer(request.body(Bytes::from_static(b"hoi")).unwrap()).await;
    assert_eq!(hold(&given)[0]["body"], "hoi");
    assert_eq!(hold(&given)[0]["isBase64Encoded"], false);
}

#[tokio::test]
async fn an_answer_becomes_the_response_that_it_asks_for() {
    let (front, _) = front(Ok(json!({
        "statusCode": 303, "headers": {"location": "/m/abc"}, "cookies": ["a=1", "b=2"],
        "body": "aG9p", "isBase64Encoded": true,
    })));
    let response = front.answer(Request::get("/m/abc").body(Bytes::new()).unwrap()).await;
    assert_eq!((response.status().as_u16(), response.body().as_ref()), (303, &b"hoi"[..]));
    assert_eq!(response.headers()["location"], "/m/abc");
    assert_eq!(response.headers().get_all("set-cookie").iter().count(), 2);
}

#[tokio::test]
async fn a_function_that_fails_is_an_answer_of_the_gateway() {
    for answer in [Err("no store".to_owned()), Ok(json!({"statusCode": "many"}))] {
        let (front, _) = front(answer);
        let response = front.answer(Request::get("/m/abc").body(Bytes::new()).unwrap()).await;
        assert_eq!(response.status(), 500);
        assert_eq!(response.body().as_ref(), br#"{"message":"Internal Server Error"}"#);
    }
}

#[tokio::test]
async fn a_panic_in_a_function_is_its_failure_only() {
    let handler: Handler = Arc::new(|_| Box::pin(async { panic!("the function's own fault") }));
    let clock = Clock::at("2026-11-26T08:00:00Z".parse().unwrap());
    let handlers = BTreeMap::from([("readings".to_owned(), handler)]);
    let front = Front::new(template(), clock, "stand.voorbeeld.nl", handlers).unwrap();
    let response = front.answer(Request::get("/m/abc").body(Bytes::new()).unwrap()).await;
    assert_eq!(response.status(), 500);
}

#[tokio::test]
async fn over_tcp_the_answer_is_the_same() {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let (front, _) = front(Ok(json!({"statusCode": 200, "body": "hoi"})));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let serving = tokio::spawn(async move { axum::serve(listener, front.router()).await });
    let mut socket = tokio::net::TcpStream::connect(address).await.unwrap();
    let request = b"GET /m/abc HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n";
    socket.write_all(request).await.unwrap();
    let mut answer = String::new();
    socket.read_to_string(&mut answer).await.unwrap();
    serving.abort();
    assert!(answer.starts_with("HTTP/1.1 200 OK") && answer.ends_with("\r\n\r\nhoi"), "{answer}");
}

#[test]
fn the_closest_route_takes_a_request() {
    let template = template();
    let mut lines = Vec::new();
    for (method, path) in [
        ("GET", "/m/abc"),
        ("HEAD", "/m/abc"),
        ("POST", "/m/abc"),
        ("POST", "/m/abc/bevestigen"),
        ("GET", "/m/abc/a/b"),
        ("POST", "/u/abc"),
        ("GET", "/robots.txt"),
        ("POST", "/robots.txt"),
        ("GET", "/m/"),
        ("GET", "/m"),
        ("GET", "/"),
    ] {
        let found = route::find(&template.routes, &method.parse().unwrap(), path).unwrap();
        lines.push(format!("{method} {path}: {} {:?}", found.route.key, found.parameters));
    }
    assert_snapshot!(lines.join("\n"), @r#"
    GET /m/abc: ANY /m/{token} {"token": "abc"}
    HEAD /m/abc: ANY /m/{token} {"token": "abc"}
    POST /m/abc: POST /m/{token} {"token": "abc"}
    POST /m/abc/bevestigen: POST /m/{token}/{rest+} {"rest": "bevestigen", "token": "abc"}
    GET /m/abc/a/b: ANY /m/{token}/{rest+} {"rest": "a/b", "token": "abc"}
    POST /u/abc: POST /u/{token} {"token": "abc"}
    GET /robots.txt: GET /robots.txt {}
    POST /robots.txt: $default {}
    GET /m/: $default {}
    GET /m: $default {}
    GET /: $default {}
    "#);
}
