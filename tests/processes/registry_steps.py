"""What the test of the registry's extract does inside a node, beside the steps that all such tests share."""

import sys
from datetime import date
from typing import Any

from tests.processes.steps import _until, card, drained, in_force, main, meet, sign

__all__ = ["card", "drained", "in_force", "meet", "sign"]
KIND = "excise.registry-extract/1"


def propose(sender: str, receiver: str) -> str:
    """Propose that the extract crosses whole; returns the agreement."""
    from isthmus.apps.excise.registry.records import RegistryExtractV1
    from isthmus.exchange.records import AgreementV1
    from isthmus.exchange.services import agreements
    from isthmus.wire import codec
    from tests.foreign import terms

    grants = [(KIND, sender, receiver, sorted(RegistryExtractV1.model_fields))]
    content = terms(grants=grants, parties=tuple(sorted((sender, receiver))))
    return str(agreements.propose(AgreementV1.model_validate_json(codec.encode(content)), actor="test").uuid)


def enter(number: str) -> str:
    """Register and license an operator; returns the number of its authorisation."""
    from isthmus.accounts.models import Kind, Organisation
    from isthmus.apps.excise.models import Authorisation, Operator
    from isthmus.apps.excise.registry.services import entries, licensing

    revenue, _made = Organisation.objects.get_or_create(
        code="revenue", defaults={"name": "Revenue service", "kind": Kind.AGENCY}
    )
    operator = entries.register(
        Operator(
            organisation=revenue,
            excise_number=number,
            name="Sample winery",
            tax_number=number,
            kind="producer",
            country=number[:2],
            address="Sample road",
            registered_on=date(2026, 1, 1),
        ),
        actor="test",
    )
    licence = licensing.license_operator(
        Authorisation(operator=operator, kind="produce", product_groups=["W"], valid_from=date(2026, 1, 1)),
        actor="test",
    )
    return licence.number


def suspend(number: str, since: str) -> None:
    """Suspend an authorisation."""
    from isthmus.apps.excise.models import Authorisation
    from isthmus.apps.excise.registry.services import licensing

    row = Authorisation.objects.get(number=number)
    licensing.suspend(row, date.fromisoformat(since), actor="test", why="Books are missing")


def told(number: str, version: int, code: str, on: str) -> Any:
    """Wait for a version of the partner's entry; returns the answer from the copy here."""
    from isthmus.apps.excise.models import ExtractEntry
    from isthmus.apps.excise.registry.services.answering import ask
    from isthmus.kit.terminal import plain

    _until(lambda: ExtractEntry.objects.filter(excise_number=number, version__gte=version).exists())
    return plain(ask(number, code, date.fromisoformat(on)).facts())


def leaf_of(number: str) -> str:
    """The record by which this node stated a number last."""
    from isthmus.apps.excise.models import ExtractSending

    return ExtractSending.objects.filter(excise_number=number).order_by("-version")[0].leaf


if __name__ == "__main__":
    main(globals(), *sys.argv[1:])
