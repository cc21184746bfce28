"""The planner's pages: a list of homes is given, planned by the worker, shown, asked for and deleted."""

from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from isthmus.accounts.models import Membership, Officer, Organisation
from isthmus.accounts.roles import Role
from isthmus.apps.solar.models import SupplyPlan
from isthmus.apps.solar.planning import queries, services
from isthmus.apps.solar.planning.analytics import running
from isthmus.jobs.models import Job
from isthmus.jobs.runner import run_one
from isthmus.kit.errors import BadInput
from tests.second_factors import browser_of

pytestmark = pytest.mark.django_db
HOMES = (
    "id,lat,lon,wh_per_day,district,budget\n"
    "a,11.89,8.50,240,Kumbotso,\n"
    "b,11.90,8.51,240,Kumbotso,\n"
    "c,12.06,8.27,500,=Tofa,\n"
    "d,12.06,8.27,500,=Tofa,1\n"
)


@pytest.fixture
def energy(db: None) -> Organisation:
    return Organisation.objects.create(code="energy", name="Energy agency")


def client_of(organisation: Organisation, name: str = "officer") -> Client:
    person = Officer.objects.create_user(f"{name}@node.test", name.capitalize(), "seven calm rivers")
    Membership.objects.create(officer=person, organisation=organisation, role=Role.OFFICER)
    return browser_of(person)


def given(organisation: Organisation, content: str = HOMES, name: str = "homes.csv") -> dict[str, Any]:
    return {
        "organisation": organisation.pk,
        "title": "Two districts (sample)",
        "file": SimpleUploadedFile(name, content.encode()),
        "target": "0.03",
        "battery": "lfp",
        "country": "",
    }


def shown(client: Client, plan: SupplyPlan, name: str = "solar:plan", *more: str) -> str:
    answer = client.get(reverse(name, args=[plan.pk, *more]))
    assert answer.status_code == 200
    return (b"".join(answer) if answer.streaming else answer.content).decode()  # type: ignore[arg-type]  # a sync stream


def test_a_list_is_planned_by_the_worker_and_shown_by_district(energy: Organisation) -> None:
    client = client_of(energy)
    answer = client.post(reverse("solar:plan-ask"), given(energy))
    plan = SupplyPlan.objects.get()
    assert answer.headers["Location"] == reverse("solar:plan", args=[plan.pk])
    waiting = shown(client, plan)
    assert "Waiting for its turn" in waiting
    assert "Stop" in waiting
    assert run_one("test")
    plan.refresh_from_db()
    assert bytes(plan.homes) == b""
    assert plan.found["whole"]["homes"] == 4
    assert plan.found["whole"]["beyond"] == 1
    page = shown(client, plan)
    for words in ("By district", "Kumbotso", "Cost by district", "Ask makers for these lots", "kWp"):
        assert words in page
    assert "Two districts (sample)" in client.get(reverse("solar:plans")).content.decode()
    told = client.get(reverse("solar:plan", args=[plan.pk]), headers={"HX-Request": "true"})
    assert told.headers["HX-Refresh"] == "true"


def test_its_lots_are_what_makers_are_asked_for(energy: Organisation) -> None:
    plan = planned(energy)
    form = client_of(energy).get(reverse("solar:tender-ask"), {"plan": plan.pk}).content.decode()
    for lot in plan.lots:
        assert (
            f"{lot['count']}; {lot['wp']}; {lot['battery_wh']}; lfp; kit; {lot['place']}; {lot['name']}"
            in form
        )
    assert sum(lot["count"] for lot in plan.lots) == 3


def planned(organisation: Organisation, content: str = HOMES) -> SupplyPlan:
    file = ("homes.csv", content.encode())
    plan = services.ask(
        organisation, "Plan", file, battery="lfp", target=Decimal("0.03"), country="", actor="officer"
    )
    assert run_one("test")
    plan.refresh_from_db()
    return plan


def test_a_plan_is_a_file_that_no_spreadsheet_runs(energy: Organisation) -> None:
    plan, client = planned(energy), client_of(energy)
    lots = shown(client, plan, "solar:plan-lots")
    assert "'=Tofa" in lots
    homes = shown(client, plan, "solar:plan-homes", "csv")
    assert homes.count("\n") == 5
    assert "'=Tofa" in homes
    parquet = client.get(reverse("solar:plan-homes", args=[plan.pk, "parquet"]))
    assert parquet.content.startswith(b"PAR1")
    assert client.get(reverse("solar:plan-homes", args=[plan.pk, "exe"])).status_code == 404


def test_what_is_wrong_in_the_list_is_said_with_its_row(energy: Organisation) -> None:
    plan = planned(energy, HOMES.replace("a,11.89", "a,111.89"))
    assert plan.planned_at is None
    assert "homes.csv" in plan.fault
    page = shown(client_of(energy), plan)
    assert "These homes cannot be planned" in page
    assert "lat" in page
    assert Job.objects.get().state == "done"


@pytest.mark.parametrize(
    ("content", "name", "says"),
    [("", "homes.csv", "empty"), (HOMES, "homes.xls", "ends in .csv or .parquet")],
)
def test_a_file_that_cannot_be_a_list_is_refused_at_once(
    energy: Organisation, content: str, name: str, says: str
) -> None:
    page = client_of(energy).post(reverse("solar:plan-ask"), given(energy, content, name)).content.decode()
    assert says in page
    assert not SupplyPlan.objects.exists()


def test_a_file_that_is_too_large_is_refused(energy: Organisation, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services, "MOST_BYTES", 10)
    with pytest.raises(BadInput, match="at most 8 MB"):
        planned(energy)


def test_others_neither_see_nor_delete_it(energy: Organisation) -> None:
    plan = planned(energy)
    other = client_of(Organisation.objects.create(code="other", name="Other agency"), "other")
    assert other.get(reverse("solar:plan", args=[plan.pk])).status_code == 404
    assert other.post(reverse("solar:plan-drop", args=[plan.pk])).status_code == 404
    assert "Kumbotso" not in other.get(reverse("solar:tender-ask"), {"plan": plan.pk}).content.decode()


def test_a_plan_is_stopped_and_deleted(energy: Organisation) -> None:
    client = client_of(energy)
    client.post(reverse("solar:plan-ask"), given(energy))
    plan = SupplyPlan.objects.get()
    assert client.post(reverse("solar:plan-drop", args=[plan.pk])).status_code == 302
    assert not SupplyPlan.objects.exists()
    assert Job.objects.get().state == "cancelled"
    run_one("test")


def test_a_killed_worker_plans_it_again(energy: Organisation, monkeypatch: pytest.MonkeyPatch) -> None:
    def killed(*_given: object, **_options: object) -> None:
        raise OSError("the power went")

    with monkeypatch.context() as patch:
        patch.setattr(running, "plan_homes", killed)
        plan = planned(energy)
    assert plan.is_open
    assert bytes(plan.homes) == HOMES.encode()
    Job.objects.update(run_at=Job.objects.get().created)
    assert run_one("test")
    plan.refresh_from_db()
    assert plan.planned_at is not None


def test_a_plan_of_too_many_lots_begins_no_request(energy: Organisation) -> None:
    plan = planned(energy)
    plan.lots = plan.lots * queries.MOST_LOTS
    plan.save()
    client = client_of(energy)
    assert "holds at most 200 lots" in shown(client, plan)
    assert "Kumbotso" not in client.get(reverse("solar:tender-ask"), {"plan": plan.pk}).content.decode()


def test_a_plan_without_districts_is_shown_whole(energy: Organisation) -> None:
    plan = planned(energy, "id,lat,lon,wh_per_day\na,11.89,8.50,240\n")
    assert "By district" not in shown(client_of(energy), plan)
