//! The properties that are known of each type of resource: another one stops the stack, because
//! what it would do in AWS is not played here.

/// The known properties of a type; `None` when the type is not known.
pub(super) fn of(resource_type: &str) -> Option<&'static [&'static str]> {
    Some(match resource_type {
        "AWS::DynamoDB::Table" => &[
            "TableName",
            "AttributeDefinitions",
            "KeySchema",
            "BillingMode",
            "PointInTimeRecoverySpecification",
            "DeletionProtectionEnabled",
            "SSESpecification",
            "TimeToLiveSpecification",
            "Tags",
        ],
        "AWS::S3::Bucket" => &[
            "BucketName",
            "BucketEncryption",
            "LifecycleConfiguration",
            "NotificationConfiguration",
            "OwnershipControls",
            "PublicAccessBlockConfiguration",
            "VersioningConfiguration",
            "Tags",
        ],
        "AWS::S3::BucketPolicy" => &["Bucket", "PolicyDocument"],
        "AWS::SQS::Queue" => &[
            "QueueName",
            "SqsManagedSseEnabled",
            "MessageRetentionPeriod",
            "VisibilityTimeout",
            "DelaySeconds",
            "RedrivePolicy",
            "RedriveAllowPolicy",
            "Tags",
        ],
        "AWS::SQS::QueuePolicy" => &["Queues", "PolicyDocument"],
        "AWS::Serverless::Function" => &[
            "CodeUri",
            "Description",
            "MemorySize",
            "Timeout",
            "Role",
            "EphemeralStorage",
            "Environment",
            "ReservedConcurrentExecutions",
            "AutoPublishAlias",
            "DeploymentPreference",
            "EventInvokeConfig",
            "Events",
            "LoggingConfig",
            "Tags",
        ],
        "AWS::Lambda::Permission" => {
            &["Action", "FunctionName", "Principal", "SourceArn", "SourceAccount"]
        }
        "AWS::CloudWatch::Alarm" => &[
            "AlarmDescription",
            "Namespace",
            "MetricName",
            "Dimensions",
            "Statistic",
            "ExtendedStatistic",
            "Period",
            "EvaluationPeriods",
            "DatapointsToAlarm",
            "ComparisonOperator",
            "Threshold",
            "TreatMissingData",
            "AlarmActions",
            "OKActions",
            "Tags",
        ],
        "AWS::Scheduler::ScheduleGroup" => &["Name", "Tags"],
        "AWS::Logs::LogGroup" => &["LogGroupName", "RetentionInDays", "Tags"],
        "AWS::IAM::Role" => &["AssumeRolePolicyDocument", "Policies", "Tags"],
        "AWS::SecretsManager::Secret" => &["Name", "Description", "Tags"],
        "AWS::SES::ConfigurationSet" => &[
            "Name",
            "DeliveryOptions",
            "ReputationOptions",
            "SendingOptions",
            "SuppressionOptions",
        ],
        "AWS::SES::ConfigurationSetEventDestination" => {
            &["ConfigurationSetName", "EventDestination"]
        }
        "AWS::Events::Rule" => {
            &["Name", "Description", "EventBusName", "EventPattern", "State", "Targets", "Tags"]
        }
        "AWS::SNS::Topic" => &["TopicName", "DisplayName", "KmsMasterKeyId", "Tags"],
        "AWS::SNS::TopicPolicy" => &["Topics", "PolicyDocument"],
        "AWS::SNS::Subscription" => {
            &["TopicArn", "Protocol", "Endpoint", "RawMessageDelivery", "RedrivePolicy"]
        }
        "AWS::ApiGatewayV2::Api" => {
            &["Name", "Description", "ProtocolType", "DisableExecuteApiEndpoint", "Tags"]
        }
        "AWS::ApiGatewayV2::Integration" => &[
            "ApiId",
            "IntegrationType",
            "IntegrationUri",
            "PayloadFormatVersion",
            "TimeoutInMillis",
        ],
        "AWS::ApiGatewayV2::Route" => &["ApiId", "RouteKey", "Target"],
        "AWS::ApiGatewayV2::Stage" => &[
            "ApiId",
            "StageName",
            "AutoDeploy",
            "DefaultRouteSettings",
            "RouteSettings",
            "AccessLogSettings",
            "Tags",
        ],
        "AWS::ApiGatewayV2::DomainName" => &["DomainName", "DomainNameConfigurations", "Tags"],
        "AWS::ApiGatewayV2::ApiMapping" => &["ApiId", "DomainName", "Stage"],
        _ => return None,
    })
}
