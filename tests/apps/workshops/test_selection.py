"""Marks of several assessors become a proposal; the secretariat decides."""

import pytest
from django.urls import reverse

from isthmus.apps.workshops.models import Nominee
from isthmus.apps.workshops.nominations.services import inviting
from isthmus.apps.workshops.selection import queries, services
from isthmus.kit.errors import BadInput
from tests.apps.workshops.conftest import Office
from tests.second_factors import browser_of


def nominees(office: Office, signs: str) -> list[Nominee]:
    workshop = office.called(quota=2)
    for sign in signs:
        office.nominated(workshop, sign)
    return [Nominee.objects.get(reference=sign * 32) for sign in signs]


def marks(each: int) -> dict[str, int]:
    return dict.fromkeys(queries.weights().criteria, each)


def test_the_mean_of_those_who_may_judge_counts(office: Office):
    first, second, third = nominees(office, "abc")
    services.assess(first, marks(1), "", actor="one")
    services.assess(first, marks(2), "", actor="two")
    services.assess(second, marks(5), "", actor="one")
    services.assess(second, {}, "Same employer", actor="two")
    services.assess(third, {}, "Kin", actor="one")
    found = queries.proposal_of(first.invitation.workshop, 1)
    assert [(one.seen.nominee.reference[0], one.placed.accept, one.assessors) for one in found] == [
        ("b", True, 1), ("a", False, 2), ("c", False, 0),
    ]  # fmt: skip
    assert found[1].placed.points[0].hundredths == 10_000 * 3 * 2 // (8 * 5)
    assert (found[0].conflicts, found[2].placed.place) == (("two: Same employer",), 0)


def test_marks_are_whole_and_may_be_given_anew(office: Office):
    (row,) = nominees(office, "a")
    for wrong in ({}, marks(6)):
        with pytest.raises(BadInput, match="from 0 to 5"):
            services.assess(row, wrong, "", actor="one")
    services.assess(row, marks(3), "", actor="one")
    services.assess(row, marks(4), "", actor="one")
    assert row.assessments.get().marks == marks(4)


def test_the_page_explains_and_nothing_is_decided_by_it(office: Office):
    (row,) = nominees(office, "a")
    officer = browser_of(office.officer)
    told = dict.fromkeys(queries.weights().criteria, "4")
    where = reverse("workshops:proposal", args=[row.invitation.workshop.number])
    assert officer.post(reverse("workshops:assess", args=[row.pk]), told)["Location"] == where
    page = officer.get(where + "?room=1").content.decode()
    for part in ("Work fits the theme 30.0", "Balance of gender 10.0", "To be decided"):
        assert part in page
    assert row.selections.count() == 0
    empty = officer.post(reverse("workshops:assess", args=[row.pk]), {"conflict": ""}).content.decode()
    assert "say why you may not judge" in empty
    inviting.select(row, "accepted", "", actor="officer")
    assert "Accepted" in officer.get(where).content.decode()
    assert officer.get(reverse("workshops:assess", args=[999])).status_code == 404
