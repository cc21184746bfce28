"""What the officers of excise do in the demonstration, at the keyboards of Moldova and the Maldives.

Everything goes through the services; nothing is written around them. What was done at an earlier start is
found and left alone.
"""

import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from isthmus.accounts.models import Organisation
from isthmus.apps.excise.events.services import capture
from isthmus.apps.excise.ledger import queries as ledger
from isthmus.apps.excise.models import (
    Authorisation,
    DutyReturn,
    GateScan,
    Guarantee,
    Movement,
    Operator,
    Product,
    StampBatch,
    StampRequest,
    TaxWarehouse,
)
from isthmus.apps.excise.movements.services import gates, sending
from isthmus.apps.excise.movements.services.answering import Differing, report_receipt
from isthmus.apps.excise.movements.services.gates import Seen
from isthmus.apps.excise.registry.services import entries, licensing
from isthmus.apps.excise.returns.services import accounts, declaring
from isthmus.apps.excise.stamps.queries import counted
from isthmus.apps.excise.stamps.rules.custody import Act
from isthmus.apps.excise.stamps.services import issuing, moving, requesting
from isthmus.apps.excise.stamps.services.securing import Security
from isthmus.apps.excise.stamps.services.verifying import verify
from isthmus.apps.excise.tariff.formats.lines import read_lines
from isthmus.exchange import queries
from isthmus.kit import clock
from isthmus.node.demo import guarantees, imports, movement
from isthmus.node.demo.countries import BY_ID
from isthmus.node.demo.goods import (
    BRANDY,
    FROM,
    MISSING_LITRES,
    OPERATORS,
    RETURNS,
    TAXED,
    SampleOperator,
    SampleProduct,
)

Answer = dict[str, Any]
REFERENCE = "SAMPLE-LRN-1"
"""The producer's own number of the sample movement."""

STAMPS = 2_000
HANDED, ACTIVATED, SPOILED, LOST = 1_500, 1_200, 20, 5
"""Of the stamps: handed over to the producer; of those put on bottles, spoiled and lost."""


def _who(role: str) -> str:
    return BY_ID[queries.me()].email(role)


def _authority() -> Organisation:
    return Organisation.objects.get(code=BY_ID[queries.me()].organisations[0].code)


def register_operators() -> Answer:
    """Enter the sample operators with warehouses, authorisations and products that are not there yet."""
    new = 0
    for sample in OPERATORS[queries.me()]:
        if not Operator.objects.filter(excise_number=sample.excise_number).exists():
            _register(sample)
            new += 1
    return {"new": new, "operators": Operator.objects.count(), "products": Product.objects.count()}


def _register(sample: SampleOperator) -> None:
    actor = _who("officer")
    operator = entries.register(
        Operator(
            organisation=_authority(),
            firm=Organisation.objects.filter(code=sample.firm).first() if sample.firm else None,
            excise_number=sample.excise_number,
            name=sample.name,
            tax_number=sample.tax_number,
            kind=sample.kind,
            country=BY_ID[queries.me()].country,
            address=sample.address,
            registered_on=FROM,
        ),
        actor=actor,
    )
    warehouse = None
    if sample.warehouse:
        place = TaxWarehouse(
            operator=operator,
            excise_number=sample.warehouse,
            name=f"{sample.name}: warehouse",
            address=sample.address,
            opened_on=FROM,
        )
        warehouse = entries.open_warehouse(place, actor=actor)
    for number, (kind, groups) in enumerate(sample.authorised):
        authorisation = Authorisation(
            kind=kind,
            operator=operator,
            warehouse=warehouse if kind in {"produce", "store"} else None,
            product_groups=list(groups),
            valid_from=FROM,
            valid_until=FROM.replace(year=FROM.year + 5),
        )
        granted = licensing.license_operator(authorisation, actor=_who("approver"))
        if sample.suspended and number == 0:
            since = max(FROM, clock.now().date() - timedelta(days=20))
            licensing.suspend(granted, since, actor=_who("approver"), why=sample.suspended)
    for product in sample.products:
        _enter(operator, product)


def _enter(operator: Operator, product: SampleProduct) -> None:
    row = Product(
        operator=operator,
        gtin=product.gtin,
        name=product.name,
        hs_code=product.hs_code,
        excise_code=product.excise_code,
        abv_thousandths=product.abv_thousandths,
        volume_ml=product.volume_ml,
        container=product.container,
    )
    entries.enter_product(row, actor=_who("officer"))


def open_guarantees() -> Answer:
    """Take in two guarantees with their guarantors' consent; see ``demo.guarantees``."""
    return {"guarantees": guarantees.open_guarantees(_who("officer"))}


def manage_imports() -> Answer:
    """Quotas, a permit and a bonded store of the Maldives; see ``demo.imports``."""
    return imports.manage_imports(_who("officer"), _who("approver"))


def issue_stamps() -> Answer:
    """Ask for stamps for brandy, secure the duty, print them, and let the producer use most of them."""
    batch = StampBatch.objects.filter(gtin=BRANDY.gtin).first()
    if batch is None:
        batch = _issue()
    assert batch.request is not None  # only batches from a partner have none
    total: dict[str, int] = {}
    for (_batch, _holder, place), count in counted(batch).items():
        total[place.name.lower()] = total.get(place.name.lower(), 0) + count
    return {
        "printed": batch.count,
        "places": total,
        "duty_minor": batch.request.secured_minor,
        "currency": batch.request.currency,
    }


def _issue() -> StampBatch:
    officer, approver = _who("officer"), _who("approver")
    office = _authority()
    producer = Organisation.objects.get(code="broker")
    asked = StampRequest.objects.filter(gtin=BRANDY.gtin).first() or requesting.ask(
        office, gtin=BRANDY.gtin, product=BRANDY.name, count=STAMPS, actor=officer
    )
    security = Security(Guarantee.objects.get(number=guarantees.OF_THE_MOVEMENT.number))
    batch = issuing.issue(requesting.approve(asked, security, actor=approver), actor=approver)
    moving.act_on(batch, Act.PRINT, 1, STAMPS, holder=office, actor=officer)
    offered = moving.offer(batch, 1, HANDED, sender=office, receiver=producer, actor=officer)
    moving.confirm(offered, actor=officer)
    for act, first, count, reason in (
        (Act.ACTIVATE, 1, ACTIVATED, ""),
        (Act.SPOIL, ACTIVATED + 1, SPOILED, "Torn in the labelling machine"),
        (Act.LOSE, ACTIVATED + SPOILED + 1, LOST, "Missing at the count of the store"),
    ):
        moving.act_on(batch, act, first, first + count - 1, holder=producer, actor=officer, reason=reason)
    return batch


def check_stamps() -> Answer:
    """Check three codes as a consumer would: on a bottle, never put on one, with a letter changed."""
    batch = StampBatch.objects.get(gtin=BRANDY.gtin)
    right = issuing.code_of(batch, 1).text
    unused = issuing.code_of(batch, STAMPS).text
    altered = right[:-1] + ("A" if right[-1] != "A" else "B")
    return {
        name: str(verify(text, note=False).verdict)
        for name, text in (("right", right), ("unused", unused), ("altered", altered))
    }


def capture_events() -> Answer:
    """Capture what the producer's line says: bottles filled and packed, as EPCIS 2.0 events."""
    when = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
    events = [_filled(when + timedelta(minutes=place), place) for place in range(1, 25)]
    document = {
        "@context": ["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"],
        "type": "EPCISDocument",
        "schemaVersion": "2.0",
        "creationDate": "2026-03-02T18:00:00Z",
        "epcisBody": {"eventList": events},
    }
    producer = Organisation.objects.get(code="broker")
    kept = capture(json.dumps(document).encode(), organisation=producer, actor=_who("officer"))
    return {"events": len(kept.events)}


def _filled(when: datetime, number: int) -> Answer:
    return {
        "type": "ObjectEvent",
        "eventTime": when.isoformat().replace("+00:00", "Z"),
        "eventTimeZoneOffset": "+02:00",
        "epcList": [f"https://id.gs1.org/01/{BRANDY.gtin}/21/SAMPLE{number:04d}"],
        "action": "ADD",
        "bizStep": "commissioning",
        "disposition": "active",
        "readPoint": {"id": "https://id.gs1.org/414/0200000000008/254/LINE1"},
    }


def declare_returns() -> Answer:
    """Declare, assess and pay the sample returns; the second is paid in part."""
    if not DutyReturn.objects.exists():
        for excise_number, line, parts in RETURNS:
            operator = Operator.objects.get(excise_number=excise_number)
            lines = list(read_lines(f"product,abv,volume_l,quantity,date\n{line}\n".encode()))
            drafted = declaring.draft(operator, TAXED, "release", lines, actor=_who("officer"))
            declared = declaring.declare(drafted, actor=_who("officer"))
            assessed = accounts.assess(declared, actor=_who("approver"))
            accounts.pay(
                assessed,
                assessed.total_minor // parts,
                TAXED + timedelta(days=50),
                bank=f"Treasury {excise_number} (sample)",
                key="1",
                actor=_who("officer"),
            )
    rows = DutyReturn.objects.order_by("pk")
    return {"returns": [[str(row), row.total_minor, row.currency, row.state] for row in rows]}


def send_goods() -> Answer:
    """Draft, accept and let out at the gate the sample movement; once."""
    row = Movement.objects.filter(local_reference=REFERENCE).first()
    if row is None:
        drafted = sending.draft(
            _authority(), movement.draft(REFERENCE, clock.now().replace(microsecond=0)), actor=_who("officer")
        )
        row = sending.accept(drafted, actor=_who("officer"))
    return movement.told(row)


def pass_gates(arc: str) -> Answer:
    """The load leaves at one gate; another lorry then tries the same reference at a second one."""
    if not GateScan.objects.filter(arc=arc).exists():
        gates.scan(
            _authority(), Seen(arc, "Giurgiuleşti", "out", "SMP 017", "SAMPLE-S-4711"), actor=_who("officer")
        )
        gates.scan(
            _authority(), Seen(arc, "Leuşeni", "out", "SMP 018", "SAMPLE-S-4712"), actor=_who("officer")
        )
    rows = GateScan.objects.filter(arc=arc, node=queries.me()).order_by("pk")
    return {"passed": [row.passed for row in rows], "alarms": [list(row.alarms) for row in rows]}


def goods(arc: str) -> Answer:
    """Where a movement stands here; an empty state where nothing is known of it."""
    row = Movement.objects.filter(arc=arc).first()
    return movement.told(row) if row is not None else {"arc": arc, "state": "", "closed": False}


def receive_goods(arc: str) -> Answer:
    """Report what arrived (IE818): some litres less than the document says."""
    row = Movement.objects.get(arc=arc)
    if row.state == "accepted":
        short = Differing(1, missing=Decimal(MISSING_LITRES))
        report_receipt(row, clock.now().date(), "2", [short], actor=_who("officer"))
        row.refresh_from_db()
    return movement.told(row)


def verify_books() -> Answer:
    """Walk every book of this node from its first entry."""
    verdicts = {name: ledger.verify(name) for name in ledger.names()}
    return {"books": len(verdicts), "whole": all(one.whole for one in verdicts.values())}


KEYS = (
    register_operators,
    open_guarantees,
    manage_imports,
    declare_returns,
    issue_stamps,
    check_stamps,
    capture_events,
    send_goods,
    pass_gates,
    goods,
    receive_goods,
    verify_books,
)
"""What can be asked for here."""
