"""Group 10: a partner, or somebody with a partner's key, sends what is meant to break a node.

Each row ends with the ordinary reckoning: the node is up, and the exchange goes on as if nothing had been.
"""

import gzip
import json
import socket
import zlib

import pytest
import zstandard

from isthmus.wire import packing
from tests.faults.fleet import Fleet
from tests.faults.matrix import row
from tests.processes.test_serving import pss_kb, session_of

pytestmark = pytest.mark.processes
MOST_GROWTH_KB = 120_000


def _memory(fleet: Fleet) -> int:
    return sum(pss_kb(pid) for pid in session_of(fleet["cn"]))


def _raw(port: int, request: bytes) -> bytes:
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        connection.sendall(request)
        connection.shutdown(socket.SHUT_WR)
        answer = b""
        while piece := connection.recv(65_536):
            answer += piece
        return answer


@row(
    "A signed request brings a form of 10,000 parts, as a batch and as itself, and a batch of 10,000 texts.",
    "Refused at once; the node is up.",
)
def test_ten_thousand_parts(fleet: Fleet):
    part = b'--x\r\nContent-Disposition: form-data; name="%d"\r\n\r\nv\r\n'
    body = b"".join(part % number for number in range(10_000)) + b"--x--\r\n"
    status, _ = fleet["mm"].ask(
        "call", "cn", "POST", "/exchange/v1/inbox", body.hex(), "multipart/form-data; boundary=x"
    )
    assert status in {400, 413, 415, 422}
    one = packing.pack("a.b.c")
    for form in (body, (len(one).to_bytes(4, "big") + one) * 10_000):
        for packed in (False, True):
            status, _ = fleet["mm"].ask("call_inbox", "cn", form.hex(), packed)
            assert status in {400, 413, 422}
    fleet.publish("mm", "cn", 2)
    fleet.settled()


@row(
    "A record with a good signature holds JSON of 100,000 levels; answers of 100,000 levels are posted.",
    "Refused with a signed reason, without a crash of the parser; the node is up.",
)
def test_deep_json(fleet: Fleet):
    fleet.lines["mm", "cn"].refuse()
    payload = json.dumps(fleet["mm"].ask("next_payload", "cn", "DEEP"))
    deep = payload.replace('"DEEP"', "[" * 100_000 + "]" * 100_000)
    token = fleet["mm"].ask("sign_payload", deep)
    status, answer = fleet["mm"].ask("push_bytes", "cn", [token])
    assert status == 200
    assert len(json.loads(answer)["answers"]) == 1
    nested = b'{"answers": ' + b"[" * 100_000 + b"]" * 100_000 + b"}"
    status, _ = fleet["mm"].ask(
        "call", "cn", "POST", "/exchange/v1/receipts", nested.hex(), "application/json"
    )
    assert status in {400, 422}
    fleet.lines["mm", "cn"].heal()
    fleet.publish("mm", "cn", 2)
    fleet.settled()


@row(
    "A batch opens to a gigabyte, by gzip or Zstandard; another nests gzip in gzip; each is sent four times.",
    "Refused after 8 MiB; the memory of the node stays within bounds.",
)
def test_gzip_bomb(fleet: Fleet):
    before = _memory(fleet)
    packer = zlib.compressobj(9, wbits=31)
    block = b"0" * (1 << 20)
    bomb = b"".join(packer.compress(block) for _ in range(1024)) + packer.flush()
    assert len(bomb) < 1_200_000
    frame = b"\0" + zstandard.ZstdCompressor(level=3).compress(bytes(1 << 30))
    kept = len(frame).to_bytes(4, "big") + frame
    for body, packed in ((bomb, False), (gzip.compress(bomb), False), (kept, True)):
        for _ in range(4):
            status, _ = fleet["mm"].ask("call_inbox", "cn", body.hex(), packed)
            assert status in {400, 413, 422}
    assert _memory(fleet) - before < MOST_GROWTH_KB
    fleet.publish("mm", "cn", 2)
    fleet.settled()


@row(
    "Paths climb out of the exchange, plain and encoded, signed and not, also as a node's name.",
    "Not found or refused; no file of the machine is shown.",
)
def test_path_traversal(fleet: Fleet):
    climbs = [
        "../../../../etc/passwd",
        "..%2f..%2f..%2fetc%2fpasswd",
        "%2e%2e/%2e%2e/etc/passwd",
        "....//etc/passwd",
    ]
    for climb in climbs:
        for place in ("/static/", "/exchange/v1/outbox/", "/exchange/v1/attachments/", "/"):
            head = f"GET {place}{climb} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
            answer = _raw(fleet["cn"].port, head.encode())
            assert b"root:" not in answer
            assert answer.split(maxsplit=2)[1] in {b"302", b"400", b"401", b"403", b"404", b"405"}, (
                place + climb
            )
        status, text = fleet["mm"].ask("call", "cn", "GET", f"/exchange/v1/outbox/{climb}", "", "text/plain")
        assert status in {400, 403, 404}
        assert "root:" not in text
    fleet.publish("mm", "cn", 2)
    fleet.settled()


@row(
    "A record for one partner is pushed to another, with a request that is good; a recorded request is sent"
    " to another node; a signed request comes with another body.",
    "Refused as misaddressed, as meant for another audience, as signed for another body; no effect anywhere.",
)
def test_replayed_to_another(fleet: Fleet):
    fleet.lines["mm", "md"].requests.clear()
    fleet.publish("mm", "md", 2)
    fleet.settled()
    first = fleet["mm"].ask("position")["streams"]["mm>md#1"][0]
    tokens = fleet["mm"].ask("tokens_from", "md", first)
    status, answer = fleet["mm"].ask("push_bytes", "cn", tokens)
    assert status == 200
    assert fleet["mm"].ask("refusal_codes", json.loads(answer)["answers"]) == ["exchange.misaddressed"]
    recorded = next(
        part for part in reversed(fleet.lines["mm", "md"].requests) if b"POST /exchange/v1/inbox" in part
    )
    assert fleet.lines["mm", "cn"].play_again(recorded).split(maxsplit=2)[1] in {b"401", b"403"}
    swapped = recorded[:-1] + bytes([recorded[-1] ^ 1])
    assert fleet.lines["mm", "md"].play_again(swapped).split(maxsplit=2)[1] in {b"400", b"401", b"403"}
    fleet.publish("mm", "cn", 2)
    fleet.settled()


@row(
    "Records with a good signature lie about sender, stream, number, size, text and numbers in their body.",
    "Each gets a signed refusal and no place, or a place without an effect; what is honest goes on.",
)
def test_lying_records(fleet: Fleet):
    fleet.lines["mm", "cn"].refuse()
    good = fleet["mm"].ask("next_payload", "cn", {"declaration_number": "EX-lie", "items": []})
    lies = [
        json.dumps({**good, "from": "md"}),
        json.dumps({**good, "stream": "md>cn#1"}),
        json.dumps({**good, "seq": good["seq"] + 1000}),
        json.dumps({**good, "seq": -1}),
        json.dumps(good)[:-1] + ', "seq": 1}',
        json.dumps({**good, "body": {"n": 1.5}}).replace("1.5", "NaN"),
        json.dumps({**good, "issued": "2026-11-23T10:02:00"}),
        json.dumps({**good, "id": "1"}),
        "null",
        "",
    ]
    tokens = [fleet["mm"].ask("sign_payload", lie) for lie in lies] + [
        fleet["mm"].ask("sign_payload", json.dumps(good), True),
        "a.b.c",
        "x" * 1_500_000,
        "é",
    ]
    for token in tokens:
        status, _ = fleet["mm"].ask("push_bytes", "cn", [token])
        assert status in {200, 400, 413, 422}, token[:100]
    fleet.lines["mm", "cn"].heal()
    fleet.publish("mm", "cn", 2)
    fleet.settled()
