"""Loads at gates: each reference passes once, here and in the partner's country."""

import threading
from typing import Any

import pytest
from django.db import connection

from isthmus.apps.excise.models import GateScan, Movement
from isthmus.apps.excise.movements.models import DRAFT
from isthmus.apps.excise.movements.services.gates import Seen, scan
from isthmus.kit import clock
from isthmus.kit.errors import BadInput
from tests.apps.excise.movements import made
from tests.apps.excise.movements.conftest import Corridor


def seen(arc: str, **changes: str) -> Seen:
    return Seen(
        **({"arc": arc, "gate": "North gate", "way": "out", "plate": "AB 123", "seal": "S-77"} | changes)
    )


def theirs(arc: str, **changes: Any) -> dict[str, Any]:
    body = {
        "arc": arc,
        "gate": "South gate",
        "way": "in",
        "plate": "AB-123",
        "seal": "S77",
        "scanned_at": clock.to_text(clock.now()),
        "passed": True,
    }
    return body | changes


class TestOneGate:
    def test_a_load_passes_once_and_the_partner_is_told(self, corridor: Corridor):
        arc = corridor.accepted().arc
        assert scan(corridor.customs, seen(f" {arc.lower()} "), actor="guard").passed
        again = scan(corridor.customs, seen(arc), actor="guard")
        assert (again.passed, again.alarms) == (False, ["again"])
        assert [body["passed"] for body in corridor.sent("gate-scan")] == [True, False]

    def test_another_load_under_the_reference_is_stopped_with_every_reason(self, corridor: Corridor):
        arc = corridor.accepted().arc
        scan(corridor.customs, seen(arc), actor="guard")
        other = scan(corridor.customs, seen(arc, gate="East", plate="ZZ 9", seal="X"), actor="guard")
        assert other.alarms == ["again", "other-gate", "other-plate", "other-seal"]

    def test_an_unknown_reference_is_stopped(self, corridor: Corridor):
        assert scan(corridor.customs, seen(made.ARC), actor="guard").alarms == ["unknown"]

    def test_what_cannot_be_read_names_its_field(self, corridor: Corridor):
        with pytest.raises(BadInput) as refused:
            scan(corridor.customs, Seen("26MD", "", "up", "", "S"), actor="guard")
        assert [fault.where for fault in refused.value.faults] == ["arc", "gate", "plate", "way"]
        assert not GateScan.objects.exists()


class TestTwoCountries:
    def test_the_same_load_passes_the_partners_gate_without_an_alarm(self, corridor: Corridor):
        arc = corridor.accepted().arc
        scan(corridor.customs, seen(arc), actor="guard")
        corridor.receive("gate-scan", theirs(arc))
        assert [row.alarms for row in GateScan.objects.filter(node="cn")] == [[]]

    def test_another_load_at_the_partners_gate_alarms_here(self, corridor: Corridor):
        arc = corridor.accepted().arc
        scan(corridor.customs, seen(arc), actor="guard")
        corridor.receive("gate-scan", theirs(arc, plate="ZZ 9"))
        corridor.receive("gate-scan", theirs(arc, gate="West"))
        found = [row.alarms for row in GateScan.objects.filter(node="cn").order_by("id")]
        assert found == [["other-plate"], ["again", "other-gate", "other-plate"]]

    def test_a_load_that_passed_there_first_is_stopped_here(self, corridor: Corridor):
        arc = corridor.accepted().arc
        corridor.receive("gate-scan", theirs(arc, seal="X"))
        assert scan(corridor.customs, seen(arc), actor="guard").alarms == ["other-seal"]


@pytest.mark.django_db(transaction=True)
def test_of_gates_that_scan_at_once_one_lets_the_load_through():
    movement = Movement.objects.create(
        arc=made.ARC, state="accepted", dispatch_node="mm", destination_node="mm", opened_at=clock.now()
    )
    assert movement.state != DRAFT
    start, passed = threading.Barrier(6), []

    def work(number: int) -> None:
        try:
            start.wait(timeout=20)
            passed.append(scan(None, seen(made.ARC, gate=f"Gate {number}"), actor="guard").passed)
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert sorted(passed) == [False] * 5 + [True]
    assert GateScan.objects.filter(arc=made.ARC, passed=True).count() == 1
