"""Country plans in the index, and what became of their records: erased, given back, or numbered later."""

from typing import Any

from isthmus.apps.workshops.plans.house import KIND
from isthmus.apps.workshops.plans.models import CountryPlan, HeldAnswer, HeldPlan, PlanAnswer
from isthmus.exchange.handlers import Erasing, Received
from isthmus.search.services import Entry, put, remove


def key_of(node: str, reference: str) -> str:
    """The name of a plan in the index: two countries may use one reference."""
    return f"{node}/{reference}"


def index(node: str, body: dict[str, Any]) -> None:
    """Let a plan of a node be found by its words."""
    parts = [body.get(name, "") for name in ("problem", "example", "partner")]
    parts += [step["what"] for step in body.get("steps", ())]
    parts += [figure["name"] for figure in body.get("figures", ())]
    put(KIND, [Entry(key_of(node, body["plan"]), body["title"], "\n".join(parts), body["language"])])


def erase(erasing: Erasing) -> None:
    """Delete what a received record said; that there is a plan stays, for the counts."""
    if erasing.sent:
        return
    for row in HeldPlan.objects.filter(leaf=erasing.leaf):
        row.title, row.body = row.reference[:8], {}
        row.save(update_fields=["title", "body"])
        remove(KIND, [key_of(erasing.partner, row.reference)])
    HeldAnswer.objects.filter(leaf=erasing.leaf).update(text="")


def restore(_received: Received) -> None:
    """A record that this node lost came back. It stands in the list of records; nothing is done twice."""


def take_number(stand_in: str, leaf: str) -> None:
    """What waited for a number has its leaf now."""
    for model in (CountryPlan, PlanAnswer):
        model.objects.filter(leaf=stand_in).update(leaf=leaf)
