"""Live counters of this node's excise, each with the newest record that it rests on."""

from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime
from hashlib import sha256

from django.conf import settings
from django.db.models import Count, F, Min, Sum

from isthmus.accounts.models import AuditEvent
from isthmus.apps.excise.assessment.queries import dealing
from isthmus.apps.excise.assessment.queries.sources import last_of
from isthmus.apps.excise.assessment.rules.figures import Figure, Figures, collected
from isthmus.apps.excise.events.models import EpcisEvent
from isthmus.apps.excise.guarantees.rules.accounts import BOOK as GUARANTEES
from isthmus.apps.excise.ledger import queries as books
from isthmus.apps.excise.registry import queries as registry
from isthmus.apps.excise.registry.models import (
    Authorisation,
    ExtractSending,
    Operator,
    OperatorState,
    Product,
    RegistryChange,
    TaxWarehouse,
)
from isthmus.apps.excise.registry.rules.standing import Verdict
from isthmus.apps.excise.returns import queries as returns
from isthmus.apps.excise.returns.models import DutyReturn, DutyReturnLine
from isthmus.apps.excise.returns.rules.states import State
from isthmus.apps.excise.stamps import queries as stamps
from isthmus.apps.excise.stamps.models import (
    HandoverState,
    RequestState,
    StampAct,
    StampHandover,
    StampRequest,
    StampSeen,
)
from isthmus.apps.excise.stamps.rules.custody import Place
from isthmus.apps.excise.tariff import queries as tariffs
from isthmus.apps.excise.tariff.rules.model import Tariff
from isthmus.exchange.queries import agreements_in_force
from isthmus.kit.errors import NotFound

INTRODUCTION_SIGNED = "excise.introduction-signed"
ASSESSMENT_SIGNED = "excise.assessment-paper-signed"


def registry_figures(day: date) -> Iterator[Figure]:
    """Operators, warehouses, products, authorisations and what was published of them."""
    source = last_of("registry, changes", RegistryChange.objects.all(), "at")
    sent = last_of("registry, extracts sent", ExtractSending.objects.all(), "sent_at")
    standing = Counter(
        registry.standing_of(row).state_on(day) for row in registry.authorisations().iterator(chunk_size=500)
    )
    operators = Operator.objects.filter(state=OperatorState.REGISTERED).count()
    yield Figure("registry.operators", operators, "operators", source)
    yield Figure("registry.warehouses", TaxWarehouse.objects.filter(closed_on=None).count(), "places", source)
    yield Figure("registry.products", Product.objects.count(), "products", source)
    yield Figure("registry.changes", RegistryChange.objects.count(), "changes", source)
    yield Figure("registry.authorisations", Authorisation.objects.count(), "authorisations", source)
    for name, verdict in (("in-force", Verdict.AUTHORISED), ("suspended", Verdict.SUSPENDED)):
        yield Figure(f"registry.{name}", standing[verdict], "authorisations", f"{source}, as of {day}")
    published = ExtractSending.objects.values("excise_number").distinct().count()
    yield Figure("registry.extracts", published, "excise numbers", sent)


def stamp_figures(day: date) -> Iterator[Figure]:
    """Requests, stamps by place, handovers that wait, and checks."""
    asked = StampRequest.objects.filter(state__in=[RequestState.APPROVED, RequestState.ISSUED])
    requests = last_of("stamp requests", StampRequest.objects.all(), "asked_at")
    yield Figure("stamps.approved-requests", asked.count(), "requests", requests)
    secured = asked.exclude(guarantee=None, paid_return=None).count()
    yield Figure("stamps.secured-requests", secured, "requests", requests)
    acts = last_of("custody of stamps, acts", StampAct.objects.all(), "at")
    places: Counter[Place] = Counter()
    for (_batch, _holder, place), count in stamps.counted().items():
        places[place] += count
    issued = sum(places.values())
    yield Figure("stamps.issued", issued, "stamps", acts)
    yield Figure("stamps.accounted", issued - places[Place.LOST], "stamps", acts)
    for place in Place:
        if place is not Place.ISSUED:
            yield Figure(f"stamps.{place.name.lower()}", places[place], "stamps", acts)
    given = StampHandover.objects.aggregate(all=Count("pk"))["all"]
    waiting = StampHandover.objects.filter(state=HandoverState.OFFERED)
    oldest = waiting.aggregate(first=Min("offered_at"))["first"]
    handed = last_of("handovers of stamps", StampHandover.objects.all(), "offered_at")
    yield Figure("stamps.handovers", given, "handovers", handed)
    yield Figure("stamps.open-handovers", waiting.count(), "handovers", handed)
    age = 0 if oldest is None else max((day - oldest.date()).days, 0)
    yield Figure("stamps.oldest-handover-days", age, "days", f"{handed}, as of {day}")
    seen = last_of("checks of stamps", StampSeen.objects.all(), "last_at")
    checked = StampSeen.objects.aggregate(all=Sum("count"))["all"] or 0
    yield Figure("stamps.checked", int(checked), "checks", seen)
    yield Figure("stamps.serials-checked", StampSeen.objects.count(), "stamps", seen)


def event_figures() -> Iterator[Figure]:
    """EPCIS events that were captured."""
    last = EpcisEvent.objects.order_by("-pk").first()
    source = (
        "events of goods: no entry"
        if last is None
        else f"events of goods: {last.name.partition('ni:///')[2][:24] or last.name[:24]} of"
        f" {last.captured_at:%Y-%m-%d}"
    )
    yield Figure("events.captured", EpcisEvent.objects.filter(error="").count(), "events", source)
    yield Figure("events.declared-wrong", EpcisEvent.objects.exclude(error="").count(), "events", source)
    firms = EpcisEvent.objects.order_by().values("organisation").distinct().count()
    yield Figure("events.firms", firms, "firms", source)


def return_figures(day: date) -> Iterator[Figure]:
    """Returns that were declared, those whose duty has fallen due, and those still owed after that day."""
    stand = DutyReturn.objects.exclude(state__in=[State.DRAFT.value, State.REPLACED.value])
    source = last_of("returns", DutyReturn.objects.all(), "drafted_at")
    yield Figure("returns.paid", stand.filter(state=State.PAID.value).count(), "returns", source)
    corrected = stand.filter(version__gt=1)
    yield Figure("returns.corrections", corrected.count(), "corrections", source)
    yield Figure("returns.corrections-reasoned", corrected.exclude(why="").count(), "corrections", source)
    as_of = f"{source}, as of {day}"
    yield Figure("returns.returns", stand.count(), "returns", source)
    due = stand.filter(due_on__lt=day)
    yield Figure("returns.due", due.count(), "returns", as_of)
    overdue = returns.with_owed(due, day).filter(rank=0).count()
    yield Figure("returns.overdue", overdue, "returns", as_of)


def duty_by_month() -> list[tuple[date, str, str, int]]:
    """Month, code of the tariff, currency and duty in minor units, of the returns that stand."""
    lines = DutyReturnLine.objects.exclude(
        duty_return__state__in=[State.DRAFT.value, State.REPLACED.value]
    ).order_by("duty_return__period", "code", "duty_return__currency")
    summed = lines.values_list("duty_return__period", "code", "duty_return__currency").annotate(
        sum=Sum("duty_minor")
    )
    return [(month, code, currency, int(duty)) for month, code, currency, duty in summed]


def ledger_figures() -> Iterator[Figure]:
    """The books: entries, whether their chains hold, and what the duty book holds by currency and role."""
    entries = breaks = 0
    heads = []
    for name in books.names():
        verdict = books.verify(name)
        entries += verdict.entries
        breaks += not verdict.whole
        heads.append(f"book {name}: entry {verdict.entries}, head {verdict.head[:12]}")
        held: Counter[tuple[str, str]] = Counter()
        for line in books.trial_balance(name):
            held[line.account.role, line.unit] += line.amount
        for (role, unit), amount in sorted(held.items()):
            yield Figure(f"ledger.{name}.{role}.{unit}", amount, _minor(name, unit), heads[-1])
    source = "; ".join(heads) or "books: no entry"
    yield Figure("ledger.entries", entries, "entries", source)
    yield Figure("ledger.breaks", breaks, "broken books", source)


def _minor(book: str, unit: str) -> str:
    return f"minor units {unit}" if book in {"duty", GUARANTEES} else unit


def tariff_source(tariff: Tariff) -> str:
    """The file of a tariff of the product: its name, hash and the last day that its author looked at."""
    name = f"{tariff.country}.toml"
    path = next(tariffs.PARAMS.rglob(name))
    return f"tariff {name}, sha256 {sha256(path.read_bytes()).hexdigest()[:12]}, as of {tariff.checked_on}"


def tariff_figures(country: str) -> Iterator[Figure]:
    """Rows of the country's own tariff, and how many are confirmed; nothing where it has none here."""
    try:
        tariff = tariffs.tariff_of(country)
    except NotFound:
        return
    source = tariff_source(tariff)
    settled = sum(row.settled for row in tariff.rows)
    yield Figure("tariff.rows", len(tariff.rows), "rows", source)
    yield Figure("tariff.confirmed-rows", settled, "rows", source)
    yield Figure("tariff.unconfirmed-rows", len(tariff.rows) - settled, "rows", source)


def node_figures(moment: datetime) -> Iterator[Figure]:
    """What the node itself keeps for control: the audit trail of excise, and agreements about it."""
    # A paper that is signed is noted; counting that would make the next paper another one.
    trail = AuditEvent.objects.filter(kind__startswith="excise.").exclude(
        kind__in=[INTRODUCTION_SIGNED, ASSESSMENT_SIGNED]
    )
    last = trail.order_by("-occurred", "-id").first()
    source = (
        "audit trail: no entry"
        if last is None
        else f"audit trail: event {str(last.id)[-12:]} of {last.occurred:%Y-%m-%d}"
    )
    yield Figure("node.audit-events", trail.count(), "acts", source)
    about = [
        one
        for one in agreements_in_force(moment)
        if any(grant.record_type.startswith("excise.") for grant in one.grants)
    ]
    named = ", ".join(sorted(str(one.agreement)[:8] for one in about)) or "none"
    yield Figure("node.agreements", len(about), "agreements", f"agreements in force: {named}")


def counters(moment: datetime) -> Figures:
    """Every counter of this node's excise as of a moment. Books are verified under their locks."""
    day = moment.date()
    return collected(
        (
            registry_figures(day),
            dealing.permit_figures(),
            stamp_figures(day),
            dealing.movement_figures(moment),
            dealing.guarantee_figures(day),
            event_figures(),
            return_figures(day),
            ledger_figures(),
            tariff_figures(settings.ISTHMUS.country),
            node_figures(moment),
            dealing.decision_figures(),
        )
    )


def acts_noted() -> dict[str, tuple[int, int, str]]:
    """How often each act on stamps was noted here, of how many stamps, and the newest of it."""
    rows = StampAct.objects.values("act").annotate(noted=Count("pk"), stamps=Sum(F("last") - F("first") + 1))
    found = {}
    for row in rows.order_by("act"):
        source = last_of(f"custody of stamps, {row['act']}", StampAct.objects.filter(act=row["act"]), "at")
        found[row["act"]] = (row["noted"], row["stamps"], source)
    return found
