"""Evaluation: who answers cannot be told, not even by subtraction, and each ticket answers once."""

from decimal import Decimal
from typing import Any

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from isthmus.apps.workshops.evaluation import queries, services
from isthmus.apps.workshops.evaluation.rules.groups import LEAST, Told, by_group, may_show, told
from isthmus.apps.workshops.models import Evaluation, Ticket, Workshop
from isthmus.kit.errors import BadInput, Conflict, NotFound
from tests.apps.workshops.conftest import Office, programme_of, workshop_of
from tests.second_factors import browser_of

ACTOR = "officer@node.test"
SIZES = st.dictionaries(st.sampled_from("abcdef"), st.integers(0, 12), max_size=6)


class TestGroups:
    def test_four_answers_show_nothing(self):
        assert told([5, 5, 5, 5]) is None
        assert by_group([("a", 5)] * 4) == (None, {})

    def test_five_answers_show_their_sum(self):
        assert told([1, 2, 2, 5, 5]) == Told(5, (1, 2, 0, 0, 2), Decimal("3.00"))

    def test_nothing_follows_by_subtraction(self):
        # The whole (9) less the group of five would give the four others.
        assert may_show({"a": 5, "b": 4}) == frozenset()
        # So the smallest of the large ones is hidden with them.
        assert may_show({"a": 5, "b": 4, "c": 9}) == {"c"}
        assert may_show({"a": 5, "b": 6}) == {"a", "b"}
        assert may_show({"a": 3, "b": 3, "c": 7}) == {"c"}
        whole, groups = by_group([("a", 1)] * 5 + [("b", 5)] * 4)
        assert (whole and whole.number, groups) == (9, {})

    @given(SIZES)
    def test_whatever_is_hidden_is_nobody_or_five_at_least(self, sizes: dict[str, int]):
        shown = may_show(sizes)
        assert all(sizes[name] >= LEAST for name in shown)
        rest = sum(size for name, size in sizes.items() if name not in shown)
        assert rest == 0 or rest >= LEAST or not shown

    @given(st.lists(st.tuples(st.sampled_from("ab"), st.integers(1, 5)), max_size=20))
    def test_results_add_up(self, answers: list[tuple[str, int]]):
        whole, groups = by_group(answers)
        assert (whole is None) == (len(answers) < LEAST)
        for name, found in groups.items():
            assert found.number == sum(found.counts) == sum(one == name for one, _step in answers)


@pytest.fixture
def evaluation(office: Office) -> Evaluation:
    workshop = workshop_of(programme_of(office.secretariat))
    return services.open_form(workshop, ["Was it useful?"], ["What was missing?"], actor=ACTOR)


def answered(evaluation: Evaluation, number: int, group: str = "public") -> None:
    for ticket in services.make_tickets(evaluation, number, actor=ACTOR):
        services.answer(ticket, group, [4, f"Text {ticket}"])


@pytest.mark.django_db
class TestAnswers:
    def test_results_come_once_it_is_closed_and_of_five(self, evaluation: Evaluation):
        answered(evaluation, 5)
        assert queries.results_of(evaluation) == []
        evaluation = services.close(evaluation, actor=ACTOR)
        scale, text = queries.results_of(evaluation)
        assert (scale.whole and scale.whole.number, len(text.texts)) == (5, 5)
        assert [name for name, _found in scale.groups] == ["public"]

    def test_four_show_nothing(self, evaluation: Evaluation):
        answered(evaluation, 4)
        scale, text = queries.results_of(services.close(evaluation, actor=ACTOR))
        assert (scale.whole, scale.groups, text.texts) == (None, (), ())

    def test_a_ticket_answers_once_and_is_not_kept(self, evaluation: Evaluation):
        (ticket,) = services.make_tickets(evaluation, 1, actor=ACTOR)
        assert ticket not in str(list(Ticket.objects.values()))
        services.answer(ticket.lower(), "other", [None, None])
        with pytest.raises(Conflict):
            services.answer(ticket, "other", [1, None])
        with pytest.raises(NotFound):
            services.ticket_of("0" * 24)
        assert {field.name for field in evaluation.sheets.model._meta.fields} == {
            "id",
            "evaluation",
            "group",
            "answers",
        }

    def test_it_is_opened_once_with_a_question_and_closed_once(self, evaluation: Evaluation):
        with pytest.raises(Conflict):
            services.open_form(evaluation.workshop, ["Q"], [], actor=ACTOR)
        other = workshop_of(evaluation.workshop.programme)
        for scale in ([], ["Q"] * 31):
            with pytest.raises(BadInput):
                services.open_form(other, scale, [], actor=ACTOR)
        with pytest.raises(BadInput):
            services.make_tickets(evaluation, 0, actor=ACTOR)
        services.close(evaluation, actor=ACTOR)
        with pytest.raises(Conflict):
            services.make_tickets(evaluation, 1, actor=ACTOR)

    def test_by_page(self, office: Office, client: Any):
        workshop: Workshop = workshop_of(programme_of(office.secretariat))
        browser, here = browser_of(office.officer), reverse("workshops:evaluation", args=[workshop.number])
        browser.post(here, {"scale": "Was it useful?\n", "text": "What was missing?"})
        page = browser.post(here, {"number": 6}).content.decode()
        tickets = sorted({part[:24] for part in page.split("/E/")[1:]})
        assert len(tickets) == 6
        for ticket in tickets:
            address = reverse("evaluation-answer", args=[ticket])
            assert "Was it useful?" in client.get(address).content.decode()
            done = client.post(address, {"q0": "5", "q1": "", "group": "firm"}).content.decode()
            assert "Your answers are kept" in done
        assert client.get(address).status_code == 409
        browser.post(reverse("workshops:evaluation-close", args=[workshop.number]))
        page = browser.get(here).content.decode()
        assert "mean 5.00 of 6 answers" in page
        assert "Fewer than 5 answers" in page
