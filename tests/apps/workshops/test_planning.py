"""What cannot be planned, the list at the shell, and the bodies for the dry run of an agreement."""

import json
from datetime import date, timedelta
from typing import Any

import pytest
from click.testing import CliRunner

from isthmus.accounts.policy import actor_for
from isthmus.apps.workshops.cli import workshops
from isthmus.apps.workshops.models import Nominee
from isthmus.apps.workshops.nominations import sample_queries
from isthmus.apps.workshops.nominations.services import inviting, nominating
from isthmus.kit import clock
from isthmus.kit.errors import BadInput
from tests.apps.workshops.conftest import PERSON, Office, programme_of, workshop_of


@pytest.mark.parametrize(
    ("change", "field"),
    [({"code": "int/10"}, "code"), ({"currency": "usd"}, "currency"), ({"ends": date(2000, 1, 1)}, "ends")],
)
def test_a_programme_that_contradicts_itself_is_refused(office: Office, change: dict[str, Any], field: str):
    with pytest.raises(BadInput) as caught:
        programme_of(office.secretariat, **change)
    assert caught.value.faults[0].where == field


def test_codes_are_given_once_and_workshops_lie_within_their_programme(office: Office):
    programme = programme_of(office.secretariat)
    with pytest.raises(BadInput, match="There is a programme with this code"):
        programme_of(office.secretariat)
    with pytest.raises(BadInput, match="outside of the programme"):
        workshop_of(programme, ends=programme.ends + timedelta(days=1))
    with pytest.raises(BadInput, match="lies before the first"):
        workshop_of(programme, ends=clock.now().date() - timedelta(days=9))


def test_the_shell_lists_workshops_and_how_far_each_is(office: Office):
    office.called()
    answer = CliRunner().invoke(workshops, ["list", "--programme", "SAMPLE-1", "--json"])
    (found,) = json.loads(answer.stdout)
    assert (found["number"], found["state"], found["participants_are"]) == (
        "SAMPLE-1-W1",
        "invited",
        "unknown",
    )


def test_bodies_for_a_dry_run_are_those_that_one_may_see(office: Office):
    workshop = office.called()
    office.nominated(workshop)
    inviting.select(Nominee.objects.get(), "accepted", "", actor="officer")
    nominating.approve(office.nomination(), actor="approver@node.test")
    actor = actor_for(office.officer)
    (call,) = sample_queries.calls(actor)
    (nomination,) = sample_queries.nominations(actor)
    (selection,) = sample_queries.selections(actor)
    assert call.body == office.told("workshops.call/1")[0]
    assert nomination.body["name"] == PERSON["name"]
    assert selection.body["says"] == "accepted"
