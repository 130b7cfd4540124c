use insta::assert_snapshot;

use super::*;
use crate::fault::EventPath;

/// What is read from resources, or what is wrong.
#[track_caller]
fn check(resources: &str) -> String {
    let text = format!("Resources:\n{resources}");
    match Template::parse("template.yaml", &text) {
        Ok(template) => format!("{template:#?}"),
        Err(wrong) => wrong.to_string(),
    }
}

#[test]
fn what_is_not_known_is_refused_at_its_line() {
    assert_snapshot!(check("  Stream:\n    Type: AWS::Kinesis::Stream\n"), @"template.yaml:2: unknown resource type `AWS::Kinesis::Stream`");
    assert_snapshot!(check("  Mail:\n    Type: AWS::SQS::Queue\n    Properties:\n      QueueName: mail\n      FifoQueue: true\n"), @"template.yaml:6: unknown property `FifoQueue` of AWS::SQS::Queue");
    assert_snapshot!(check("  Mail:\n    Type: AWS::SQS::Queue\n    Properties:\n      QueueName: !Ref Nobody\n"), @"template.yaml:5: nothing is called `Nobody`");
    assert_snapshot!(check("  Mail:\n    Type: AWS::SQS::Queue\n    Properties:\n      QueueName: mail\n      VisibilityTimeout: soon\n"), @"template.yaml:6: `soon` is no number");
    assert_snapshot!(check("  Core:\n    Type: AWS::DynamoDB::Table\n    Properties:\n      TableName: core\n      AttributeDefinitions: [{AttributeName: pk, AttributeType: N}]\n"), @"template.yaml:6: a key of the tables is a string: S");
    assert_snapshot!(check("  Core:\n    Type: AWS::DynamoDB::Table\n    Properties:\n      TableName: core\n      GlobalSecondaryIndexes: []\n"), @"template.yaml:6: unknown property `GlobalSecondaryIndexes` of AWS::DynamoDB::Table");
    assert_snapshot!(check("  Mail:\n    Type: AWS::SQS::Queue\n    Type: AWS::SQS::Queue\n"), @"template.yaml:4: `Type` stands here twice");
    assert_snapshot!(check("  Mail: [\n"), @"template.yaml:2: unclosed bracket '[' at char 19 line 2 column 9");
    let missing = Template::read(std::path::Path::new("none.yaml")).unwrap_err();
    assert_snapshot!(missing, @"none.yaml cannot be read");
}

#[test]
fn conditions_and_references_are_those_of_a_stack_called_local() {
    let text = "\
Parameters:
  Small: { Type: String, Default: 'true' }
Conditions:
  IsSmall: !Equals [!Ref Small, 'true']
  IsLarge: !Not [!Condition IsSmall]
Resources:
  Mail:
    Type: AWS::SQS::Queue
    Properties:
      QueueName: !Sub \"${AWS::StackName}-mail\"
      VisibilityTimeout: !If [IsLarge, 60, 30]
      RedrivePolicy: { deadLetterTargetArn: !GetAtt Dead.Arn, maxReceiveCount: 5 }
  Dead:
    Type: AWS::SQS::Queue
    Properties: { QueueName: !Sub '${AWS::StackName}-mail-dead' }
  Large:
    Type: AWS::SQS::Queue
    Condition: IsLarge
    Properties: { QueueName: large }
";
    let template = Template::parse("template.yaml", text).unwrap();
    let queues: Vec<String> = template
        .queues
        .iter()
        .map(|queue| format!("{} {} {:?}", queue.name, queue.visibility_s, queue.dead))
        .collect();
    assert_snapshot!(queues.join("\n"), @r#"
    local-mail 30 Some(DeadQueue { queue: "local-mail-dead", max_receive_count: 5 })
    local-mail-dead 30 None
    "#);
}

/// Two sets, a topic with its subscription, and a rule; `change` is made to the text first.
fn with_events(change: (&str, &str)) -> Result<Template, String> {
    let text = "\
Resources:
  Outcomes: { Type: AWS::SQS::Queue, Properties: { QueueName: outcomes } }
  Proof: { Type: AWS::SES::ConfigurationSet, Properties: { Name: proof } }
  Plain: { Type: AWS::SES::ConfigurationSet, Properties: { Name: plain } }
  Topic: { Type: AWS::SNS::Topic, Properties: { TopicName: sends } }
  TopicPolicy:
    Type: AWS::SNS::TopicPolicy
    Properties: { Topics: [!Ref Topic], PolicyDocument: {} }
  Subscription:
    Type: AWS::SNS::Subscription
    Properties:
      TopicArn: !Ref Topic
      Protocol: sqs
      Endpoint: !GetAtt Outcomes.Arn
      RawMessageDelivery: true
  ProofToTopic:
    Type: AWS::SES::ConfigurationSetEventDestination
    Properties:
      ConfigurationSetName: !Ref Proof
      EventDestination:
        Enabled: true
        MatchingEventTypes: [SEND, renderingFailure]
        SnsDestination: { TopicARN: !Ref Topic }
  ProofToBus:
    Type: AWS::SES::ConfigurationSetEventDestination
    Properties:
      ConfigurationSetName: !Ref Proof
      EventDestination:
        MatchingEventTypes: [DELIVERY]
        EventBridgeDestination:
          EventBusArn: !Sub 'arn:${AWS::Partition}:events:${AWS::Region}:${AWS::AccountId}:event-bus/default'
  Rule:
    Type: AWS::Events::Rule
    Properties:
      EventPattern:
        source: [aws.ses]
        detail: { mail: { tags: { 'ses:configuration-set': [!Ref Proof] } } }
      Targets: [{ Id: outcomes, Arn: !GetAtt Outcomes.Arn }]
";
    let (from, to) = change;
    assert!(text.contains(from), "{from}");
    let text = text.replace(from, to);
    Template::parse("template.yaml", &text).map_err(|wrong| wrong.to_string())
}

#[test]
fn events_of_ses_go_where_rules_and_subscriptions_say() {
    let template = with_events(("", "")).unwrap();
    let set = |name: &str| template.configuration_sets.iter().find(|set| set.name == name).unwrap();
    assert!(set("proof").publishes(EventPath::Sns, "SEND"));
    assert!(set("proof").publishes(EventPath::Sns, "RENDERING_FAILURE"));
    assert!(!set("proof").publishes(EventPath::EventBridge, "SEND"));
    assert!(!set("plain").publishes(EventPath::Sns, "SEND"));
    let queues = |path, name: &str| {
        let tags = serde_json::json!({"ses:configuration-set": [name]});
        let body = serde_json::json!({"source": "aws.ses", "detail": {"mail": {"tags": tags}}});
        template.queues_of(path, Some(name), &body)
    };
    assert_eq!(queues(EventPath::EventBridge, "proof"), ["outcomes"]);
    assert_eq!(queues(EventPath::Sns, "proof"), ["outcomes"]);
    assert!(queues(EventPath::EventBridge, "plain").is_empty());
    assert!(queues(EventPath::Sns, "plain").is_empty());
}

#[test]
fn what_would_happen_to_events_otherwise_in_aws_is_refused() {
    let check = |from, to| with_events((from, to)).unwrap_err();
    assert_snapshot!(check("RawMessageDelivery: true", "RawMessageDelivery: false"), @"template.yaml:15: only raw delivery is played");
    assert_snapshot!(check("Protocol: sqs", "Protocol: email"), @"template.yaml:13: only the protocol sqs is played");
    assert_snapshot!(check("[DELIVERY]", "[ARRIVAL]"), @"template.yaml:29: `ARRIVAL` is no event type of SES");
    assert_snapshot!(check("source: [aws.ses]", "source: [{ prefix: aws }]"), @"template.yaml:36: a list or mapping cannot be read as a text here");
    assert_snapshot!(check("Arn: !GetAtt Outcomes.Arn }]", "Arn: !Ref Topic }]"), @"template.yaml:38: only a queue is a target here");
    assert_snapshot!(check("TopicName: sends", "TopicName: sends, FifoTopic: true"), @"template.yaml:5: unknown property `FifoTopic` of AWS::SNS::Topic");
}

#[test]
fn the_template_of_the_repository_is_understood() {
    let template = crate::standin::tests::template();
    let mut lines = Vec::new();
    for table in &template.tables {
        lines.push(format!(
            "table {} {} {:?} ttl {:?}",
            table.name, table.partition_key, table.sort_key, table.ttl
        ));
    }
    for bucket in &template.buckets {
        lines.push(format!("bucket {} {:?}", bucket.name, bucket.retention));
        for notice in &bucket.notices {
            lines.push(format!(
                "bucket {} {}*{} -> {}",
                bucket.name, notice.prefix, notice.suffix, notice.function
            ));
        }
    }
    for queue in &template.queues {
        let dead = queue.dead.as_ref().map(|dead| (dead.queue.as_str(), dead.max_receive_count));
        lines.push(format!("queue {} {} s, dead {dead:?}", queue.name, queue.visibility_s));
    }
    for source in &template.sources {
        lines.push(format!(
            "source {} -> {} by {} {:?}",
            source.queue, source.function, source.batch_size, source.failures
        ));
    }
    for schedule in &template.schedules {
        lines.push(format!("schedule {} {}", schedule.name, schedule.input));
    }
    for function in &template.functions {
        lines.push(format!(
            "function {} {} s, {} retries, {:?}",
            function.name, function.timeout_s, function.retries, function.failures
        ));
        lines.extend(function.environment.iter().map(|(name, value)| format!("  {name}={value}")));
    }
    for route in &template.routes {
        lines.push(format!("route {} -> {}", route.key, route.function));
    }
    for set in &template.configuration_sets {
        let published = set.published.iter();
        lines.extend(published.map(|Published { path, topic, types }| {
            let path = path.as_str();
            format!("set {} {path} {topic:?} {}", set.name, types.join(" "))
        }));
    }
    for EventRule { name, queues, .. } in &template.rules {
        lines.push(format!("rule {name} -> {}", queues.join(" ")));
    }
    for Subscription { topic, queue } in &template.subscriptions {
        lines.push(format!("topic {topic} -> {queue}"));
    }
    lines.push(format!("secrets {:?}", template.secrets));
    assert_snapshot!(lines.join("\n"), @r#"
    table local-billing pk Some("sk") ttl None
    table local-core pk Some("sk") ttl Some("ttl")
    table local-sends pk Some("sk") ttl Some("ttl")
    table local-short-lived pk Some("sk") ttl Some("ttl")
    bucket local-files-000000000000 Free
    bucket local-files-000000000000 incoming/*set.toml -> import
    bucket local-files-000000000000 incoming/*ready -> import
    bucket local-invoices-000000000000 Locked
    queue local-async-dead 30 s, dead None
    queue local-import-chunks 5400 s, dead Some(("local-import-chunks-dead", 5))
    queue local-import-chunks-dead 30 s, dead None
    queue local-invoices 720 s, dead Some(("local-invoices-dead", 5))
    queue local-invoices-dead 30 s, dead None
    queue local-mail 360 s, dead Some(("local-mail-dead", 5))
    queue local-mail-dead 30 s, dead None
    queue local-mail-now 360 s, dead Some(("local-mail-now-dead", 5))
    queue local-mail-now-dead 30 s, dead None
    queue local-outcomes 360 s, dead Some(("local-outcomes-dead", 5))
    queue local-outcomes-dead 30 s, dead None
    queue local-schedules-dead 30 s, dead None
    queue local-settle 720 s, dead Some(("local-settle-dead", 5))
    queue local-settle-dead 30 s, dead None
    source local-import-chunks -> import by 1 Reported
    source local-invoices -> invoices by 5 Reported
    source local-mail -> mailer by 10 Reported
    source local-mail-now -> mailer by 1 Reported
    source local-outcomes -> outcomes by 100 Reported
    source local-settle -> settle by 10 Reported
    schedule campaign-daily {"v":1,"at":"<aws.scheduler.scheduled-time>"}
    schedule campaign-heartbeat {"v":1,"at":"<aws.scheduler.scheduled-time>"}
    schedule keys-nightly {"v":1,"at":"<aws.scheduler.scheduled-time>"}
    schedule outcomes-sweep {"v":1,"at":"<aws.scheduler.scheduled-time>"}
    function campaign 300 s, 2 retries, None
      METERLINK_BASE_URL=https://stand.voorbeeld.nl
      METERLINK_BILLING=local-billing
      METERLINK_CAMPAIGN_STATE=run
      METERLINK_CORE=local-core
      METERLINK_DRAWERS=64
      METERLINK_FILES=local-files-000000000000
      METERLINK_KEYS=local-keys
      METERLINK_QUEUE_MAIL=http://sqs.local/000000000000/local-mail
      METERLINK_QUEUE_SETTLE=http://sqs.local/000000000000/local-settle
      METERLINK_SENDS=local-sends
      METERLINK_STACK=local
    function import 900 s, 2 retries, Some("local-async-dead")
      METERLINK_CORE=local-core
      METERLINK_DRAWERS=64
      METERLINK_FILES=local-files-000000000000
      METERLINK_QUEUE_IMPORT_CHUNKS=http://sqs.local/000000000000/local-import-chunks
      METERLINK_STACK=local
    function invoices 120 s, 2 retries, None
      METERLINK_BILLING=local-billing
      METERLINK_CORE=local-core
      METERLINK_DRAWERS=64
      METERLINK_INVOICES=local-invoices-000000000000
      METERLINK_QUEUE_MAIL=http://sqs.local/000000000000/local-mail
      METERLINK_SENDS=local-sends
    function keys 30 s, 2 retries, None
      METERLINK_CORE=local-core
      METERLINK_DRAWERS=64
      METERLINK_KEYS=local-keys
    function mailer 60 s, 2 retries, None
      METERLINK_BASE_URL=https://stand.voorbeeld.nl
      METERLINK_BILLING=local-billing
      METERLINK_CORE=local-core
      METERLINK_DRAWERS=64
      METERLINK_INVOICES=local-invoices-000000000000
      METERLINK_KEYS=local-keys
      METERLINK_QUEUE_MAIL=http://sqs.local/000000000000/local-mail
      METERLINK_QUEUE_MAIL_NOW=http://sqs.local/000000000000/local-mail-now
      METERLINK_SENDS=local-sends
      METERLINK_SES_FROM=stand@voorbeeldwater.nl
      METERLINK_SES_PLAIN=local-plain
      METERLINK_SES_PROOF=local-proof
      METERLINK_STACK=local
    function outcomes 60 s, 2 retries, None
      METERLINK_BILLING=local-billing
      METERLINK_CORE=local-core
      METERLINK_DRAWERS=64
      METERLINK_QUEUE_MAIL=http://sqs.local/000000000000/local-mail
      METERLINK_QUEUE_MAIL_NOW=http://sqs.local/000000000000/local-mail-now
      METERLINK_SENDS=local-sends
      METERLINK_STACK=local
    function readings 10 s, 2 retries, None
      METERLINK_CORE=local-core
      METERLINK_DRAWERS=64
      METERLINK_KEYS=local-keys
      METERLINK_QUEUE_MAIL_NOW=http://sqs.local/000000000000/local-mail-now
      METERLINK_SENDS=local-sends
      METERLINK_SHORT_LIVED=local-short-lived
    function settle 120 s, 2 retries, None
      METERLINK_BILLING=local-billing
      METERLINK_CORE=local-core
      METERLINK_DRAWERS=64
      METERLINK_QUEUE_INVOICES=http://sqs.local/000000000000/local-invoices
    route $default -> readings
    route ANY /m/{token} -> readings
    route ANY /m/{token}/{rest+} -> readings
    route ANY /u/{token} -> readings
    route GET /health -> readings
    route GET /robots.txt -> readings
    route POST /m/{token} -> readings
    route POST /m/{token}/{rest+} -> readings
    route POST /u/{token} -> readings
    set local-plain eventbridge None BOUNCE COMPLAINT REJECT
    set local-plain sns Some("local-mail-events") BOUNCE COMPLAINT REJECT
    set local-proof eventbridge None DELIVERY DELIVERY_DELAY BOUNCE COMPLAINT REJECT RENDERING_FAILURE
    set local-proof sns Some("local-mail-events") SEND BOUNCE COMPLAINT REJECT
    rule MailEventsRule -> local-outcomes
    topic local-mail-events -> local-outcomes
    secrets ["local-keys"]
    "#);
}

#[test]
fn a_message_is_hidden_six_times_as_long_as_its_function_may_take() {
    let template = crate::standin::tests::template();
    for source in &template.sources {
        let queue = template.queues.iter().find(|queue| queue.name == source.queue).unwrap();
        let function = template.function(&source.function).unwrap();
        assert_eq!(queue.visibility_s, 6 * function.timeout_s, "{}", queue.name);
        assert!(queue.dead.is_some(), "{}", queue.name);
    }
}
