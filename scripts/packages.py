"""The packages below target/lambda/: `packages.py sizes` prints how large each is as it is uploaded,
`packages.py starts` what each takes of the processor to its first event. A line that is over its bar
fails."""

import io
import os
import signal
import subprocess
import sys
import threading
import zipfile
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = ROOT / "target/lambda"

# Bytes of a zip: performance.md 5 of the design. What renders documents is larger.
LARGEST = {"readings": 4_000_000, "invoices": 18_000_000}
LARGEST_OTHER = 5_000_000

# Milliseconds of processor from the start of the program to its question for the first event, the
# median of STARTS. Time on the clock would be that of the machine's other work. On Lambda, reading the
# package comes before and is not in it.
SLOWEST_MS = 25
STARTS = 9

# What a function reads at its start: every variable, so that none is missing.
ENVIRONMENT = {
    "METERLINK_BASE_URL": "https://stand.voorbeeldwater.nl", "METERLINK_DRAWERS": "64",
    "METERLINK_CAMPAIGN_STATE": "run",
    "AWS_REGION": "eu-central-1", "AWS_ACCESS_KEY_ID": "none", "AWS_SECRET_ACCESS_KEY": "none",
    "AWS_LAMBDA_FUNCTION_NAME": "start", "AWS_LAMBDA_FUNCTION_VERSION": "1",
    "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "512",
}


def packages():
    """Every function that was built."""
    found = sorted(it.parent.name for it in PACKAGES.glob("*/bootstrap"))
    known = sorted(it.name for it in (ROOT / "functions").iterdir())
    if found != known:
        sys.exit(f"target/lambda holds {found}, functions are {known}: scripts/build")
    return found


def table(unit, rows):
    """Prints a line for each function and ends the program if one is over its bar."""
    over = [name for name, value, bar in rows if value > bar]
    for name, value, bar in rows:
        print(f"{'OVER' if value > bar else 'ok':<7} {value:>10,} {unit} of {bar:>10,}  {name}")
    if over:
        sys.exit(f"over the bar: {', '.join(over)}")


def zipped(package):
    """How many bytes a package has as it is uploaded."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in sorted(package.rglob("*")):
            if file.is_file():
                archive.write(file, file.relative_to(package))
    return buffer.tell()


def sizes():
    """The size of each package."""
    rows = [(it, zipped(PACKAGES / it), LARGEST.get(it, LARGEST_OTHER)) for it in packages()]
    table("bytes", rows)


def start_ms(package):
    """Milliseconds of processor that a program takes until it asks for its first event."""
    asked, over = threading.Event(), threading.Event()

    class Runtime(BaseHTTPRequestHandler):
        """The runtime interface: the first question waits for its answer until the program is gone."""

        def do_GET(self):
            asked.set()
            over.wait()

        def do_POST(self):
            size = int(self.headers.get("Content-Length", 0))
            sys.stderr.write(self.rfile.read(size).decode() + "\n")

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Runtime)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    queues = {
        f"METERLINK_{name}": "https://sqs.eu-central-1.amazonaws.com/1/none"
        for name in (
            "QUEUE_MAIL", "QUEUE_MAIL_NOW", "QUEUE_SETTLE", "QUEUE_INVOICES", "QUEUE_IMPORT_CHUNKS",
        )
    }
    names = {
        f"METERLINK_{name}": "none"
        for name in (
            "CORE", "SENDS", "SHORT_LIVED", "FILES", "KEYS", "SES_PROOF", "SES_PLAIN", "SES_FROM",
            "STACK", "BILLING", "INVOICES",
        )
    }
    api = f"127.0.0.1:{server.server_address[1]}"
    environment = {**names, **queues, **ENVIRONMENT, "AWS_LAMBDA_RUNTIME_API": api}
    program = subprocess.Popen(["./bootstrap"], cwd=package, env=environment)
    came = asked.wait(timeout=10)
    os.kill(program.pid, signal.SIGKILL)
    _, _, taken = os.wait4(program.pid, 0)
    over.set()
    server.shutdown()
    if not came:
        sys.exit(f"{package.name} never asked for an event")
    return round((taken.ru_utime + taken.ru_stime) * 1000)


def starts():
    """What each program takes of the processor to its first event."""
    os.environ.pop("AWS_PROFILE", None)
    rows = []
    for name in packages():
        times = sorted(start_ms(PACKAGES / name) for _ in range(STARTS))
        rows.append((name, times[STARTS // 2], SLOWEST_MS))
    table("ms", rows)


if __name__ == "__main__":
    {"sizes": sizes, "starts": starts}[sys.argv[1]]()
