"""Needs and offers of this node and of partners, with introductions in every state; sample data."""

from datetime import timedelta
from typing import Any

from isthmus.accounts.models import Organisation
from isthmus.apps.partners.models import Introduction, Letter, Listing, Outcome
from isthmus.apps.partners.services import listing as listings
from isthmus.apps.partners.services.listing import Given, index
from isthmus.kit import clock

OFFICER = "officer@node.test"
DETAILS = {
    "organisation": "Maximiliane Funktechnik und Bausatzfertigung (sample)",
    "contact": "Sample Li",
    "email": "li@radio.example",
    "phone": "+86 21 5550 0100",
    "quantity": 40_000,
    "certificates": [{"kind": "ISO 9001", "number": "CN-SAMPLE-1", "valid_until": "2031-12-31"}],
    "incoterm": "FOB",
    "payment": "30 % in advance, the rest against documents",
}


def _given(title: str, **changes: Any) -> Given:
    stated = {
        "product": "Family solar sets",
        "title": title,
        "hs_code": "854143",
        "quantity": 12_345,
        "text": "Assembly of home systems for villages, with spare parts and training of a line.",
        "levels": ("skd", "ckd"),
        "local_content": 20,
        "certificates": ({"kind": "IEC TS 62257-9-5", "number": "SAMPLE-7", "valid_until": "2031-12-31"},),
        "countries": ("CN", "TH"),
        "incoterm": "CIF",
        "payment": "Letter of credit",
        "contact": "ဒေါ်ခင်မျိုးဆွေထက်ထက်အောင်",
        "email": "hla@signal.example",
        "phone": "+95 1 555 0100",
    }
    return Given(**{**stated, **changes})  # type: ignore[arg-type]  the members of a sample


def _abroad(kind: str, sign: str, title: str, **changes: Any) -> Listing:
    now = clock.now()
    members: dict[str, Any] = {
        "country": "CN",
        "product": "Family solar sets",
        "text": "Sets of modules, batteries and lamps; a line of assembly can be trained.",
        "hs_code": "854143",
        "unit": "pcs",
        "volume_class": 4,
        "levels": ["skd", "complete"],
        "local_content": 10,
        "certificates": [{"kind": "ISO 9001"}],
        "countries": ["MM"],
        "entered_at": now - timedelta(days=20),
        "confirmed_at": now - timedelta(days=20),
        "expires_at": now + timedelta(days=160),
        "leaf": sign * 64,
        **changes,
    }
    row = Listing.objects.create(kind=kind, partner="cn", reference=sign * 32, title=title, **members)
    index(row)
    return row


def _introduced(
    need: Listing, offer: Listing, reference: str, state: str, days: int, **more: Any
) -> Introduction:
    asked = clock.now() - timedelta(days=days)
    answered = None if state == "asked" else asked + timedelta(days=2)
    members = {"asked_by": "need", "asked_at": asked, "answered_at": answered, "by": OFFICER, **more}
    return Introduction.objects.create(
        reference=reference * 32, partner="cn", need=need, offer=offer, state=state, **members
    )


def tell(organisation: Organisation) -> dict[str, Any]:
    """Write it; returns what the pages need."""
    need = listings.enter("need", organisation, _given("Family solar sets as kits (sample)"), actor=OFFICER)
    long = "ชุดประกอบแผงโซลาร์สำหรับครัวเรือนในหมู่บ้านชนบทที่ห่างไกล (sample)"
    listings.enter("need", organisation, _given(long, language="th", quantity=900), actor=OFFICER)
    offer = listings.enter(
        "offer",
        organisation,
        _given("Assembly of family solar sets (sample)", countries=(), quantity=20_000),
        actor=OFFICER,
    )
    near = _abroad("offer", "1", "Family solar sets, kits and complete (sample)")
    far = _abroad(
        "offer", "2", "太阳能家庭套件散件组装 (sample)", language="zh", product="太阳能套件", countries=[]
    )
    _abroad("offer", "3", "Tablets (sample)", hs_code="847130", product="Tablets", volume_class=1)
    wanted = _abroad("need", "4", "Kits of family solar for islands (sample)", country="MV", volume_class=2)
    asked = _introduced(wanted, offer, "a", "asked", 3, by="")
    done = _introduced(need, near, "b", "open", 200, details=DETAILS, place=1)
    refused = {"place": 2, "reason": "Die Fertigungslinie ist bis zum Frühjahr ausgelastet."}
    _introduced(need, far, "c", "refused", 30, **refused)
    body = {
        "letter": "d" * 32,
        "introduction": done.reference,
        "at": clock.to_text(clock.now()),
        "buyer": organisation.name[:200],
        "supplier": DETAILS["organisation"],
        "product": need.product,
        "hs_code": need.hs_code,
        "quantity": 12_345,
        "unit": "pcs",
        "level": "skd",
        "incoterm": "CIF",
        "payment": "Letter of credit",
        "terms": "The supplier trains twelve people; the buyer assembles from the third month on.",
        "valid_until": "2031-12-31",
    }
    letter = Letter.objects.create(
        introduction=done, reference=body["letter"], is_own=False, state="sent", body=body,
        at=clock.now(), leaf="e" * 64,
    )  # fmt: skip
    asks = Letter.objects.create(
        introduction=done, reference="c" * 32, is_own=True, state="sent", body={**body, "letter": "c" * 32},
        at=clock.now(), signed_by="approver@node.test", leaf="c" * 64,
    )  # fmt: skip
    ended = Letter.objects.create(
        introduction=done, reference="b" * 32, is_own=True, state="declined",
        body={**body, "letter": "b" * 32}, at=clock.now(), signed_by="approver@node.test", leaf="b" * 64,
        ended_at=clock.now(), reason="Der Rohstoffpreis hat sich seit unserem Gespräch verdoppelt.",
    )  # fmt: skip
    outcome = Outcome.objects.create(introduction=done, months=6, asked_at=clock.now())
    return {
        "bp_need": need.pk,
        "bp_offer": offer.pk,
        "bp_asked": asked.pk,
        "bp_open": done.pk,
        "bp_letter": letter.pk,
        "bp_letter_sent": asks.pk,
        "bp_letter_declined": ended.pk,
        "bp_outcome": outcome.pk,
    }
