"""A full round between two nodes: keyed hashes out, hits back, and only then the declarations that hit."""

from datetime import date
from typing import Any
from uuid import uuid4

import pytest

from isthmus.apps.etrade import services
from isthmus.apps.etrade.matching.models import MatchRound
from isthmus.apps.etrade.matching.queries import hits_of
from isthmus.apps.etrade.matching.services import answering, asking
from isthmus.apps.etrade.models import Declaration, Direction, Origin, Sending
from isthmus.apps.etrade.reconciliation.rules.private import Traits, kinds_of_candidates, tokens
from isthmus.apps.etrade.records import ExportDeclarationV1, ImportDeclarationV1, MatchHitsV1, MatchTokensV1
from isthmus.apps.etrade.services import versions
from isthmus.exchange.handlers import Erasing, Received
from isthmus.exchange.models import Agreement, AgreementState, Effect
from isthmus.exchange.services.inbox import receive
from isthmus.exchange.services.keys import roll_over
from isthmus.jobs.models import Job
from isthmus.kit import clock
from isthmus.kit.errors import BadInput, NotFound, Refused
from isthmus.trust import keystore
from isthmus.trust.models import KeyPurpose, PartnerKey
from isthmus.trust.pairwise import shared_with
from isthmus.wire import codec, keys
from isthmus.wire.pairwise import agree_on_secret
from isthmus.wire.record import Record
from tests.apps.etrade.cases.corridor import export_of, import_of
from tests.apps.etrade.conftest import Corridor, Customs

DAYS = (date(2026, 1, 1), date(2026, 12, 31))
EVERY = Declaration.objects.all()


def lodge(body: dict[str, Any], customs: Customs) -> Declaration:
    """A declaration of this node."""
    model = ImportDeclarationV1 if body["declaration_number"].startswith("MM-I") else ExportDeclarationV1
    record = model.model_validate_json(codec.encode(body))
    return versions.lodge(record, origin=Origin.OWN, organisation_id=customs.organisation.pk)


def own_export(number: int, customs: Customs, **changes: Any) -> Declaration:
    body = export_of(number, **changes)
    named = {"declaration_number": f"MM-E-{number}", "export_country": "MM", "destination_country": "CN"}
    return lodge({**body, **named}, customs)


def own_import(number: int, customs: Customs, **changes: Any) -> Declaration:
    return lodge({**import_of(number, **changes), "declaration_number": f"MM-I-{number}"}, customs)


def their_secret(corridor: Corridor, number: str) -> bytes:
    """What the partner comes to with its own private key and this node's certificate."""
    own = keystore.in_use(KeyPurpose.ENCRYPTION).certificate.public_key()
    return agree_on_secret(
        corridor.cn.encryption_key,
        own,  # type: ignore[arg-type]  # P-256
        nodes=("cn", "mm"),
        purpose=f"etrade.match/1 {number}",
    )


def ask(corridor: Corridor, direction: Direction = Direction.EXPORT, **changes: Any) -> MatchRound:
    return asking.ask("cn", direction, DAYS, EVERY, actor="officer", **changes)


def theirs(corridor: Corridor, asked: MatchRound, traits: Traits) -> dict[str, Any]:
    """The partner's answer, where it holds one declaration with these traits."""
    sent = set(corridor.sent("match-tokens")[-1]["tokens"])
    candidates = kinds_of_candidates(traits, their_secret(corridor, asked.number))
    return {"tokens_number": asked.number, "compared": 7, "hits": sorted(sent & candidates.keys())}


class TestAsking:
    def test_nothing_but_keyed_hashes_crosses(self, corridor: Corridor, customs: Customs) -> None:
        own_export(1, customs)
        asked = ask(corridor)
        (body,) = corridor.sent("match-tokens")
        assert body["tokens"] == sorted(body["tokens"])
        assert len(body["tokens"]) == asked.tokens == 2
        assert asked.declarations == 1
        words = codec.encode(body).decode()
        assert "MM-E-1" not in words
        assert "MUSE00001" not in words
        assert {body["sender_key"], body["receiver_key"]} == {
            keystore.in_use(KeyPurpose.ENCRYPTION).kid,
            keys.thumbprint(corridor.cn.certificates["encryption"]),
        }

    def test_the_partner_reads_them_with_its_own_key(self, corridor: Corridor, customs: Customs) -> None:
        own_export(1, customs)
        asked = ask(corridor)
        (body,) = corridor.sent("match-tokens")
        traits = Traits(transport_doc="muse 00001")
        assert tokens(traits, their_secret(corridor, asked.number)) <= set(body["tokens"])
        assert not tokens(traits, their_secret(corridor, "MM-M-999")) & set(body["tokens"])

    def test_what_the_partner_has_is_left_out(self, corridor: Corridor, customs: Customs) -> None:
        services.send([own_export(1, customs)], "cn", actor="officer")
        own_export(2, customs)
        assert ask(corridor).declarations == 1

    @pytest.mark.parametrize(
        ("days", "fault"),
        [
            ((date(2026, 2, 1), date(2026, 1, 1)), "before the first"),
            ((date(2020, 1, 1), date(2020, 2, 1)), "None of the declarations"),
        ],
    )
    def test_days_that_hold_nothing_are_refused(
        self, corridor: Corridor, customs: Customs, days: tuple[date, date], fault: str
    ) -> None:
        own_export(1, customs)
        with pytest.raises(BadInput) as refused:
            asking.ask("cn", Direction.EXPORT, days, EVERY, actor="officer")
        assert fault in refused.value.faults[0].message
        assert not MatchRound.objects.exists()

    def test_more_than_a_record_carries_is_refused(
        self, corridor: Corridor, customs: Customs, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        own_export(1, customs)
        monkeypatch.setattr(asking, "MAX_TOKENS", 1)
        with pytest.raises(BadInput) as refused:
            ask(corridor)
        assert refused.value.next_step == "Choose fewer days."

    def test_without_an_agreement_nothing_goes(self, corridor: Corridor, customs: Customs) -> None:
        own_export(1, customs)
        Agreement.objects.update(state=AgreementState.WITHDRAWN)
        with pytest.raises(Refused):
            ask(corridor)
        with pytest.raises(Refused) as refused:
            ask(corridor, at_once=True)
        assert refused.value.code == "etrade.match-not-agreed"
        assert not MatchRound.objects.exists()

    def test_a_stranger_is_not_asked(self, corridor: Corridor) -> None:
        with pytest.raises(NotFound):
            asking.ask("xx", Direction.EXPORT, DAYS, EVERY, actor="officer")


class TestHits:
    def test_exactly_what_hits_is_offered_and_sent(self, corridor: Corridor, customs: Customs) -> None:
        known, _other = own_export(1, customs), own_export(2, customs)
        asked = ask(corridor)
        corridor.receive("match-hits", theirs(corridor, asked, Traits(transport_doc="MUSE-00001")))
        asked.refresh_from_db()
        (hit,) = hits_of(asked, EVERY)
        assert (hit.declaration, [kind.value for kind in hit.kinds], hit.sure) == (known, ["doc"], True)
        assert asked.compared == 7
        assert asked.found.count() == 1, "hashes that did not hit are forgotten"
        assert not Sending.objects.exists()
        assert asking.send_hits(asked, None, actor="officer") == 1
        assert asking.send_hits(asked, None, actor="officer") == 0
        (sent,) = corridor.sent("export-declaration")
        assert sent["declaration_number"] == "MM-E-1"
        assert hits_of(asked, EVERY)[0].sent_at is not None

    def test_a_weight_alone_is_perhaps_the_same(self, corridor: Corridor, customs: Customs) -> None:
        known = own_export(1, customs, net_kg="1000")
        asked = ask(corridor)
        answer = theirs(corridor, asked, Traits(hs="071331", net_grams=1_050_000))
        corridor.receive("match-hits", answer)
        (hit,) = hits_of(asked, EVERY)
        assert ([kind.value for kind in hit.kinds], hit.sure) == (["goods"], False)
        assert asking.send_hits(asked, None, actor="officer") == 0
        assert asking.send_hits(asked, {known.pk}, actor="officer") == 1

    def test_what_surely_hits_goes_at_once_where_asked(self, corridor: Corridor, customs: Customs) -> None:
        own_export(1, customs)
        own_export(2, customs, net_kg="1000")
        asked = ask(corridor, at_once=True)
        corridor.receive("match-hits", theirs(corridor, asked, Traits(transport_doc="MUSE00001")))
        job = Job.objects.get(kind="etrade.send-matched")
        assert job.arguments == {"round": asked.pk}
        assert asking.send_surely_matched(asked.pk) == 1
        assert [body["declaration_number"] for body in corridor.sent("export-declaration")] == ["MM-E-1"]
        assert asking.send_surely_matched(0) == 0

    def test_what_may_not_go_by_now_says_why(self, corridor: Corridor, customs: Customs) -> None:
        own_export(1, customs)
        asked = ask(corridor, at_once=True)
        corridor.receive("match-hits", theirs(corridor, asked, Traits(transport_doc="MUSE00001")))
        Agreement.objects.update(state=AgreementState.WITHDRAWN)
        assert asking.send_surely_matched(asked.pk) == 0
        asked.refresh_from_db()
        assert "No agreement" in asked.problem

    def test_what_was_not_asked_or_is_answered_waits_in_quarantine(
        self, corridor: Corridor, customs: Customs
    ) -> None:
        own_export(1, customs)
        asked = ask(corridor)
        answer = theirs(corridor, asked, Traits(transport_doc="MUSE00001"))
        record = corridor.receive("match-hits", {**answer, "tokens_number": "MM-M-999"})
        assert record.effect == Effect.QUARANTINED
        assert corridor.receive("match-hits", answer).effect == Effect.APPLIED
        assert corridor.receive("match-hits", answer).effect == Effect.QUARANTINED

    def test_an_erased_answer_leaves_no_hit(self, corridor: Corridor, customs: Customs) -> None:
        own_export(1, customs)
        asked = ask(corridor)
        answer = theirs(corridor, asked, Traits(transport_doc="MUSE00001"))
        record = corridor.receive("match-hits", answer)
        asking.erase_hits(Erasing(record.leaf, record.type, asked.number, "cn", sent=False, ground="order"))
        assert not hits_of(asked, EVERY)

    def test_a_lost_comparison_comes_back_and_still_finds_its_hits(
        self, corridor: Corridor, customs: Customs
    ) -> None:
        own_export(1, customs)
        asked = ask(corridor)
        (body,) = corridor.sent("match-tokens")
        answer = theirs(corridor, asked, Traits(transport_doc="MUSE00001"))
        MatchRound.objects.all().delete()
        given = received(MatchTokensV1.model_validate_json(codec.encode(body)), "match-tokens", "mm", "cn")
        asking.restore_tokens(given)
        asking.restore_tokens(given)
        corridor.receive("match-hits", answer)
        assert [hit.declaration.number for hit in hits_of(MatchRound.objects.get(), EVERY)] == ["MM-E-1"]


def received(body: Any, name: str, sender: str, receiver: str) -> Received:
    record = Record(
        id=uuid4(),
        type=f"etrade.{name}",
        version=1,
        sender=sender,
        receiver=receiver,
        stream=f"{sender}>{receiver}#1",
        seq=1,
        prev="",
        agreement=None,
        issued=clock.now(),
        subject="subject",
        body={},
    )
    return Received(record, body, "f" * 64, None)


def tokens_of(corridor: Corridor, traits: Traits, number: str = "CN-M-1", **changes: Any) -> dict[str, Any]:
    """The partner's question about one export declaration."""
    secret = their_secret(corridor, number)
    return {
        "number": number,
        "declarations": "export",
        "from_day": "2026-03-01",
        "until_day": "2026-05-31",
        "sender_key": keys.thumbprint(corridor.cn.certificates["encryption"]),
        "receiver_key": keystore.in_use(KeyPurpose.ENCRYPTION).kid,
        "tokens": sorted(tokens(traits, secret)),
        **changes,
    }


class TestAnswering:
    def test_the_partner_learns_which_of_its_hashes_fit_and_nothing_else(
        self, corridor: Corridor, customs: Customs
    ) -> None:
        known = own_import(1, customs)
        own_import(2, customs, net_kg="900")
        weight = int(float(import_of(1)["match"]["net_kg"]) * 1030)
        question = tokens_of(corridor, Traits("MUSE00001", "MSKU1", "1K-1", "071331", weight))
        corridor.receive("match-tokens", question)
        assert Job.objects.filter(kind="etrade.answer-matches").exists()
        asked = MatchRound.objects.get()
        assert answering.try_to_answer(asked)
        (answer,) = corridor.sent("match-hits")
        assert answer["compared"] == 2
        assert set(answer["hits"]) < set(question["tokens"])
        assert len(answer["hits"]) == 2
        asked.refresh_from_db()
        (hit,) = hits_of(asked, EVERY)
        assert (hit.declaration, [kind.value for kind in hit.kinds]) == (known, ["doc", "goods"])
        assert "tokens" not in asked.body, "hashes that fit nothing are forgotten"
        assert answering.try_to_answer(asked), "an answered one stays answered"
        assert len(corridor.sent("match-hits")) == 1

    def test_the_answerer_may_send_what_hits_as_well(self, corridor: Corridor, customs: Customs) -> None:
        own_import(1, customs)
        corridor.receive("match-tokens", tokens_of(corridor, Traits("MUSE00001")))
        asked = MatchRound.objects.get()
        answering.answer(asked)
        assert asking.send_hits(asked, None, actor="officer") == 1
        assert [body["declaration_number"] for body in corridor.sent("import-declaration")] == ["MM-I-1"]

    def test_hashes_of_imports_are_compared_with_exports(self, corridor: Corridor, customs: Customs) -> None:
        own_export(1, customs)
        question = tokens_of(corridor, Traits("MUSE00001"), declarations="import", from_day="2026-04-10")
        corridor.receive("match-tokens", question)
        answering.answer(MatchRound.objects.get())
        assert corridor.sent("match-hits")[0]["hits"] == question["tokens"]

    def test_goods_of_another_time_are_not_compared(self, corridor: Corridor, customs: Customs) -> None:
        own_import(1, customs, arrival_date="2026-12-24")
        corridor.receive("match-tokens", tokens_of(corridor, Traits("MUSE00001")))
        answering.answer(MatchRound.objects.get())
        assert corridor.sent("match-hits")[0] == {"tokens_number": "CN-M-1", "compared": 0, "hits": []}

    def test_the_same_number_again_waits_in_quarantine(self, corridor: Corridor, customs: Customs) -> None:
        corridor.receive("match-tokens", tokens_of(corridor, Traits("MUSE00001")))
        again = corridor.receive("match-tokens", tokens_of(corridor, Traits("MUSE00002")))
        assert again.effect == Effect.QUARANTINED

    def test_a_key_that_is_gone_holds_the_answer_up_and_says_so(
        self, corridor: Corridor, customs: Customs
    ) -> None:
        corridor.receive("match-tokens", tokens_of(corridor, Traits("MUSE00001"), receiver_key="x" * 43))
        asked = MatchRound.objects.get()
        assert not answering.try_to_answer(asked)
        asked.refresh_from_db()
        assert "has no encryption key" in asked.problem
        assert asked.answered_at is None

    def test_keys_that_gave_way_meanwhile_still_answer(self, corridor: Corridor, customs: Customs) -> None:
        own_import(1, customs)
        question = tokens_of(corridor, Traits("MUSE00001"))
        corridor.receive("match-tokens", question)
        receive(corridor.partner, [corridor.cn.roll("encryption")])
        roll_over(KeyPurpose.ENCRYPTION, actor="operator")
        assert keystore.in_use(KeyPurpose.ENCRYPTION).kid != question["receiver_key"]
        answering.answer(MatchRound.objects.get())
        assert corridor.sent("match-hits")[0]["hits"] == question["tokens"]

    def test_the_job_answers_everybody_who_waits(self, corridor: Corridor, customs: Customs) -> None:
        own_import(1, customs)
        corridor.receive("match-tokens", tokens_of(corridor, Traits("MUSE00001")))
        steps: list[int] = []

        class Told:
            def step(self, done: int, total: int | None) -> None:
                steps.append(done)

        assert answering.answer_all(Told()) == {"answered": 1}  # type: ignore[arg-type]  # its one call
        assert steps == [0]
        assert answering.answer_all(Told()) == {"answered": 0}  # type: ignore[arg-type]  # its one call

    def test_an_erased_question_goes_with_what_it_hit(self, corridor: Corridor, customs: Customs) -> None:
        own_import(1, customs)
        record = corridor.receive("match-tokens", tokens_of(corridor, Traits("MUSE00001")))
        answering.answer(MatchRound.objects.get())
        answering.erase_tokens(
            Erasing(record.leaf, record.type, "CN-M-1", "cn", sent=False, ground="retention")
        )
        assert not MatchRound.objects.exists()

    def test_a_lost_answer_that_comes_back_is_not_given_twice(
        self, corridor: Corridor, customs: Customs
    ) -> None:
        given = received(MatchHitsV1(tokens_number="CN-M-1", compared=3, hits=()), "match-hits", "mm", "cn")
        with pytest.raises(Refused):
            answering.restore_hits(given)
        corridor.receive("match-tokens", tokens_of(corridor, Traits("MUSE00001")))
        answering.restore_hits(given)
        answering.answer(MatchRound.objects.get())
        assert not corridor.sent("match-hits")


class TestSharedSecret:
    def test_it_is_not_shown(self, corridor: Corridor) -> None:
        shared = shared_with(corridor.partner, "a purpose")
        assert shared.secret.hex() not in repr(shared)
        assert repr(shared.secret) not in repr(shared)

    def test_a_revoked_key_of_the_partner_is_not_used(self, corridor: Corridor) -> None:
        PartnerKey.objects.filter(purpose=KeyPurpose.ENCRYPTION).update(revoked_at=clock.now())
        with pytest.raises(Refused) as refused:
            shared_with(corridor.partner, "a purpose")
        assert refused.value.code == "trust.no-encryption-key"
