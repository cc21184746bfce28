"""Scores from counters, disagreements, verdicts, costs and sources: the rules to their last branch."""

import re
from datetime import date
from decimal import Decimal

import pytest
from django.conf import settings
from hypothesis import given
from hypothesis import strategies as st

from isthmus.apps.excise.assessment.formats import params
from isthmus.apps.excise.assessment.rules import fitting
from isthmus.apps.excise.assessment.rules.averaging import average, is_strong, is_weak, recommends
from isthmus.apps.excise.assessment.rules.comparing import (
    Disagreement,
    Views,
    Why,
    disagreement,
    disagreements,
    settled_score,
)
from isthmus.apps.excise.assessment.rules.costs import CostLine, total, worked_out
from isthmus.apps.excise.assessment.rules.figures import Figure, Figures, collected
from isthmus.apps.excise.assessment.rules.fitting import Verdict, clause_verdict
from isthmus.apps.excise.assessment.rules.questionnaire import Measure, MeasureKind, machine_score
from isthmus.apps.excise.tariff.queries import tariff_of
from isthmus.ui.papers.paper import Sources

SCORES = st.none() | st.integers(0, 4)


def counted(**values: int) -> Figures:
    return Figures(tuple(Figure(name, value, "u", f"source of {name}") for name, value in values.items()))


def holes(said: object) -> tuple[int, set[str]]:
    """How many texts there are, and what is filled in."""
    texts = said if isinstance(said, list) else [said]
    return len(texts), set(re.findall(r"\{(\w+)\}", " ".join(map(str, texts))))


def measure(kind: MeasureKind, *steps: int) -> Measure:
    assert len(steps) == 4
    return Measure(kind, "a", steps, "b")


class TestMachineScore:
    @pytest.mark.parametrize(("value", "score"), [(0, 0), (1, 2), (4, 2), (5, 3), (20, 4), (999, 4)])
    def test_presence_counts_the_steps_that_are_reached(self, value: int, score: int) -> None:
        assert machine_score(measure(MeasureKind.PRESENCE, 1, 1, 5, 20), counted(a=value)) == score

    @pytest.mark.parametrize(("a", "score"), [(0, 0), (1, 1), (250, 2), (499, 2), (500, 3), (900, 4)])
    def test_a_share_is_in_thousandths(self, a: int, score: int) -> None:
        rule = measure(MeasureKind.SHARE, 1, 250, 500, 900)
        assert machine_score(rule, counted(a=a, b=1000)) == score

    @pytest.mark.parametrize(("a", "score"), [(0, 4), (1, 4), (2, 3), (10, 3), (11, 2), (100, 1), (101, 0)])
    def test_a_low_share_is_better(self, a: int, score: int) -> None:
        rule = measure(MeasureKind.LOW_SHARE, 100, 50, 10, 1)
        assert machine_score(rule, counted(a=a, b=1000)) == score

    def test_just_above_a_limit_is_not_at_it(self) -> None:
        rule = measure(MeasureKind.LOW_SHARE, 100, 50, 10, 1)
        assert machine_score(rule, counted(a=1001, b=1_000_000)) == 3

    @pytest.mark.parametrize(("a", "score"), [(0, 4), (7, 4), (8, 3), (90, 1), (91, 0)])
    def test_a_low_figure_is_better(self, a: int, score: int) -> None:
        assert machine_score(measure(MeasureKind.LOW, 90, 30, 14, 7), counted(a=a, b=1)) == score

    def test_a_chain_holds_or_does_not(self) -> None:
        rule = measure(MeasureKind.CHAIN, 0, 0, 0, 0)
        assert machine_score(rule, counted(a=0, b=5)) == 4
        assert machine_score(rule, counted(a=1, b=5)) == 0

    def test_says_nothing_without_a_counter_or_anything_to_measure(self) -> None:
        assert machine_score(measure(MeasureKind.PRESENCE, 1, 1, 1, 1), counted()) is None
        assert machine_score(measure(MeasureKind.SHARE, 1, 1, 1, 1), counted(a=1)) is None
        assert machine_score(measure(MeasureKind.LOW, 1, 1, 1, 1), counted(a=1, b=0)) is None

    @given(st.sampled_from(MeasureKind), st.integers(0, 10**9), st.integers(0, 10**9))
    def test_is_always_from_0_to_4(self, kind: MeasureKind, a: int, b: int) -> None:
        assert machine_score(measure(kind, 1, 2, 3, 4), counted(a=a, b=b)) in {None, 0, 1, 2, 3, 4}


class TestQuestionnaire:
    def test_is_whole(self) -> None:
        asked = params.questionnaire()
        assert (len(asked.chapters), len(asked.clauses)) == (8, 48)
        assert len({clause.id for clause in asked.clauses}) == 48
        assert sum(len(asked.of(chapter.id)) for chapter in asked.chapters) == 48
        assert all(clause.id.startswith(f"{clause.chapter}.") for clause in asked.clauses)
        assert all(len(set(clause.levels)) == 5 for clause in asked.clauses)
        assert asked.clause("marking.lost") in asked.of("marking")
        assert asked.clause("no.clause") is None

    def test_steps_run_the_way_of_their_kind(self) -> None:
        for clause in params.questionnaire().clauses:
            if clause.measure is None:
                continue
            falls = clause.measure.kind in {MeasureKind.LOW, MeasureKind.LOW_SHARE}
            assert list(clause.measure.steps) == sorted(clause.measure.steps, reverse=falls), clause.id

    def test_both_languages_have_the_same_words(self) -> None:
        english, romanian = params.words("en"), params.words("ro")
        assert english.keys() == romanian.keys()
        for key, said in english.items():
            if isinstance(said, list):
                assert len(said) == len(romanian[key])  # type: ignore[arg-type]  # given as tests need it

    def test_the_paper_of_an_assessment_has_its_words_in_every_language_of_the_pages(self) -> None:
        assert {code for code, _name in settings.LANGUAGES} == set(params.ASSESSMENT_LANGUAGES)
        english = params.assessment_words("en")
        for language in params.ASSESSMENT_LANGUAGES:
            found = params.assessment_words(language)
            assert found.keys() == english.keys()
            assert {key: holes(said) for key, said in found.items()} == {
                key: holes(said) for key, said in english.items()
            }, language


class TestAverage:
    @pytest.mark.parametrize(
        ("scores", "found"),
        [([], None), ([None], None), ([4, None, 3], "3.5"), ([0, 0, 1], "0.3"), ([1, 1, 1, 2], "1.3")],
    )
    def test_is_of_known_scores_to_a_tenth_half_up(self, scores: list[int | None], found: str | None) -> None:
        assert average(scores) == (None if found is None else Decimal(found))

    @pytest.mark.parametrize(
        ("score", "strong", "weak"),
        [(None, False, False), (0, False, True), (1, False, True), (2, False, False), (3, True, False)],
    )
    def test_strong_and_weak(self, score: int | None, strong: bool, weak: bool) -> None:
        assert (is_strong(score), is_weak(score)) == (strong, weak)

    @pytest.mark.parametrize(
        ("by", "to", "found"),
        [(3, 2, True), (4, 0, True), (2, 0, False), (3, 3, False), (3, None, False), (None, 0, False)],
    )
    def test_one_recommends_what_it_does_well_and_the_other_does_not(
        self, by: int | None, to: int | None, found: bool
    ) -> None:
        assert recommends(by, to) is found


class TestDisagreement:
    @pytest.mark.parametrize(
        ("views", "why"),
        [
            (Views(), None),
            (Views(4, 3, 3, has_evidence=True), None),
            (Views(4, 4, 2, has_evidence=True), Why.CONTRADICTED),
            (Views(2, 4, 4), Why.APART),
            (Views(3, 1, None, has_evidence=True), Why.APART),
            (Views(3, 3, None), Why.UNPROVED),
            (Views(3, 3, 3), None),
            (Views(2, None, None), None),
            (Views(None, 1, 3), Why.APART),
        ],
    )
    def test_of_three_views(self, views: Views, why: Why | None) -> None:
        found = disagreement("c", views)
        assert (None if found is None else found.why) == why

    def test_the_gravest_comes_first(self) -> None:
        views = {"a": Views(3), "b": Views(0, 2), "c": Views(4, 4, 1), "d": Views(0, 4), "e": Views(1, 1, 1)}
        assert disagreements(views) == [
            Disagreement("c", Why.CONTRADICTED, 3),
            Disagreement("d", Why.APART, 4),
            Disagreement("b", Why.APART, 2),
            Disagreement("a", Why.UNPROVED, 0),
        ]

    @given(SCORES, SCORES, SCORES)
    def test_scores_next_to_each_other_with_evidence_agree(
        self, own: int | None, peer: int | None, machine: int | None
    ) -> None:
        known = [one for one in (own, peer, machine) if one is not None]
        close = not known or max(known) - min(known) < 2
        found = disagreement("c", Views(own, peer, machine, has_evidence=True))
        assert (found is None) == close

    def test_counters_settle_before_the_peer(self) -> None:
        assert settled_score(Views(4, 3, 1)) == 1
        assert settled_score(Views(4, 3)) == 3
        assert settled_score(Views(4)) == 4
        assert settled_score(Views()) is None


class TestFits:
    @pytest.mark.parametrize(
        ("giver", "taker", "verdict"),
        [
            (None, 4, Verdict.UNKNOWN),
            (4, None, Verdict.UNKNOWN),
            (4, 4, Verdict.FITS),
            (4, 3, Verdict.FITS),
            (1, 2, Verdict.CHANGE),
            (1, 3, Verdict.FITS),
            (4, 1, Verdict.CHANGE),
            (2, 0, Verdict.CHANGE),
            (3, 0, Verdict.GAP),
        ],
    )
    def test_of_a_clause(self, giver: int | None, taker: int | None, verdict: Verdict) -> None:
        assert clause_verdict(giver, taker) is verdict

    def test_of_a_tariff_with_itself(self) -> None:
        tariff = tariff_of("MD")
        assert {fit.verdict for fit in fitting.group_fits(tariff, tariff)} == {Verdict.FITS}
        assert fitting.stamp_fit(tariff, tariff, "m").verdict is Verdict.FITS
        assert fitting.stamp_fit(tariff_of("MV"), tariff, "m").verdict is Verdict.FITS
        assert fitting.day_fit(tariff, tariff, date(2022, 6, 1), "m").verdict is Verdict.FITS
        assert fitting.day_fit(tariff, tariff, date(2020, 6, 1), "m").verdict is Verdict.GAP

    def test_of_products_that_only_one_side_names(self) -> None:
        found = {fit.matter: fit for fit in fitting.group_fits(tariff_of("MV"), tariff_of("MD"))}
        assert found["Still wine"].verdict is Verdict.GAP
        assert found["Spirits"].giver == "litre + value (CIF)"
        assert "Revenue fee" not in found

    def test_of_what_is_confirmed_and_of_decimals(self) -> None:
        assert fitting.confirmed_fit(tariff_of("AU"), tariff_of("AU"), "m").verdict is (
            Verdict.CHANGE if fitting.unconfirmed(tariff_of("AU")) else Verdict.FITS
        )
        assert fitting.currency_fit(tariff_of("MD"), tariff_of("MV"), "m").verdict is Verdict.FITS


class TestCosts:
    def line(self, **changes: object) -> CostLine:
        members = {
            "id": "a",
            "words": "A",
            "words_ro": "A",
            "quantity": Decimal(3),
            "unit": "u",
            "price": Decimal("1.5"),
            "yearly": False,
            "basis": "Assumption",
        }
        return CostLine(**{**members, **changes})  # type: ignore[arg-type]  # given as tests need it

    def test_an_assumption_stands_until_a_counter_says_another(self) -> None:
        lines = [self.line(), self.line(counter="n", per=1000, yearly=True)]
        fixed, assumed = worked_out(lines, counted(n=0))
        assert (fixed.amount, assumed.amount, assumed.figure) == (Decimal("4.5"), Decimal("4.5"), None)
        found = worked_out(lines, counted(n=2001))
        assert (found[1].quantity, found[1].amount) == (Decimal(3), Decimal("4.5"))
        assert found[1].figure == Figure("n", 2001, "u", "source of n")
        assert total(found, yearly=True) == Decimal("4.5")
        assert total([], yearly=False) == 0


class TestPaper:
    def test_a_source_has_one_number(self) -> None:
        sources = Sources()
        assert sources.mark("a") == "[1]"
        assert sources.after("5", "b", "a") == "5\N{NO-BREAK SPACE}[1, 2]"
        assert sources.after("5", "") == "5"
        assert sources.found == ["a", "b"]

    def test_two_counters_of_one_name_are_a_mistake(self) -> None:
        figure = Figure("a", 1, "u", "s")
        assert collected([[figure]]).all == (figure,)
        with pytest.raises(ValueError, match="one name"):
            collected([[figure], [figure]])
