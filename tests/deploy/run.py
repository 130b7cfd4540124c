"""The deploy test: `template.yaml` itself, deployed by SAM on a local AWS with the functions' own
programs, and a campaign on it from the delivered files to the invoices. Run by `scripts/test deploy`,
which puts a program and its configuration below target/deploy/target/lambda/.

Each step is a line with its seconds; the first that does not hold ends the run with exit status 1.
"""

import csv
import datetime
import gzip
import hashlib
import io
import json
import os
import re
import shutil
import subprocess
import sys
import time
import zoneinfo
from pathlib import Path

from ministack import Ministack, Web, fail, isolate, until
from sink import Sink

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "scripts"))

import operate

PROJECT = ROOT / "target/deploy"
STACK = "meterlink"
HOST = "stand.voorbeeldwater.nl"
FUNCTIONS = sorted(folder.name for folder in (ROOT / "functions").iterdir())

# 12 accounts with 30 addresses: most have one, some have several.
CONNECTIONS = (1, 1, 1, 1, 1, 1, 2, 2, 3, 4, 5, 8)
MISSING = 10

# The tables that stay when a stack goes, and the suffix of those of a restore.
KEPT = ("billing", "core", "sends")
RESTORED = "-r2026112609"

# Days from the opening: the second reminder; the window, the days of grace behind it and one more; the
# reference date; the first day of invoices.
REMINDED_AFTER, CLOSES_AFTER, REFERENCE_AFTER, INVOICES_AFTER = 14, 32, 35, 39


class Run:
    """One run; each method is a step."""

    def __init__(self, stack, sink):
        self.stack, self.sink = stack, sink
        self.lambda_ = stack.client("lambda")
        self.s3 = stack.client("s3")
        self.sqs = stack.client("sqs")
        self.cloudformation = stack.client("cloudformation")
        self.web = Web(stack, HOST)
        self.opened_on = datetime.datetime.now(zoneinfo.ZoneInfo("Europe/Amsterdam")).date()
        # Pages and mails know the real time; so that a reminder is past, the call was eight days ago. Its
        # mails went out today, so the reminder that may follow them is the second one.
        self.opened_on -= datetime.timedelta(days=8)
        self.reference_date = self.opened_on + datetime.timedelta(days=REFERENCE_AFTER)
        self.links = {}
        self.files = f"{STACK}-files-000000000000"

    def deploy(self, *expected, **changed):
        """`sam deploy` as `scripts/deploy` runs it, with parameters that are others than before."""
        certificate = f"arn:aws:acm:eu-central-1:000000000000:certificate/{STACK}"
        parameters = {
            "Architecture": "x86_64", "PublicHost": HOST, "CertificateArn": certificate,
            "SesEndpoint": self.sink.url, **changed,
        }
        operate.write_parameters(parameters, PROJECT / "target/lambda")
        command = [
            os.environ["SAM"], "deploy", "--template-file", "template.yaml", "--stack-name", STACK,
            "--s3-bucket", "artefacts", "--region", "eu-central-1", "--no-confirm-changeset",
            "--capabilities", "CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND", "--parameter-overrides",
            *(f"{name}={value}" for name, value in parameters.items()),
        ]
        done = subprocess.run(
            command, cwd=PROJECT, env=self.stack.environment(), capture_output=True, text=True
        )
        said = done.stdout + done.stderr
        for line in expected:
            if line not in said:
                fail(f"sam deploy did not say {line!r}:\n{said[-4000:]}")

    def first_deploy(self):
        """Everything in the template is there."""
        self.s3.create_bucket(
            Bucket="artefacts", CreateBucketConfiguration={"LocationConstraint": "eu-central-1"}
        )
        self.deploy(f"Successfully created/updated stack - {STACK}")
        self.is_complete("CREATE_COMPLETE")
        self.programs = {
            name: found
            for found in (it["FunctionName"] for it in self.lambda_.list_functions()["Functions"])
            for name in FUNCTIONS
            if found.startswith(f"{STACK}-{name.capitalize()}Function")
        }
        if set(self.programs) != set(FUNCTIONS):
            fail(f"the functions are {sorted(self.programs)}")
        # A secret that a template gives no value has an empty one there, where AWS gives it none.
        secrets = self.stack.client("secretsmanager")
        secrets.delete_secret(SecretId=f"{STACK}-keys", ForceDeleteWithoutRecovery=True)
        self.secret = secrets.create_secret(Name=f"{STACK}-keys")
        self.be_as_aws()

    def be_as_aws(self):
        """Mends what ministack does otherwise than AWS, and nothing that is ours."""
        # A parameter of type Number is a text there, which it then compares with a number.
        for source in self.lambda_.list_event_source_mappings()["EventSourceMappings"]:
            most = int(source["ScalingConfig"]["MaximumConcurrency"])
            self.lambda_.update_event_source_mapping(
                UUID=source["UUID"], ScalingConfig={"MaximumConcurrency": most}
            )
        # A batch is a right of its own there; in AWS it is the right to each of its messages
        # (service authorization reference: Amazon SQS has no action SendMessageBatch). And the
        # `Ref` of a secret is its name there, not its ARN.
        iam = self.stack.client("iam")
        for role in iam.list_roles()["Roles"]:
            name = role["RoleName"]
            for policy in iam.list_role_policies(RoleName=name)["PolicyNames"]:
                document = iam.get_role_policy(RoleName=name, PolicyName=policy)["PolicyDocument"]
                for statement in document["Statement"]:
                    actions = statement["Action"]
                    if "sqs:SendMessage" in (actions if isinstance(actions, list) else [actions]):
                        statement["Action"] = ["sqs:SendMessage", "sqs:SendMessageBatch"]
                    if statement["Resource"] == self.secret["Name"]:
                        statement["Resource"] = self.secret["ARN"]
                iam.put_role_policy(
                    RoleName=name, PolicyName=policy, PolicyDocument=json.dumps(document)
                )

    def is_complete(self, status):
        """CloudFormation says so."""
        found = self.cloudformation.describe_stacks(StackName=STACK)["Stacks"][0]["StackStatus"]
        if found != status:
            fail(f"the stack is {found}, not {status}")

    def second_deploy(self):
        """Nothing changes when nothing changed."""
        self.deploy(f"No changes to deploy. Stack {STACK} is up to date")

    def invoke(self, function, event):
        """Calls a function by hand, as an operator does; what it answered, or its error."""
        answer = self.lambda_.invoke(
            FunctionName=self.programs[function], Payload=json.dumps(event).encode()
        )
        said = json.loads(answer["Payload"].read())
        return said if "FunctionError" not in answer else fail(f"{function}: {said}")

    def failure(self, function, event):
        """The error with which a function answers."""
        answer = self.lambda_.invoke(
            FunctionName=self.programs[function], Payload=json.dumps(event).encode()
        )
        said = json.loads(answer["Payload"].read())
        return said if "FunctionError" in answer else fail(f"{function} took {event}: {said}")

    def refuses(self):
        """A time that cannot be read is refused: ministack passes the placeholder on as it is."""
        event = {"v": 1, "at": "<aws.scheduler.scheduled-time>"}
        if self.failure("campaign", event)["errorType"] != "Permanent":
            fail("campaign does not know what it was given")

    def no_keys(self):
        """Without a key that signs, no campaign opens."""
        said = self.failure("campaign", {"v": 1, "at": self.nine(0)})
        if "is not there" not in said["errorMessage"]:
            fail(f"campaign without keys said {said}")

    def make_keys(self):
        """The function `keys` makes the first key, and rotates it when its time has come."""
        at = datetime.datetime.now(datetime.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        self.told({"at": at}, "published 1", "1 active")
        self.told({"at": at}, None, "1 active")
        self.told({"at": at, "command": "publish"}, "published 2", "1 active 2 published")
        said = self.told({"at": at, "command": "activate", "key": 2}, None, "1 active 2 published")
        if "must wait until" not in said["refused"]:
            fail(f"keys refused with {said['refused']!r}")

    def told(self, event, done, keys):
        """What `keys` answers to an event."""
        said = self.invoke("keys", {"v": 1, **event})
        found = " ".join(f"{it['id']} {it['state']}" for it in said["keys"])
        if said["done"] != done or found != keys:
            fail(f"keys answered {said}")
        return said

    def deliver(self, name):
        """Puts the files of a set in `incoming/`, `ready` last."""
        for file, text in delivery(self.reference_date).items():
            self.s3.put_object(Bucket=self.files, Key=f"incoming/{name}/{file}", Body=text.encode())
        self.s3.put_object(Bucket=self.files, Key=f"incoming/{name}/ready", Body=b"")

    def reports(self):
        """The summaries that were written, by key."""
        found = self.s3.list_objects_v2(Bucket=self.files, Prefix="reports/").get("Contents", [])
        keys = [it["Key"] for it in found if it["Key"].endswith("summary.txt")]
        read = lambda key: self.s3.get_object(Bucket=self.files, Key=key)["Body"].read().decode()
        return {key: read(key) for key in keys}

    def import_set(self):
        """Files in a bucket wake `import`, which loads them and says so; the same again is nothing."""
        self.deliver("november")
        (summary,) = until("a report of the import", self.reports, seconds=30).values()
        if not summary.startswith("Accepted"):
            fail(summary)
        until("the chunks are loaded", lambda: self.drained("import-chunks"), seconds=30)
        accounts = lambda: self.count("core", "K0") >= len(CONNECTIONS)
        until("the accounts are in the table", accounts, seconds=30)

    def count(self, table, like):
        """How many items have a key with `like` in it."""
        scan = self.stack.client("dynamodb").scan(TableName=f"{STACK}-{table}")["Items"]
        return len({it["pk"]["S"] for it in scan if like in it["pk"]["S"]})

    def drained(self, queue):
        """Whether nothing waits in a queue and nothing is being worked on."""
        return self.depth(queue) == 0

    def depth(self, queue):
        """How many messages a queue holds."""
        url = self.sqs.get_queue_url(QueueName=f"{STACK}-{queue}")["QueueUrl"]
        names = [
            "ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible",
            "ApproximateNumberOfMessagesDelayed",
        ]
        found = self.sqs.get_queue_attributes(QueueUrl=url, AttributeNames=names)["Attributes"]
        return sum(map(int, found.values()))

    def nine(self, days, hour=9):
        """Nine in the morning, or another hour, so many days after the opening."""
        day = self.opened_on + datetime.timedelta(days=days)
        at = datetime.datetime.combine(
            day, datetime.time(hour), tzinfo=zoneinfo.ZoneInfo("Europe/Amsterdam")
        )
        return at.astimezone(datetime.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")

    def campaign_at(self, days, hour=9):
        """Asks `campaign` what is due at that hour, so many days after the opening."""
        return self.invoke("campaign", {"v": 1, "at": self.nine(days, hour)})["done"]

    def call(self):
        """The campaign opens; one mail an account, one link an address."""
        opened = lambda: self.campaign_at(0)
        done = until("the campaign opens", opened, seconds=30)
        if not any("Open" in it for it in done):
            fail(f"campaign did {done}")
        accounts = len(CONNECTIONS)
        until("the mails of the call", lambda: len(self.sink.of("call")) >= accounts, seconds=60)
        until("the queue of mails is empty", lambda: self.drained("mail"), seconds=30)
        mails = self.sink.of("call")
        recipients = sorted(address for mail in mails for address in mail.to)
        if recipients != sorted(f"k{n:0>4}@example.org" for n in range(1, accounts + 1)):
            fail(f"the call went to {recipients}")
        for mail in mails:
            self.links.update(mail.links())
        if len(self.links) != sum(CONNECTIONS):
            fail(f"the call has {len(self.links)} links")
        if any(not link.startswith(f"https://{HOST}/m/") for link in self.links.values()):
            fail("a link begins with another host")

    def submit(self):
        """Twenty links are opened and answered; GET and HEAD store nothing, 303 is stored."""
        answered = sorted(self.links)[: sum(CONNECTIONS) - MISSING]
        for n, address in enumerate(answered):
            path = self.links[address].removeprefix(f"https://{HOST}")
            page = self.web.ask("GET", path)
            expect(page, 200, f"the page of {address}")
            if n == 0:
                expect(self.web.ask("HEAD", path), 200, "HEAD")
                expect(self.web.ask("POST", path, page.fields()), 422, "the form as it is served")
            form = page.fields()
            (field,) = [name for name, value in form.items() if value == "" and name.startswith("r")]
            stored = self.web.ask("POST", path, {**form, field: "01295"})
            expect(stored, 303, f"the reading of {address}")
            receipt = stored.headers["Location"]
            expect(self.web.ask("GET", receipt), 200, "the receipt")
            again = self.web.ask("POST", path, {**form, field: "01295"})
            expect(again, 303, "the same form again")
            if again.headers["Location"] != receipt:
                fail("the same form twice has two receipts")
        self.missing = sorted(set(self.links) - set(answered))

    def told_of_mails(self):
        """What became of mails comes on both paths, twice; a bounce takes an address out."""
        delivered, bounced, *_ = self.sink.of("call")
        for _ in range(2):
            self.on_bus(event_of(delivered, "Delivery", {"recipients": delivered.to}))
            self.on_topic(event_of(delivered, "Send", {}))
            gone = [{"emailAddress": it, "status": "5.1.1"} for it in bounced.to]
            self.on_topic(event_of(
                bounced, "Bounce",
                {"bounceType": "Permanent", "bounceSubType": "NoEmail", "bouncedRecipients": gone},
            ))
        taken = lambda: sum(it.get("changed", 0) for it in self.said("outcomes", "events were taken in"))
        until("outcomes takes the events in", lambda: taken() >= 2, seconds=60)
        until("the queue of events is empty", lambda: self.drained("outcomes"), seconds=30)
        if (changed := taken()) > 3:
            fail(f"{changed} rows changed by three different events")
        self.bounced = {address for address in bounced.links()}

    def on_bus(self, event):
        """As the rule of the event bus passes it on: nobody but SES may put such an event on the bus."""
        url = self.sqs.get_queue_url(QueueName=f"{STACK}-outcomes")["QueueUrl"]
        envelope = {
            "version": "0", "detail-type": f"Email {event['eventType']}", "source": "aws.ses",
            "detail": event,
        }
        self.sqs.send_message(QueueUrl=url, MessageBody=json.dumps(envelope))

    def on_topic(self, event):
        """As SES tells the topic."""
        topics = self.stack.client("sns")
        topic = f"arn:aws:sns:eu-central-1:000000000000:{STACK}-mail-events"
        topics.publish(TopicArn=topic, Message=json.dumps(event))

    def said(self, function, message):
        """The fields of the lines of a log that say `message`."""
        lines = [line for line in self.logs(function) if f'"{message}"' in line]
        return [json.loads(line[line.index("{") :])["fields"] for line in lines]

    def refused_links(self):
        """A link that nobody made opens nothing; what is no page is the house's 404."""
        forged = self.web.ask("GET", "/m/" + "A" * 39 + "R")
        expect(forged, 404, "a forged link")
        expect(self.web.ask("GET", "/nowhere"), 404, "a path that is none")
        health = self.web.ask("GET", "/health")
        expect(health, 200, "/health")
        robots = self.web.ask("GET", "/robots.txt")
        expect(robots, 200, "/robots.txt")
        if "Disallow: /" not in robots.text:
            fail("robots are let in")
        link = next(iter(self.links.values())).removeprefix(f"https://{HOST}")
        expect(self.web.ask("PUT", link), 405, "PUT")

    def pause(self):
        """A pause holds the next wave back, and its end lets it go."""
        order = {"v": 1, "campaign": 2026, "by": "deploy test", "reason": "try", "at": self.nine(REMINDED_AFTER)}
        # The sweep finds the call quiet, and it is counted: only then another wave goes.
        for _ in range(2):
            self.campaign_at(1)
            self.invoke("outcomes", {"v": 1, "at": self.nine(2)})
        self.invoke("campaign", {**order, "command": "pause"})
        self.campaign_at(REMINDED_AFTER)
        until("the queue of mails is empty", lambda: self.drained("mail"), seconds=30)
        if self.sink.of("r2"):
            fail("a mail went through a pause")
        self.invoke("campaign", {**order, "command": "resume"})

    def remind(self):
        """The next wave names exactly what is missing."""
        self.campaign_at(REMINDED_AFTER)
        named = lambda: sorted(it for mail in self.sink.of("r2") for it in mail.links())
        # Who cannot be mailed gets a letter: the post list names what is missing there.
        missing = sorted(set(self.missing) - self.bounced)
        until("the reminder", lambda: len(named()) >= len(missing), seconds=60)
        until("the queue of mails is empty", lambda: self.drained("mail"), seconds=30)
        if named() != missing:
            fail(f"the reminder names {named()}, missing is {missing}")
        self.campaign_at(REMINDED_AFTER)

    def new_release(self):
        """A release in the middle of a campaign: every function is new, the campaign goes on."""
        for function in FUNCTIONS:
            with (PROJECT / "target/lambda" / function / "config/utility.toml").open("a") as file:
                file.write("# another release\n")
        self.deploy(f"Successfully created/updated stack - {STACK}")
        self.is_complete("UPDATE_COMPLETE")
        self.be_as_aws()
        before = len(self.sink.mails)
        self.campaign_at(REMINDED_AFTER)
        until("the queue of mails is empty", lambda: self.drained("mail"), seconds=30)
        if len(self.sink.mails) != before:
            fail("the new release mailed again what was mailed")

    def redrive(self):
        """A message that cannot be worked on ends in the dead queue, and an operator puts it back."""
        url = self.sqs.get_queue_url(QueueName=f"{STACK}-settle")["QueueUrl"]
        # Five attempts take an hour as the queue is; here they take seconds.
        self.sqs.set_queue_attributes(QueueUrl=url, Attributes={"VisibilityTimeout": "1"})
        self.sqs.send_message(QueueUrl=url, MessageBody='{"v":99}')
        until("a dead letter", lambda: self.depth("settle-dead") == 1, seconds=60)
        if "      1  settle" not in self.operate("redrive"):
            fail("an operator does not see it")
        self.lambda_.update_event_source_mapping(UUID=self.source_of("settle"), Enabled=False)
        if "      1  put back to settle" not in self.operate("redrive", "settle"):
            fail("an operator cannot put it back")
        if (self.depth("settle"), self.depth("settle-dead")) != (1, 0):
            fail("it is not where it came from")
        self.sqs.purge_queue(QueueUrl=url)

    def source_of(self, queue):
        """What takes from a queue."""
        sources = self.lambda_.list_event_source_mappings()["EventSourceMappings"]
        found, = [it["UUID"] for it in sources if it["EventSourceArn"].endswith(f":{STACK}-{queue}")]
        return found

    def operate(self, *arguments):
        """What an operator's script says, of the stack that production is."""
        command = [
            str(Path(os.environ["SAM"]).with_name("python")), "-B", "scripts/operate.py", "production",
            *arguments,
        ]
        done = subprocess.run(
            command, cwd=ROOT, env=self.stack.environment(), capture_output=True, text=True
        )
        if done.returncode:
            fail(f"{' '.join(arguments)}: {done.stdout}{done.stderr}")
        return done.stdout

    def operators(self):
        """Keys and pages as an operator's scripts see them."""
        if "key   1  active" not in (said := self.operate("keys", "status")):
            fail(f"the keys: {said}")

    def watched(self):
        """The figures that alarms look at are noted, and every alarm is there."""
        lines = [it for name in ("campaign", "outcomes") for it in self.logs(name) if '"_aws"' in it]
        found = {name for line in lines for name in ("CampaignRan", "SweepRan") if f'"{name}":1' in line}
        if found != {"CampaignRan", "SweepRan"}:
            fail(f"of the figures {sorted(found)} are noted")
        template = (ROOT / "template.yaml").read_text()
        asked = re.findall(r"^  (\w+):\n    Type: AWS::CloudWatch::Alarm$", template, re.M)
        made = {
            it["LogicalResourceId"]: it["PhysicalResourceId"]
            for it in self.stack.client("cloudformation").describe_stack_resources(StackName=STACK)["StackResources"]
        }
        there = {it["AlarmName"] for it in self.stack.client("cloudwatch").describe_alarms()["MetricAlarms"]}
        missing = [name for name in asked if made.get(name) not in there]
        if missing or not asked:
            fail(f"of {len(asked)} alarms in the template, these are not there: {missing}")

    def close(self):
        """The deadline passes: what never came is estimated, and who it concerns is told."""
        due = [action.partition(" ")[2] for action in self.campaign_at(CLOSES_AFTER)]
        if not {"Close", "Settle"} <= set(due):
            fail(f"the campaign did {due}")
        until("every missing reading is estimated", lambda: self.drained("settle"), seconds=120)
        estimated = self.keys_like("core", "#EST#")
        if len(estimated) != MISSING:
            fail(f"{len(estimated)} readings were estimated, {MISSING} are missing")
        # An hour later nothing is missing any more, and the notices go.
        self.campaign_at(CLOSES_AFTER, hour=11)
        told = lambda: {account for mail in self.sink.of("est") for account in mail.to}
        mailed = {self.account_of(house) for house in self.missing if house not in self.bounced}
        until("who was estimated is told", lambda: len(told()) >= len(mailed), seconds=60)
        until("the queue of mails is empty", lambda: self.drained("mail"), seconds=30)
        if told() != mailed:
            fail(f"{sorted(told())} were told, {sorted(mailed)} were estimated")

    def account_of(self, house):
        """Who gets the mails of an address."""
        (to,) = {mail.to[0] for mail in self.sink.of("call") if house in mail.links()}
        return to

    def keys_like(self, table, like):
        """The keys of a table in which `like` is."""
        pages = self.stack.client("dynamodb").get_paginator("scan").paginate(TableName=f"{STACK}-{table}")
        keys = (f"{it['pk']['S']} {it['sk']['S']}" for page in pages for it in page["Items"])
        return sorted(key for key in keys if like in key)

    def invoice(self):
        """Every connection has its invoice: a number after the other, two files that stay, one mail."""
        due = [action.partition(" ")[2] for action in self.campaign_at(INVOICES_AFTER)]
        if "Invoice" not in due:
            fail(f"the campaign did {due}")
        made = lambda: len(found := self.invoices()) == sum(CONNECTIONS) and found
        invoices = until("every invoice has its number", made, seconds=60)
        # Its last two digits are a check: what stands before them counts up.
        heads = [int(it["num"]["S"][:-2]) for it in invoices]
        if heads != list(range(heads[0], heads[0] + len(heads))):
            fail(f"the numbers are {heads}")
        by_mail = [it for it in invoices if self.mailed_to(it) not in self.letters()]
        mails = lambda: len(found := self.sink.of("inv")) >= len(by_mail) and found
        mails = until("every invoice that goes by mail is mailed", mails, seconds=180)
        attached = {name: file for mail in mails for name, file in mail.files().items()}
        names = {f"{it['num']['S']}.{kind}" for it in by_mail for kind in ("pdf", "xml")}
        if len(mails) != len(by_mail) or set(attached) != names:
            fail(f"{len(mails)} mails; {sorted(set(attached) ^ names)} are attached too much or not at all")
        for n, mail in enumerate(mails):
            if mail.configuration_set != f"{STACK}-proof":
                fail(f"an invoice went by {mail.configuration_set}")
            tell = (self.on_bus, self.on_topic)[n % 2]
            tell(event_of(mail, "Delivery", {"recipients": mail.to}))
        for it in invoices:
            number = it["num"]["S"]
            pdf, xml = self.document(number, "pdf"), gzip.decompress(self.document(number, "xml"))
            if f"{number}.pdf" in attached and (attached[f"{number}.pdf"], attached[f"{number}.xml"]) != (pdf, xml):
                fail(f"the files of {number} are not those of its mail")
            (payable,) = re.findall(rb"<cbc:PayableAmount[^>]*>([-0-9.]+)<", xml)
            if not pdf.startswith(b"%PDF-") or f"<cbc:ID>{number}</cbc:ID>".encode() not in xml:
                fail(f"the bucket holds {pdf[:20]} and {xml[:200]}")
            if int(it["payable"]["N"]) != round(float(payable) * 100):
                fail(f"{number} says {payable}, the ledger {it['payable']['N']} cents")
        # What is delivered is issued; a letter waits for who posts it.
        state = lambda it: "issued" if it in by_mail else "rendered"
        states = {it["num"]["S"]: state(it) for it in invoices}
        found = lambda: {it["num"]["S"]: it["invoice"]["S"] for it in self.invoices()}
        until("what is delivered is issued", lambda: found() == states, seconds=60)

    def invoices(self):
        """The settlements that have a number, by it: each says how far its invoice is."""
        pages = self.stack.client("dynamodb").get_paginator("scan").paginate(TableName=f"{STACK}-billing")
        found = [it for page in pages for it in page["Items"] if "num" in it]
        return sorted(found, key=lambda it: it["num"]["S"])

    def mailed_to(self, invoice):
        """The mail address of whom an invoice is for."""
        return f"{invoice['account']['S'].lower()}@example.org"

    def letters(self):
        """The mail addresses that cannot be mailed."""
        return {self.account_of(house) for house in self.bounced}

    def document(self, number, kind):
        """A file of an invoice, as it is kept."""
        path = f"{hashlib.sha256(number.encode()).hexdigest()[:2]}/{number}.{kind}"
        return self.s3.get_object(Bucket=f"{STACK}-invoices-000000000000", Key=path)["Body"].read()

    def invoice_again(self):
        """A second look, and each wake-up once more, make no number, no file and no mail."""
        listed = lambda: self.s3.list_objects_v2(Bucket=f"{STACK}-invoices-000000000000")["Contents"]
        state = lambda: (self.invoices(), [it["Key"] for it in listed()], len(self.sink.mails))
        before = state()
        url = self.sqs.get_queue_url(QueueName=f"{STACK}-invoices")["QueueUrl"]
        for it in before[0]:
            message = json.dumps({"v": 1, "number": it["num"]["S"]})
            self.sqs.send_message(QueueUrl=url, MessageBody=message)
        self.campaign_at(INVOICES_AFTER, hour=11)
        for queue in ("settle", "invoices", "mail"):
            until(f"the queue {queue} is empty", lambda: self.drained(queue), seconds=120)
        if state() != before:
            fail("the second look changed something")

    def import_again(self):
        """The same files under another name change nothing."""
        before = self.items()
        self.deliver("november-again")
        lines = lambda: [it for it in self.logs("import") if "delivered again" in it]
        until("import says that it has them", lines, seconds=30)
        if self.items() != before:
            fail("a set that was delivered twice changed the table")

    def items(self):
        """All of the table of accounts and readings."""
        scan = self.stack.client("dynamodb").scan(TableName=f"{STACK}-core")["Items"]
        return sorted(json.dumps(it, sort_keys=True) for it in scan)

    def logs(self, function):
        """The log of a function."""
        found = self.stack.client("logs").filter_log_events(
            logGroupName=f"/meterlink/{STACK}/{function}"
        )
        return [it["message"] for it in found["events"]]

    def nobody_in_logs(self):
        """No log holds a token, an address or a name."""
        tokens = [link.rsplit("/", 1)[1] for link in self.links.values()]
        words = ["@example.org", "Bewoner", "Lindelaan", "NL91ABNA0417164300", *tokens]
        lines = [line for function in FUNCTIONS for line in self.logs(function)]
        if len(lines) < 10:
            fail(f"the logs have {len(lines)} lines")
        found = [word for word in words for line in lines if word in line]
        if found:
            fail(f"the logs hold {sorted(set(found))[:3]}")

    def nothing_dead(self):
        """No message was given up, and each mail went once."""
        for url in self.sqs.list_queues()["QueueUrls"]:
            name = url.rsplit("/", 1)[1]
            held = self.depth(name.removeprefix(f"{STACK}-"))
            if name.endswith("-dead") and held:
                fail(f"{name} holds {held} messages")
        sends = [mail.tags["send"] for mail in self.sink.mails]
        if len(sends) != len(set(sends)):
            fail("a mail went twice")

    def restored(self):
        """Pages read the tables of a restore, though no line of code has changed."""
        tables = self.stack.client("dynamodb")
        for table in KEPT:
            name = f"{STACK}-{table}"
            about = tables.describe_table(TableName=name)["Table"]
            tables.create_table(
                TableName=name + RESTORED, BillingMode="PAY_PER_REQUEST",
                KeySchema=about["KeySchema"], AttributeDefinitions=about["AttributeDefinitions"],
            )
            for page in tables.get_paginator("scan").paginate(TableName=name):
                for item in page["Items"]:
                    tables.put_item(TableName=name + RESTORED, Item=item)
        self.deploy(f"Successfully created/updated stack - {STACK}", TableSuffix=RESTORED)
        self.is_complete("UPDATE_COMPLETE")
        self.be_as_aws()
        live = self.lambda_.get_function_configuration(
            FunctionName=self.programs["readings"], Qualifier="live"
        )
        if (core := live["Environment"]["Variables"]["METERLINK_CORE"]) != f"{STACK}-core{RESTORED}":
            fail(f"the pages ask for {core}")
        link = self.links[self.missing[0]].removeprefix(f"https://{HOST}")
        expect(self.web.ask("GET", link), 200, "a page by the tables of a restore")

    def delete(self):
        """The stack goes; what cannot be made again stays."""
        self.cloudformation.delete_stack(StackName=STACK)

        def gone():
            try:
                found = self.cloudformation.describe_stacks(StackName=STACK)["Stacks"]
            except self.cloudformation.exceptions.ClientError:
                return True
            return found[0]["StackStatus"] == "DELETE_COMPLETE"

        until("the stack is gone", gone, seconds=60)
        tables = self.stack.client("dynamodb").list_tables()["TableNames"]
        if sorted(tables) != sorted(f"{STACK}-{it}{of}" for it in KEPT for of in ("", RESTORED)):
            fail(f"of the tables {tables} are left")


def event_of(mail, kind, about):
    """What SES says became of a mail (SES developer guide, contents of event data)."""
    part = kind[0].lower() + kind[1:]
    return {
        "eventType": kind,
        "mail": {
            "timestamp": "2026-11-26T08:00:00.000Z", "source": "stand@voorbeeldwater.nl",
            "messageId": mail.message_id, "destination": mail.to,
            "tags": {
                **{name: [value] for name, value in mail.tags.items()},
                "ses:configuration-set": [mail.configuration_set],
            },
        },
        part: about,
    }


def expect(answer, status, what):
    """The status of an answer."""
    if answer.status != status:
        fail(f"{what}: {answer.status}, not {status}:\n{answer.text[:2000]}")


def delivery(reference_date):
    """The files of a set: a street whose houses belong to twelve accounts, read for two years."""
    columns = {
        file.name: file.read_text().splitlines()[0].split(";")
        for file in (ROOT / "tests/fixtures/vve").glob("*.csv")
    }
    rows = {name: [] for name in columns}
    house = 0
    for n, connections in enumerate(CONNECTIONS, 1):
        rows["customers.csv"].append({
            "customer_number": f"K{n:0>4}", "name": f"Bewoner {n}", "kind": "consumer",
            "email": f"k{n:0>4}@example.org", "language": "nl", "payment": "transfer",
            "collective": "no", "billing_street": "Lindelaan", "billing_house_number": n,
            "billing_postcode": "1234AB", "billing_city": "Voorbeelddorp", "billing_country": "NL",
        })
        for house in range(house + 1, house + connections + 1):
            connection, meter = f"A{house:0>4}", f"W{house:0>4}"
            rows["connections.csv"].append({
                "connection_id": connection, "customer_number": f"K{n:0>4}", "commodity": "water",
                "street": "Lindelaan", "house_number": house, "postcode": "1234AB",
                "city": "Voorbeelddorp", "capacity": "2,5", "persons": 2, "read_by": "customer",
                "supply_start": "01-03-2016",
            })
            rows["meters.csv"].append({
                "meter_number": meter, "connection_id": connection, "register": 1, "unit": "m3",
                "digits": 5, "decimals": 0, "installed_on": "01-03-2016", "installed_value": 0,
            })
            for years, value in ((2, 1000), (1, 1200)):
                day = reference_date - datetime.timedelta(days=365 * years)
                rows["readings.csv"].append({
                    "meter_number": meter, "register": 1, "date": f"{day:%d-%m-%Y}", "value": value,
                    "source": "customer",
                })
    files = {}
    for name, lines in rows.items():
        text = io.StringIO()
        writer = csv.DictWriter(text, columns[name], delimiter=";", lineterminator="\n")
        writer.writeheader()
        writer.writerows(lines)
        files[name] = text.getvalue()
    return files


def lay_out(run):
    """The project as it is deployed, with a campaign that opened on a day that is past, and prices of
    its year and the years beside it."""
    shutil.copy(ROOT / "template.yaml", PROJECT / "template.yaml")
    campaign = (ROOT / "infra/config/campaigns/2026.toml").read_text()
    for key, day in (
        ("call", run.opened_on), ("reference_date", run.reference_date),
        ("invoice_not_before", run.opened_on + datetime.timedelta(days=INVOICES_AFTER)),
    ):
        campaign = re.sub(rf"(?m)^{key} = [0-9-]+", f"{key} = {day}", campaign)
    later = run.reference_date.year - 2026
    prices = re.sub(
        r"from = (202[5-7])-01-01, rate",
        lambda it: f"from = {int(it[1]) + later}-01-01, rate",
        (ROOT / "infra/config/tariffs/water.toml").read_text(),
    )
    for function in FUNCTIONS:
        config = PROJECT / "target/lambda" / function / "config"
        for file, text in (("campaigns/2026.toml", campaign), ("tariffs/water.toml", prices)):
            if (config / file).exists():
                (config / file).write_text(text)


def main():
    """Every step, in order."""
    network = isolate()
    folder = PROJECT / "run"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    begin = time.monotonic()
    stack = None
    try:
        stack = Ministack(folder)
        run = Run(stack, Sink())
        lay_out(run)
        print(f"{time.monotonic() - begin:6.1f} s  ministack on port {stack.port}, {network} network")
        for step in (
            run.first_deploy, run.refuses, run.no_keys, run.make_keys, run.import_set, run.call, run.submit,
            run.told_of_mails, run.refused_links, run.pause, run.remind, run.import_again, run.second_deploy,
            run.new_release, run.close, run.invoice, run.invoice_again, run.nobody_in_logs, run.nothing_dead, run.operators, run.watched, run.redrive,
            run.restored, run.delete,
        ):
            before = time.monotonic()
            step()
            print(f"{time.monotonic() - before:6.1f} s  {step.__doc__.splitlines()[0]}", flush=True)
    except AssertionError as failed:
        print(f"FAILED: {failed}", file=sys.stderr)
        print(f"what ministack said is in {(folder / 'ministack.log').relative_to(ROOT)}")
        return 1
    finally:
        if stack:
            stack.stop()
    print(f"{time.monotonic() - begin:6.1f} s  in all")
    return 0


if __name__ == "__main__":
    sys.exit(main())
