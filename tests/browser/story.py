"""A node in the middle of its work: every state that a page can show, with long names in several scripts."""

from collections.abc import Callable
from hashlib import sha256
from io import BytesIO
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.test import Client

from isthmus.accounts import duty
from isthmus.accounts import services as people
from isthmus.accounts.models import Kind, Officer, Organisation
from isthmus.accounts.roles import Role
from isthmus.apps.etrade import services as etrade
from isthmus.apps.etrade.formats.samples import sample_declarations
from isthmus.apps.etrade.models import Declaration, SourceDocument
from isthmus.exchange import registry, tokens
from isthmus.exchange.models import (
    Agreement,
    Alarm,
    Attachment,
    Checkpoint,
    Decision,
    Desk,
    Direction,
    Naming,
    Offer,
    OfferKind,
    Record,
    Stream,
)
from isthmus.exchange.records import AgreementV1
from isthmus.exchange.services import agreements, attachments
from isthmus.exchange.services.alarms import raise_alarm
from isthmus.exchange.services.countersignatures import countersign
from isthmus.exchange.services.desks import set_desk
from isthmus.exchange.services.erasure import erase
from isthmus.exchange.services.inbox import receive
from isthmus.exchange.services.keys import roll_over
from isthmus.exchange.services.recovery.marking import note_divergence
from isthmus.exchange.services.settle import settle
from isthmus.exchange.services.subjects import keep_for_subject
from isthmus.exchange.views.log import VERIFY
from isthmus.jobs import services as jobs
from isthmus.jobs.runner import run_one
from isthmus.kit import clock
from isthmus.trust.models import KeyPurpose, OwnKey, Partner
from isthmus.trust.services import confirm, initialise_keys, introduce, suspend
from isthmus.wire import codec
from tests.apps.etrade.reference.lists import load_sample_lists
from tests.browser import (
    assessment_story,
    case_story,
    event_story,
    expert_story,
    letter_story,
    match_story,
    movement_story,
    partner_story,
    passkey_story,
    project_story,
    registry_story,
    return_story,
    solar_story,
    source_story,
    stamp_story,
    trade_story,
    workshop_story,
)
from tests.exchange.pages import KIND, declaration, split_view
from tests.foreign import ForeignNode, terms
from tests.second_factors import give_app, prove

PASSWORD = "seven calm rivers"
CUSTOMS = "အကောက်ခွန်ဦးစီးဌာန၊ စီမံကိန်းနှင့် ဘဏ္ဍာရေးဝန်ကြီးဌာန"
REVENUE = "Bundeszentralamt für Außenwirtschaftsüberwachung und Kraftfahrzeugsteuerangelegenheiten"
EMIRATES = "الهيئة الاتحادية للهوية والجنسية والجمارك وأمن المنافذ"
OFFICER = "ဒေါ်ခင်မျိုးဆွေထက်ထက်အောင်"
TERMS = {
    "title": "Pulses across Muse",
    "purpose": "Clearing goods before they arrive",
    "legal_basis": "Memorandum of 2025, article 4",
    "retention_days": "730",
    "onward_sharing": "with-consent",
    "valid_from": "2026-01-01",
    "valid_until": "2031-01-01",
}
SHORT = "Generalzolldirektion für Außenwirtschaft und Verbrauchsteuern"
NEW = "/exchange/agreements/new/"
ALL_FIELDS = [
    "consignee_name",
    "declaration_number",
    "exporter_name",
    "items",
    "match.net_kg",
    "match.fob_value",
]


def _officers(customs: Organisation, revenue: Organisation) -> dict[str, Officer]:
    def made(name: str, full_name: str, role: Role, organisation: Organisation = customs) -> Officer:
        officer = people.create_officer(f"{name}@node.test", full_name, PASSWORD, actor="story")
        people.grant(officer, organisation, role, actor="story")
        if role in duty.ROLES:
            give_app(officer)
        return officer

    officers = {
        "approver": made("approver", "Thiri Aung", Role.APPROVER),
        "operator": made("operator", "Ko Ko Lwin", Role.OPERATOR),
        "officer": made("officer", OFFICER, Role.OFFICER),
        "auditor": made("auditor", "Maximiliane Freifrau von Hohenstein-Wallersdorf", Role.AUDITOR, revenue),
        "elsewhere": made("elsewhere", "فاطمة بنت عبد الرحمن الزهراني", Role.OFFICER, revenue),
        "guarded": made("guarded", "May Thu", Role.OFFICER),
        "gone": made("gone", "U Hla Tun", Role.OFFICER),
    }
    people.grant(officers["approver"], revenue, Role.APPROVER, actor="story")
    people.grant(officers["officer"], revenue, Role.OFFICER, actor="story")
    people.deactivate(officers["gone"], actor="story")
    return officers


def _partner(foreign: ForeignNode) -> Partner:
    return confirm(introduce(foreign.card_token, actor="story"), foreign.words, actor="story")


def _proposal(cn: ForeignNode, partner: Partner, title: str) -> Agreement:
    grants = [(KIND, "cn", "mm", ["declaration_number", "items.number", "items.hs_code"])]
    content = terms(grants=grants, title=title)
    receive(partner, [cn.send("exchange.agreement/1", content, subject=content["agreement"])])
    return Agreement.objects.get(title=title)


def _propose(other: str, title: str, fields: list[str]) -> Agreement:
    grants = [(KIND, other, "mm", fields), (KIND, "mm", other, fields)]
    content = terms(grants=grants, title=title, parties=tuple(sorted((other, "mm"))))
    return agreements.propose(AgreementV1.model_validate_json(codec.encode(content)), actor="Thiri Aung")


def _answer(
    partner: Partner, foreign: ForeignNode, row: Agreement, decision: Decision, reason: str = ""
) -> None:
    body = {"agreement": str(row.uuid), "digest": row.digest, "decision": decision.value, "reason": reason}
    receive(partner, [foreign.send("exchange.agreement-answer/1", body)])


def _quarantine(cn: ForeignNode, partner: Partner, agreed: Agreement, subjects: list[str]) -> None:
    real = registry.resolve

    def failing(path: str) -> Any:
        def fail(received: object) -> None:
            raise RuntimeError("the shelf is full: no space left in table etrade_declaration")

        return fail if path.endswith("receive_declaration") else real(path)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(registry, "resolve", failing)
        for subject in subjects:
            receive(partner, [cn.send(KIND, declaration(subject), subject=subject, agreement=agreed.uuid)])


def _freeze(foreign: ForeignNode, partner: Partner, agreed: Agreement) -> Stream:
    """The partner signs the number that follows its answer twice."""
    fork = foreign.seq, foreign.prev
    receive(partner, [foreign.send(KIND, declaration("MV-1"), subject="MV-1", agreement=agreed.uuid)])
    foreign.seq, foreign.prev = fork
    receive(partner, [foreign.send(KIND, declaration("MV-TWIN"), subject="MV-TWIN", agreement=agreed.uuid)])
    return Stream.objects.get(partner=partner, direction=Direction.IN)


def _come_back(restored: Partner, other: Partner) -> dict[str, Any]:
    """A partner came back from an older state and asks; to another, this node has signed a number twice."""
    long_reason = "Datenbankserver nach Überspannung ausgetauscht und aus der Sicherung wiederhergestellt"
    epoch = {"closes": "mv>mm#1", "last_seq": 2, "last_leaf": "ab" * 32, "diverged_seq": 2}
    history = {
        "restored_at": "2026-11-20T08:00:00Z",
        "kept_size": 4,
        "kept_root": "ab" * 32,
        "checkpoint": "-",
    }
    for kind, body in ((OfferKind.EPOCH, epoch), (OfferKind.HISTORY, history)):
        offer = Offer.objects.create(
            partner=restored,
            kind=kind,
            leaf=sha256(kind.value.encode()).hexdigest(),
            body={**body, "reason": long_reason},
            arrived_at=clock.now(),
        )
    stream = Stream.objects.select_related("partner").get(partner=other, direction=Direction.OUT)
    note_divergence(stream, 1)
    return {"offer": offer.pk, "diverged": stream.pk}


def _sign_and_roll(cn: ForeignNode, partner: Partner, agreed: Agreement) -> dict[str, Any]:
    """A record that both nodes have signed, and a key of this node that has given way."""
    receive(partner, [cn.send(KIND, declaration("CN-BOTH"), subject="CN-BOTH", agreement=agreed.uuid)])
    both = Record.objects.get(subject="CN-BOTH", stream__direction=Direction.IN)
    countersign(both, "ကုန်ပစ္စည်းများကို လက်ခံသည် / Wir stimmen den Mengen zu.", actor=OFFICER)
    rolled = roll_over(KeyPurpose.ENCRYPTION, actor=OFFICER)
    seal = OwnKey.objects.get(purpose=KeyPurpose.SEAL)
    return {
        "countersigned": both,
        "retired_key": rolled.old.kid,
        "own_key": seal.kid,
        "partner_key": cn.kid,
    }


def _session(officer: Officer, act: Callable[[Client], None] | None = None) -> str:
    """The key of a session of this officer, who has just proved to be there."""
    client = Client()
    client.force_login(officer)
    prove(client, officer, ago=-7200)  # the tests look at the pages for longer than five minutes
    if act is not None:
        act(client)
    return client.cookies[settings.SESSION_COOKIE_NAME].value


def _draft(client: Client) -> None:
    client.post(NEW, {"partners": ["cn"]})
    client.post(f"{NEW}records/", {"flows": [f"{KIND} mm cn", f"{KIND} cn mm"]})
    client.post(f"{NEW}fields/1/", {"group_0": ["consignee_name"], "group_1": ["items.hs_code"]})
    client.post(f"{NEW}fields/2/", {"group_0": ["exporter_name"]})
    client.post(f"{NEW}terms/", TERMS)


def _half_signed_in(officer: Officer) -> str:
    client = Client()
    client.post("/account/login/", {"login": officer.email, "password": PASSWORD})
    return client.cookies[settings.SESSION_COOKIE_NAME].value


def _files_and_erasures(record: Record, gone: Record) -> dict[str, Any]:
    """A record with two files, one of them about a person, and one whose text was erased."""
    letter = b"A sample letter about one person."
    kept = {"name": "certificate-of-origin-EX-2026-000000017-amended.pdf", "media_type": "application/pdf"}
    about = {"name": "driver.pdf", "media_type": "application/pdf", "subject": "sample driver"}
    files = [
        attachments.keep(BytesIO(b"sample" * 90_000), actor="story", **kept),
        keep_for_subject(BytesIO(letter), actor="story", **about),
    ]
    for place, reference in enumerate(files):
        Naming.objects.create(
            attachment=Attachment.objects.get(sha256=reference.sha256),
            stream=record.stream,
            leaf=record.leaf,
            place=place,
            name=reference.name,
            media_type=reference.media_type,
        )
    reason = "The person concerned has asked for it; the authority for data protection agrees."
    erase([gone], ground="person", reason=reason, actor="story")
    return {"with_files": record, "file": files[0].sha256, "erased": gone}


def _trade(customs: Organisation, cn: ForeignNode, partner: Partner, agreed: Agreement) -> dict[str, Any]:
    """Files read, declarations sent, receipted and refused by the partner, others received."""
    for name, content in sample_declarations(5, 34, malformed=3):
        etrade.take_document(name, content, organisation=customs, actor="officer@node.test")
    taken = etrade.take_document(
        "invoice-2026-03.xml",
        b'<?xml version="1.0"?><Invoice xmlns="urn:oasis:names:specification:ubl:schema:xsd:Invoice-2"/>',
        organisation=customs,
        actor="officer@node.test",
    )
    own = list(Declaration.objects.order_by("id"))
    etrade.send(own[:30], "cn", actor="story")
    out = Stream.objects.select_related("partner").get(partner=partner, direction=Direction.OUT)
    sent = [tokens.text_of(row.leaf) or "" for row in Record.objects.filter(stream=out).order_by("seq")]
    settle(out, [cn.receipt(sent[:20])])
    reason = "The consignee of this declaration is not registered with us; please correct it."
    settle(out, [cn.receipt(sent[20:21], status="refused", code="etrade.consignee", reason=reason)])
    for number in range(8):
        body = declaration(f"CN-{number}", consignee_name=f"Yangon Wholesale {number}")
        receive(partner, [cn.send(KIND, body, subject=f"CN-{number}", agreement=agreed.uuid)])
    bad = declaration("CN-BAD", agent_name="not agreed")
    receive(partner, [cn.send(KIND, bad, subject="CN-BAD", agreement=agreed.uuid)])
    _quarantine(cn, partner, agreed, ["CN-Q1", "CN-Q2", "CN-Q3"])
    receive(partner, [cn.sign(cn.record(KIND, declaration("CN-GAP"), subject="CN-GAP", seq=cn.seq + 7))])
    sent = Record.objects.filter(stream=out, type="etrade.export-declaration").order_by("seq")
    received = Record.objects.filter(stream__direction=Direction.IN)
    gone = received.select_related("stream__partner").get(subject="CN-7")
    return {
        **_files_and_erasures(sent[1], gone),
        "sent": sent[0],
        "waiting": sent.last(),
        "refused_there": Record.objects.get(stream=out, seq=21),
        "received": received.get(subject="CN-1"),
        "refused": received.get(subject="CN-BAD"),
        "quarantined": received.get(subject="CN-Q1"),
        "to_run": received.get(subject="CN-Q2"),
        "to_set_aside": received.get(subject="CN-Q3"),
        "declaration": own[0],
        "unsent": own[-1],
        "arrived": Declaration.objects.get(number="CN-1"),
        "document": own[0].source,
        "malformed": SourceDocument.objects.filter(verdict="malformed")
        .exclude(pk=taken.document.pk)
        .latest("pk"),
        "unsupported": taken.document,
    }


def _walk_the_log() -> dict[str, Any]:
    done = jobs.enqueue(VERIFY, unique_key=VERIFY, actor="story")
    run_one("story", kinds={VERIFY})
    return {"walked": done, "to_walk": jobs.enqueue(VERIFY, unique_key=VERIFY, actor="story")}


def _diplomacy() -> tuple[dict[str, Any], ForeignNode, ForeignNode, Agreement]:
    """Partners and agreements in each state; returns also China, the Maldives and what those agreed to."""
    cn, ae = ForeignNode(), ForeignNode(node_id="ae", name=EMIRATES, country="AE")
    mv = ForeignNode(node_id="mv", name="Maldives Customs Service", country="MV", reachable=False)
    ng = ForeignNode(node_id="ng", name=SHORT, country="NG")
    md = ForeignNode(node_id="md", name="Serviciul Vamal al Republicii Moldova", country="MD")
    ke = ForeignNode(node_id="ke", name="Kenya Revenue Authority", country="KE")
    partner, with_mv = _partner(cn), _partner(mv)
    _partner(ae)
    suspend(_partner(ng), "Its seal key may have been copied; its operator looks into it.", actor="story")
    introduce(md.card_token, actor="story")
    introduce(ke.card_token, actor="story")
    agreed = _propose("cn", "Sharing of export declarations between Myanmar and China", ALL_FIELDS)
    _answer(partner, cn, agreed, Decision.SIGNED)
    fish = _propose("mv", "Fish and fishery products", ["declaration_number", "items.number", "match.net_kg"])
    _answer(with_mv, mv, fish, Decision.SIGNED)
    declined = _propose("cn", "Personal data of drivers", ALL_FIELDS)
    _answer(partner, cn, declined, Decision.DECLINED, "The purpose is wider than our law allows.")
    found = {
        "agreed": agreed,
        "declined": declined,
        "asked": _propose("ae", "اتفاقية تبادل بيانات التصدير", ALL_FIELDS),
        "to_answer": _proposal(cn, partner, "Transit, second phase"),
        "to_sign": _proposal(cn, partner, "Transit, third phase"),
        "words_of_md": md.words,
        "new_card": ForeignNode(node_id="fj", name="Fiji Revenue and Customs", country="FJ").card_token,
    }
    return found, cn, mv, fish


def _token(customs: Organisation) -> Any:
    label = "Datenübermittlungsdienst Zollabfertigungssystem"
    return people.issue_token(customs, label, Role.OFFICER, days=90, actor="story")[0]


def _invitation(customs: Organisation) -> str:
    new = people.invite("new@node.test", "Nyein Chan", customs, Role.OFFICER, actor="story")
    return urlsplit(people.invitation_link(new, actor="story")).path


def write() -> dict[str, Any]:
    """Write the story; returns what tests have to find, by names of their own."""
    initialise_keys(actor="story")
    customs = people.create_organisation("customs", CUSTOMS, Kind.MINISTRY, actor="story")
    revenue = people.create_organisation("revenue", REVENUE, Kind.AGENCY, actor="story")
    officers = _officers(customs, revenue)
    set_desk(KIND, customs, actor="story")
    load_sample_lists()
    found, cn, mv, fish = _diplomacy()
    found |= {"customs": customs, **{name: officers[name] for name in ("officer", "gone", "guarded")}}
    found |= event_story.tell(customs) | movement_story.tell(customs) | assessment_story.tell(customs)
    found |= _trade(customs, cn, Partner.objects.get(node_id="cn"), found["agreed"])
    found |= trade_story.tell(customs, cn, Partner.objects.get(node_id="cn"))
    found |= source_story.tell(customs) | case_story.tell(customs, cn, Partner.objects.get(node_id="cn"))
    found |= match_story.tell(customs, cn, Partner.objects.get(node_id="cn"))
    found |= stamp_story.tell(customs, revenue) | return_story.tell(revenue) | registry_story.tell(customs)
    found |= solar_story.tell(customs)
    found |= workshop_story.tell(customs)
    found |= expert_story.tell(customs, officers["officer"], found["received"])
    found |= project_story.tell(customs)
    found |= partner_story.tell(customs) | letter_story.tell()
    found |= _sign_and_roll(cn, Partner.objects.get(node_id="cn"), found["agreed"])
    found["frozen"] = _freeze(mv, Partner.objects.get(node_id="mv"), fish)
    found |= _come_back(Partner.objects.get(node_id="mv"), Partner.objects.get(node_id="ae"))
    raise_alarm("exchange.undelivered", "mm>cn#1", "9 records wait for China.", next_step="Check the link.")
    found["alarm"] = Alarm.objects.get(code="exchange.undelivered")
    found["token"] = _token(customs)
    found |= _walk_the_log() | passkey_story.tell(officers["guarded"])
    found["checkpoint"] = Checkpoint.objects.filter(node_id="cn").latest("pk")
    found["split"] = split_view(cn, Partner.objects.get(node_id="cn"))
    found["desk"] = Desk.objects.get(record_type=KIND)
    found["membership"] = officers["officer"].memberships.get(organisation=revenue)
    sessions = {name: _session(officer) for name, officer in officers.items() if name != "gone"}
    sessions["drafter"] = _session(officers["operator"], _draft)
    sessions["half"] = _half_signed_in(officers["guarded"])
    return {**found, "link": _invitation(customs), "sessions": sessions}
