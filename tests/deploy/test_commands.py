"""Every command line of the runbooks and the README is one that its script takes. Run by `scripts/check
--static`; no script gets further than its own check of what it is given."""

import re
import shlex
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "scripts"))

import operate

PAGES = [ROOT / "README.md", *sorted((ROOT / "docs/runbooks").glob("*.md"))]

# Beside a copy of a script, in the place of scripts/steps.sh: a script whose first step is to be run has
# taken what it was given.
STEPS = """
cd "$PROJECT"
manual() { exit 0; }
line() { :; }
step() { exit 0; }
"""

# Programs that a script calls without a step, as scripts/demo does.
CALLED = ("cargo", "cc")

# The positions of an environment, by script; --env is one wherever it stands.
ENVIRONMENT_FIRST = ("deploy", "redrive", "rotate-keys")


def commands(text):
    """The command lines of a page that call a script with something: of its blocks, up to where two
    blanks begin what is said about them, and of its sentences."""
    fences = re.compile(r"(?ms)^ *```\w*$\n(.*?)^ *```$")
    blocks = "\n".join(fences.findall(text)).splitlines()
    lines = [re.split(r" {2,}", line.strip())[0] for line in blocks]
    spans = re.findall(r"`([^`]+)`", fences.sub("", text))
    return [it for it in [*lines, *spans] if it.startswith("scripts/")]


def refusal(command):
    """Why a command line cannot be meant, or nothing."""
    script, *arguments = shlex.split(command)
    path = ROOT / script
    if not path.is_file() or not path.stat().st_mode & 0o100:
        return "there is no such script"
    if not arguments:
        # In a sentence it is only named; `scripts/test` alone is all stages.
        return None
    return not_taken(path, arguments) or not_meant(path.name, arguments)


def not_taken(path, arguments):
    """What a script says that refuses its arguments."""
    with tempfile.TemporaryDirectory() as folder:
        here = Path(folder) / "scripts"
        here.mkdir()
        (here / path.name).write_text(path.read_text())
        (here / "steps.sh").write_text(STEPS)
        programs = Path(folder) / "bin"
        programs.mkdir()
        for name in CALLED:
            (programs / name).write_text("#!/bin/sh\nexit 0\n")
            (programs / name).chmod(0o755)
        (Path(folder) / "rust-toolchain.toml").write_text("")
        # Of scripts/test no stage runs: an unknown one is refused before it is skipped.
        environment = {
            "PATH": f"{programs}:/usr/bin:/bin", "PROJECT": str(ROOT),
            "METERLINK_SKIP": ",".join(arguments),
        }
        done = subprocess.run(
            ["bash", str(here / path.name), *arguments], env=environment, capture_output=True,
            text=True, check=False,
        )
        return done.stderr.strip() or f"status {done.returncode}" if done.returncode else None


def not_meant(script, arguments):
    """What an operator would be told who types this, by what samconfig.toml says."""
    environments = [after for it, after in zip(arguments, arguments[1:]) if it == "--env"]
    if script in ENVIRONMENT_FIRST:
        environments.append(arguments[0])
    for environment in environments:
        try:
            operate.settings(environment)
        except SystemExit as end:
            return end.code
    if script == "redrive" and arguments[1:] and arguments[1] not in operate.REDRIVEN:
        return f"no dead letters go back to {arguments[1]}"
    if script == "deploy":
        # The examples of samconfig.toml are for the utility to fill in.
        architecture = "arm64" if arguments[1:] == ["--arm64"] else "x86_64"
        wrong = operate.wrong(arguments[0], architecture)
        return next((it for it in wrong if not it.endswith(" is the example's")), None)
    return None


class Commands(unittest.TestCase):
    """The command lines that people are told to type."""

    def test_every_page_says_what_its_scripts_take(self):
        found = [(page.name, it) for page in PAGES for it in commands(page.read_text())]
        self.assertGreater(len([it for _, it in found if " " in it]), 20)
        wrong = [f"{page}: {it}: {why}" for page, it in found if (why := refusal(it))]
        self.assertEqual(wrong, [])

    def test_a_command_line_ends_where_two_blanks_are(self):
        page = "Type:\n\n```\nscripts/pause 2026 \"a b\"   holds; scripts/resume\n```\n\nor `scripts/posted 2027-01-12`.\n"
        self.assertEqual(commands(page), ['scripts/pause 2026 "a b"', "scripts/posted 2027-01-12"])
        self.assertEqual(commands("```\nsam delete\n```\n`scripts/obstacles`"), ["scripts/obstacles"])

    def test_what_no_script_takes_is_found(self):
        for command, why in (
            ("scripts/deploy production", "Architecture is arm64, the build is for x86_64"),
            ("scripts/deploy staging --arm64", "samconfig.toml has no environment staging"),
            ("scripts/deploy", None),
            ("scripts/nothing", "there is no such script"),
            ("scripts/deploy production --arm", "it takes an environment"),
            ("scripts/pause 2026", "it takes a campaign"),
            ("scripts/pause 2026 why --env test", "samconfig.toml has no environment test"),
            ("scripts/redrive production mails", "no dead letters go back to mails"),
            ("scripts/rotate-keys acceptance statos", "it takes an environment"),
            ("scripts/test release deploi", "no stage is called deploi"),
            ("scripts/test release deploy", None),
            ("scripts/build --arm", "unknown argument"),
            ("scripts/demo --data DIR", None),
        ):
            with self.subTest(command):
                said = refusal(command)
                if why is None:
                    self.assertIsNone(said)
                else:
                    self.assertIn(why, said or "")


if __name__ == "__main__":
    unittest.main()
