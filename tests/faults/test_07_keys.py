"""Group 7: keys that roll over, run out, are revoked, or are nobody's, while records are under way."""

import json
import time

import pytest

from tests.faults.fleet import Fleet
from tests.faults.machine import COMPILER, MISSING
from tests.faults.matrix import row, rows

pytestmark = pytest.mark.processes


@rows(
    "purpose",
    [
        (
            purpose,
            f"A new {purpose} key takes over twice while records wait; its receipts overtake the news of it.",
            "All of it crosses and is receipted without anybody's help; no alarm stays open.",
        )
        for purpose in ("seal", "log", "encryption")
    ],
)
def test_rolled_over(fleet: Fleet, purpose: str):
    fleet.lines["mm", "cn"].refuse()
    fleet.publish("mm", "cn", 3)
    for _ in range(2):
        fleet["mm"].ask("roll_over", purpose)
        fleet.publish("mm", "cn", 3)
    # Receipts of mm under its new key reach cn before the record that names the key.
    fleet.publish("cn", "mm", 3)
    everything = fleet.published["cn", "mm"]
    fleet.until(lambda: fleet["mm"].ask("numbers_of", "cn", "in") == everything, "nothing comes back")
    fleet.lines["mm", "cn"].heal()
    # A call under the new key may be refused for a moment: that alarm heals as soon as the news is there.
    fleet.settled(alarms_among={"mm": ["trust.own-key-refused"]})
    # The next call that goes well shows it, and there is one with the next record.
    fleet.publish("mm", "cn", 1)
    fleet.until(lambda: fleet["mm"].ask("open_alarms") == [], "the alarm does not heal")
    assert fleet["cn"].ask("bundle_in", fleet["mm"].ask("bundle_out", "cn"))["refused"] == 0
    fleet.settled()


@row(
    "A node's seal leaks and is revoked while records under it wait; a thief signs with it afterwards.",
    "What was receipted before stays good; what waited under it is refused with a signed reason, since nobody"
    " can tell it from a forger's; the thief is not let in; the node goes on under its new seal.",
)
def test_revoked(fleet: Fleet):
    fleet.publish("mm", "cn", 2)
    fleet.settled()
    stolen = fleet["mm"].ask("seal_in_use")
    # Off, not only cut off: a call under way could carry them without the news of the revocation.
    fleet["mm"].stop()
    waiting = fleet.publish("mm", "cn", 2)
    time.sleep(1.1)  # a revocation is dated in whole seconds
    fleet["mm"].ask("revoke_seal", stolen)
    fleet.publish("mm", "cn", 2)
    fleet.restart("mm")
    fleet.settled(refused=dict.fromkeys(waiting, "trust.key-revoked"))
    payload = json.dumps(fleet["mm"].ask("next_payload", "cn", {"declaration_number": "EX-thief"}))
    token = fleet["mm"].ask("sign_with", stolen, payload)
    status, answer = fleet["mm"].ask("push_as_thief", "cn", stolen, token)
    assert (status, "revoked" in answer) == (403, True), answer
    fleet.publish("mm", "cn", 2)
    fleet.settled()


@row(
    "A record comes that is signed with a key that nobody knows, in the name of a partner.",
    "It gets a signed refusal and no place; the records of the partner go on.",
)
def test_unknown(fleet: Fleet):
    fleet.lines["mm", "cn"].refuse()
    fleet.publish("mm", "cn", 2)
    payload = json.dumps(fleet["mm"].ask("next_payload", "cn", {"declaration_number": "EX-nobody"}))
    token = fleet["mm"].ask("sign_payload", payload, True)
    status, answer = fleet["mm"].ask("push_bytes", "cn", [token])
    assert status == 200
    assert fleet["mm"].ask("refusal_codes", json.loads(answer)["answers"]) == ["trust.unknown-key"]
    fleet.lines["mm", "cn"].heal()
    fleet.settled()


@pytest.mark.skipif(not COMPILER, reason=MISSING)
@row(
    "The seals of all nodes run out: their clocks go on by six years; then the clocks are put right.",
    "Publishing is refused with words about the key; nothing is sent under it; afterwards all goes on.",
)
def test_expired(fleet: Fleet):
    fleet.publish("mm", "cn", 2)
    fleet.settled()
    # Not started again: what a worker does after six years (alarms about keys) is tested elsewhere.
    for node in fleet.nodes.values():
        node.stop()
    for machine in fleet.machines.values():
        machine.set_clock(6 * 365 * 24)
    assert fleet.code_of_publishing("mm", "cn") == "keys.expired"
    for machine in fleet.machines.values():
        machine.set_clock(0)
    for node_id in fleet.nodes:
        fleet.restart(node_id)
    fleet.publish("mm", "cn", 2)
    fleet.settled()
