"""Needs and offers: entered, told to partners without names, found, matched, confirmed, withdrawn."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.conf import settings

from isthmus.accounts.policy import ANONYMOUS, actor_for
from isthmus.apps.partners.models import Listing, Sending
from isthmus.apps.partners.queries import bodies, front, matches
from isthmus.apps.partners.queries.matches import matches_of
from isthmus.apps.partners.queries.sightings import needs, offers
from isthmus.apps.partners.rules.fusion import Described
from isthmus.apps.partners.rules.matching import Bar
from isthmus.apps.partners.services import ending, introducing
from isthmus.apps.partners.services import listing as listings
from isthmus.kit import clock
from isthmus.kit.errors import BadInput, Conflict
from isthmus.search.queries import Question, find, keys
from tests.apps.partners.conftest import Time
from tests.apps.partners.fair import SECRETS, Fair, given

progress: Any = SimpleNamespace(step=lambda *_: None)


def found(text: str, kind: str = "offers") -> list[str]:
    return keys(Question(text, collections=[kind]))


class TestEntering:
    def test_partners_are_told_goods_and_a_class_and_nothing_of_who_it_is(self, fair: Fair):
        row = fair.need()
        (told,) = fair.told(bodies.NEED)
        assert (told["country"], told["volume_class"], told["levels"]) == ("MM", 3, ["skd"])
        assert told["certificates"] == [{"kind": "ISO 9001", "valid_until": "2031-12-31"}]
        assert [secret for secret in SECRETS if secret in fair.everything_told()] == []
        assert Sending.objects.get().listing == row
        assert found("base stations", "needs") == [row.key]

    @pytest.mark.parametrize(
        ("changes", "field"),
        [
            ({"quantity": 0}, "quantity"),
            ({"levels": ()}, "levels"),
            ({"hs_code": "85x"}, "hs_code"),
            ({"title": "Kits for Golden Signal (sample)"}, "title"),
            ({"text": "Write to hla@signal.example"}, "text"),
            ({"product": "Stations, see www.signal.example"}, "product"),
            ({"certificates": ({"kind": "Daw Sample Hla is certified"},)}, "certificates"),
            ({"text": "bell\x07"}, "text"),
            ({"email": "nobody"}, "email"),
            ({"last_day": (clock.now() - timedelta(days=2)).date()}, "last_day"),
        ],
    )
    def test_what_cannot_be_said_names_its_field_and_writes_nothing(
        self, fair: Fair, changes: dict[str, object], field: str
    ):
        with pytest.raises(BadInput) as refused:
            fair.need(**changes)
        assert refused.value.faults[0].where == field
        assert not Listing.objects.exists()
        assert fair.told(bodies.NEED) == []

    def test_partners_that_come_later_are_told_by_the_job(self, fair: Fair):
        row = fair.need()
        Sending.objects.all().delete()
        assert listings.share_missing(progress) == {"told": 1, "failed": 0}
        assert listings.share_missing(progress) == {"told": 0, "failed": 0}
        assert row.sendings.get().revision == 1

    def test_a_confirmation_renews_it_here_and_abroad(self, fair: Fair, time: Time):
        row = fair.need()
        time.forward(days=170)
        assert ending.look_after(progress)["reminded"] == 1
        assert ending.look_after(progress)["reminded"] == 0
        row = listings.confirm(row, actor="x")
        assert (row.revision, row.reminded_at) == (2, None)
        assert row.expires_at > clock.now() + timedelta(days=179)
        assert [one["revision"] for one in fair.told(bodies.NEED)] == [1, 2]

    def test_without_one_it_expires_is_found_no_more_and_comes_back(self, fair: Fair, time: Time):
        row = fair.need()
        time.forward(days=181)
        assert ending.look_after(progress)["expired"] == 1
        assert found("base stations", "needs") == []
        listings.confirm(row, actor="x")
        assert found("base stations", "needs") == [row.key]

    def test_a_withdrawal_is_told_and_final(self, fair: Fair):
        row = listings.withdraw(fair.need(), actor="x")
        assert [one["says"] for one in fair.told(bodies.NEED)] == ["open", "withdrawn"]
        assert found("base stations", "needs") == []
        for deed in (listings.confirm, listings.withdraw):
            with pytest.raises(Conflict):
                deed(row, actor="x")

    def test_a_last_day_ends_it_for_good(self, fair: Fair, time: Time):
        row = fair.need(last_day=(clock.now() + timedelta(days=3)).date())
        time.forward(days=5)
        with pytest.raises(Conflict, match="last day has passed"):
            listings.confirm(row, actor="x")


class TestHearing:
    def test_the_highest_revision_counts_whatever_the_order(self, fair: Fair):
        assert fair.offer(revision=3, title="The newest (sample)").revision == 3
        for _ in range(2):
            assert fair.hear(bodies.OFFER, fair.body(revision=2, title="An older one (sample)")) == ""
        assert Listing.objects.get().title == "The newest (sample)"
        assert found("newest") == ["cn:" + "a" * 32]

    def test_a_withdrawal_that_overtakes_keeps_the_offer_from_coming_up(self, fair: Fair):
        body = fair.body()
        gone = {name: body[name] for name in ("reference", "at", "expires")}
        assert fair.hear(bodies.OFFER, {**gone, "revision": 2, "says": "withdrawn"}) == ""
        assert fair.hear(bodies.OFFER, body) == ""
        assert found("stations") == []
        assert not Listing.objects.get().is_open

    @pytest.mark.parametrize(
        "changes",
        [
            {"country": "TH"},
            {"levels": []},
            {"volume_class": None},
            {"expires": "2036-01-01T00:00:00Z"},
            {"at": "2035-12-31T00:00:00Z", "expires": "2036-01-01T00:00:00Z"},
        ],
    )
    def test_what_cannot_be_compared_is_refused(self, fair: Fair, changes: dict[str, object]):
        assert fair.hear(bodies.OFFER, fair.body(**changes)) == "partners.record"

    def test_a_need_under_the_reference_of_an_offer_is_refused(self, fair: Fair):
        fair.offer()
        assert fair.hear(bodies.NEED, fair.body()) == "partners.record"


class TestMatching:
    def test_offers_of_all_nodes_are_scored_here_and_every_point_is_told(self, fair: Fair):
        need = fair.need()
        far, near = fair.offer("a"), fair.own_offer()
        fair.offer("d", hs_code="854140", title="Solar modules (sample)", product="Modules", text="Glass")
        listed = matches_of(need)
        assert [one.row for one in listed.found][:2] == [far, near]
        best = listed.found[0].match
        assert best.score == sum(item.points for item in best.items)
        assert {"goods", "country", "serves", "recency", "title", "text"} == {i.name for i in best.items}
        assert (best.sure, listed.found[1].match.sure) == (False, True)
        assert [one.match.score for one in listed.found] == sorted(
            (one.match.score for one in listed.found), reverse=True
        )
        words = find(Question(matches.question_of(need), collections=["offers"])).hits
        by_index = {hit.key: hit.score for hit in words}
        for one in listed.found:
            said = sum(item.points for item in one.match.items if item.name in {"title", "text"})
            assert said == by_index.get(one.row.key, 0)

    def test_what_is_left_out_is_counted_with_its_reason(self, fair: Fair):
        need = fair.need()
        fair.offer("a", volume_class=2)
        fair.offer("d", hs_code="220830")
        fair.offer("e", levels=["complete"])
        listed = matches_of(need)
        assert (listed.found, listed.left_out) == ((), {Bar.CAPACITY: 1, Bar.GOODS: 1, Bar.LEVEL: 1})

    def test_a_need_in_another_script_finds_offers_in_it(self, fair: Fair):
        need = fair.need(title="基站散件", product="基站", text="农村通信", language="zh")
        fair.offer("a")
        chinese = fair.offer("d", title="基站散件组装", product="基站", text="培训", language="zh")
        assert matches_of(need).found[0].row == chinese

    def test_an_offer_finds_needs_too(self, fair: Fair):
        need = fair.need()
        assert [one.row for one in matches_of(fair.own_offer()).found] == [need]

    def test_hundred_words_are_cut_to_as_many_as_are_asked(self, fair: Fair):
        need = fair.need(text=" ".join(f"word{number}s" for number in range(100)))
        fair.offer("a", language="fr")
        assert len(matches_of(need).found) == 1


def backwards(asked: Described, candidates: Sequence[Described]) -> list[str]:
    """A ranker that turns the order round, and invents one."""
    assert asked.title
    return [one.key for one in reversed(candidates)] + ["nobody:knows"]


def broken(asked: Described, candidates: Sequence[Described]) -> list[str]:
    raise RuntimeError("no model here")


class TestRanker:
    def test_its_ranks_are_fused_with_ours(self, fair: Fair, monkeypatch: pytest.MonkeyPatch):
        need, far, near = fair.need(), fair.offer(), fair.own_offer()
        path = f"{__name__}:backwards"
        monkeypatch.setattr(settings, "ISTHMUS", settings.ISTHMUS.model_copy(update={"ranker": path}))
        first, second = matches_of(need).found
        assert (first.row, second.row) == (far, near)
        assert first.fused is not None
        assert first.fused.parts == (("points", 1, 16_393), ("ranker", 2, 16_129))
        assert first.fused.score == second.fused.score

    def test_one_that_fails_leaves_our_own_order(self, fair: Fair, monkeypatch: pytest.MonkeyPatch):
        need = fair.need()
        fair.offer()
        for path in (f"{__name__}:broken", "no.such.module:rank"):
            changed = settings.ISTHMUS.model_copy(update={"ranker": path})
            monkeypatch.setattr(settings, "ISTHMUS", changed)
            listed = matches_of(need)
            assert (len(listed.found), listed.found[0].fused, listed.ranker_failed) == (1, None, True)


class TestDeclared:
    def test_hits_show_what_stands_to_whoever_may_see_it(self, fair: Fair, time: Time):
        actor = actor_for(fair.officer)
        need, offer = fair.need(), fair.offer()
        assert needs(actor, {need.key})[need.key].title == need.title
        assert "China" in offers(actor, {offer.key, "xx:unknown"})[offer.key].facts
        assert offers(ANONYMOUS, {offer.key}) == {}
        time.forward(days=175)
        assert offers(actor, {offer.key}) == {}

    def test_the_panel_names_needs_without_an_offer(self, fair: Fair):
        actor = actor_for(fair.officer)
        need = fair.need()
        shown = front.panel(actor)
        assert shown is not None
        assert [row.title for _name, rows in shown.groups for row in rows] == [need.title]
        introducing.ask(need, fair.offer(), actor="x")
        emptied = front.panel(actor)
        assert emptied is not None
        assert (emptied.groups, front.panel(ANONYMOUS)) == ((), None)

    def test_the_card_says_what_waits(self, fair: Fair, time: Time):
        offer = fair.own_offer()
        fair.asked_from_abroad(offer)
        time.forward(days=170)
        waiting = front.card(actor_for(fair.competitor)).waiting
        assert [one.count for one in waiting] == [1, 1]
        assert front.card(actor_for(fair.officer)).waiting == ()
        assert replace(given(), phone="") == given(phone="")
