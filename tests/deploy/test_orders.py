"""What `scripts/pause`, `scripts/resume`, `scripts/release`, `scripts/posted`, `scripts/obstacles`, `scripts/clear`,
`scripts/followups`, `scripts/mark`, `scripts/unmark` and `scripts/waiting` tell the function `campaign`. Run by
`scripts/check --static`; nobody is asked."""

import contextlib
import io
import json
import subprocess
import sys
import unittest
from pathlib import Path
from unittest import mock

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "scripts"))

import operate


class Cloud:
    """The clients of AWS that an order needs; keeps what was invoked."""

    def __init__(self, answer, error=None):
        self.answer, self.error, self.invoked = answer, error, []

    def client(self, service, region_name):
        assert region_name == operate.stack_of("acceptance")[1], service
        return self

    def get_caller_identity(self):
        return {"Arn": "arn:aws:sts::111122223333:assumed-role/Operator/j.jansen"}

    def describe_stack_resource(self, StackName, LogicalResourceId):
        assert StackName == operate.stack_of("acceptance")[0]
        return {"StackResourceDetail": {"PhysicalResourceId": f"id-of-{LogicalResourceId}"}}

    def invoke(self, FunctionName, Payload):
        self.invoked.append((FunctionName, json.loads(Payload)))
        said = {"Payload": io.BytesIO(json.dumps(self.answer).encode())}
        return said if self.error is None else {**said, "FunctionError": self.error}


def told(cloud, verb, *arguments):
    """What an operator reads, and how it ended."""
    out = io.StringIO()
    with mock.patch.object(operate, "boto3", cloud), contextlib.redirect_stdout(out):
        try:
            operate.VERBS[verb]("acceptance", *arguments)
        except SystemExit as ended:
            return f"{out.getvalue()}{ended.code}"
    return out.getvalue()


def run(script, *arguments):
    """How a script ends that is called wrongly, or asked what it does."""
    command = [str(ROOT / "scripts" / script), *arguments]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    return ended.returncode, ended.stdout, ended.stderr


class Orders(unittest.TestCase):
    """The orders to a campaign."""

    def test_a_pause_says_who_and_why_and_what_mails_obey_now(self):
        cloud = Cloud({"mails": "c2026", "state": "pause-operator"})
        self.assertEqual(
            told(cloud, "pause", "2026", "wrong price"),
            "mails c2026 of acceptance: pause-operator\nok\n",
        )
        [(function, event)] = cloud.invoked
        self.assertEqual(function, "id-of-CampaignFunction")
        self.assertRegex(event.pop("at"), r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$")
        self.assertEqual(
            event,
            {"v": 1, "command": "pause", "campaign": 2026, "by": "j.jansen",
             "reason": "wrong price"},
        )

    def test_a_resume_needs_no_reason(self):
        cloud = Cloud({"mails": "c2026", "state": "run"})
        self.assertEqual(told(cloud, "resume", "2026"), "mails c2026 of acceptance: run\nok\n")
        self.assertEqual(cloud.invoked[0][1]["command"], "resume")

    def test_invoices_are_held_back_and_let_go_by_their_name(self):
        cloud = Cloud({"mails": "billing", "state": "run"})
        self.assertEqual(told(cloud, "resume", "billing"), "mails billing of acceptance: run\nok\n")
        [(_, event)] = cloud.invoked
        self.assertEqual((event["mails"], event["command"]), ("billing", "resume"))
        self.assertNotIn("campaign", event)

    def test_letters_that_were_posted_are_named_by_the_day_of_their_list(self):
        cloud = Cloud({"day": "2027-01-12", "issued": 2})
        self.assertEqual(
            told(cloud, "posted", "2027-01-12"), "      2  issued by the list of 2027-01-12\nok\n"
        )
        [(_, event)] = cloud.invoked
        del event["at"]
        self.assertEqual(
            event,
            {"v": 1, "command": "posted", "mails": "billing", "day": "2027-01-12",
             "by": "j.jansen", "reason": ""},
        )

    def test_a_release_names_the_account_who_and_why(self):
        cloud = Cloud({"campaign": 2026, "released": ["conn-A1", "coll-V1"]})
        self.assertEqual(
            told(cloud, "release", "2026", "K10001", "a leak, seen by staff"),
            "campaign 2026 of acceptance, K10001: conn-A1, coll-V1\nok\n",
        )
        [(_, event)] = cloud.invoked
        del event["at"]
        self.assertEqual(
            event,
            {"v": 1, "command": "release", "campaign": 2026, "account": "K10001",
             "by": "j.jansen", "reason": "a leak, seen by staff"},
        )

    def test_what_was_reported_is_a_line_each(self):
        one = {"account": "K10001", "connection": "A1", "meter": "W 1", "obstacle": "unreadable"}
        cloud = Cloud({"campaign": 2026, "obstacles": [one], "left_out": False})
        [line, ok] = told(cloud, "obstacles", "2026").splitlines()
        self.assertEqual((line.split("  ")[0], line.split()[-1], ok), ("K10001", "unreadable", "ok"))
        [(_, event)] = cloud.invoked
        self.assertEqual((event["command"], event["campaign"]), ("obstacles", 2026))
        more = Cloud({"campaign": 2026, "obstacles": [one], "left_out": True})
        self.assertIn("and more", told(more, "obstacles", "2026"))
        none = Cloud({"campaign": 2026, "obstacles": [], "left_out": False})
        self.assertEqual(told(none, "obstacles", "2026"), "nothing is in the way\nok\n")

    def test_what_is_released_in_part_says_what_is_to_be_mended(self):
        cloud = Cloud({"campaign": 2026, "released": ["coll-V1"], "to_mend": ["conn-A1: A1.W1: mend the readings"]})
        said = told(cloud, "release", "2026", "K10001", "a leak, seen by staff")
        self.assertIn("not released, mend it first: conn-A1: A1.W1: mend the readings\nok", said)

    def test_what_waits_is_a_line_for_each_reason(self):
        one = {"account": "K10001", "document": "conn-A1", "state": "held",
               "why": ["587.00 to pay is beyond the limit", "A1: estimated twice in a row"]}
        unset = "tariffs/water.toml:60 water.tax: no entry of 2027"
        cloud = Cloud({"campaign": 2026, "waiting": [one], "left_out": False, "not_set": [unset]})
        [price, first, second, ok] = told(cloud, "waiting", "2026").splitlines()
        self.assertEqual((price, ok), (f"prices: {unset}", "ok"))
        self.assertEqual(first.split()[:3], ["K10001", "conn-A1", "held"])
        self.assertTrue(second.endswith("held      A1: estimated twice in a row"), second)
        [(_, event)] = cloud.invoked
        self.assertEqual((event["command"], event["campaign"]), ("waiting", 2026))
        more = Cloud({"campaign": 2026, "waiting": [one], "left_out": True, "not_set": []})
        self.assertIn("and more", told(more, "waiting", "2026"))
        none = Cloud({"campaign": 2026, "waiting": [], "left_out": False, "not_set": []})
        self.assertEqual(told(none, "waiting", "2026"), "nothing waits\nok\n")

    def test_what_is_cleared_names_the_meter_who_and_why(self):
        cloud = Cloud({"campaign": 2026, "cleared": ["unreadable"]})
        self.assertEqual(
            told(cloud, "clear", "2026", "K10001", "W 1", "the window was replaced"),
            "campaign 2026 of acceptance, K10001, W 1: unreadable\nok\n",
        )
        [(_, event)] = cloud.invoked
        del event["at"]
        self.assertEqual(
            event,
            {"v": 1, "command": "clear", "campaign": 2026, "account": "K10001", "meter": "W 1",
             "by": "j.jansen", "reason": "the window was replaced"},
        )
        again = Cloud({"campaign": 2026, "cleared": []})
        self.assertIn("nothing was in the way", told(again, "clear", "2026", "K1", "W1", "why"))

    def test_what_somebody_must_see_to_is_a_line_each(self):
        one = {"account": "K10001", "connection": "A1", "meter": "W 1",
               "due": ["field reading due", "possible leak"]}
        cloud = Cloud({"campaign": 2026, "followups": [one], "left_out": False})
        [line, ok] = told(cloud, "followups", "2026").splitlines()
        self.assertTrue(line.endswith("  field reading due, possible leak"), line)
        self.assertEqual((line.split("  ")[0], ok), ("K10001", "ok"))
        [(_, event)] = cloud.invoked
        self.assertEqual((event["command"], event["campaign"]), ("followups", 2026))
        more = Cloud({"campaign": 2026, "followups": [one], "left_out": True})
        self.assertIn("and more", told(more, "followups", "2026"))
        none = Cloud({"campaign": 2026, "followups": [], "left_out": False})
        self.assertEqual(told(none, "followups", "2026"), "nothing is due\nok\n")

    def test_marked_days_name_the_connection_who_and_why(self):
        cloud = Cloud({"marked": [{"from": "2026-03-01", "to": "2026-05-20"}]})
        about = ("K10042", "A10042", "2026-03-01", "2026-05-20", "a leak, mended")
        self.assertEqual(
            told(cloud, "mark", *about),
            "K10042, A10042 of acceptance: 2026-03-01 to 2026-05-20\nok\n",
        )
        [(_, event)] = cloud.invoked
        del event["at"]
        self.assertEqual(
            event,
            {"v": 1, "command": "mark", "account": "K10042", "connection": "A10042",
             "from": "2026-03-01", "to": "2026-05-20", "by": "j.jansen", "reason": "a leak, mended"},
        )
        none = Cloud({"marked": []})
        self.assertEqual(told(none, "unmark", *about), "no days are marked\nok\n")
        self.assertEqual(none.invoked[0][1]["command"], "unmark")

    def test_what_cannot_be_meant_is_not_asked(self):
        cloud = Cloud({})
        for campaign in ("0", "65536", "-1", "2026x", "٢٠٢٦", ""):
            self.assertIn("is no campaign", told(cloud, "pause", campaign, "a reason"))
        self.assertIn("is no campaign", told(cloud, "release", "billing", "K10001", "a reason"))
        for day in ("12-01-2027", "2027-02-30", "yesterday"):
            self.assertIn("is no day", told(cloud, "posted", day))
        self.assertIn("needs a reason", told(cloud, "pause", "2026", " "))
        self.assertIn("needs a reason", told(cloud, "release", "2026", "K10001", ""))
        self.assertIn("needs a reason", told(cloud, "clear", "2026", "K10001", "W1", ""))
        days = ("2026-03-01", "2026-05-20")
        self.assertIn("needs a reason", told(cloud, "mark", "K1", "A1", *days, ""))
        self.assertIn("needs a reason", told(cloud, "unmark", "K1", "A1", *days, " "))
        self.assertIn("is no day", told(cloud, "mark", "K1", "A1", "2026-03-01", "May", "why"))
        self.assertIn("is no day", told(cloud, "unmark", "K1", "A1", "2026-02-30", days[1], "why"))
        self.assertEqual(cloud.invoked, [])

    def test_what_the_function_refuses_is_said(self):
        refused = Cloud({"errorMessage": "campaign 2025 is not deployed"}, "Unhandled")
        self.assertEqual(
            told(refused, "pause", "2025", "a reason"),
            "campaign failed: campaign 2025 is not deployed",
        )

    def test_a_script_that_is_called_wrongly_does_nothing(self):
        for arguments in ((), ("2026",), ("2026", "why", "--env"), ("2026", "why", "-e", "x"),
                          ("why", "2026")):
            status, out, err = run("pause", *arguments)
            self.assertEqual((status, out), (2, ""), arguments)
            self.assertIn("--help says more", err)
        for arguments in ((), ("now",), ("2026", "--env"), ("2026", "why")):
            status, out, err = run("resume", *arguments)
            self.assertEqual((status, out), (2, ""), arguments)
            self.assertIn("--help says more", err)
        for arguments in ((), ("2026",), ("2026", "K1"), ("2026", "K1", "why", "--env"), ("K1", "2026", "why")):
            status, out, err = run("release", *arguments)
            self.assertEqual((status, out), (2, ""), arguments)
            self.assertIn("--help says more", err)
        for arguments in ((), ("yesterday",), ("2027-01-12", "--env"), ("2027-01-12", "-e", "x")):
            status, out, err = run("posted", *arguments)
            self.assertEqual((status, out), (2, ""), arguments)
            self.assertIn("--help says more", err)
        for arguments in ((), ("K1",), ("2026", "--env"), ("2026", "-e", "x")):
            for script in ("obstacles", "waiting"):
                status, out, err = run(script, *arguments)
                self.assertEqual((status, out), (2, ""), arguments)
                self.assertIn("--help says more", err)
        for arguments in ((), ("2026", "K1", "W1"), ("2026", "K1", "W1", "why", "--env"), ("K1", "2026", "W1", "why")):
            status, out, err = run("clear", *arguments)
            self.assertEqual((status, out), (2, ""), arguments)
            self.assertIn("--help says more", err)
        for arguments in ((), ("K1",), ("2026", "--env"), ("2026", "-e", "x")):
            status, out, err = run("followups", *arguments)
            self.assertEqual((status, out), (2, ""), arguments)
            self.assertIn("--help says more", err)
        days = ("2026-03-01", "2026-05-20")
        for script in ("mark", "unmark"):
            for arguments in ((), ("K1", "A1", *days), ("K1", "A1", *days, "why", "--env"),
                              ("K1", "A1", "May", "June", "why")):
                status, out, err = run(script, *arguments)
                self.assertEqual((status, out), (2, ""), arguments)
                self.assertIn("--help says more", err)
        for script in ("clear", "followups", "mark", "obstacles", "pause", "posted", "release", "resume",
                       "unmark", "waiting"):
            status, out, _ = run(script, "--help")
            self.assertEqual((status, out.splitlines()[0][:8]), (0, "scripts/"))


if __name__ == "__main__":
    unittest.main()
