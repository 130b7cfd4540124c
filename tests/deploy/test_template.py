"""What is deployed keeps the rules of the house and those of CloudFormation; a fault that somebody
plants in it is refused. Run by `scripts/check --static`."""

import copy
import functools
import json
import sys
import tempfile
import unittest
from pathlib import Path

from cfnlint.api import lint
from cfnlint.config import ManualArgs

import expansion
import rules

sys.path.insert(0, str(expansion.ROOT / "scripts"))

import operate

CERTIFICATE = "arn:aws:acm:eu-central-1:111122223333:certificate/11112222-3333-4444-5555-666677778888"
SETS = {
    "default": {},
    "production": {
        "Stage": "production", "CertificateArn": CERTIFICATE, "Canary": "true", "CustomerKey": "true",
        "AlarmEmail": "operators@voorbeeldwater.nl",
    },
    "canary": {"Canary": "true"},
}


@functools.cache
def stack(name):
    """The template as it is, with a set of parameters."""
    expanded = expansion.expand(expansion.load(), SETS[name])
    return expansion.Stack(expanded, SETS[name])


def planted(fault):
    """The breaches of the template in which `fault` has changed something."""
    template = expansion.load()
    fault(template["Resources"])
    return rules.breaches(expansion.Stack(expansion.expand(template), {}))


class Template(unittest.TestCase):
    """The template as it is."""

    def test_it_keeps_the_rules_with_every_set_of_parameters(self):
        for name in SETS:
            with self.subTest(name):
                self.assertEqual(rules.breaches(stack(name)), [])

    def test_its_expansion_has_only_what_cloudformation_knows(self):
        for name, parameters in SETS.items():
            with self.subTest(name):
                self.assertEqual(linted(expansion.load(), parameters), [])

    def test_mails_leave_by_ses_but_for_the_deploy_test(self):
        for name in SETS:
            functions = stack(name).properties("AWS::Lambda::Function")
            for it in functions.values():
                given = it.get("Environment", {}).get("Variables", {})
                self.assertFalse([key for key in given if not key.startswith("METERLINK_")], name)
        rule = expansion.load()["Rules"]["OnlySesInProduction"]
        self.assertEqual(rule["RuleCondition"], {"Fn::Equals": [{"Ref": "Stage"}, "production"]})
        assertion, = rule["Assertions"]
        self.assertEqual(assertion["Assert"], {"Fn::Equals": [{"Ref": "SesEndpoint"}, ""]})

    def test_what_only_production_has_is_there(self):
        production, default = stack("production"), stack("default")
        self.assertEqual(len(production.of("AWS::ApiGatewayV2::DomainName")), 1)
        kept = {it["RetentionInDays"] for it in production.properties("AWS::Logs::LogGroup").values()}
        self.assertEqual(kept, {30, 90})
        self.assertEqual(len(production.of("AWS::CodeDeploy::DeploymentGroup")), 1)
        self.assertEqual(len(default.of("AWS::CodeDeploy::DeploymentGroup")), 0)
        for it in production.properties("AWS::DynamoDB::Table").values():
            self.assertEqual(it["SSESpecification"]["KMSMasterKeyId"], "DataKey.Arn")


class Versions(unittest.TestCase):
    """An alias points to a version, and a version has the variables that it was made with."""

    def test_a_changed_parameter_is_another_package_of_what_has_an_alias(self):
        functions = expansion.load()["Resources"].items()
        aliased = [it["Properties"]["CodeUri"] for _, it in functions
                   if "AutoPublishAlias" in it.get("Properties", {})]
        self.assertEqual(aliased, [f"target/lambda/{it}" for it in operate.ALIASED])
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "readings/config/parameters"
            file.parent.mkdir(parents=True)
            operate.write_parameters({"TableSuffix": "-r2026112309", "Stage": "dev"}, Path(folder))
            self.assertEqual(file.read_text(), "Stage=dev\nTableSuffix=-r2026112309\n")

    def test_of_its_own_sam_makes_no_version_for_another_parameter(self):
        # The day that this fails, write_parameters may go.
        made = [
            {it for it in expansion.expand(expansion.load(), parameters)["Resources"] if "Version" in it}
            for parameters in ({"TableSuffix": ""}, {"TableSuffix": "-r2026112309"})
        ]
        self.assertEqual(made[0], made[1])


def linted(template, parameters=None):
    """What cfn-lint says of the expansion: it sees the properties of events, which SAM's file hides."""
    region = ManualArgs(regions=["eu-central-1"])
    found = lint(json.dumps(expansion.expand(template, parameters)), config=region)
    lines = [f"{it.rule.id} {'/'.join(map(str, it.path))}: {it.message}" for it in found]
    # SAM has read it, so nothing of the expansion does.
    return [it for it in lines if it != "W2001 Parameters/Canary: Parameter Canary not used."]


class PlantedFaults(unittest.TestCase):
    """One of each kind: a rule that cannot fail checks nothing."""

    maxDiff = None

    def refused(self, fault, *lines):
        self.assertEqual(planted(fault), sorted(lines))

    def test_a_right_to_every_action(self):
        def fault(resources):
            statement(resources, "SettleRole", 1)["Action"] = "dynamodb:*"

        found = planted(fault)
        self.assertIn("SettleRole: may dynamodb:*", found)
        self.assertIn("settle: may dynamodb:* on table/core: not in roles.toml", found)
        self.assertIn("settle: may not dynamodb:Query on table/core, as roles.toml says", found)

    def test_a_right_on_every_resource(self):
        def fault(resources):
            statement(resources, "CampaignRole", 4)["Resource"] = "*"

        self.refused(
            fault,
            "CampaignRole: may sqs:GetQueueAttributes on *",
            "campaign: may sqs:GetQueueAttributes on *: not in roles.toml",
            "campaign: may not sqs:GetQueueAttributes on queue/mail, as roles.toml says",
        )

    def test_a_condition_that_is_gone(self):
        def fault(resources):
            del statement(resources, "MailerRole", 7)["Condition"]

        self.assertIn(
            "mailer: may ses:SendEmail on configuration-set/plain: not in roles.toml", planted(fault)
        )

    def test_a_managed_policy(self):
        def fault(resources):
            arn = "arn:aws:iam::aws:policy/service-role/AWSLambdaSQSQueueExecutionRole"
            resources["SettleRole"]["Properties"]["ManagedPolicyArns"] = [arn]

        self.assertEqual(len(planted(fault)), 1)

    def test_a_role_that_sam_makes(self):
        def fault(resources):
            del resources["SettleFunction"]["Properties"]["Role"]

        found = planted(fault)
        self.assertIn(
            "SettleFunction: its role is arn:aws:iam::111122223333:role/SettleFunctionRole", found
        )

    def test_a_queue_without_dead_letters(self):
        def fault(resources):
            del resources["SettleQueue"]["Properties"]["RedrivePolicy"]

        self.refused(fault, "queue settle: has no dead queue of its own after 5 attempts")

    def test_a_dead_queue_that_is_shared(self):
        def fault(resources):
            del resources["MailDeadQueue"]["Properties"]["RedriveAllowPolicy"]

        self.refused(fault, "queue mail-dead: takes from other queues")

    def test_a_queue_that_is_open_or_short_of_memory(self):
        def fault(resources):
            resources["MailQueue"]["Properties"]["MessageRetentionPeriod"] = 3600
            resources["MailQueue"]["Properties"]["SqsManagedSseEnabled"] = False
            del resources["SettleQueuePolicy"]

        self.refused(
            fault,
            "queue mail: does not keep its messages for 4 days",
            "queue mail: is not encrypted",
            "queue settle: answers without TLS",
        )

    def test_a_timeout_that_outgrew_its_queue(self):
        def fault(resources):
            resources["MailerFunction"]["Properties"]["Timeout"] = 90

        told = [f"queue {it}: hides messages for 360 s, not 6 times 90" for it in ("mail", "mail-now")]
        self.refused(fault, *told)

    def test_a_batch_that_fails_whole(self):
        def fault(resources):
            del resources["SettleFunction"]["Properties"]["Events"]["Settle"]["Properties"][
                "FunctionResponseTypes"
            ]

        self.refused(fault, "SettleFunctionSettle: one bad message fails its whole batch")

    def test_reserved_concurrency_behind_a_queue(self):
        def fault(resources):
            resources["MailerFunction"]["Properties"]["ReservedConcurrentExecutions"] = 5

        self.assertEqual(len(planted(fault)), 1)

    def test_a_function_that_keeps_its_log_for_ever(self):
        def fault(resources):
            del resources["MailerLogs"]["Properties"]["RetentionInDays"]

        self.refused(fault, "MailerLogs: keeps its lines for None days")

    def test_a_function_that_is_traced(self):
        def fault(resources):
            resources["ReadingsFunction"]["Properties"]["Tracing"] = "Active"

        found = planted(fault)
        self.assertIn(
            "ReadingsFunction: is traced, and traces hold paths with tokens", found
        )

    def test_a_schedule_of_another_zone_without_dead_letters(self):
        def fault(resources):
            daily = resources["CampaignFunction"]["Properties"]["Events"]["Daily"]["Properties"]
            daily["ScheduleExpressionTimezone"] = "UTC"
            del daily["DeadLetterConfig"], daily["OmitName"]

        self.refused(
            fault,
            "CampaignFunctionDaily: has a name",
            "CampaignFunctionDaily: is not in Europe/Amsterdam",
            "CampaignFunctionDaily: its failures are lost",
        )

    def test_a_route_too_many_and_one_too_few(self):
        def fault(resources):
            resources["HealthRoute"]["Properties"]["RouteKey"] = "GET /admin"

        self.refused(fault, "there is a route GET /admin", "there is no route GET /health")

    def test_a_log_of_paths(self):
        def fault(resources):
            settings = resources["WebStage"]["Properties"]["AccessLogSettings"]
            settings["Format"] = settings["Format"].replace("routeKey\"}", "routeKey\"")
            settings["Format"] = settings["Format"][:-1] + ',"path":"$context.path"}'

        self.refused(fault, "WebStage: logs ['path']")

    def test_a_table_that_can_be_lost(self):
        def fault(resources):
            core = resources["CoreTable"]
            core["DeletionPolicy"] = "Delete"
            del core["Properties"]["PointInTimeRecoverySpecification"]
            core["Properties"]["StreamSpecification"] = {"StreamViewType": "NEW_IMAGE"}

        self.refused(
            fault,
            "table core: cannot be restored to a point of the last 35 days",
            "table core: has StreamSpecification",
            "table core: when the stack goes, it is ['Delete', 'Retain']",
        )

    def test_a_bucket_that_is_open(self):
        def fault(resources):
            files = resources["FilesBucket"]["Properties"]
            files["PublicAccessBlockConfiguration"]["BlockPublicPolicy"] = False
            resources["FilesBucketPolicy"]["Properties"]["PolicyDocument"]["Statement"].pop(0)

        self.refused(fault, "bucket files: can be made public", "bucket files: its policy lacks OnlyTls")

    def test_documents_that_can_be_changed(self):
        def fault(resources):
            lock = resources["InvoicesBucket"]["Properties"]["ObjectLockConfiguration"]["Rule"]
            lock["DefaultRetention"] = {"Mode": "COMPLIANCE", "Years": 6}

        self.refused(
            fault,
            "bucket invoices: what is in it can be changed within seven years",
            "bucket invoices: its lock is COMPLIANCE, not GOVERNANCE",
        )

    def test_a_secret_that_a_deploy_overwrites(self):
        def fault(resources):
            resources["KeysSecret"]["Properties"]["GenerateSecretString"] = {}

        self.refused(fault, "secret keys: a deploy overwrites it (GenerateSecretString)")

    def test_an_alias_on_a_daily_run(self):
        def fault(resources):
            resources["CampaignFunction"]["Properties"]["AutoPublishAlias"] = "live"

        self.assertIn(
            "an alias is on ['CampaignFunction', 'ReadingsFunction']", planted(fault)
        )

    def test_a_failure_of_an_import_that_is_lost(self):
        def fault(resources):
            del resources["ImportFunction"]["Properties"]["EventInvokeConfig"]

        self.refused(fault, "ImportFunction: its failures are lost")

    def test_an_alarm_that_tells_nobody_what_to_do(self):
        def fault(resources):
            alarm = resources["BouncesAlarm"]["Properties"]
            alarm["AlarmDescription"] = "Too many. docs/runbooks/nowhere.md"
            del alarm["AlarmActions"], alarm["TreatMissingData"]

        self.refused(
            fault,
            "BouncesAlarm: does not say what silence means",
            "BouncesAlarm: names no runbook that there is",
            "BouncesAlarm: tells nobody",
        )

    def test_a_dead_queue_that_nobody_watches(self):
        def fault(resources):
            del resources["MailDeadAlarm"]

        self.refused(fault, "queue mail-dead: no alarm looks at it")

    def test_an_alarm_on_a_figure_that_nobody_notes(self):
        def fault(resources):
            resources["SweepSilentAlarm"]["Properties"]["MetricName"] = "SweepsRan"

        self.refused(
            fault,
            "SweepRan: is noted, and no alarm looks at it",
            "SweepSilentAlarm: looks at SweepsRan, which nobody notes",
        )

    def test_a_destination_before_its_policy(self):
        def fault(resources):
            del resources["ProofOnTopic"]["DependsOn"]
            resources["PlainOnTopic"]["DependsOn"] = "AlarmTopicPolicy"

        self.refused(
            fault,
            "PlainOnTopic: may be made before SES may publish to its topic",
            "ProofOnTopic: may be made before SES may publish to its topic",
        )

    def test_a_queue_without_tags(self):
        def fault(resources):
            del resources["MailQueue"]["Properties"]["Tags"]

        self.refused(fault, "MailQueue: its tags do not say what it is for")

    def test_a_wrong_attribute(self):
        template = copy.deepcopy(expansion.load())
        template["Resources"]["MailerFunction"]["Properties"]["Role"] = {
            "Fn::GetAtt": ["MailerRole", "Address"]
        }
        self.assertIn("E1010", linted(template)[0])

    def test_a_wrong_property_of_an_event(self):
        template = copy.deepcopy(expansion.load())
        daily = template["Resources"]["CampaignFunction"]["Properties"]["Events"]["Daily"]
        daily["Properties"]["FlexibleTimeWindow"] = {"Mode": "SOMETIMES"}
        self.assertIn("E3030", " ".join(linted(template)))


def statement(resources, role, number):
    """A statement of a role's policy, from 0."""
    policy = resources[role]["Properties"]["Policies"][0]
    return policy["PolicyDocument"]["Statement"][number]


if __name__ == "__main__":
    unittest.main()
