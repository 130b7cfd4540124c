use std::net::{Ipv4Addr, TcpListener};

use serde_json::Value;

use super::run::{Demo, ask, free_port, run};

#[test]
fn a_port_that_is_in_use_is_named() {
    let port = free_port();
    let taken = port + 2;
    let _held = TcpListener::bind((Ipv4Addr::LOCALHOST, taken)).unwrap();
    let ended = run(&["demo", "--port", &port.to_string()]);
    assert_eq!(ended.status, 69);
    let expected =
        format!("error: port {taken} is in use (asked for by --port {port}); choose another\n");
    assert_eq!((ended.out.as_str(), ended.err), ("", expected));
}

#[test]
fn without_a_wish_the_first_ports_that_are_free_are_taken() {
    let _first = Demo::start_anywhere(&[]);
    let second = Demo::start_anywhere(&["demo"]);
    let said = format!("Port 8025 is in use; using {}.\n", second.port);
    assert!(second.banner.starts_with(&said), "{}", second.banner);
    assert_eq!((second.port - 8025) % 10, 0);
}

#[test]
fn programs_speak_to_the_stand_ins_on_the_ports_after_the_first() {
    let demo = Demo::start(&[]);
    let json = |above: u16, target: &str, body: &str| -> Value {
        let headers =
            format!("X-Amz-Target: {target}\r\nContent-Type: application/x-amz-json-1.0\r\n");
        serde_json::from_str(&ask(demo.port + above, "POST /", &headers, body)).unwrap()
    };
    let table = json(1, "DynamoDB_20120810.DescribeTable", r#"{"TableName":"local-core"}"#);
    assert_eq!(table["Table"]["TableName"], "local-core");
    let listed =
        ask(demo.port + 2, "GET /local-files-000000000000?list-type=2&prefix=incoming/", "", "");
    assert!(listed.contains("<Key>incoming/demo/customers.csv</Key>"), "{listed}");
    let account = ask(demo.port + 3, "GET /v2/email/account", "", "");
    let account: Value = serde_json::from_str(&account).unwrap();
    assert_eq!(account["SendQuota"]["SentLast24Hours"], 25);
    let queue = json(4, "AmazonSQS.GetQueueUrl", r#"{"QueueName":"local-mail"}"#);
    assert!(queue["QueueUrl"].as_str().unwrap().ends_with("/local-mail"));
    let secret = json(4, "secretsmanager.DescribeSecret", r#"{"SecretId":"local-keys"}"#);
    assert_eq!(secret["Name"], "local-keys");
}

#[test]
fn a_set_that_a_program_puts_in_the_bucket_is_imported() {
    let demo = Demo::start(&[]);
    let put = |name: &str, text: &str| {
        ask(
            demo.port + 2,
            &format!("PUT /local-files-000000000000/incoming/more/{name}"),
            "",
            text,
        );
    };
    put("customers.csv", "customer_number;name\n");
    put("ready", "");
    let office = demo.ask("GET /ops", "");
    assert!(office.contains("Refused: nothing of the set is loaded."), "{office}");
}
