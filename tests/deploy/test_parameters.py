"""What `scripts/deploy` refuses before it builds anything. Run by `scripts/check --static`."""

import sys
import unittest
from pathlib import Path
from unittest import mock

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "scripts"))

import operate

GOOD = (
    "Stage=production PublicHost=stand.voorbeeld.nl CertificateArn=arn:aws:acm:x:1:certificate/1 "
    "SesIdentity=voorbeeldwater.nl Sender=stand@voorbeeldwater.nl"
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
        self.assertEqual(list(operate.wrong("acceptance", "arm64")), [])
        self.assertEqual(
            list(operate.wrong("production", "arm64")), ["CertificateArn is the example's"]
        )
        for environment in ("default", "acceptance", "production"):
            self.assertNotIn("SesEndpoint", operate.overridden(environment))

    def test_a_host_of_production_has_at_most_22_characters(self):
        self.assertEqual(wrong(GOOD), [])
        self.assertEqual(wrong(GOOD.replace("stand.voorbeeld.nl", "a" * 19 + ".nl")), [])
        self.assertEqual(
            wrong(GOOD.replace("stand.voorbeeld.nl", "a" * 20 + ".nl")),
            [f"PublicHost '{'a' * 20}.nl' has 23 characters, 22 is the most in production"],
        )
        self.assertEqual(wrong("Stage=dev PublicHost=" + "a" * 22 + ".nl"), [])

    def test_production_needs_what_a_sandbox_does_without(self):
        self.assertEqual(
            wrong("Stage=production PublicHost=stand.voorbeeld.nl"),
            [f"{it} is not set, and production needs one" for it in
             ("CertificateArn", "SesIdentity", "Sender")],
        )
        self.assertEqual(
            wrong(GOOD + " SesEndpoint=http://127.0.0.1:1"), ["SesEndpoint is for the deploy test"]
        )

    def test_a_build_for_other_processors_is_not_deployed(self):
        self.assertEqual(
            wrong(GOOD, "x86_64"), ["Architecture is arm64, the build is for x86_64"]
        )
        self.assertEqual(wrong(GOOD + " Architecture=x86_64", "x86_64"), [])


if __name__ == "__main__":
    unittest.main()
