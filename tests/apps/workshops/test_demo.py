"""The sample data: the programme of 2011 comes out as its report states it, and entering it twice is once."""

import pytest

from isthmus.apps.workshops.models import Programme
from isthmus.apps.workshops.nominations import body_queries as bodies
from isthmus.apps.workshops.programme import queries as programme_queries
from isthmus.apps.workshops.reporting import queries
from isthmus.node.demo import workshops
from tests.apps.workshops.conftest import Office


def test_the_programme_of_2011_stands_closed_and_true_to_its_report(office: Office):
    told = {"programme": "INT-10-K05", "workshops": 4, "participants": 127, "total": 59_780}
    for _again in range(2):
        assert workshops.enter_programme("officer@node.test", "approver@node.test") == told
    row = Programme.objects.get()
    assert row.closed_at is not None
    assert programme_queries.in_all_of(row).remainder == 63
    paper = queries.paper_of(row)
    annex = {line[0].strip(): line[2] for line in paper.sections[-1].tables[0].rows}
    wanted = ("Domestic Travel", "International Travel", "Daily Cost", "Conference", "Subtotal", "Overhead")
    assert [annex[name] for name in wanted] == [
        "13,945.00", "11,754.00", "18,030.00", "11,560.00", "55,289.00", "4,491.00",
    ]  # fmt: skip
    assert [row[3] for row in paper.sections[1].tables[0].rows] == [
        "not stated", "not stated", "26", "38", "63", "127",
    ]  # fmt: skip


def test_a_country_is_called_and_its_delegate_nominated_once(office: Office, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(workshops, "CALLED", ("cn",))
    for _again in range(2):
        assert workshops.call_countries("officer@node.test")["called"] == 1
    assert len(office.told(bodies.CALL)) == 1
    office.call_from_abroad()
    for _again in range(2):
        assert workshops.nominate_delegate("officer@node.test", "approver@node.test", "cn")["state"] == "sent"
    assert len(office.told(bodies.NOMINATION)) == 1
