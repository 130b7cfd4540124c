"""The local AWS of the deploy test: its process, its clients, and what it does otherwise than AWS."""

import fcntl
import os
import re
import signal
import socket
import ssl
import struct
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path

import boto3
from botocore.config import Config

REGION = "eu-central-1"

# Names of nobody: the first pair is the administrator of ministack's account.
CREDENTIALS = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test"}


def isolate():
    """Starts this program again in a network of its own, without a way out, where the kernel lets us."""
    if "METERLINK_NETWORK" in os.environ:
        if os.environ["METERLINK_NETWORK"] == "own":
            raise_loopback()
        return os.environ["METERLINK_NETWORK"]
    command = ["unshare", "--user", "--map-root-user", "--net"]
    try:
        can = subprocess.run([*command, "true"], capture_output=True).returncode == 0
    except FileNotFoundError:
        can = False
    environment = {**os.environ, "METERLINK_NETWORK": "own" if can else "shared"}
    again = [sys.executable, *sys.argv]
    os.execvpe(*((command[0], [*command, *again]) if can else (again[0], again)), environment)


def raise_loopback():
    """A new network has 127.0.0.1, but it is down (netdevice(7): SIOCGIFFLAGS, SIOCSIFFLAGS)."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        request = struct.pack("16sh14x", b"lo", 0)
        (flags,) = struct.unpack("16xh14x", fcntl.ioctl(any_socket, 0x8913, request))
        fcntl.ioctl(any_socket, 0x8914, struct.pack("16sh14x", b"lo", flags | 1))


def free_port():
    """A port of 127.0.0.1 that nobody listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


class Ministack:
    """A running ministack, stopped by its own process id."""

    def __init__(self, folder):
        self.port = free_port()
        self.url = f"https://127.0.0.1:{self.port}"
        self.folder = folder
        # ministack makes it when it starts; its functions inherit the variable from it.
        self.certificate = str(folder / "ministack-tls/server.crt")
        self.log = (folder / "ministack.log").open("wb")
        own = {
            "BIND_HOST": "127.0.0.1", "GATEWAY_PORT": str(self.port), "AWS_ENDPOINT_URL": self.url,
            "IOT_MTLS_ENABLED": "0", "MINISTACK_REGION": REGION, "AWS_DEFAULT_REGION": REGION,
            "TMPDIR": str(folder), "STATE_DIR": str(folder / "state"), "HOME": str(folder),
            # Roles and policies are obeyed: a call without its right, or without TLS, is refused.
            "AUTH": "true", "USE_SSL": "1", "SSL_CERT_FILE": self.certificate,
            "PATH": os.environ["PATH"], **CREDENTIALS,
        }
        command = [str(Path(sys.executable).with_name("ministack"))]
        self.process = subprocess.Popen(
            command, env=own, stdin=subprocess.DEVNULL, stdout=self.log, stderr=self.log,
            start_new_session=True,
        )
        until("ministack answers", self._answers, seconds=60)

    def _answers(self):
        if self.process.poll() is not None:
            fail("ministack ended at once")
        try:
            with self.opener().open(f"{self.url}/_ministack/health", timeout=2):
                return True
        except OSError:
            return False

    def opener(self):
        """Opens URLs of it, by its certificate, and follows no redirect: 303 is looked at."""
        trust = ssl.create_default_context(cafile=self.certificate)
        return urllib.request.build_opener(
            NoRedirect, urllib.request.ProxyHandler({}), urllib.request.HTTPSHandler(context=trust)
        )

    def environment(self):
        """What a command line needs to reach it and nothing else."""
        kept = {name: os.environ[name] for name in ("PATH", "LANG") if name in os.environ}
        return {
            **kept, **CREDENTIALS, "AWS_ENDPOINT_URL": self.url, "AWS_DEFAULT_REGION": REGION,
            "AWS_CA_BUNDLE": self.certificate, "HOME": str(self.folder), "SAM_CLI_TELEMETRY": "0", "PYTHONDONTWRITEBYTECODE": "1",
        }

    def client(self, service):
        """A client of boto3."""
        return boto3.client(
            service, endpoint_url=self.url, region_name=REGION, verify=self.certificate,
            aws_access_key_id=CREDENTIALS["AWS_ACCESS_KEY_ID"],
            aws_secret_access_key=CREDENTIALS["AWS_SECRET_ACCESS_KEY"],
            config=Config(retries={"max_attempts": 0}, read_timeout=60),
        )

    def stop(self):
        """Ends it and the functions that it started: they are of its session."""
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGTERM)
            try:
                self.process.wait(timeout=10)
            except subprocess.TimeoutExpired:
                os.killpg(self.process.pid, signal.SIGKILL)
                self.process.wait()
        self.log.close()


def until(what, holds, seconds):
    """Waits for an event, looking often; what `holds` says when it is true."""
    end = time.monotonic() + seconds
    while True:
        found = holds()
        if found:
            return found
        if time.monotonic() > end:
            fail(f"{what}: not within {seconds} s")
        time.sleep(0.2)


def fail(why):
    """Ends the run."""
    raise AssertionError(why)


class Web:
    """The HTTP API under its own host: who asks 127.0.0.1 says which host is meant."""

    def __init__(self, stack, host):
        self.url = stack.url
        self.open = stack.opener().open
        self.host = host

    def ask(self, method, path, form=None, **headers):
        """One request; redirects are answers too. Its status, headers and text."""
        body = None if form is None else urllib.parse.urlencode(form).encode()
        if body is not None:
            headers = {"Content-Type": "application/x-www-form-urlencoded", **headers}
        request = urllib.request.Request(
            self.url + path, data=body, method=method, headers={"Host": self.host, **headers}
        )
        try:
            answer = self.open(request, timeout=30)
        except urllib.error.HTTPError as error:
            answer = error
        with answer:
            return Answer(answer.status, answer.headers, answer.read().decode())


class Answer:
    """What the API answered."""

    def __init__(self, status, headers, text):
        self.status, self.headers, self.text = status, headers, text

    def fields(self):
        """The names and values of the form's inputs, as a browser would send them unfilled."""
        inputs = re.findall(r"<input\b[^>]*>", self.text)
        found = {}
        for tag in inputs:
            attributes = dict(re.findall(r'([\w-]+)="([^"]*)"', tag))
            if attributes.get("type") in ("radio", "checkbox", "submit"):
                continue
            found[attributes["name"]] = attributes.get("value", "")
        return found


class NoRedirect(urllib.request.HTTPRedirectHandler):
    """A redirect is an answer."""

    def redirect_request(self, *_):
        return None
