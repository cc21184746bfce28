"""Indications: found with their evidence, found once, and closed with a note."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse

from isthmus.apps.excise.events.services import capture
from isthmus.apps.excise.models import StampAct, StampBatch, StampIndication
from isthmus.apps.excise.stamps import evidence_queries as evidence
from isthmus.apps.excise.stamps.rules.custody import Act
from isthmus.apps.excise.stamps.services import indicating, issuing
from isthmus.jobs.progress import Progress
from isthmus.kit import clock
from isthmus.kit.errors import BadInput, Conflict
from tests.apps.excise.events.conftest import document, event
from tests.apps.excise.stamps.conftest import GTIN, People, done, issued
from tests.apps.excise.stamps.samples import a_return
from tests.apps.excise.stamps.test_pages import browser_of, text_of

CHISINAU, BALTI = "geo:47.01,28.86", "geo:47.76,27.93"


def activated(people: People, count: int, at: datetime | None = None) -> StampBatch:
    batch = issued(people, 20)
    done(batch, Act.PRINT, 1, 20, people.revenue)
    done(batch, Act.ACTIVATE, 1, count, people.revenue)
    if at is not None:
        StampAct.objects.filter(act="activate").update(at=at)
    return batch


def captured(people: People, *events: dict[str, Any]) -> None:
    capture(json.dumps(document(*events)).encode(), organisation=people.distillery, actor="x")


def made(count: int, when: datetime) -> dict[str, Any]:
    """So many bottles of the product were commissioned."""
    return event(
        eventTime=clock.to_text(when),
        epcList=None,
        quantityList=[{"epcClass": f"https://id.gs1.org/01/{GTIN}", "quantity": count}],
    )


def seen(serial: str, place: str, when: datetime) -> dict[str, Any]:
    return event(
        eventTime=clock.to_text(when),
        epcList=[f"https://id.gs1.org/01/{GTIN}/21/{serial}"],
        action="OBSERVE",
        bizStep="inspecting",
        readPoint={"id": place},
    )


class TestActivationWithoutProduction:
    def test_events_of_production_are_compared_with_activations(self, people: People):
        activated(people, 12)
        captured(people, made(9, clock.now() - timedelta(hours=1)))
        assert indicating.look()["unproduced"] == 1
        row = StampIndication.objects.get()
        assert (row.kind, row.source, row.gtin) == ("unproduced", "events", GTIN)
        assert row.evidence == {"activated": 12, "produced": 9, "missing": 3, "clock_error_s": 900}
        assert row.organisation == people.revenue

    def test_enough_bottles_are_no_indication(self, people: People):
        activated(people, 12)
        captured(people, made(12, clock.now()))
        assert indicating.look() == {"products": 1, "signs": 0, "unproduced": 0}

    def test_an_event_that_was_declared_wrong_counts_no_bottles(self, people: People):
        activated(people, 12)
        when = clock.now() - timedelta(hours=1)
        wrong = made(3, when - timedelta(minutes=1))
        declared = {"declarationTime": clock.to_text(when), "reason": "incorrect_data"}
        captured(people, made(9, when), wrong, wrong | {"errorDeclaration": declared})
        indicating.look()
        assert StampIndication.objects.get().evidence["produced"] == 9

    def test_returns_that_are_past_their_day_are_compared(self, people: People):
        activated(people, 12, datetime(2023, 5, 20, tzinfo=UTC))
        a_return(people.operator, 10)
        indicating.look()
        row = StampIndication.objects.get()
        assert (row.source, row.evidence["activated"], row.evidence["produced"]) == ("returns", 12, 10)

    def test_a_month_that_is_not_over_is_not_compared(self, people: People):
        activated(people, 12)
        assert indicating.look()["unproduced"] == 0

    def test_it_grows_while_open_and_comes_again_only_if_it_grew(self, people: People):
        batch = activated(people, 12)
        captured(people, made(9, clock.now() - timedelta(hours=1)))
        indicating.look()
        done(batch, Act.ACTIVATE, 13, 14, people.revenue)
        assert indicating.look()["unproduced"] == 0
        row = StampIndication.objects.get()
        assert row.evidence["missing"] == 5
        indicating.close(row, "Counted at the other line", actor="officer")
        assert indicating.look()["unproduced"] == 0
        done(batch, Act.ACTIVATE, 15, 15, people.revenue)
        assert indicating.look()["unproduced"] == 1
        assert StampIndication.objects.count() == 2

    def test_a_product_of_nobody_is_compared_by_events_alone(self, people: People):
        from isthmus.apps.excise.models import Product

        activated(people, 12, datetime(2023, 5, 20, tzinfo=UTC))
        Product.objects.all().delete()
        assert evidence.closed_until(GTIN, clock.now().date()) is None
        assert indicating.look()["unproduced"] == 0


class TestPlaces:
    def test_one_serial_in_two_places_and_travel_come_with_bounds(self, people: People):
        batch = activated(people, 2)
        code, now = issuing.code_of(batch, 1), clock.now() - timedelta(days=1)
        captured(
            people,
            seen(code.serial_text, CHISINAU, now),
            seen(code.serial_text, BALTI, now + timedelta(minutes=30)),
            seen(code.serial_text, CHISINAU, now + timedelta(hours=8)),
        )
        assert indicating.look()["signs"] == 2
        assert indicating.look()["signs"] == 0
        travel = StampIndication.objects.get(kind="travel")
        assert (travel.batch, travel.serial, travel.source) == (batch, code.serial_text, "events")
        assert 105 < travel.evidence["distance_km"] < 112
        assert travel.evidence["clock_error_s"] == 900
        assert travel.evidence["speed_kmh"] == 130.0
        back = StampIndication.objects.get(kind="back")
        assert (back.evidence["place_before"], back.evidence["place"]) == (BALTI, CHISINAU)

    def test_places_without_coordinates_tell_no_distance(self, people: People):
        batch = activated(people, 2)
        code, now = issuing.code_of(batch, 1), clock.now() - timedelta(days=1)
        shop = "urn:epc:id:sgln:4012345.00001.0"
        captured(
            people,
            seen(code.serial_text, shop, now),
            seen(code.serial_text, CHISINAU, now + timedelta(minutes=1)),
        )
        assert indicating.look()["signs"] == 0

    def test_serials_of_other_products_are_not_looked_at(self, people: People):
        captured(people, seen("ABC", CHISINAU, clock.now()), seen("ABC", BALTI, clock.now()))
        assert indicating.look() == {"products": 0, "signs": 0, "unproduced": 0}

    def test_the_job_says_what_it_found(self, people: People):
        activated(people, 2)
        steps: list[tuple[int, int | None]] = []

        class Noting(Progress):
            def __init__(self) -> None:
                pass

            def step(self, done: int, total: int | None = None) -> None:
                steps.append((done, total))

        assert indicating.look_by_job(Noting())["products"] == 1
        assert steps == [(1, 1)]


class TestClosing:
    @pytest.fixture
    def row(self, people: People) -> StampIndication:
        activated(people, 12)
        captured(people, made(9, clock.now() - timedelta(hours=1)))
        indicating.look()
        return StampIndication.objects.get()

    def test_it_is_closed_once_and_with_a_note(self, row: StampIndication):
        with pytest.raises(BadInput, match="Note what you found"):
            indicating.close(row, " ", actor="officer")
        assert indicating.close(row, "Counted  twice", actor="officer").note == "Counted twice"
        with pytest.raises(Conflict, match="closed already"):
            indicating.close(row, "Again", actor="officer")

    def test_the_page_shows_reason_evidence_and_bounds_and_closes(self, people: People, row: StampIndication):
        officer = browser_of(people.officer)
        address = reverse("excise:stamp-indication", args=[row.pk])
        listed = text_of(officer.get(reverse("excise:stamp-indications"), {"state": "open", "q": GTIN[1:]}))
        assert "More activated than produced" in listed
        page = text_of(officer.get(address))
        for words in ("An indication, no proof", "Stamps without a bottle", "Error of both clocks"):
            assert words in page
        assert "Note what you found" not in page
        officer.post(address, {"note": "Counted at the other line"})
        page = text_of(officer.get(address))
        assert "Counted at the other line" in page
        assert "Close the indication" not in page
        closed = text_of(
            officer.get(reverse("excise:stamp-indications"), {"state": "open", "kind": "unproduced"})
        )
        assert address not in closed

    def test_a_firm_sees_none(self, people: People, row: StampIndication):
        firm = browser_of(people.distiller)
        assert firm.get(reverse("excise:stamp-indication", args=[row.pk])).status_code == 404


def test_what_a_file_of_scans_shows_is_kept_once(people: People, tmp_path: Path):
    from tests.apps.excise.stamps.test_cli import SCANS, found, run

    (tmp_path / "scans.csv").write_text(SCANS)
    command = ("clones", tmp_path / "scans.csv", "--out", tmp_path / "out.csv", "--keep", "--json")
    assert found(run(*command))["kept"] == 2
    assert found(run(*command))["kept"] == 0
    row = StampIndication.objects.get(kind="travel")
    assert (row.serial, row.source, row.evidence["place"]) == ("A", "scans", "Balti")
    assert isinstance(
        run("clones", tmp_path / "scans.csv", "--out", tmp_path / "o.parquet", "--keep").exception, BadInput
    )
    assert found(run("look", "--json"))["products"] == 0
