"""What the officers of E-Trade do in the demonstration, at the keyboards of the exporter and its partners.

Everything goes through the services; nothing is written around them. What was done at an earlier start is
found and left alone.
"""

from pathlib import Path
from typing import Any

from django.db.models import QuerySet

from isthmus.accounts.models import Organisation
from isthmus.apps.etrade import queries as etrade
from isthmus.apps.etrade.cases.models import Case, Way
from isthmus.apps.etrade.cases.services.deciding import ask_partner as ask_about
from isthmus.apps.etrade.cases.services.reconciling import corridors, reconcile_corridor
from isthmus.apps.etrade.formats.sample_imports import ImportSide, import_side
from isthmus.apps.etrade.formats.sample_papers import Papers, papers_of, used_of
from isthmus.apps.etrade.formats.sample_partners import TRADES
from isthmus.apps.etrade.formats.sample_tables import import_mapping, import_table
from isthmus.apps.etrade.formats.samples import sample_declarations, sample_exports
from isthmus.apps.etrade.models import (
    Declaration,
    Direction,
    DocumentRecord,
    DocumentVerdict,
    Kind,
    Mapping,
    Origin,
    Query,
    SourceDocument,
    TradeDocument,
    Utilisation,
)
from isthmus.apps.etrade.reconciliation.rules.reasons import Reason
from isthmus.apps.etrade.records import CertificateUtilisationV1, ExportDeclarationV1, TransitV1, UsedItemV1
from isthmus.apps.etrade.services import (
    answer,
    send,
    send_document,
    state,
    state_theirs,
    take_document,
    use,
)
from isthmus.apps.etrade.services.mappings import keep_mapping
from isthmus.exchange import queries
from isthmus.exchange.models import Record
from isthmus.kit import clock
from isthmus.node.demo.countries import BY_ID, CORRIDORS, EXPORTER, SEED, Corridor

Answer = dict[str, Any]


def who(role: str) -> str:
    """The address of this node's person with a role."""
    return BY_ID[queries.me()].email(role)


def own_customs() -> Organisation:
    """The customs office of this node."""
    return Organisation.objects.get(code=BY_ID[queries.me()].organisations[0].code)


def _corridor(partner: str) -> Corridor:
    return next(one for one in CORRIDORS if one.partner == partner)


def _exports(corridor: Corridor) -> list[ExportDeclarationV1]:
    return [record for record, _ in sample_exports(SEED, corridor.exports, TRADES[corridor.partner])]


def _papers(corridor: Corridor) -> Papers:
    return papers_of(_exports(corridor), clock.now().date())


def _imports(corridor: Corridor) -> ImportSide:
    trade = TRADES[corridor.partner]
    return import_side(SEED, _exports(corridor), trade, corridor.matters)


def _own(number: str) -> TradeDocument | None:
    return TradeDocument.objects.filter(origin=Origin.OWN, number=number).first()


def _state_once(record: DocumentRecord) -> TradeDocument:
    known = _own(record.number)
    if known is not None and known.statements.filter(said_by="", version=record.version).exists():
        return known
    return state(record, own_customs(), actor=who("officer")).document


def take(folder: str, malformed: int) -> Answer:
    """Take in the sample exports of every corridor, damaged ones, and the documents of a folder, if given."""
    organisation = own_customs()
    for corridor in CORRIDORS:
        _state_once(_papers(corridor).licence)
        trade = TRADES[corridor.partner]
        damaged = malformed if corridor.partner == CORRIDORS[0].partner else 0
        for name, content in sample_declarations(SEED, corridor.exports, malformed=damaged, trade=trade):
            take_document(name, content, organisation=organisation, actor=who("officer"))
    for path in sorted(Path(folder).rglob("*.xml")) if folder else ():
        take_document(path.name, path.read_bytes(), organisation=organisation, actor=who("officer"))
    kept = SourceDocument.objects.order_by("id")
    refused = kept.filter(verdict=DocumentVerdict.MALFORMED)
    return {
        "declarations": Declaration.objects.filter(origin=Origin.OWN, direction=Direction.EXPORT).count(),
        "other": kept.filter(verdict=DocumentVerdict.UNSUPPORTED).count(),
        "refused": [[one.file_name, one.reason, len(one.content) == one.size_bytes] for one in refused],
    }


def _unsent(partner: str) -> QuerySet[Declaration]:
    """What goes to a partner: what names its country, and to the first partner all that names no other."""
    waiting = etrade.unsent(partner).filter(direction=Direction.EXPORT)
    if partner == CORRIDORS[0].partner:
        return waiting.exclude(destination_country__in=[BY_ID[one.partner].country for one in CORRIDORS[1:]])
    return waiting.filter(destination_country=BY_ID[partner].country)


def unsent(partner: str) -> Answer:
    """How many declarations were not published for a partner yet."""
    return {"count": _unsent(partner).count()}


def send_some(partner: str, count: int) -> Answer:
    """Publish the oldest declarations that a partner was not sent yet."""
    chosen = list(_unsent(partner)[:count])
    return {"sent": len(send(chosen, partner, actor=who("officer")))}


def take_imports() -> Answer:
    """Read this country's own imports from the table of its customs system, by a mapping made for it."""
    partner = queries.me()
    side, trade = _imports(_corridor(partner)), TRADES[partner]
    mapping = import_mapping(side.imports, trade)
    organisation = own_customs()
    if not Mapping.objects.filter(organisation=organisation, name=mapping.name).exists():
        keep_mapping(mapping, organisation, actor=who("officer"))
    name = f"{mapping.name}-2026.csv"
    content = import_table(side.imports, trade)
    intake = take_document(
        name, content, organisation=organisation, actor=who("officer"), mapping=mapping.name
    )
    imports = Declaration.objects.filter(origin=Origin.OWN, direction=Direction.IMPORT)
    return {"declarations": imports.count(), "expected": len(side.imports), "reason": intake.document.reason}


def send_papers(partner: str) -> Answer:
    """State the papers of a corridor and send them; the phytosanitary certificate with its own file."""
    papers = _papers(_corridor(partner))
    documents = [_state_once(record) for record in (*papers.certificates, papers.licence, *papers.others)]
    intake = take_document(
        f"phytosanitary-{partner}.xml",
        papers.phytosanitary,
        organisation=own_customs(),
        actor=who("officer"),
    )
    assert intake.statement is not None
    sent = [
        send_document(one, partner, actor=who("officer")) for one in (*documents, intake.statement.document)
    ]
    return {"sent": sum(map(len, sent)), "papers": len(sent)}


def use_papers() -> Answer:
    """Use two of the certificates that came, and state that the sealed lorry arrived."""
    papers = _papers(_corridor(queries.me()))
    for place, issued in enumerate(papers.certificates[:2]):
        _use(issued.number, used_of(issued) if place else None)
    arrived = 0
    for paper in papers.others:
        if isinstance(paper, TransitV1):
            movement = TradeDocument.objects.get(
                kind=Kind.TRANSIT, origin=Origin.PARTNER, number=paper.number
            )
            if movement.state == "departed":
                _arrive(movement, paper)
            arrived += 1
    return {"used": 2, "arrived": arrived}


def _use(number: str, kilograms: str | None) -> None:
    certificate = TradeDocument.objects.get(
        kind=Kind.CERTIFICATE_OF_ORIGIN, origin=Origin.PARTNER, number=number
    )
    reference = f"{number}-USE-1"
    if Utilisation.objects.filter(origin=Origin.PARTNER, reference=reference).exists():
        return
    body = CertificateUtilisationV1(
        reference=reference,
        certificate_number=number,
        outcome="partly-used" if kilograms else "used",
        used_on=clock.now().date().isoformat(),
        items=(UsedItemV1(number=1, quantity=kilograms, unit="KGM"),) if kilograms else None,
    )
    use(certificate, body, actor=who("officer"))


def _arrive(movement: TradeDocument, departed: TransitV1) -> None:
    arrived = departed.model_copy(
        update={
            "status": "arrived",
            "office": departed.office_of_destination,
            "arrived_on": departed.arrive_by,
            "seals_intact": True,
        }
    )
    state_theirs(movement, arrived, actor=who("officer"))


def change_papers(partner: str) -> Answer:
    """Amend one certificate after its use, so that it is over-used, and cancel another."""
    papers = _papers(_corridor(partner))
    for record in (papers.amended, papers.cancelled):
        _state_once(record)
    return {"over_used": papers.amended.number, "cancelled": papers.cancelled.number}


def reconcile() -> Answer:
    """Reconcile what came from the exporter with the own imports; which matters were found as put in."""
    for one in corridors():
        reconcile_corridor(one)
    put_in = _imports(_corridor(queries.me())).matters
    found = _cases()
    return {
        "reasons": sorted(found.values_list("reason", flat=True)),
        "expected": sorted(str(reason) for reason in put_in),
    }


def _cases() -> QuerySet[Case]:
    """The cases about sample declarations; documents that somebody brings hold exports without an import."""
    found = Case.objects.filter(corridor__partner=EXPORTER, corridor__way=Way.IN, found=True)
    strangers = found.filter(reason=Reason.MISSING_IMPORT).exclude(members__number__startswith="SAMPLE-")
    return found.exclude(pk__in=strangers.values("pk"))


def ask_partner() -> Answer:
    """Ask the exporter about the export that has no import here, from its case; once."""
    case = _cases().get(reason=Reason.MISSING_IMPORT)
    asked = Query.objects.filter(origin=Origin.OWN, partner=EXPORTER, case=case.number).first()
    if asked is None:
        asked = ask_about(case, actor=who("officer"))
    return {"asked": asked.number, "case": case.pk}


def answer_partner(partner: str) -> Answer:
    """Answer every open question of a partner."""
    answered = 0
    for query in Query.objects.filter(origin=Origin.PARTNER, partner=partner, answered_at=None):
        text = "It left as declared, with the seals and the weight that the declaration states."
        answer(query, "confirmed", text, actor=who("officer"))
        answered += 1
    return {"answered": answered}


def thread() -> Answer:
    """The newest question of this node, and under which accepted record of the partner it was answered."""
    query = Query.objects.filter(origin=Origin.OWN).order_by("-id").first()
    given = query.answers.order_by("-id").first() if query is not None else None
    if query is None or given is None:
        return {"answered": False}
    signed = Record.objects.filter(leaf=given.leaf, verdict="accepted").exists()
    return {"answered": signed, "question": query.pk, "outcome": given.outcome, "leaf": given.leaf}


KEYS = (
    take,
    unsent,
    send_some,
    take_imports,
    send_papers,
    use_papers,
    change_papers,
    reconcile,
    ask_partner,
    answer_partner,
    thread,
)
"""What can be asked for here."""
