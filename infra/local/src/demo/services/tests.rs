use super::*;

fn check(port: Port, target: &str) -> Service {
    let request = Request::post("/").header("x-amz-target", target).body(Bytes::new()).unwrap();
    service(port, &request)
}

#[test]
fn queues_and_secrets_share_a_port_and_are_told_apart() {
    let [.., shared] = PORTS;
    assert_eq!(check(shared, "AmazonSQS.SendMessage"), Service::Sqs);
    assert_eq!(check(shared, "secretsmanager.GetSecretValue"), Service::SecretsManager);
    let [tables, ..] = PORTS;
    assert_eq!(check(tables, "secretsmanager.GetSecretValue"), Service::DynamoDb);
}
