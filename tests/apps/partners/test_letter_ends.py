"""Letters that come to nothing: declined or withdrawn, with a reason, and what crosses on the way."""

from itertools import permutations
from typing import Any

import pytest

from isthmus.accounts.policy import actor_for
from isthmus.apps.partners.models import Introduction, Letter
from isthmus.apps.partners.queries import bodies, samples
from isthmus.apps.partners.queries.papers import paper_of
from isthmus.apps.partners.rules.letters import LetterSays, LetterStanding, after
from isthmus.apps.partners.services import closing, keeping, lettering
from isthmus.exchange.handlers import Erasing
from isthmus.exchange.models import Countersignature, Record
from isthmus.exchange.services.countersignatures import countersign
from isthmus.exchange.services.inbox import receive
from isthmus.kit import clock
from isthmus.kit.errors import BadInput, Conflict
from tests.apps.partners.fair import Fair
from tests.apps.partners.test_letters import WORDS, from_abroad, opened, terms

APPROVER = "approver@node.test"
Says, Standing = LetterSays, LetterStanding


class TestRule:
    @pytest.mark.parametrize("says", Says)
    def test_what_was_sent_ends_as_is_said(self, says: LetterSays):
        assert after(Standing.SENT, says) == says.value

    @pytest.mark.parametrize("standing", [Standing.DRAFT, Standing.SIGNED, Standing.DECLINED])
    @pytest.mark.parametrize("says", Says)
    def test_what_is_not_sent_or_answered_stays(self, standing: LetterStanding, says: LetterSays):
        assert after(standing, says) == standing

    @pytest.mark.parametrize("answer", [Says.SIGNED, Says.DECLINED])
    def test_both_nodes_come_to_the_same_end_where_words_cross(self, answer: LetterSays):
        ends = {
            after(after(Standing.SENT, one), other) for one, other in permutations((answer, Says.WITHDRAWN))
        }
        assert ends == {Standing(answer.value)}

    def test_withdrawn_twice_is_withdrawn(self):
        assert after(after(Standing.SENT, Says.WITHDRAWN), Says.WITHDRAWN) == Standing.WITHDRAWN


def received(fair: Fair) -> Letter:
    assert fair.hear(bodies.LETTER, from_abroad(opened(fair))) == ""
    return Letter.objects.get()


def written(fair: Fair) -> Letter:
    return lettering.sign(lettering.draft(opened(fair), terms(), actor="officer@node.test"), actor=APPROVER)


def said(row: Letter, says: str, **changes: Any) -> dict[str, Any]:
    return {
        "letter": row.reference,
        "introduction": row.introduction.reference,
        "says": says,
        "at": clock.to_text(clock.now()),
        "reason": "The price has doubled",
        **changes,
    }


def countersigned(fair: Fair, letter: Letter) -> None:
    row = Record.objects.get(leaf=letter.leaf)
    body = {"leaf": row.leaf, "stream": row.stream.name, "seq": row.seq, "type": row.key, "words": WORDS}
    receive(fair.partner, [fair.cn.send("exchange.countersignature/1", body)])


class TestReceived:
    def test_is_declined_with_a_reason_that_the_partner_gets_signed(self, fair: Fair):
        letter = closing.decline(received(fair), " Too\nsoon ", actor=APPROVER)
        (told,) = fair.told(bodies.LETTER_ANSWER)
        assert (told["says"], told["reason"], told["letter"]) == ("declined", "Too soon", letter.reference)
        assert (letter.state, letter.ended_by) == ("declined", APPROVER)
        assert Record.objects.get(leaf=letter.end_leaf).type == "partners.letter-answer"
        assert paper_of(letter, "en").subtitle == "Declined by the node that received it: it means nothing."
        assert [one.body["says"] for one in samples.letter_answers(actor_for(fair.approver))] == ["declined"]

    def test_without_a_reason_nothing_is_said(self, fair: Fair):
        letter = received(fair)
        for reason in (" \n", "bell\x07"):
            with pytest.raises(BadInput):
                closing.decline(letter, reason, actor=APPROVER)
        letter.refresh_from_db()
        assert (letter.state, fair.told(bodies.LETTER_ANSWER)) == ("sent", [])

    def test_once_declined_it_is_neither_declined_again_nor_signed(self, fair: Fair):
        letter = closing.decline(received(fair), "Too soon", actor=APPROVER)
        with pytest.raises(Conflict, match="declined"):
            closing.decline(letter, "Again", actor=APPROVER)
        with pytest.raises(Conflict, match="declined"):
            lettering.agree(letter, WORDS, actor=APPROVER)
        with pytest.raises(Conflict, match="not signed any more"):
            countersign(Record.objects.get(leaf=letter.leaf), WORDS, actor=APPROVER)
        assert not Countersignature.objects.exists()
        assert len(fair.told(bodies.LETTER_ANSWER)) == 1

    def test_what_is_signed_is_not_declined(self, fair: Fair):
        letter = lettering.agree(received(fair), WORDS, actor=APPROVER)
        with pytest.raises(Conflict, match="signed already"):
            closing.decline(letter, "Too late", actor=APPROVER)

    def test_its_writer_withdraws_it_once_however_often_it_says_so(self, fair: Fair):
        letter = received(fair)
        assert fair.hear(bodies.LETTER_ANSWER, said(letter, "withdrawn")) == ""
        assert fair.hear(bodies.LETTER_ANSWER, said(letter, "withdrawn", reason="Another reason")) == ""
        letter.refresh_from_db()
        assert (letter.state, letter.reason, letter.ended_by) == ("withdrawn", "The price has doubled", "")
        assert paper_of(letter, "en").subtitle.startswith("Withdrawn by the node that wrote it")
        with pytest.raises(Conflict):
            lettering.agree(letter, WORDS, actor=APPROVER)

    @pytest.mark.parametrize("end", ["signed", "declined"])
    def test_a_withdrawal_that_comes_too_late_changes_nothing(self, fair: Fair, end: str):
        letter = received(fair)
        if end == "signed":
            lettering.agree(letter, WORDS, actor=APPROVER)
        else:
            closing.decline(letter, "Too soon", actor=APPROVER)
        assert fair.hear(bodies.LETTER_ANSWER, said(letter, "withdrawn")) == ""
        letter.refresh_from_db()
        assert letter.state == end
        assert letter.reason != "The price has doubled"

    def test_what_was_said_of_it_is_forgotten_with_its_record_and_numbered_later(self, fair: Fair):
        letter = received(fair)
        fair.hear(bodies.LETTER_ANSWER, said(letter, "withdrawn"))
        letter.refresh_from_db()
        keeping.take_number(letter.end_leaf, "f" * 64)
        keeping.erase(Erasing("f" * 64, bodies.LETTER_ANSWER, "x", "cn", sent=False, ground="order"))
        letter.refresh_from_db()
        assert (letter.state, letter.reason) == ("withdrawn", "")


class TestWritten:
    def test_the_partner_declines_it(self, fair: Fair):
        letter = written(fair)
        for _twice in range(2):
            assert fair.hear(bodies.LETTER_ANSWER, said(letter, "declined")) == ""
        letter.refresh_from_db()
        assert (letter.state, letter.reason) == ("declined", "The price has doubled")
        countersigned(fair, letter)
        letter.refresh_from_db()
        assert letter.state == "declined"

    def test_is_withdrawn_until_it_is_answered(self, fair: Fair):
        letter = closing.withdraw(written(fair), "We found another", actor=APPROVER)
        assert [one["says"] for one in fair.told(bodies.LETTER_ANSWER)] == ["withdrawn"]
        with pytest.raises(Conflict, match="waits for the partner"):
            closing.withdraw(letter, "Again", actor=APPROVER)

    def test_a_signature_that_crosses_a_withdrawal_counts(self, fair: Fair):
        letter = closing.withdraw(written(fair), "We found another", actor=APPROVER)
        countersigned(fair, letter)
        letter.refresh_from_db()
        assert (letter.state, letter.words) == ("signed", WORDS)

    def test_a_refusal_that_crosses_a_withdrawal_counts(self, fair: Fair):
        letter = closing.withdraw(written(fair), "We found another", actor=APPROVER)
        fair.hear(bodies.LETTER_ANSWER, said(letter, "declined"))
        letter.refresh_from_db()
        assert (letter.state, letter.reason) == ("declined", "The price has doubled")

    def test_a_refusal_after_the_signature_changes_nothing(self, fair: Fair):
        letter = written(fair)
        countersigned(fair, letter)
        assert fair.hear(bodies.LETTER_ANSWER, said(letter, "declined")) == ""
        letter.refresh_from_db()
        assert letter.state == "signed"

    def test_a_draft_and_a_letter_from_abroad_are_not_withdrawn(self, fair: Fair):
        draft = lettering.draft(opened(fair), terms(), actor="officer@node.test")
        with pytest.raises(Conflict):
            closing.withdraw(draft, "No", actor=APPROVER)
        fair.hear(bodies.LETTER, from_abroad(Introduction.objects.get()))
        with pytest.raises(Conflict):
            closing.withdraw(Letter.objects.get(is_own=False), "No", actor=APPROVER)


class TestUnknown:
    def test_an_answer_about_nothing_known_is_refused(self, fair: Fair):
        letter = received(fair)
        for changes in ({"letter": "e" * 32}, {"introduction": "e" * 32}):
            assert fair.hear(bodies.LETTER_ANSWER, said(letter, "withdrawn", **changes)) == "partners.record"
        letter.refresh_from_db()
        assert letter.state == "sent"

    def test_a_draft_is_not_known_to_the_partner(self, fair: Fair):
        draft = lettering.draft(opened(fair), terms(), actor="officer@node.test")
        assert fair.hear(bodies.LETTER_ANSWER, said(draft, "declined")) == "partners.record"

    def test_the_wrong_side_is_refused(self, fair: Fair):
        letter = received(fair)
        assert fair.hear(bodies.LETTER_ANSWER, said(letter, "declined")) == "partners.record"
        letter.delete()
        own = lettering.sign(
            lettering.draft(Introduction.objects.get(), terms(), actor="officer@node.test"), actor=APPROVER
        )
        assert fair.hear(bodies.LETTER_ANSWER, said(own, "withdrawn")) == "partners.record"
