"""checkov's advice on `template.yaml`: followed, or declined in `infra/checkov.toml` with a reason.
Run by `scripts/check --static`, in checkov's own environment and without a network."""

import fnmatch
import json
import subprocess
import sys
import tomllib
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def advice(template):
    """What checkov finds wrong: (check, logical id)."""
    command = [
        str(Path(sys.executable).with_name("checkov")), "--file", str(template), "--framework",
        "cloudformation", "--output", "json", "--skip-download", "--soft-fail",
    ]
    said = subprocess.run(command, capture_output=True, check=True, text=True).stdout
    found = json.loads(said)["results"]["failed_checks"]
    return {(it["check_id"], it["resource"].rsplit(".", 1)[1]) for it in found}


def breaches(found, skips):
    """Advice that nobody declined, and entries that are unfounded or out of date."""
    lines = []
    for check, resource in found:
        if not any(declines(skip, check, resource) for skip in skips):
            lines.append(f"{resource}: {check}")
    for skip in skips:
        if len(skip.get("reason", "").split()) < 5:
            lines.append(f"{skip['check']}: has no reason")
        for pattern in skip["on"]:
            one = {**skip, "on": [pattern]}
            if not any(declines(one, check, resource) for check, resource in found):
                lines.append(f"{skip['check']}: nothing on {pattern} needs it any more")
    return sorted(lines)


def declines(skip, check, resource):
    """Whether an entry is about this advice."""
    return skip["check"] == check and any(fnmatch.fnmatch(resource, it) for it in skip["on"])


class Advice(unittest.TestCase):
    """The template, and entries that are wrong."""

    def test_all_of_it_is_followed_or_declined_with_a_reason(self):
        skips = tomllib.loads((ROOT / "infra/checkov.toml").read_text())["skip"]
        found = advice(ROOT / "template.yaml")
        self.assertGreater(len(found), 10, "checkov looked at nothing")
        self.assertEqual(breaches(found, skips), [])

    def test_an_entry_is_refused_when_it_is_missing_unfounded_or_out_of_date(self):
        found = {("CKV_AWS_1", "MailQueue"), ("CKV_AWS_2", "CoreTable")}
        skips = [
            {"check": "CKV_AWS_1", "on": ["*Queue", "*Topic"], "reason": "a b c d e"},
            {"check": "CKV_AWS_3", "on": ["*"], "reason": "none"},
        ]
        self.assertEqual(
            breaches(found, skips),
            [
                "CKV_AWS_1: nothing on *Topic needs it any more",
                "CKV_AWS_3: has no reason",
                "CKV_AWS_3: nothing on * needs it any more",
                "CoreTable: CKV_AWS_2",
            ],
        )


if __name__ == "__main__":
    unittest.main()
