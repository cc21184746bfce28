"""The rules of topics: members and quorum, gates, contributions; the same whatever the order of arrival."""

import random
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from isthmus.apps.projects.rules import gates as rules
from isthmus.apps.projects.rules import work
from isthmus.apps.projects.rules.gates import Standing, count, gates, missing_parts, moves_forward
from isthmus.apps.projects.rules.members import group_quorum, members, quorum
from isthmus.apps.projects.rules.said import Said, digest_of, in_order
from isthmus.apps.projects.rules.work import TaskState

pytestmark = pytest.mark.once

START = datetime(2026, 11, 1, tzinfo=UTC)
GATE, TERMS = "b" * 32, {"text": "Charter"}
DIGEST = digest_of("a" * 32, GATE, "group", TERMS)


def said(node: str, sort: str, minute: int, **body: Any) -> Said:
    return Said(node, sort, START + timedelta(minutes=minute), body, f"{minute}")


def joins(node: str, minute: int, role: str = "host") -> Said:
    return said(node, "interest", minute, says="joined", country=node.upper(), role=role)


def gate(node: str, minute: int, says: str, digest: str = DIGEST, **more: Any) -> Said:
    return said(node, "gate", minute, gate=GATE, says=says, kind="group", digest=digest, **more)


def signs(node: str, minute: int, digest: str = DIGEST) -> Said:
    return gate(node, minute, "signed", digest, country=node.upper())


PUT = gate("mm", 10, "put", terms=TERMS)
THREE = [joins("mm", 1), joins("cn", 2), joins("th", 3)]
SIGNED = [*THREE, PUT, signs("mm", 11), signs("cn", 12), signs("th", 13)]


class TestMembers:
    def test_the_last_word_counts(self):
        left = said("cn", "interest", 5, says="left", reason="No budget")
        found = members([*THREE, left, joins("th", 6, "observer")])
        assert (found["cn"].left_at, found["cn"].reason) == (left.at, "No budget")
        assert found["th"].role == "observer"
        assert [one.counts for one in found.values()] == [True, False, False]

    def test_who_never_joined_or_left_before_is_not_there(self):
        gone = said("cn", "interest", 1, says="left")
        again = said("th", "interest", 9, says="left", reason="Later")
        assert members([gone, PUT]) == {}
        found = members([joins("th", 1), said("th", "interest", 2, says="left"), again])
        assert found["th"].reason == ""

    def test_who_withholds_a_role_observes(self):
        (one,) = members([said("cn", "interest", 1, says="joined")]).values()
        assert (one.role, one.country, one.counts) == ("observer", "", False)

    def test_a_country_counts_once_and_a_secretariat_not_at_all(self):
        assert quorum(["CN", "MM", "CN", ""]).countries == ("CN", "MM")
        assert (quorum(["CN"]).wanting, quorum(["CN", "MM", "TH"]).is_met) == (2, True)
        assert quorum(["CN", "MM", "TH", "BD"]).wanting == 0

    def test_who_is_away_does_not_make_a_quorum(self):
        every = members(THREE).values()
        assert group_quorum(every).is_met
        assert group_quorum(every, {"cn"}).wanting == 1


class TestGates:
    def test_three_signatures_for_one_text(self):
        (found,) = gates(SIGNED)
        counted = count(found, SIGNED)
        assert counted.quorum.countries == ("CN", "MM", "TH")
        assert [one.node for one in counted.counted] == ["mm", "cn", "th"]
        assert (found.is_open_to_sign, found.terms) == (True, TERMS)

    def test_what_does_not_count_says_why(self):
        other = [*THREE, joins("bd", 4), said("un", "interest", 4, says="joined", role="host"), PUT]
        left = said("th", "interest", 20, says="left")
        every = [*other, signs("mm", 11, "0" * 64), signs("cn", 12), signs("th", 13), left]
        every += [gate("un", 14, "signed"), signs("bd", 15)]
        (found,) = gates(every)
        stands = {one.node: how for one, how in count(found, every, {"cn"}).signatures}
        assert stands == {
            "mm": Standing.OTHER_TEXT,
            "cn": Standing.SUSPENDED,
            "th": Standing.LEFT,
            "un": Standing.NO_COUNTRY,
            "bd": Standing.COUNTS,
        }

    def test_a_refusal_replaces_a_signature(self):
        (found,) = gates([*SIGNED, gate("cn", 20, "refused", reason="Unclear")])
        answer = found.answer_of("cn")
        assert answer is not None
        assert (answer.signed, answer.reason) == (False, "Unclear")
        assert [one.node for one in count(found, SIGNED).counted] == ["mm", "th"]
        assert found.answer_of("bd") is None

    def test_it_is_opened_or_dropped(self):
        by = ({"node": "mm", "country": "MM"},)
        (opened,) = gates([*SIGNED, gate("mm", 30, "opened", signed_by=by)])
        assert (opened.is_open_to_sign, opened.signed_by) == (False, by)
        (dropped,) = gates([*SIGNED, gate("mm", 30, "dropped", reason="Better one")])
        assert (dropped.is_open_to_sign, dropped.reason) == (False, "Better one")

    def test_what_is_about_an_unknown_gate_is_passed_over(self):
        assert gates([signs("cn", 1)]) == ()

    @given(st.randoms(use_true_random=False), st.integers(0, 6))
    def test_the_order_of_arrival_changes_nothing(self, chance: random.Random, cut: int):
        told = [*SIGNED, gate("cn", 20, "refused", reason="x"), said("th", "interest", 21, says="left")]
        told = told[: len(told) - cut]
        mixed = list(told)
        chance.shuffle(mixed)
        assert gates(mixed) == gates(told)
        assert members(mixed) == members(told)
        assert in_order(mixed) == in_order(told)

    @given(st.lists(st.sampled_from(["mm", "cn", "th", "bd"]), unique=True))
    def test_it_opens_from_the_third_country_on(self, signers: list[str]):
        told = [*THREE, joins("bd", 4), PUT, *(signs(node, 11 + at) for at, node in enumerate(signers))]
        (found,) = gates(told)
        assert count(found, told).quorum.is_met == (len(signers) >= 3)

    def test_parts_that_a_text_lacks(self):
        assert missing_parts("group", {"text": "x"}) == ()
        assert missing_parts("result", {"text": "x", "measured": "3"}) == ("project",)
        assert len(missing_parts("pilot", {})) == 9

    def test_a_topic_goes_forward_only(self):
        assert moves_forward("topic", "interest")
        assert moves_forward("pilot", "closed")
        assert moves_forward("closed", "closed")
        assert not moves_forward("pilot", "group")
        assert not moves_forward("real", "closed")
        assert set(rules.BEFORE) == set(rules.AFTER)

    @given(st.text(min_size=1), st.text(min_size=1))
    def test_another_text_has_another_digest(self, one: str, other: str):
        made = [digest_of("a", "b", "group", {"text": text}) for text in (one, other)]
        assert (made[0] == made[1]) == (one == other)
        assert digest_of("a", "b", "group", {"text": one, "exit": None}) == made[0]


def gives(kind: str, minute: int, **body: Any) -> Said:
    return said("cn", "contribution", minute, kind=kind, contribution=f"{minute:032}", **body)


class TestWork:
    @pytest.mark.parametrize(
        ("body", "lacking"),
        [
            ({"kind": "evidence", "title": "a", "text": "b", "grade": "claim"}, ()),
            ({"kind": "evidence", "title": "a", "text": "b", "grade": "document"}, ("source",)),
            ({"kind": "evidence", "title": "a", "text": "b", "grade": "result", "files": [1]}, ()),
            ({"kind": "evidence", "title": "a", "text": "b", "grade": "result", "source": "c"}, ()),
            ({"kind": "evidence", "title": "a"}, ("text", "grade")),
            ({"kind": "fit", "country": "CN", "aspect": "law", "fit": "fits"}, ("source",)),
            ({"kind": "done"}, ("about",)),
        ],
    )
    def test_what_a_contribution_lacks(self, body: dict[str, Any], lacking: tuple[str, ...]):
        assert work.missing_in(body) == lacking

    def test_the_strongest_evidence(self):
        told = [gives("evidence", 1, grade="demonstration"), gives("evidence", 2, grade="claim")]
        assert work.best_grade(told) == "demonstration"
        assert work.best_grade([]) == ""

    def test_a_cell_is_unknown_until_somebody_fills_it_and_the_latest_counts(self):
        told = [
            gives("fit", 2, country="CN", aspect="law", fit="fits"),
            gives("fit", 1, country="CN", aspect="law", fit="hinders"),
            gives("fit", 3, country="LA", aspect="power", fit="with-work"),
        ]
        table = work.fit_table(told, ["MM", "CN"])
        assert list(table) == ["MM", "CN", "LA"]
        cell = table["CN"]["law"]
        assert cell is not None
        assert cell.body["fit"] == "fits"
        assert [table["MM"][aspect] for aspect in work.ASPECTS] == [None] * 5

    def test_tasks_by_their_due_day_and_how_they_stand(self):
        told = [
            gives("task", 1, title="b", due="2026-12-05"),
            gives("milestone", 2, title="a", due="2026-12-01"),
            gives("done", 3, about=f"{1:032}"),
            gives("done", 4, about=f"{1:032}"),
        ]
        first, second = work.tasks(told)
        assert (first.said.body["title"], second.said.body["title"]) == ("a", "b")
        assert second.done_at == START + timedelta(minutes=3)
        assert first.state_on(date(2026, 12, 1)) is TaskState.OPEN
        assert first.state_on(date(2026, 12, 2)) is TaskState.OVERDUE
        assert second.state_on(date(2027, 1, 1)) is TaskState.DONE
