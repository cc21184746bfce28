"""Stamps from the request to the shop: what is refused, where they are, and what is known of a code."""

import dataclasses
import random
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.db import connection, transaction

from isthmus.accounts.models import AuditEvent, Organisation
from isthmus.apps.excise.ledger import queries as ledger
from isthmus.apps.excise.ledger.models import LedgerEntry
from isthmus.apps.excise.models import StampAct, StampBatch, StampKey, StampSeen, StampSheaf
from isthmus.apps.excise.stamps import queries
from isthmus.apps.excise.stamps.models import MOST_STAMPS, HandoverState, Proof, RequestState, StampKeyKind
from isthmus.apps.excise.stamps.rules import codes, filtering
from isthmus.apps.excise.stamps.rules.accounts import BOOK, GIVEN_OUT, role_of
from isthmus.apps.excise.stamps.rules.custody import SHEAF, Act, Place
from isthmus.apps.excise.stamps.rules.verdicts import Verdict
from isthmus.apps.excise.stamps.services import book, issuing, keys, listing, moving, requesting, verifying
from isthmus.kit import clock
from isthmus.kit.errors import BadInput, Conflict, IsthmusError, NotFound
from tests.apps.excise.stamps.conftest import GTIN, People, asked, done, issued, on_the_bottle


def balanced(batch: StampBatch) -> bool:
    """The book sums to zero, says of every holder what the packed rows say, and holds nothing below zero."""
    balances = book.balances(batch)
    accounts = {key: count for key, count in balances.items() if key[2] != GIVEN_OUT}
    given_out = sum(count for key, count in balances.items() if key[2] == GIVEN_OUT)
    codes_of = dict(Organisation.objects.values_list("pk", "code"))
    counted = {
        (one, codes_of[holder], role_of(place)): n
        for (one, holder, place), n in queries.counted(batch).items()
    }
    return (
        sum(balances.values()) == 0
        and accounts == counted
        and given_out == -batch.count
        and min(accounts.values()) > 0
    )


class TestAsking:
    @pytest.mark.parametrize(
        ("fields", "where"),
        [
            ({"gtin": "4006381333932"}, "gtin"),
            ({"gtin": "ABC"}, "gtin"),
            ({"product": " "}, "product"),
            ({"count": 0}, "count"),
            ({"count": MOST_STAMPS + 1}, "count"),
        ],
    )
    def test_a_request_names_the_field_at_fault(self, people: People, fields: dict, where: str):
        given = {"gtin": "4006381333931", "product": "Sample", "count": 5} | fields
        with pytest.raises(BadInput) as caught:
            requesting.ask(people.revenue, actor="officer", **given)
        assert [fault.where for fault in caught.value.faults] == [where]

    def test_a_short_gtin_is_filled_up_and_requests_are_numbered(self, people: People):
        one = requesting.ask(people.revenue, gtin="4006381333931", product="Sample", count=5, actor="officer")
        assert (one.gtin, one.number, asked(people).number) == (GTIN, 1, 2)

    def test_a_request_is_decided_once(self, people: People):
        request = asked(people)
        with pytest.raises(BadInput):
            requesting.refuse(request, " ", actor="approver")
        assert requesting.refuse(request, "No licence", actor="approver").state == RequestState.REFUSED
        with pytest.raises(Conflict):
            requesting.approve(request, people.security, actor="approver")

    def test_stamps_are_issued_once_and_only_when_approved(self, people: People):
        request = asked(people)
        with pytest.raises(Conflict):
            issuing.issue(request, actor="approver")
        requesting.approve(request, people.security, actor="approver")
        issuing.issue(request, actor="approver")
        with pytest.raises(Conflict):
            issuing.issue(request, actor="approver")


class TestCodes:
    def test_a_batch_gives_the_same_codes_every_time(self, people: People):
        batch = issued(people, SHEAF + 3)
        text = b"".join(issuing.code_lines(batch))
        assert b"".join(issuing.code_lines(batch)) == text
        lines = text.decode("ascii").splitlines()
        assert len(set(lines)) == batch.count
        assert lines == sorted(lines)
        assert codes.parsed(lines[SHEAF]) == issuing.code_of(batch, SHEAF + 1)
        assert b"".join(issuing.code_lines(batch, SHEAF, SHEAF + 1)).count(b"\n") == 2
        assert StampSheaf.objects.count() == 2

    def test_each_stamp_is_found_by_its_serial(self, people: People):
        batches = [issued(people, 40), issued(people, 7)]
        for batch in batches:
            for number in (1, 4, batch.count):
                code = issuing.code_of(batch, number)
                found = queries.find(code.serial, code.gtin)
                assert found is not None
                assert (found.batch, found.number, found.place) == (batch, number, Place.ISSUED)
                assert queries.find(code.serial) == found
        assert queries.find(bytes(10)) is None

    @pytest.mark.parametrize("run", [(0, 1), (2, 1), (1, 11)])
    def test_other_numbers_are_refused(self, people: People, run: tuple[int, int]):
        with pytest.raises(BadInput, match="1 to 10"):
            list(issuing.code_lines(issued(people), *run))

    def test_a_sheet_is_a_document_of_a_run(self, people: People):
        batch = issued(people)
        assert issuing.sheet(batch, 2, 4).startswith(b"%PDF-")
        big = issued(people, 5001)
        with pytest.raises(BadInput, match="5000"):
            issuing.sheet(big, 1, 5001)


class TestKeys:
    def test_secrets_lie_sealed_and_new_keys_make_new_codes(self, people: People):
        first = on_the_bottle(people)
        old = issuing.code_of(first, 1)
        for kind in StampKeyKind:
            keys.roll(kind, actor="operator")
        second = on_the_bottle(people)
        new = issuing.code_of(second, 1)
        assert (old.tag_key, old.signature_key, new.tag_key, new.signature_key) == (0, 0, 1, 1)
        assert verifying.verify(old.text).verdict is Verdict.IN_ORDER
        assert verifying.verify(new.text).verdict is Verdict.IN_ORDER
        for key in StampKey.objects.all():
            assert keys.secret_of(key) not in bytes(key.sealed)
        assert [key.number for key in keys.public_keys()] == [0, 1]

    def test_the_two_signs_of_a_code_name_1024_keys(self, people: People):
        keys.roll(StampKeyKind.TAG, actor="operator")
        StampKey.objects.update(number=codes.MOST_KEYS - 1)
        with pytest.raises(IsthmusError, match="1,024"):
            keys.roll(StampKeyKind.TAG, actor="operator")


class TestCustody:
    def test_stamps_are_the_senders_until_the_receiver_confirms(self, people: People):
        batch = issued(people)
        done(batch, Act.PRINT, 1, 10, people.revenue)
        handover = moving.offer(
            batch, 3, 8, sender=people.revenue, receiver=people.distillery, actor="officer"
        )
        assert book.held(batch) == [
            book.Held("Revenue service", Place.STOCK, 4),
            book.Held("Revenue service", Place.TRANSIT, 6),
        ]
        moving.confirm(handover, actor="distiller")
        assert book.held(batch) == [
            book.Held("Revenue service", Place.STOCK, 4),
            book.Held("Sample distillery", Place.STOCK, 6),
        ]
        done(batch, Act.ACTIVATE, 3, 5, people.distillery)
        assert balanced(batch)
        with pytest.raises(Conflict, match="closed"):
            moving.take_back(handover, actor="officer")
        with pytest.raises(Conflict, match="Stamp 9 is not held by Sample distillery"):
            done(batch, Act.ACTIVATE, 6, 9, people.distillery)

    def test_what_nobody_confirmed_is_taken_back(self, people: People):
        batch = issued(people)
        done(batch, Act.PRINT, 1, 10, people.revenue)
        handover = moving.offer(batch, 1, 2, sender=people.revenue, receiver=people.distillery, actor="x")
        assert moving.take_back(handover, actor="x").state == HandoverState.TAKEN_BACK
        assert book.held(batch) == [book.Held("Revenue service", Place.STOCK, 10)]

    def test_a_run_moves_whole_or_not_at_all(self, people: People):
        batch = issued(people, SHEAF + 10)
        done(batch, Act.PRINT, 1, SHEAF + 5, people.revenue)
        with pytest.raises(Conflict, match=f"Stamp {SHEAF + 6} cannot be moved so .*Not printed yet"):
            done(batch, Act.ACTIVATE, 1, SHEAF + 10, people.revenue)
        assert book.held(batch) == [
            book.Held("Revenue service", Place.ISSUED, 5),
            book.Held("Revenue service", Place.STOCK, SHEAF + 5),
        ]
        assert balanced(batch)

    def test_spoiling_and_losing_need_a_reason_and_handing_over_two(self, people: People):
        batch = issued(people)
        done(batch, Act.PRINT, 1, 10, people.revenue)
        with pytest.raises(BadInput, match="Say why"):
            done(batch, Act.LOSE, 1, 1, people.revenue)
        with pytest.raises(BadInput, match="offering"):
            done(batch, Act.RECEIVE, 1, 1, people.revenue)
        with pytest.raises(BadInput, match="another organisation"):
            moving.offer(batch, 1, 1, sender=people.revenue, receiver=people.revenue, actor="x")
        done(batch, Act.LOSE, 1, 1, people.revenue, "Fell off the lorry")
        assert StampAct.objects.get(act="lose").reason == "Fell off the lorry"
        assert AuditEvent.objects.filter(kind="excise.stamps-lose", subject=str(batch.pk)).exists()

    def test_an_act_stands_in_the_chained_book_once(self, people: People):
        batch = issued(people)
        done(batch, Act.PRINT, 1, 10, people.revenue)
        done(batch, Act.LOSE, 2, 3, people.revenue, "Fell off the lorry")
        act = StampAct.objects.get(act="lose")
        book.post_move(act, Counter({Place.STOCK: 2}), Place.LOST, people.revenue)
        entry = LedgerEntry.objects.get(book__name=BOOK, key=book.key_of(act))
        assert (entry.kind, entry.detail) == ("lose", {"first": 2, "last": 3, "reason": "Fell off the lorry"})
        assert LedgerEntry.objects.filter(book__name=BOOK).count() == StampAct.objects.count() == 3
        assert balanced(batch)

    def test_the_ledger_refuses_stamps_that_are_not_there(self, people: People):
        """Should packed rows and book ever differ, nothing is moved that the book does not know of."""
        batch = issued(people)
        done(batch, Act.PRINT, 1, 10, people.revenue)
        act = StampAct.objects.create(
            batch=batch, act="sell", first=1, last=1, holder=people.revenue, at=clock.now(), actor="x"
        )
        with pytest.raises(Conflict) as caught, transaction.atomic():
            book.post_move(act, Counter({Place.ACTIVATED: 1}), Place.SOLD, people.revenue)
        assert caught.value.code == "excise.ledger.overdrawn"
        assert balanced(batch)

    @pytest.mark.parametrize("seed", range(6))
    def test_after_any_sequence_and_crash_every_stamp_is_somewhere(self, people: People, seed: int):
        """Each step may fail on its own or be cut off before it is whole; the book never loses a stamp."""
        chance = random.Random(seed)
        batches = [issued(people, SHEAF + 20), issued(people, 30)]
        handovers = []
        holders = [people.revenue, people.distillery]
        for batch in batches:
            done(batch, Act.PRINT, 1, batch.count - 3, people.revenue)
        for _step in range(60):
            batch = chance.choice(batches)
            first = chance.randint(1, batch.count)
            last = min(batch.count, first + chance.choice([0, 1, 5, 25, SHEAF]))
            holder, receiver = chance.sample(holders, 2)
            crash = chance.random() < 0.3
            try:
                with transaction.atomic():
                    match chance.randint(0, 3):
                        case 0:
                            made = moving.offer(
                                batch, first, last, sender=holder, receiver=receiver, actor="x"
                            )
                            if not crash:
                                handovers.append(made)
                        case 1 if handovers:
                            close = chance.choice([moving.confirm, moving.take_back])
                            close(chance.choice(handovers), actor="x")
                        case _:
                            act = chance.choice(moving.BY_HAND)
                            done(batch, act, first, last, holder, "test")
                    if crash:
                        raise KeyboardInterrupt
            except (IsthmusError, KeyboardInterrupt):
                pass
        assert all(balanced(batch) for batch in batches)
        assert set(ledger.sums(BOOK).values()) == {0}
        verdict = ledger.verify(BOOK)
        assert (verdict.whole, verdict.entries) == (True, StampAct.objects.count())
        assert verdict.entries > 6


@pytest.mark.django_db(transaction=True)
def test_of_many_who_activate_one_stamp_at_once_one_does(people: People):
    batch = issued(people)
    done(batch, Act.PRINT, 1, 10, people.revenue)

    def activate(_turn: int) -> bool:
        try:
            done(batch, Act.ACTIVATE, 4, 6, people.revenue)
        except Conflict:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(6) as pool:
        assert sum(pool.map(activate, range(6))) == 1
    assert balanced(batch)


def forged(text: str, place: int) -> str:
    """The code with one bit of one of its signs flipped."""
    sign = text[place]
    alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
    return text[:place] + alphabet[alphabet.index(sign) ^ 1] + text[place + 1 :]


class TestVerifying:
    def test_a_stamp_in_order_says_its_product_and_how_often_it_was_seen(self, people: People):
        code = issuing.code_of(on_the_bottle(people), 3)
        first, second = verifying.verify(code.text), verifying.verify(codes.typed(code).lower())
        assert (first.verdict, first.product, first.seen) == (Verdict.IN_ORDER, "Sample brandy 40 % 0.5 l", 0)
        assert (second.seen, second.first_seen) == (1, StampSeen.objects.get().first_at)

    def test_loading_a_page_again_at_once_counts_once(self, people: People):
        code = issuing.code_of(on_the_bottle(people), 3)
        for _load in range(3):
            verifying.verify(code.text)
        assert StampSeen.objects.get().count == 1
        StampSeen.objects.update(last_at=StampSeen.objects.get().last_at - timedelta(minutes=2))
        verifying.verify(code.text)
        verifying.verify(code.text, note=False)
        assert StampSeen.objects.get().count == 2

    def test_a_forged_tag_and_a_flipped_bit_are_forged(self, people: People):
        text = issuing.code_of(on_the_bottle(people, proof=Proof.TAGGED), 1).text
        serial, tag = text.index("/21/") + 4, text.index("?91=") + 6
        for place in (serial, serial + 15, tag, tag + 12, text.index("/01/") + 10):
            answer = verifying.verify(forged(text, place))
            # A flipped digit of the GTIN already breaks its check digit.
            assert answer.verdict in (Verdict.FORGED, Verdict.NO_CODE)
            assert answer.product == ""
        assert verifying.verify(forged(text, serial)).verdict is Verdict.FORGED
        assert not StampSeen.objects.exists()

    def test_a_forged_signature_is_forged_although_its_tag_holds(self, people: People):
        code = issuing.code_of(on_the_bottle(people), 1)
        other = dataclasses.replace(code, signature=Ed25519PrivateKey.generate().sign(b"another"))
        assert verifying.verify(other.text).verdict is Verdict.FORGED

    def test_an_unknown_key_is_named(self, people: People):
        code = issuing.code_of(on_the_bottle(people), 1)
        for field in ("tag_key", "signature_key"):
            other = dataclasses.replace(code, **{field: 77})
            assert verifying.verify(other.text).verdict is Verdict.UNKNOWN_KEY

    def test_a_serial_that_was_never_issued(self, people: People):
        on_the_bottle(people)
        for text in (f"HTTPS://A.EXAMPLE/01/{GTIN}/21/0123456789ABCDEF", "0123456789ABCDEF", "0" * 31):
            assert verifying.verify(text).verdict is Verdict.UNKNOWN_SERIAL
        assert verifying.verify("hello").verdict is Verdict.NO_CODE

    def test_a_plain_code_is_proved_by_its_serial(self, people: People):
        code = issuing.code_of(on_the_bottle(people, proof=Proof.PLAIN), 1)
        assert code.tag_key is None
        assert verifying.verify(code.text).verdict is Verdict.IN_ORDER

    @pytest.mark.parametrize(
        ("acts", "verdict"),
        [
            ([], Verdict.NOT_ACTIVE),
            ([Act.PRINT], Verdict.NOT_ACTIVE),
            ([Act.PRINT, Act.ACTIVATE], Verdict.IN_ORDER),
            ([Act.PRINT, Act.ACTIVATE, Act.SELL], Verdict.IN_ORDER),
            ([Act.PRINT, Act.ACTIVATE, Act.CANCEL], Verdict.WITHDRAWN),
            ([Act.PRINT, Act.LOSE], Verdict.WITHDRAWN),
        ],
    )
    def test_the_answer_follows_the_life_of_the_stamp(self, people: People, acts, verdict):
        batch = issued(people)
        for act in acts:
            done(batch, act, 2, 2, people.revenue, "test")
        assert verifying.verify(issuing.code_of(batch, 2).text).verdict is verdict

    def test_a_text_message_is_answered_in_one(self, people: People):
        code = issuing.code_of(on_the_bottle(people), 3)
        said = verifying.sms_answer(codes.typed(code))
        assert said == (
            "This number was issued and activated. Sample brandy 40 % 0.5 l. A copy answers alike."
        )
        again = verifying.sms_answer(codes.typed(code))
        assert "Checked 1 time since " in again
        for text in ("hello", "0" * 16, codes.typed(code)):
            assert 0 < len(verifying.sms_answer(text)) <= 160
        assert "genuine" not in again


class TestList:
    def test_it_holds_what_may_be_on_sale_and_nothing_else(self, people: People, settings):
        batch = on_the_bottle(people, SHEAF + 50)
        done(batch, Act.CANCEL, 5, 5, people.revenue, "test")
        done(batch, Act.SELL, 7, 7, people.revenue)
        found = filtering.opened(listing.status_filter())
        serials = [codes.parsed(line).serial for line in b"".join(issuing.code_lines(batch)).decode().split()]
        assert found.shape.count == SHEAF + 49
        assert all(found.holds(serial) for place, serial in enumerate(serials) if place != 4)
        assert not found.holds(serials[4])

    def test_it_is_not_there_before_it_was_made(self, people: People, settings, tmp_path):
        settings.ISTHMUS = settings.ISTHMUS.model_copy(update={"home": tmp_path})
        with pytest.raises(NotFound, match="not made yet"):
            listing.kept()
        assert listing.keep() == listing.kept()
