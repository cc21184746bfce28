"""What the test of private matching does inside a node, beside the steps that tests with nodes share."""

import sys
from typing import Any

from tests.processes.steps import _until, card, drained, in_force, main, meet, sign

__all__ = ["card", "drained", "in_force", "meet", "sign"]


def propose(sender: str, receiver: str) -> str:
    """Propose that hashes cross both ways, and exports one way; returns the agreement."""
    from isthmus.apps.etrade.records import ExportDeclarationV1, MatchHitsV1, MatchTokensV1
    from isthmus.exchange.records import AgreementV1
    from isthmus.exchange.services import agreements
    from isthmus.wire import codec
    from tests.foreign import terms

    fields = sorted(ExportDeclarationV1.model_fields)
    grants = [("etrade.export-declaration/1", sender, receiver, fields)]
    for kind, model in (("tokens", MatchTokensV1), ("hits", MatchHitsV1)):
        for one, other in ((sender, receiver), (receiver, sender)):
            grants.append((f"etrade.match-{kind}/1", one, other, sorted(model.model_fields)))
    content = terms(grants=grants, parties=tuple(sorted((sender, receiver))))
    return str(agreements.propose(AgreementV1.model_validate_json(codec.encode(content)), actor="test").uuid)


def lodge(kind: str, numbers: str) -> int:
    """Lodge sample declarations that this node shows nobody: Myanmar's exports or China's imports."""
    from isthmus.accounts.models import Organisation
    from isthmus.apps.etrade.models import Origin
    from isthmus.apps.etrade.records import ExportDeclarationV1, ImportDeclarationV1
    from isthmus.apps.etrade.services import versions
    from isthmus.wire import codec
    from tests.apps.etrade.cases.corridor import export_of, import_of

    organisation = Organisation.objects.get()
    make, model, prefix = {
        "export": (export_of, ExportDeclarationV1, "MM-E"),
        "import": (import_of, ImportDeclarationV1, "CN-I"),
    }[kind]
    for number in map(int, numbers.split(",")):
        named = {
            "declaration_number": f"{prefix}-{number}",
            "export_country": "MM",
            "destination_country": "CN",
        }
        # Weights so far apart that no two shipments weigh about the same.
        body = {**make(number, net_kg=str(1000 * 2**number)), **named}
        record = model.model_validate_json(codec.encode(body))  # type: ignore[attr-defined]  # both are models
        versions.lodge(record, origin=Origin.OWN, organisation_id=organisation.pk)
    return len(numbers.split(","))


def answered(number: str) -> Any:
    """Wait for the partner's answer; returns what it compared, and how many hashes are still known here."""
    from isthmus.apps.etrade.matching.models import MatchRound

    _until(lambda: MatchRound.objects.filter(number=number, answered_at__isnull=False).exists())
    asked = MatchRound.objects.get(number=number)
    return {"compared": asked.compared, "kept": asked.found.count()}


def received() -> Any:
    """The numbers of the declarations that came, and the text of every record that did."""
    from isthmus.apps.etrade.models import Declaration, Origin
    from isthmus.exchange import tokens
    from isthmus.exchange.models import Record
    from isthmus.wire.record import read_record

    numbers = Declaration.objects.filter(origin=Origin.PARTNER).order_by("number")
    bodies = []
    for record in Record.objects.filter(verdict="accepted").order_by("pk"):
        text = tokens.text_of(record.leaf)
        bodies.append(str(read_record(text)[1].body) if text else "")
    return {"declarations": list(numbers.values_list("number", flat=True)), "bodies": " ".join(bodies)}


def came(count: str) -> bool:
    """Wait until so many declarations of partners are here."""
    from isthmus.apps.etrade.models import Declaration, Origin

    _until(lambda: Declaration.objects.filter(origin=Origin.PARTNER).count() >= int(count))
    return True


if __name__ == "__main__":
    main(globals(), *sys.argv[1:])
