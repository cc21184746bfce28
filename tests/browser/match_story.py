"""Private matching between the two nodes, in the states that its pages can show."""

from datetime import date
from typing import Any

from isthmus.accounts.models import Organisation
from isthmus.apps.etrade.matching.models import MatchRound
from isthmus.apps.etrade.matching.services import answering, asking
from isthmus.apps.etrade.models import Declaration, Direction, Origin
from isthmus.apps.etrade.reconciliation.rules.private import Traits, kinds_of_candidates, tokens
from isthmus.apps.etrade.records import ExportDeclarationV1, MatchHitsV1, MatchTokensV1
from isthmus.apps.etrade.services import versions
from isthmus.exchange.records import AgreementV1
from isthmus.exchange.services import agreements
from isthmus.exchange.services.inbox import receive
from isthmus.trust import keystore
from isthmus.trust.models import KeyPurpose, Partner
from isthmus.wire import codec, keys
from isthmus.wire.pairwise import agree_on_secret
from tests.apps.etrade.cases.corridor import export_of
from tests.foreign import ForeignNode, terms

OFFICER = "ဒေါ်ခင်မျိုးဆွေထက်ထက်အောင်"
DAYS = (date(2027, 3, 1), date(2027, 5, 31))


def _secret(cn: ForeignNode, number: str) -> bytes:
    own = keystore.in_use(KeyPurpose.ENCRYPTION).certificate.public_key()
    purpose = f"etrade.match/1 {number}"
    return agree_on_secret(cn.encryption_key, own, nodes=("cn", "mm"), purpose=purpose)  # type: ignore[arg-type]  # P-256


def _lodge(number: int, customs: Organisation) -> None:
    body = export_of(number, departure_date=f"2027-04-{number - 50:02d}", net_kg="1000")
    named = {
        "declaration_number": f"MM-2027-{number:05d}",
        "export_country": "MM",
        "destination_country": "CN",
    }
    record = ExportDeclarationV1.model_validate_json(codec.encode({**body, **named}))
    versions.lodge(record, origin=Origin.OWN, organisation_id=customs.pk)


def tell(customs: Organisation, cn: ForeignNode, partner: Partner) -> dict[str, Any]:
    """One comparison answered with sure and doubtful hits, one that waits, one of the partner held up."""
    kinds = (("etrade.match-tokens/1", MatchTokensV1), ("etrade.match-hits/1", MatchHitsV1))
    grants = [
        (kind, giver, taker, sorted(model.model_fields))
        for kind, model in kinds
        for giver, taker in (("mm", "cn"), ("cn", "mm"))
    ]
    content = terms(grants=grants, title="Matching by keyed hashes")
    about = agreements.propose(AgreementV1.model_validate_json(codec.encode(content)), actor="Thiri Aung")
    answer = {"agreement": str(about.uuid), "digest": about.digest, "decision": "signed", "reason": ""}
    receive(partner, [cn.send("exchange.agreement-answer/1", answer)])
    for number in range(51, 55):
        _lodge(number, customs)
    rows = Declaration.objects.filter(organisation=customs)
    asked = asking.ask("cn", Direction.EXPORT, DAYS, rows, actor=OFFICER, organisation_id=customs.pk)
    secret = _secret(cn, asked.number)
    known = [Traits("MUSE00051"), Traits("MUSE00052"), Traits(hs="071331", net_grams=1_020_000)]
    sent = set(asked.found.values_list("token", flat=True))
    hits = sorted({token for traits in known for token in kinds_of_candidates(traits, secret)} & sent)
    body = {"tokens_number": asked.number, "compared": 340, "hits": hits}
    receive(partner, [cn.send("etrade.match-hits/1", body, subject=asked.number, agreement=about.uuid)])
    waits = asking.ask("cn", Direction.EXPORT, DAYS, rows, actor=OFFICER, organisation_id=customs.pk)
    question = {
        "number": "CN-M-1",
        "declarations": "export",
        "from_day": "2026-03-01",
        "until_day": "2026-05-31",
        "sender_key": keys.thumbprint(cn.certificates["encryption"]),
        "receiver_key": "x" * 43,
        "tokens": sorted(tokens(Traits("MUSE00001"), _secret(cn, "CN-M-1"))),
    }
    receive(partner, [cn.send("etrade.match-tokens/1", question, subject="CN-M-1", agreement=about.uuid)])
    held = MatchRound.objects.get(number="CN-M-1")
    MatchRound.objects.filter(pk=held.pk).update(organisation=customs)
    answering.try_to_answer(held)
    return {"matched": asked, "match_waits": waits, "match_held": held}
