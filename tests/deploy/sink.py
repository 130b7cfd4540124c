"""SES for the deploy test: takes raw mails over HTTP, as SES v2 does, and keeps them."""

import base64
import email.policy
import json
import re
import threading
from email import message_from_bytes
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Mail:
    """A mail that was taken."""

    def __init__(self, request, message_id):
        self.message_id = message_id
        raw = base64.b64decode(request["Content"]["Raw"]["Data"])
        self.to = request["Destination"]["ToAddresses"]
        self.configuration_set = request["ConfigurationSetName"]
        self.tags = {it["Name"]: it["Value"] for it in request["EmailTags"]}
        self.message = message_from_bytes(raw, policy=email.policy.default)
        self.text = self.message.get_body(("plain",)).get_content()

    def links(self):
        """The links of its text part, by the address that stands above each."""
        pattern = r"Meterstand doorgeven voor (.+):\s+(https://\S+/m/\S{40})\s"
        return dict(re.findall(pattern, self.text))

    def files(self):
        """What is attached to it, by name."""
        contents = ((it.get_filename(), it.get_content()) for it in self.message.iter_attachments())
        return {name: it.encode() if isinstance(it, str) else it for name, it in contents}


class Sink:
    """Listens on a port of 127.0.0.1 until the program ends."""

    def __init__(self):
        self.mails = []
        sink = self

        class Handler(BaseHTTPRequestHandler):
            """`SendEmail` and nothing else (SES v2 API reference)."""

            def do_POST(self):
                size = int(self.headers["Content-Length"])
                body = json.loads(self.rfile.read(size))
                if self.path != "/v2/email/outbound-emails":
                    return self.answer(404, {"message": f"no operation at {self.path}"})
                message_id = f"sink-{len(sink.mails) + 1}"
                sink.mails.append(Mail(body, message_id))
                self.answer(200, {"MessageId": message_id})

            def answer(self, status, said):
                """JSON, as SES answers."""
                body = json.dumps(said).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                """Mails are not for a log."""

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{server.server_address[1]}"
        threading.Thread(target=server.serve_forever, daemon=True).start()

    def of(self, wave):
        """The mails of a wave: `call`, `r1` …"""
        return [mail for mail in self.mails if mail.tags["kind"] == wave]
