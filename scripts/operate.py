"""What an operator does with a stack: `operate.py ENV VERB [ARGUMENT...]`, with the verbs clear,
followups, keys, mark, obstacles, parameters, pause, posted, protect, redrive, release, resume, smoke,
stamp, unmark and waiting.

Called by the scripts beside it, in the environment of aws-sam-cli, which brings boto3.
"""

import datetime
import json
import shlex
import sys
import tomllib
import urllib.error
import urllib.request
from pathlib import Path

import boto3

ROOT = Path(__file__).resolve().parents[1]


# The longest host with which every link stays within 73 characters.
LONGEST_HOST = 22

# Where samconfig.toml and the template have their examples: domains and an account of nobody.
EXAMPLE_DOMAINS = ("voorbeeld.nl", "voorbeeldwater.nl")
EXAMPLE_ACCOUNT = "111122223333"

# The functions that are asked by an alias of one version.
ALIASED = ("readings",)

# The end of a deploy after which only the DNS record of the pages is missing.
NOT_POINTED = 4

# Campaigns are numbered up to this.
LAST_CAMPAIGN = 65_535


def settings(environment):
    """What samconfig.toml says of an environment."""
    config = tomllib.loads((ROOT / "samconfig.toml").read_text())
    if environment not in config:
        known = sorted(name for name, it in config.items() if isinstance(it, dict))
        sys.exit(f"samconfig.toml has no environment {environment}; it has {', '.join(known)}")
    return config[environment]


def stack_of(environment):
    """The stack's name and region."""
    own = settings(environment)["global"]["parameters"]
    return own["stack_name"], own["region"]


def overridden(environment):
    """The parameters of the template that samconfig.toml sets."""
    pairs = shlex.split(settings(environment)["deploy"]["parameters"]["parameter_overrides"])
    return dict(pair.split("=", 1) for pair in pairs)


def of_domain(name, domain):
    """Whether a host or the host of an address is a domain or below it."""
    host = name.rsplit("@", 1)[-1]
    return host == domain or host.endswith(f".{domain}")


def wrong(environment, architecture):
    """What is wrong with the parameters of an environment, before anything is built."""
    set_ = overridden(environment)
    wanted = set_.get("Architecture", "arm64")
    if wanted != architecture:
        yield f"Architecture is {wanted}, the build is for {architecture}"
    stage = set_.get("Stage", "dev")
    if stage == "dev":
        return
    needed = ["PublicHost", "SesIdentity", "Sender"]
    if stage == "production":
        needed += ["CertificateArn", "AlarmEmail"]
    for name in needed:
        if not set_.get(name):
            yield f"{name} is not set, and {stage} needs one"
    for name, value in set_.items():
        if EXAMPLE_ACCOUNT in value or any(of_domain(value, it) for it in EXAMPLE_DOMAINS):
            yield f"{name} is the example's"
    sender, identity = set_.get("Sender"), set_.get("SesIdentity")
    if sender and identity and not of_domain(sender, identity):
        yield f"Sender {sender} is no address of SesIdentity {identity}"
    if stage != "production":
        return
    if len(host := set_.get("PublicHost", "")) > LONGEST_HOST:
        yield f"PublicHost {host!r} has {len(host)} characters, {LONGEST_HOST} is the most in production"
    if set_.get("SesEndpoint"):
        yield "SesEndpoint is for the deploy test"


def parameters(environment, option=""):
    """Refuses parameters that cannot be right."""
    found = list(wrong(environment, "arm64" if option == "--arm64" else "x86_64"))
    if found:
        sys.exit("samconfig.toml, " + environment + ": " + "; ".join(found))


def write_parameters(set_, packages):
    """Puts the parameters into the packages of which versions are made.

    A version keeps the variables that it was made with, and SAM makes another when the package is
    another: so it is when a parameter is.
    """
    lines = "".join(f"{name}={value}\n" for name, value in sorted(set_.items()))
    for function in ALIASED:
        (packages / function / "config/parameters").write_text(lines)


def stamp(environment):
    """Has a changed parameter be a new version of the pages."""
    write_parameters(overridden(environment), ROOT / "target/lambda")


def protect(environment):
    """A stack of production is not deleted by a slip."""
    if overridden(environment).get("Stage") == "production":
        stack, region = stack_of(environment)
        boto3.client("cloudformation", region_name=region).update_termination_protection(
            StackName=stack, EnableTerminationProtection=True
        )


def answered(address):
    """What is wrong with the pages at an address, and whether they are ours; nothing when they answer."""
    try:
        with urllib.request.urlopen(f"{address}/health", timeout=30) as answer:
            if answer.read() == b"ok\n":
                return None, True
            return f"{address}/health does not say ok", False
    except urllib.error.HTTPError as error:
        return f"{address}/health answers {error.code}", error.code >= 500
    except OSError as error:
        # No such host, a certificate of another one, nobody there.
        return f"{address}/health: {getattr(error, 'reason', error)}", False


def smoke(environment):
    """The pages answer where the stack says, or the operator is told which record leads to them.

    The record can only be made when the stack is there: its target is an output.
    """
    stack, region = stack_of(environment)
    described = boto3.client("cloudformation", region_name=region).describe_stacks(StackName=stack)
    outputs = {it["OutputKey"]: it["OutputValue"] for it in described["Stacks"][0]["Outputs"]}
    address = outputs.get("Address", outputs["BaseUrl"])
    reason, ours = answered(address)
    if reason is None:
        return
    if ours or "DomainTarget" not in outputs:
        sys.exit(reason)
    host = address.removeprefix("https://")
    print(f"{reason}\npoint {host} to {outputs['DomainTarget']}, then run scripts/deploy {environment} again")
    sys.exit(NOT_POINTED)


def invoke(environment, function, event):
    """What the function answered; its error ends the program."""
    stack, region = stack_of(environment)
    resource = boto3.client("cloudformation", region_name=region).describe_stack_resource(
        StackName=stack, LogicalResourceId=f"{function.capitalize()}Function"
    )
    now = datetime.datetime.now(datetime.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    answer = boto3.client("lambda", region_name=region).invoke(
        FunctionName=resource["StackResourceDetail"]["PhysicalResourceId"],
        Payload=json.dumps({"v": 1, "at": now, **event}).encode(),
    )
    said = json.loads(answer["Payload"].read())
    if "FunctionError" in answer:
        sys.exit(f"{function} failed: {said.get('errorMessage', said)}")
    return said


def keys(environment, command=None, key=None):
    """A step with the keys of links; none is the step that is due."""
    event = {} if command is None else {"command": command}
    if key is not None:
        event["key"] = int(key)
    said = invoke(environment, "keys", event)
    for it in said["keys"]:
        times = [f"{name} {it[name]}" for name in ("published", "activated", "retired") if name in it]
        print(f"key {it['id']:>3}  {it['state']:<9}  {'  '.join(times)}")
    if not said["keys"]:
        print("there are no keys yet")
    if said["done"]:
        print(said["done"])
    sys.exit(f"refused: {said['refused']}" if "refused" in said else print("ok"))


# Queues whose dead letters go back to where they came from.
REDRIVEN = ("import-chunks", "invoices", "mail", "mail-now", "outcomes", "settle")


def put_back(sqs, queue):
    """Moves what is dead now; a message that dies again meanwhile is not moved twice.

    A copy is queued before the dead one is deleted: one that is there twice changes nothing.
    """
    moved = set()
    while True:
        got = sqs.receive_message(
            QueueUrl=f"{queue}-dead", MaxNumberOfMessages=10, WaitTimeSeconds=1, VisibilityTimeout=120
        ).get("Messages", [])
        fresh = [it for it in got if it["Body"] not in moved]
        for it in fresh:
            sqs.send_message(QueueUrl=queue, MessageBody=it["Body"])
            sqs.delete_message(QueueUrl=f"{queue}-dead", ReceiptHandle=it["ReceiptHandle"])
            moved.add(it["Body"])
        if not fresh:
            return len(moved)


def redrive(environment, queue=None):
    """Shows what is dead, or puts the dead letters of a queue back."""
    stack, region = stack_of(environment)
    sqs = boto3.client("sqs", region_name=region)
    if queue is None:
        urls = sqs.list_queues(QueueNamePrefix=f"{stack}-").get("QueueUrls", [])
        for url in sorted(it for it in urls if it.endswith("-dead")):
            names = ["ApproximateNumberOfMessages"]
            of = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=names)["Attributes"]
            name = url.rsplit("/", 1)[1].removeprefix(f"{stack}-").removesuffix("-dead")
            print(f"{of['ApproximateNumberOfMessages']:>7}  {name}")
    elif queue in REDRIVEN:
        moved = put_back(sqs, sqs.get_queue_url(QueueName=f"{stack}-{queue}")["QueueUrl"])
        print(f"{moved:>7}  put back to {queue}")
    else:
        sys.exit(f"refused: no dead letters go back to {queue}; they do to {', '.join(REDRIVEN)}")
    print("ok")


# Mails that are sent all year round: invoices, and what follows from what somebody did.
STANDING = ("billing", "service")


def number_of(campaign):
    """The number of a campaign."""
    if not campaign.isascii() or not campaign.isdigit() or not 0 < int(campaign) <= LAST_CAMPAIGN:
        sys.exit(f"{campaign!r} is no campaign: its number is meant, as 2026")
    return int(campaign)


def ordered(environment, command, reason, **about):
    """What the function `campaign` says to an order, which names who gave it."""
    if command in ("clear", "mark", "pause", "release", "unmark") and not reason.strip():
        sys.exit(f"a {command} needs a reason: whoever finds it later reads it")
    _, region = stack_of(environment)
    by = boto3.client("sts", region_name=region).get_caller_identity()["Arn"].rsplit("/", 1)[-1]
    event = {"command": command, **about, "by": by, "reason": reason}
    return invoke(environment, "campaign", event)


def order(environment, command, mails, reason=""):
    """Has mails be held back, or go: the function writes what they obey."""
    about = {"mails": mails} if mails in STANDING else {"campaign": number_of(mails)}
    said = ordered(environment, command, reason, **about)
    print(f"mails {said['mails']} of {environment}: {said['state']}")
    print("ok")


def pause(environment, mails, reason):
    """Holds every mail of a campaign, or of a kind, back, from the next one on."""
    order(environment, "pause", mails, reason)


def resume(environment, mails):
    """Has them go again."""
    order(environment, "resume", mails)


def day_of(day, meant):
    """A civil day as it is meant to be written."""
    try:
        return datetime.date.fromisoformat(day).isoformat()
    except ValueError:
        sys.exit(f"{day!r} is no day: {meant} is meant, as 2027-01-12")


def posted(environment, day):
    """Says that the letters of a day's lists of invoices were handed over: they are issued."""
    day_of(day, "the one of the list")
    said = ordered(environment, "posted", "", mails="billing", day=day)
    print(f"{said['issued']:>7}  issued by the list of {said['day']}")
    print("ok")


def release(environment, campaign, account, reason):
    """Lets the held settlements of an account get their invoice numbers."""
    said = ordered(environment, "release", reason, campaign=number_of(campaign), account=account)
    print(f"campaign {said['campaign']} of {environment}, {account}: {', '.join(said['released'])}")
    for it in said.get("to_mend", []):
        print(f"not released, mend it first: {it}")
    print("ok")


def obstacles(environment, campaign):
    """Lists the meters of a campaign that somebody could not read, and why."""
    said = ordered(environment, "obstacles", "", campaign=number_of(campaign))
    for it in said["obstacles"]:
        print(f"{it['account']:<20}  {it['connection']:<20}  {it['meter']:<20}  {it['obstacle']}")
    if said["left_out"]:
        print("... and more: clear some of these first")
    print("ok" if said["obstacles"] else "nothing is in the way\nok")


def followups(environment, campaign):
    """Lists the meters of a campaign that somebody must see to, and what is due."""
    said = ordered(environment, "followups", "", campaign=number_of(campaign))
    for it in said["followups"]:
        due = ", ".join(it["due"])
        print(f"{it['account']:<20}  {it['connection']:<20}  {it['meter']:<20}  {due}")
    if said["left_out"]:
        print("... and more: see to some of these first")
    print("ok" if said["followups"] else "nothing is due\nok")


def marking(environment, command, place, days, reason):
    """Says of days at a connection that they say nothing about other years, or that they do again."""
    (account, connection), (first, last) = place, days
    about = {
        "account": account,
        "connection": connection,
        "from": day_of(first, "the first of them"),
        "to": day_of(last, "the last of them"),
    }
    said = ordered(environment, command, reason, **about)
    for it in said["marked"]:
        print(f"{account}, {connection} of {environment}: {it['from']} to {it['to']}")
    print("ok" if said["marked"] else "no days are marked\nok")


def mark(environment, account, connection, first, last, reason):
    """Marks days at a connection: nothing is estimated from them."""
    marking(environment, "mark", (account, connection), (first, last), reason)


def unmark(environment, account, connection, first, last, reason):
    """Takes that back."""
    marking(environment, "unmark", (account, connection), (first, last), reason)


def waiting(environment, campaign):
    """Lists the settlements of a campaign that a person must see or mend, and what to do."""
    said = ordered(environment, "waiting", "", campaign=number_of(campaign))
    for it in said["not_set"]:
        print(f"prices: {it}")
    for it in said["waiting"]:
        for why in it["why"]:
            print(f"{it['account']:<20}  {it['document']:<20}  {it['state']:<8}  {why}")
    if said["left_out"]:
        print("... and more: release or mend some of these first")
    print("ok" if said["waiting"] else "nothing waits\nok")


def clear(environment, campaign, account, meter, reason):
    """Clears what was in the way of reading a meter: it is asked for again."""
    about = {"campaign": number_of(campaign), "account": account, "meter": meter}
    said = ordered(environment, "clear", reason, **about)
    cleared = ", ".join(said["cleared"]) or "nothing was in the way"
    print(f"campaign {said['campaign']} of {environment}, {account}, {meter}: {cleared}")
    print("ok")


VERBS = {
    "clear": clear,
    "followups": followups,
    "keys": keys,
    "mark": mark,
    "obstacles": obstacles,
    "parameters": parameters,
    "pause": pause,
    "posted": posted,
    "protect": protect,
    "redrive": redrive,
    "release": release,
    "resume": resume,
    "smoke": smoke,
    "stamp": stamp,
    "unmark": unmark,
    "waiting": waiting,
}

if __name__ == "__main__":
    of, verb, *rest = sys.argv[1:]
    VERBS[verb](of, *rest)
