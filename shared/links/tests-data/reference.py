"""The token in another language, as an oracle for the tests of `links`.

Reads one JSON object a line and answers each with one line, as `meterlink link mint` and
`meterlink link read` do. Written from the byte table alone, with nothing but the standard library.

usage: python3 reference.py mint|read
"""

import base64
import binascii
import hashlib
import hmac
import json
import sys

NAMES = {
    0x11: "submit",
    0x12: "delegate",
    0x13: "sign-in",
    0x14: "session",
    0x15: "confirm-email",
    0x16: "stop-reminders",
    0x17: "move-in",
    0x18: "pay",
    0x19: "letter",
}
BYTES = {name: byte for byte, name in NAMES.items()}


def sha256_mac(key, *parts):
    return hmac.new(key, b"".join(parts), hashlib.sha256).digest()


def sixteen(master, signed):
    kind = signed[-1:]
    key = sha256_mac(master, b"meterlink/link/v1/", kind, bytes([1]))
    return sha256_mac(key, signed)[:16]


def mint(asked):
    signed = (
        bytes.fromhex(asked["subject"])
        + asked["campaign"].to_bytes(2, "big")
        + asked["generation"].to_bytes(2, "big")
        + bytes([asked["active"], BYTES[asked["type"]]])
    )
    master = bytes.fromhex(asked["master"][str(asked["active"])])
    return {"token": base64.b64encode(sixteen(master, signed) + signed, b"-_").decode("ascii")}


def read(asked):
    refused = {"error": "not-valid"}
    token = asked["token"]
    if len(token) != 40 or not token.isascii() or "+" in token or "/" in token:
        return refused
    try:
        raw = base64.b64decode(token.translate(str.maketrans("-_", "+/")), validate=True)
    except binascii.Error:
        return refused
    if len(raw) != 30:
        return refused
    tag, signed = raw[:16], raw[16:]
    master = asked["master"].get(str(signed[12]))
    if signed[13] not in NAMES or master is None:
        return refused
    if sixteen(bytes.fromhex(master), signed) != tag:
        return refused
    return {
        "type": NAMES[signed[13]],
        "subject": signed[:8].hex(),
        "campaign": int.from_bytes(signed[8:10], "big"),
        "generation": int.from_bytes(signed[10:12], "big"),
        "key": signed[12],
    }


if __name__ == "__main__":
    answer = {"mint": mint, "read": read}[sys.argv[1]]
    for line in sys.stdin:
        print(json.dumps(answer(json.loads(line)), separators=(",", ":")))
