"""What `scripts/deploy` refuses before it builds anything, and how it ends. Run by `scripts/check
--static`; nobody is asked."""

import contextlib
import io
import socket
import ssl
import sys
import unittest
import urllib.error
from pathlib import Path
from unittest import mock

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "scripts"))

import operate

ACCEPTANCE = "Stage=acceptance PublicHost=acc.water.nl SesIdentity=water.nl Sender=stand@water.nl"
GOOD = (
    "Stage=production PublicHost=stand.water.nl CertificateArn=arn:aws:acm:x:1:certificate/1 "
    "SesIdentity=water.nl Sender=stand@water.nl AlarmEmail=beheer@water.nl"
)


def wrong(overrides, architecture="arm64"):
    """What is said of an environment with these parameters."""
    said = {"deploy": {"parameters": {"parameter_overrides": overrides}}}
    with mock.patch.object(operate, "settings", return_value=said):
        return list(operate.wrong("production", architecture))


class Parameters(unittest.TestCase):
    """The parameters of samconfig.toml."""

    def test_what_is_in_the_file_is_right_but_for_what_a_utility_fills_in(self):
        self.assertEqual(list(operate.wrong("default", "arm64")), [])
        filled_in = ["PublicHost", "SesIdentity", "Sender"]
        self.assertEqual(
            list(operate.wrong("acceptance", "arm64")), [f"{it} is the example's" for it in filled_in]
        )
        filled_in = ["PublicHost", "CertificateArn", "SesIdentity", "Sender", "AlarmEmail"]
        self.assertEqual(
            list(operate.wrong("production", "arm64")), [f"{it} is the example's" for it in filled_in]
        )
        for environment in ("default", "acceptance", "production"):
            self.assertNotIn("SesEndpoint", operate.overridden(environment))
        production = operate.overridden("production")
        self.assertEqual((production["Canary"], production["CustomerKey"]), ("true", "true"))

    def test_a_host_of_production_has_at_most_22_characters(self):
        self.assertEqual(wrong(GOOD), [])
        self.assertEqual(wrong(GOOD.replace("stand.water.nl", "a" * 19 + ".nl")), [])
        self.assertEqual(
            wrong(GOOD.replace("stand.water.nl", "a" * 20 + ".nl")),
            [f"PublicHost '{'a' * 20}.nl' has 23 characters, 22 is the most in production"],
        )
        self.assertEqual(wrong(ACCEPTANCE.replace("acc.water.nl", "a" * 20 + ".nl")), [])

    def test_production_needs_what_a_sandbox_does_without(self):
        self.assertEqual(
            wrong("Stage=production PublicHost=stand.water.nl"),
            [f"{it} is not set, and production needs one" for it in
             ("SesIdentity", "Sender", "CertificateArn", "AlarmEmail")],
        )
        self.assertEqual(
            wrong("Stage=acceptance"),
            [f"{it} is not set, and acceptance needs one" for it in
             ("PublicHost", "SesIdentity", "Sender")],
        )
        self.assertEqual(wrong(ACCEPTANCE), [])
        self.assertEqual(wrong("Stage=dev"), [])
        self.assertEqual(
            wrong(GOOD + " SesEndpoint=http://127.0.0.1:1"), ["SesEndpoint is for the deploy test"]
        )

    def test_an_example_is_nobody_s(self):
        for own, example in (
            ("stand.water.nl", "stand.voorbeeld.nl"), ("stand.water.nl", "acc.voorbeeldwater.nl"),
        ):
            self.assertEqual(wrong(GOOD.replace(own, example)), ["PublicHost is the example's"])
        self.assertEqual(
            wrong(GOOD.replace("beheer@water.nl", "beheer@voorbeeldwater.nl")),
            ["AlarmEmail is the example's"],
        )
        self.assertEqual(wrong(GOOD.replace("stand.water.nl", "stand.mijnvoorbeeld.nl")), [])

    def test_a_sender_is_an_address_of_what_was_verified(self):
        self.assertEqual(
            wrong(GOOD.replace("Sender=stand@water.nl", "Sender=stand@warmte.nl")),
            ["Sender stand@warmte.nl is no address of SesIdentity water.nl"],
        )
        self.assertEqual(wrong(GOOD.replace("Sender=stand@water", "Sender=stand@post.water")), [])

    def test_a_build_for_other_processors_is_not_deployed(self):
        self.assertEqual(
            wrong(GOOD, "x86_64"), ["Architecture is arm64, the build is for x86_64"]
        )
        self.assertEqual(wrong(GOOD + " Architecture=x86_64", "x86_64"), [])


class Stack:
    """A stack that is deployed, by its outputs."""

    def __init__(self, **outputs):
        self.outputs = [{"OutputKey": name, "OutputValue": it} for name, it in outputs.items()]

    def client(self, service, region_name):
        assert service == "cloudformation" and region_name
        return self

    def describe_stacks(self, StackName):
        return {"Stacks": [{"Outputs": self.outputs}]}


OWN_HOST = Stack(BaseUrl="https://stand.water.nl", DomainTarget="d-1.execute-api.eu.example")
SANDBOX = Stack(BaseUrl="https://stand.water.nl", Address="https://abc.execute-api.eu.example")


def ended(stack, web):
    """What an operator reads at the end of a deploy, and its exit status."""
    out = io.StringIO()
    with mock.patch.object(operate, "boto3", stack), web, contextlib.redirect_stdout(out):
        try:
            operate.smoke("production")
        except SystemExit as end:
            return out.getvalue(), end.code
    return out.getvalue(), 0


def web_says(answer):
    """A web in which every page is this, or fails with this."""
    if isinstance(answer, Exception):
        return mock.patch("urllib.request.urlopen", side_effect=answer)
    return mock.patch("urllib.request.urlopen", side_effect=lambda *_, **__: io.BytesIO(answer))


class Answers(unittest.TestCase):
    """Whether the pages answer."""

    def test_pages_that_answer_are_all_there_is_to_say(self):
        for stack in (OWN_HOST, SANDBOX):
            self.assertEqual(ended(stack, web_says(b"ok\n")), ("", 0))

    def test_a_host_without_a_record_gets_one(self):
        resolver = mock.patch("socket.getaddrinfo", side_effect=socket.gaierror(-2, "not known"))
        said, status = ended(OWN_HOST, resolver)
        self.assertEqual(
            said.splitlines(),
            ["https://stand.water.nl/health: [Errno -2] not known",
             "point stand.water.nl to d-1.execute-api.eu.example, then run scripts/deploy production again"],
        )
        self.assertEqual(status, 4)

    def test_a_host_that_leads_to_somebody_else_is_pointed_to_us(self):
        refused = urllib.error.URLError(ssl.SSLCertVerificationError("another's certificate"))
        elsewhere = urllib.error.HTTPError("https://stand.water.nl/health", 404, "", {}, None)
        for answer in (refused, elsewhere, ConnectionResetError(), TimeoutError(), b"welcome"):
            said, status = ended(OWN_HOST, web_says(answer))
            self.assertIn("\npoint stand.water.nl to d-1.", said)
            self.assertEqual(status, 4)

    def test_pages_of_ours_that_fail_are_no_matter_of_a_record(self):
        failing = urllib.error.HTTPError("https://stand.water.nl/health", 500, "", {}, None)
        self.assertEqual(
            ended(OWN_HOST, web_says(failing)), ("", "https://stand.water.nl/health answers 500")
        )
        said, status = ended(SANDBOX, web_says(urllib.error.URLError("no way")))
        self.assertEqual((said, status), ("", "https://abc.execute-api.eu.example/health: no way"))


if __name__ == "__main__":
    unittest.main()
