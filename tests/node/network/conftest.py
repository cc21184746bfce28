"""Two made applications: notes that everybody finds, and files that one organisation finds."""

from collections.abc import Iterable
from typing import Any

import pytest
from django.db.models import QuerySet

from isthmus.accounts.policy import Actor
from isthmus.exchange.application import Application, Panel, PanelRow, Searchable, Sighting
from isthmus.node.network import kinds
from isthmus.search.models import Document
from isthmus.search.services import Entry, put
from tests.accounts.conftest import people

__all__ = ["people"]
HERE = "tests.node.network.conftest"
VIEW, KEEP = "node.network.view", "node.operations.view"


def sightings(actor: Actor, keys: Iterable[str]) -> dict[str, Sighting]:
    """All but those that are gone."""
    return {
        key: Sighting(f"The title of {key}", f"/there/{key}/", ("A fact",))
        for key in keys
        if "gone" not in key
    }


def own_keys(actor: Actor) -> QuerySet[Any, Any]:
    """Those whose key begins with the code of the actor's organisation."""
    from isthmus.accounts.models import Organisation

    (code,) = Organisation.objects.filter(pk__in=actor.organisation_ids).values_list("code", flat=True)
    return Document.objects.filter(key__startswith=code).values("key")


def panel(actor: Actor) -> Panel | None:
    """Seven ideas and three countries; nothing for who may not see the node's operations."""
    from isthmus.accounts.policy import can

    if not can(actor, KEEP):
        return Panel("Ideas <here>", "/ideas/", "Write the first idea.")
    rows = tuple(PanelRow(f"Idea {n}", f"/ideas/{n}/", "A detail", "MD" if n == 1 else "") for n in range(7))
    return Panel(
        "Ideas <here>", "/ideas/", "", (("Proposed", rows), ("Tried", ())), (("MM", 2), ("XX", 1)), "ideas"
    )


def no_panel(actor: Actor) -> None:
    """An application that has nothing for anybody."""


APPLICATIONS = (
    Application(
        "notes",
        "Notes",
        "",
        "record",
        searchable=(Searchable("notes", "Notes", VIEW, f"{HERE}:sightings"),),
        panel=f"{HERE}:panel",
    ),
    Application(
        "files",
        "Files",
        "",
        "folder",
        searchable=(
            Searchable("files", "Files", VIEW, f"{HERE}:sightings", f"{HERE}:own_keys"),
            Searchable("alarms", "Alarms", KEEP, f"{HERE}:sightings"),
        ),
        panel=f"{HERE}:no_panel",
    ),
    Application("plain", "Plain", "", "box"),
)


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> None:
    """The node has these applications and no others."""
    monkeypatch.setattr(kinds, "applications", lambda: APPLICATIONS)


@pytest.fixture
def indexed(db: None, made: None) -> None:
    """Notes, a file of each organisation, and an alarm; all speak of stamps."""
    put("notes", [Entry(f"note{n}", f"Stamps {n}", "Excise stamps on bottles", "en") for n in range(12)])
    put("notes", [Entry("gone", "Stamps gone", "Rare gone", "en"), Entry("bare", "", "<b>Quay</b>", "en")])
    files = [Entry(f"{code}1", f"Stamps of {code}", "A secret file", "en") for code in ("customs", "revenue")]
    put("files", files)
    put("alarms", [Entry("alarm", "Stamps alarm", "", "en")])
    put("other", [Entry("other", "Stamps of nobody", "", "en")])
