"""Holds `meterlink settle` against the oracle, to the cent.

    python tests/settle/compare.py BINARY SEED COUNT

COUNT drawn cases from SEED on, then every fault of broken.py in a case drawn for it. Every field must
be equal; of a refusal the codes. The first difference is shown with its seed and the smallest case
that still differs.

Exit 0: no difference. 1: one, shown. 2: called wrongly.
"""

import copy
import json
import multiprocessing
import pathlib
import subprocess
import sys
from fractions import Fraction

import broken
import cases
import oracle

FRACTIONS = {"quantity", "rate", "percent"}
EXITS = {True: 2, False: 0}


def settled(binary, text):
    """What the command makes of a case, and its exit code."""
    done = subprocess.run([binary, "settle"], input=text, capture_output=True, check=False)
    try:
        return json.loads(done.stdout), done.returncode
    except ValueError:
        return {"no JSON": done.stdout.decode(errors="replace"), "stderr": done.stderr.decode(errors="replace")}, done.returncode


def difference(ours, theirs, at="result"):
    """The first place where two answers differ, or None."""
    if isinstance(ours, dict) and isinstance(theirs, dict):
        for key in [*ours, *(key for key in theirs if key not in ours)]:
            if key not in ours or key not in theirs:
                return f"{at}.{key}: only the {'oracle' if key in ours else 'command'} has it"
            if key in FRACTIONS and isinstance(ours[key], str) and isinstance(theirs[key], str):
                found = None if Fraction(ours[key]) == Fraction(theirs[key]) else f"{ours[key]} != {theirs[key]}"
                found = found and f"{at}.{key}: {found}"
            else:
                found = difference(ours[key], theirs[key], f"{at}.{key}")
            if found:
                return found
        return None
    if isinstance(ours, list) and isinstance(theirs, list):
        if len(ours) != len(theirs):
            return f"{at}: {len(ours)} != {len(theirs)} entries"
        pairs = enumerate(zip(ours, theirs))
        return next(filter(None, (difference(one, two, f"{at}[{nth}]") for nth, (one, two) in pairs)), None)
    return None if type(ours) is type(theirs) and ours == theirs else f"{at}: {ours!r} != {theirs!r}"


def judged(binary, text):
    """The first difference over one case, or None."""
    ours = oracle.settle(text)
    theirs, code = settled(binary, text)
    if code != EXITS["errors" in ours]:
        return f"exit {code} with {json.dumps(theirs)[:300]}, not {EXITS['errors' in ours]} with {json.dumps(ours)[:300]}"
    if "errors" not in ours:
        return difference(ours, theirs)
    places = [error.get("at") for error in theirs.get("errors", [])]
    if None in places or places != sorted(places):
        return f"findings are not sorted by their place: {json.dumps(theirs)}"
    codes = [sorted({error["code"] for error in answer["errors"]}) for answer in (ours, theirs)]
    return difference(*codes, "codes")


def smaller(case):
    """Cases with one thing less."""
    for name in ("term_invoice", "previous", "terms"):
        if case.get(name):
            yield case | {name: None}
    lists = [("connections",), ("past_terms", "items"), ("tariff", "components"), ("previous", "parts")]
    lists += [("tariff", "vat", code) for code in case["tariff"]["vat"]]
    lists += [("tariff", "components", n, "rates") for n in range(len(case["tariff"]["components"]))]
    for n, connection in enumerate(case["connections"]):
        lists += [("connections", n, "components"), ("connections", n, "registers")]
        lists += [("connections", n, "registers", k, "readings") for k in range(len(connection["registers"]))]
    for path in lists:
        length = len(reached(case, path) or [])
        for size in (length // 2, 1):
            for begin in range(0, length, max(size, 1)) if size else ():
                less = copy.deepcopy(case)
                del reached(less, path)[begin : begin + size]
                yield less


def reached(node, path):
    for step in path:
        node = node and node[step]
    return node


def shrunk(binary, case):
    """The smallest case that still differs, as far as taking away goes."""
    refused = "errors" in oracle.settle(json.dumps(case).encode())
    while True:
        for less in smaller(case):
            text = json.dumps(less).encode()
            if ("errors" in oracle.settle(text)) == refused and judged(binary, text):
                case = less
                break
        else:
            return case


def compared(task):
    """One task: (binary, seed, fault or None) with the difference that it shows."""
    binary, seed, fault = task
    text = broken.text(seed, fault) if fault else json.dumps(cases.made(seed)).encode()
    if fault:
        codes = {error["code"] for error in oracle.settle(text).get("errors", [])}
        if broken.FAULTS[fault][0] not in codes:
            return task, f"the oracle does not see the fault {fault}: {codes}"
    return task, judged(binary, text)


def main(binary, seed, count):
    binary = str(pathlib.Path(binary).resolve())
    drawn = [(binary, nth, None) for nth in range(seed, seed + count)]
    faults = [(binary, seed + nth, fault) for nth, fault in enumerate(broken.FAULTS)]
    with multiprocessing.Pool() as pool:
        for task, found in pool.imap(compared, drawn + faults, chunksize=4):
            if found:
                pool.terminate()
                show(task, found)
                return 1
    print(f"settle: {count} cases from seed {seed} and {len(faults)} faults equal the oracle")
    return 0


def show(task, found):
    binary, seed, fault = task
    print(f"seed {seed}{f', fault {fault}' if fault else ''}: {found}  (oracle first)")
    if fault:
        print(broken.text(seed, fault).decode(errors="replace"))
        return
    case = shrunk(binary, cases.made(seed))
    print(f"smallest: {judged(binary, json.dumps(case).encode())}")
    print(json.dumps(case))


if __name__ == "__main__":
    if len(sys.argv) != 4:
        print(__doc__)
        sys.exit(2)
    sys.exit(main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3])))
