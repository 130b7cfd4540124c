"""The rules of the house for what is deployed. Each is a function from a `Stack` to the list of its
breaches; `breaches` asks them all. Tests ask them about planted faults too."""

import re
import tomllib

from expansion import PSEUDO, ROOT

ACCOUNT = PSEUDO["AWS::AccountId"]

# Reads of SES that have no resource type (service authorization reference, Amazon SES v2).
WITHOUT_RESOURCE = {"ses:GetAccount", "ses:ListSuppressedDestinations"}

CONSUMING = {
    "sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes",
    "sqs:ChangeMessageVisibility",
}

ROUTES = {
    "ANY /m/{token}", "POST /m/{token}", "ANY /m/{token}/{rest+}", "POST /m/{token}/{rest+}",
    "ANY /u/{token}", "POST /u/{token}", "GET /robots.txt", "GET /health", "$default",
}

# What a log of requests may hold: nothing that leads to a person or that opens a link.
LOGGED = {
    "requestId", "requestTime", "routeKey", "status", "responseLength", "integrationLatency",
}

KEPT_TABLES = {"core", "sends", "billing"}
EXPIRING_TABLES = {"core", "sends", "short-lived"}
LOCKED_BUCKETS = {"invoices"}

# Types that take tags but are not listed on a bill by them.
UNTAGGED = {
    "AWS::Lambda::EventSourceMapping", "AWS::ApiGatewayV2::ApiMapping", "AWS::Events::Rule",
    "AWS::SES::ConfigurationSet", "AWS::CodeDeploy::Application", "AWS::CodeDeploy::DeploymentGroup",
}
TAGGED = {
    "AWS::DynamoDB::Table", "AWS::S3::Bucket", "AWS::SQS::Queue", "AWS::SNS::Topic",
    "AWS::SecretsManager::Secret", "AWS::Lambda::Function", "AWS::IAM::Role", "AWS::Logs::LogGroup",
    "AWS::Scheduler::ScheduleGroup", "AWS::ApiGatewayV2::Api", "AWS::ApiGatewayV2::Stage",
    "AWS::ApiGatewayV2::DomainName", "AWS::CloudWatch::Alarm", "AWS::KMS::Key",
}


def breaches(stack):
    """Everything that is wrong with the stack, sorted."""
    rules = (
        wildcards, rights, functions, waiting, dead_letters, queues, sources, schedules, routes,
        logs, tables, buckets, secrets, aliases, tags, alarms, destinations,
    )
    return sorted(line for rule in rules for line in rule(stack))


def listed(it):
    """A policy writes one or several."""
    return it if isinstance(it, list) else [it]


def without_prefix(name):
    """A name as it is without the stack's: `stack-core` is `core`."""
    return name.removeprefix("stack-").removesuffix(f"-{ACCOUNT}")


def short(arn):
    """What a right is about, without what every ARN begins with."""
    if not arn.startswith("arn:aws:"):
        return arn
    service, _, _, rest = arn.removeprefix("arn:aws:").split(":", 3)
    if service == "s3":
        bucket, slash, key = rest.partition("/")
        return without_prefix(bucket) + slash + key
    if service == "sqs":
        return f"queue/{without_prefix(rest)}"
    if service == "lambda":
        name, colon, version = rest.removeprefix("function:").partition(":")
        return f"function/{function_name(name)}{colon}{version}"
    kind, _, name = re.sub(":", "/", rest, count=1).partition("/")
    return f"{kind}/{without_prefix(name)}" if name else without_prefix(kind)


def statements(stack):
    """Each role and each statement of its policies."""
    for role, properties in stack.properties("AWS::IAM::Role").items():
        for policy in properties.get("Policies", []):
            for statement in policy["PolicyDocument"]["Statement"]:
                yield role, statement


def wildcards(stack):
    """No right to everything."""
    for role, statement in statements(stack):
        for action in listed(statement["Action"]):
            if "*" in action:
                yield f"{role}: may {action}"
            for resource in listed(statement["Resource"]):
                broad = resource == "*" or "*" in resource.rsplit(":", 1)[0]
                if broad and action not in WITHOUT_RESOURCE:
                    yield f"{role}: may {action} on {resource}"
    for role, properties in stack.properties("AWS::IAM::Role").items():
        for policy in properties.get("ManagedPolicyArns", []):
            yield f"{role}: has the managed policy {policy}"


def role_name(role):
    """`CampaignRole` is `campaign`, `CampaignScheduleRole` is `wakes campaign`."""
    name = role.removesuffix("Role")
    if name.endswith("Schedule"):
        return f"wakes {name.removesuffix('Schedule').lower()}"
    return name.lower()


def condition(statement):
    """The condition as text; nothing is no condition."""
    return repr(statement) if statement else ""


def table_of_rights(stack):
    """`roles.toml` as (role, action, resource, condition), with what every function has."""
    table = tomllib.loads((ROOT / "tests/deploy/roles.toml").read_text())
    rights = {
        (role, action, resource, condition(entry.get("when")))
        for role, entries in table.items()
        for entry in entries
        for action in entry["actions"]
        for resource in entry["on"]
    }
    for name in map(function_name, stack.of("AWS::Lambda::Function")):
        for action in ("logs:CreateLogStream", "logs:PutLogEvents"):
            rights.add((name, action, f"log-group//meterlink/stack/{name}:*", ""))
    for queue, function in sources_of(stack):
        rights.update((function_name(function), action, f"queue/{queue}", "") for action in CONSUMING)
    return rights


def rights(stack):
    """The roles have the rights of the table, and no others."""
    given = {
        (role_name(role), action, short(resource), condition(statement.get("Condition")))
        for role, statement in statements(stack)
        for action in listed(statement["Action"])
        for resource in listed(statement["Resource"])
    }
    table = table_of_rights(stack)
    for role, action, resource, when in given - table:
        yield f"{role}: may {action} on {resource}{' if ' + when if when else ''}: not in roles.toml"
    for role, action, resource, when in table - given:
        yield f"{role}: may not {action} on {resource}{' if ' + when if when else ''}, as roles.toml says"


def function_name(logical_id):
    """`MailerFunction` is `mailer`."""
    return logical_id.removesuffix("Function").lower()


def functions(stack):
    """Each function has its own role and log, and one that forgets."""
    logs_of_stack = {
        it["LogGroupName"]: it for it in stack.properties("AWS::Logs::LogGroup").values()
    }
    for logical_id, it in stack.properties("AWS::Lambda::Function").items():
        name = function_name(logical_id)
        if it["Role"] != f"arn:aws:iam::{ACCOUNT}:role/{name.capitalize()}Role":
            yield f"{logical_id}: its role is {it['Role']}"
        if it["Runtime"] != "provided.al2023" or it["Handler"] != "bootstrap":
            yield f"{logical_id}: is no bootstrap on provided.al2023"
        if not 1 <= int(it.get("Timeout", 0)) <= 900:
            yield f"{logical_id}: has no timeout"
        if "TracingConfig" in it and it["TracingConfig"]["Mode"] != "PassThrough":
            yield f"{logical_id}: is traced, and traces hold paths with tokens"
        logging = it.get("LoggingConfig", {})
        if logging.get("LogFormat") != "JSON":
            yield f"{logical_id}: does not log JSON"
        group = logs_of_stack.get(logging.get("LogGroup"))
        if logging.get("LogGroup") != f"/meterlink/stack/{name}" or not group:
            yield f"{logical_id}: has no log group of its own"
    for name, it in stack.properties("AWS::Logs::LogGroup").items():
        if it.get("RetentionInDays") not in (30, 90):
            yield f"{name}: keeps its lines for {it.get('RetentionInDays')} days"


def sources_of(stack):
    """Each queue that wakes a function, without the stack's name, and the function."""
    for it in stack.properties("AWS::Lambda::EventSourceMapping").values():
        queue = without_prefix(it["EventSourceArn"].rsplit(":", 1)[1])
        yield queue, it["FunctionName"].removesuffix(".Arn")


def waiting(stack):
    """A message stays hidden for six times as long as its function may run (AWS Lambda guide)."""
    timeouts = {
        name: int(it["Timeout"]) for name, it in stack.properties("AWS::Lambda::Function").items()
    }
    hidden = {
        without_prefix(it["QueueName"]): it.get("VisibilityTimeout")
        for it in stack.properties("AWS::SQS::Queue").values()
    }
    for queue, function in sources_of(stack):
        if hidden.get(queue) != 6 * timeouts[function]:
            yield f"queue {queue}: hides messages for {hidden.get(queue)} s, not 6 times {timeouts[function]}"


def dead_letters(stack):
    """Each queue has a dead queue, which takes from that one alone; each asynchronous function too."""
    by_name = {it["QueueName"]: it for it in stack.properties("AWS::SQS::Queue").values()}
    for name, it in by_name.items():
        if name.endswith("-dead"):
            continue
        redrive = it.get("RedrivePolicy", {})
        arn = f"arn:aws:sqs:eu-central-1:{ACCOUNT}:{name}"
        if redrive.get("deadLetterTargetArn") != f"{arn}-dead" or redrive.get("maxReceiveCount") != 5:
            yield f"queue {without_prefix(name)}: has no dead queue of its own after 5 attempts"
        elif by_name.get(f"{name}-dead", {}).get("RedriveAllowPolicy") != {
            "redrivePermission": "byQueue", "sourceQueueArns": [arn],
        }:
            yield f"queue {without_prefix(name)}-dead: takes from other queues"
    notified = {
        it["Function"].rsplit(":", 1)[1]
        for bucket in stack.properties("AWS::S3::Bucket").values()
        for it in bucket.get("NotificationConfiguration", {}).get("LambdaConfigurations", [])
    }
    told = {
        it["FunctionName"]
        for it in stack.properties("AWS::Lambda::EventInvokeConfig").values()
        if it.get("DestinationConfig", {}).get("OnFailure")
    }
    for function in notified - told:
        yield f"{function}: its failures are lost"


def queues(stack):
    """Encrypted, over TLS only, kept long enough to be looked at."""
    policies = {
        queue: it["PolicyDocument"]["Statement"]
        for it in stack.properties("AWS::SQS::QueuePolicy").values()
        for queue in it["Queues"]
    }
    for logical_id, it in stack.properties("AWS::SQS::Queue").items():
        name = it["QueueName"]
        if it.get("SqsManagedSseEnabled") is not True:
            yield f"queue {without_prefix(name)}: is not encrypted"
        days = 14 if name.endswith("-dead") else 4
        if it.get("MessageRetentionPeriod") != days * 86_400:
            yield f"queue {without_prefix(name)}: does not keep its messages for {days} days"
        statements_ = policies.get(name, policies.get(logical_id, []))
        arn = f"arn:aws:sqs:eu-central-1:{ACCOUNT}:{name}"
        if not any(
            found["Effect"] == "Deny" and found["Principal"] == "*" and found["Action"] == "sqs:*"
            and found["Resource"] == arn
            and found.get("Condition") == {"Bool": {"aws:SecureTransport": "false"}}
            for found in statements_
        ):
            yield f"queue {without_prefix(name)}: answers without TLS"


def sources(stack):
    """Batches fail message by message, and no source takes all of the account's concurrency."""
    for name, it in stack.properties("AWS::Lambda::EventSourceMapping").items():
        if it.get("FunctionResponseTypes") != ["ReportBatchItemFailures"]:
            yield f"{name}: one bad message fails its whole batch"
        if not 2 <= int(it.get("ScalingConfig", {}).get("MaximumConcurrency", 0)) <= 50:
            yield f"{name}: has no bound on its concurrency"
    for name, it in stack.properties("AWS::Lambda::Function").items():
        if "ReservedConcurrentExecutions" in it and name != "ReadingsFunction":
            yield f"{name}: reserves concurrency, which drives good messages into dead queues"


def schedules(stack):
    """In the zone of the utility, with dead letters, without a name that two stacks would share."""
    for name, it in stack.properties("AWS::Scheduler::Schedule").items():
        if it.get("ScheduleExpressionTimezone") != "Europe/Amsterdam":
            yield f"{name}: is not in Europe/Amsterdam"
        if "Name" in it:
            yield f"{name}: has a name"
        if it.get("FlexibleTimeWindow") != {"Mode": "OFF"}:
            yield f"{name}: may be late"
        target = it["Target"]
        dead = target.get("DeadLetterConfig", {}).get("Arn", "")
        if not dead.endswith(":stack-schedules-dead"):
            yield f"{name}: its failures are lost"
        if target.get("RetryPolicy", {}).get("MaximumRetryAttempts") != 20:
            yield f"{name}: does not try again"
        if target.get("Input") != '{"v":1,"at":"<aws.scheduler.scheduled-time>"}':
            yield f"{name}: does not say when it was due"


def routes(stack):
    """The routes are the ones that we know; each ends in `readings`, submissions have a throttle."""
    found = {it["RouteKey"] for it in stack.properties("AWS::ApiGatewayV2::Route").values()}
    yield from (f"there is a route {route}" for route in found - ROUTES)
    yield from (f"there is no route {route}" for route in ROUTES - found)
    for name, it in stack.properties("AWS::ApiGatewayV2::Stage").items():
        if "ThrottlingRateLimit" not in it.get("DefaultRouteSettings", {}):
            yield f"{name}: takes any number of requests"
        own = {route for route in ROUTES if route.startswith("POST")}
        if set(it.get("RouteSettings", {})) != own:
            yield f"{name}: not every route of submissions has its own throttle"


def logs(stack):
    """The log of requests holds no path, address or header."""
    for name, it in stack.properties("AWS::ApiGatewayV2::Stage").items():
        said = it.get("AccessLogSettings", {}).get("Format", "")
        fields = set(re.findall(r"\$context\.([\w.]+)", said))
        if fields != LOGGED:
            yield f"{name}: logs {sorted(fields ^ LOGGED)}"


def tables(stack):
    """No index, no stream; what cannot be made again can be restored and is not deleted."""
    for logical_id, resource in stack.of("AWS::DynamoDB::Table").items():
        it, name = resource["Properties"], without_prefix(resource["Properties"]["TableName"])
        for extra in ("GlobalSecondaryIndexes", "LocalSecondaryIndexes", "StreamSpecification"):
            if extra in it:
                yield f"table {name}: has {extra}"
        if it.get("BillingMode") != "PAY_PER_REQUEST":
            yield f"table {name}: is paid for while nobody uses it"
        kept = name in KEPT_TABLES
        recovery = it.get("PointInTimeRecoverySpecification", {})
        if kept and (
            recovery.get("PointInTimeRecoveryEnabled") is not True
            or recovery.get("RecoveryPeriodInDays") != 35
        ):
            yield f"table {name}: cannot be restored to a point of the last 35 days"
        if kept and it.get("DeletionProtectionEnabled") is not True:
            yield f"table {name}: can be deleted"
        policies = {resource.get("DeletionPolicy"), resource.get("UpdateReplacePolicy")}
        if policies != {"Retain" if kept else "Delete"}:
            yield f"table {name}: when the stack goes, it is {sorted(map(str, policies))}"
        expires = it.get("TimeToLiveSpecification") == {"AttributeName": "ttl", "Enabled": True}
        if expires != (name in EXPIRING_TABLES):
            yield f"table {name}: its items {'expire' if expires else 'never expire'}"


def buckets(stack):
    """Nobody else's, over recent TLS only, versioned, and kept."""
    policies = {
        it["Bucket"]: it["PolicyDocument"]["Statement"]
        for it in stack.properties("AWS::S3::BucketPolicy").values()
    }
    blocks = ("BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets")
    denied = {
        "OnlyTls": {"Bool": {"aws:SecureTransport": "false"}},
        "OnlyRecentTls": {"NumericLessThan": {"s3:TlsVersion": "1.2"}},
        "OnlyThisAccount": {
            "StringNotEquals": {"aws:PrincipalAccount": ACCOUNT},
            "Bool": {"aws:PrincipalIsAWSService": "false"},
        },
    }
    for resource in stack.of("AWS::S3::Bucket").values():
        it = resource["Properties"]
        bucket = it["BucketName"]
        name = without_prefix(bucket)
        if it.get("PublicAccessBlockConfiguration") != dict.fromkeys(blocks, True):
            yield f"bucket {name}: can be made public"
        if it.get("OwnershipControls") != {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]}:
            yield f"bucket {name}: has access lists"
        if "BucketEncryption" not in it:
            yield f"bucket {name}: is not encrypted"
        if it.get("VersioningConfiguration") != {"Status": "Enabled"}:
            yield f"bucket {name}: forgets what is overwritten"
        if {resource.get("DeletionPolicy"), resource.get("UpdateReplacePolicy")} != {"Retain"}:
            yield f"bucket {name}: goes with the stack"
        lock = it.get("ObjectLockConfiguration", {}).get("Rule", {}).get("DefaultRetention", {})
        if name in LOCKED_BUCKETS and not (it.get("ObjectLockEnabled") and int(lock.get("Years", 0)) >= 7):
            yield f"bucket {name}: what is in it can be changed within seven years"
        by_owner = "GOVERNANCE" if stack.parameter("Stage") != "production" else "COMPLIANCE"
        if name in LOCKED_BUCKETS and lock.get("Mode") != by_owner:
            yield f"bucket {name}: its lock is {lock.get('Mode')}, not {by_owner}"
        found = {
            statement["Sid"]: statement.get("Condition")
            for statement in policies.get(bucket, [])
            if statement["Effect"] == "Deny" and statement["Principal"] == "*"
            and statement["Action"] == "s3:*"
            and statement["Resource"] == [f"arn:aws:s3:::{bucket}", f"arn:aws:s3:::{bucket}/*"]
        }
        for sid, wanted in denied.items():
            if found.get(sid) != wanted:
                yield f"bucket {name}: its policy lacks {sid}"


def secrets(stack):
    """No deploy can overwrite the keys or lose them."""
    for resource in stack.of("AWS::SecretsManager::Secret").values():
        it = resource["Properties"]
        for written in {"SecretString", "GenerateSecretString"} & set(it):
            yield f"secret {without_prefix(it['Name'])}: a deploy overwrites it ({written})"
        if {resource.get("DeletionPolicy"), resource.get("UpdateReplacePolicy")} != {"Retain"}:
            yield f"secret {without_prefix(it['Name'])}: goes with the stack"


def aliases(stack):
    """Only the pages move by degrees: a daily run must not be of the old or the new by chance."""
    found = {it["FunctionName"] for it in stack.properties("AWS::Lambda::Alias").values()}
    if found != {"ReadingsFunction"}:
        yield f"an alias is on {sorted(found)}"


def tags(stack):
    """What can be tagged says of which stack it is, and which of our costs."""
    for logical_id, resource in stack.resources.items():
        if resource["Type"] not in TAGGED:
            continue
        found = resource.get("Properties", {}).get("Tags", {})
        if isinstance(found, list):
            found = {it["Key"]: it["Value"] for it in found}
        if (
            found.get("app") != "meterlink"
            or found.get("stack") != "stack"
            or found.get("stage") not in ("dev", "acceptance", "production")
            or found.get("cost") not in ("core", "mail", "invoices", "web", "watch")
        ):
            yield f"{logical_id}: its tags do not say what it is for"


def noted():
    """The metrics that our code notes."""
    code = (ROOT / "shared/cloud/src/metric.rs").read_text()
    return set(re.findall(r'Self::\w+ => "(\w+)"', code))


def alarms(stack):
    """Each tells somebody, and says where to read what to do; our own figures and dead queues have one."""
    watched, looked_at = set(), set()
    for name, it in stack.properties("AWS::CloudWatch::Alarm").items():
        if not it.get("AlarmActions"):
            yield f"{name}: tells nobody"
        runbook = re.search(r"docs/runbooks/[a-z-]+\.md", it.get("AlarmDescription", ""))
        if not runbook or not (ROOT / runbook[0]).is_file():
            yield f"{name}: names no runbook that there is"
        if it.get("TreatMissingData") not in ("breaching", "notBreaching"):
            yield f"{name}: does not say what silence means"
        looked_at.update(dimension["Value"] for dimension in it.get("Dimensions", []))
        if it.get("Namespace") == "Meterlink":
            watched.add(it["MetricName"])
            if it["MetricName"] not in noted():
                yield f"{name}: looks at {it['MetricName']}, which nobody notes"
    yield from (f"{it}: is noted, and no alarm looks at it" for it in noted() - watched)
    for logical_id, it in stack.properties("AWS::SQS::Queue").items():
        if it["QueueName"].endswith("-dead") and f"{logical_id}.QueueName" not in looked_at:
            yield f"queue {without_prefix(it['QueueName'])}: no alarm looks at it"


def destinations(stack):
    """SES refuses a topic to which it may not publish yet: the policy of the topic comes first."""
    policies = stack.properties("AWS::SNS::TopicPolicy")
    for name, it in stack.of("AWS::SES::ConfigurationSetEventDestination").items():
        to = it["Properties"]["EventDestination"].get("SnsDestination")
        before = listed(it.get("DependsOn", []))
        if to and not any(to["TopicARN"] in policies[of]["Topics"] for of in before if of in policies):
            yield f"{name}: may be made before SES may publish to its topic"
