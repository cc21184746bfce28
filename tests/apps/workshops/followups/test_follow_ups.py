"""The follow-up form of an accepted delegate: it crosses sealed, and the secretariat alone reads it."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse

from isthmus.accounts.policy import actor_for
from isthmus.apps.workshops.delegates import services as delegates
from isthmus.apps.workshops.followups import sample_queries
from isthmus.apps.workshops.followups.models import FollowUp, HeldFollowUp
from isthmus.apps.workshops.followups.rules.journeys import FIELDS
from isthmus.apps.workshops.followups.services import erasing, receiving, telling
from isthmus.apps.workshops.letters.queries import travel_of
from isthmus.apps.workshops.models import Call, DelegateLink, Nomination, Nominee, TravelDetails, Workshop
from isthmus.apps.workshops.nominations.services import inviting, nominating
from isthmus.exchange import tokens
from isthmus.exchange.handlers import Erasing
from isthmus.exchange.models import Record
from isthmus.kit import clock
from isthmus.kit.errors import BadInput, Conflict
from isthmus.trust import keystore
from isthmus.trust.models import KeyPurpose
from isthmus.wire import envelope, keys
from tests.apps.workshops.conftest import Office
from tests.apps.workshops.people import ACTOR
from tests.given_back import crossed, give_back
from tests.second_factors import browser_of

TOLD = dict.fromkeys(FIELDS, "") | {"passport": "C01X00T47", "diet": "نباتي", "room": "Ground floor"}


@pytest.fixture
def delegate(office: Office) -> Nomination:
    """A delegate of this country who is accepted for a workshop that is still to come."""
    row = nominating.approve(office.nomination(), actor="approver@node.test")
    Nomination.objects.update(state="accepted", answered_at=clock.now())
    return Nomination.objects.select_related("call", "organisation").get(pk=row.pk)


class _Nothing:
    def step(self, _done: int) -> None:
        """Nobody looks."""


def link_of(delegate: Nomination) -> str:
    link, secret = delegates.give_out(delegate.call, delegate.organisation, "Sample", actor=ACTOR)
    DelegateLink.objects.filter(pk=link.pk).update(nomination=delegate)
    return secret


@pytest.mark.django_db
class TestCountry:
    def test_it_crosses_sealed_for_the_secretariat_alone(self, office: Office, delegate: Nomination):
        telling.tell(delegate, TOLD, actor=ACTOR)
        telling.tell(delegate, {**TOLD, "room": ""}, actor=ACTOR)
        first, second = office.told(telling.FOLLOW_UP)
        assert (first["version"], second["version"]) == (1, 2)
        assert "C01X00T47" not in json.dumps(first)
        opened = envelope.decrypt_segment(
            first["sealed"].encode(),
            private_key=office.cn.encryption_key,
            kid=keys.thumbprint(office.cn.certificates["encryption"]),
            party=envelope.party_of("mm", delegate.reference),
            receiver="cn",
        )
        assert json.loads(opened) == TOLD
        row = FollowUp.objects.get()
        assert b"C01X00T47" not in bytes(row.sealed)
        assert telling.told_of(delegate)["diet"] == "نباتي"

    @pytest.mark.parametrize("known", [0, 1])
    def test_a_version_that_was_lost_is_not_given_out_again(
        self, office: Office, delegate: Nomination, known: int
    ):
        telling.tell(delegate, TOLD, actor=ACTOR)
        held = bytes(FollowUp.objects.get().sealed)
        telling.tell(delegate, {**TOLD, "room": ""}, actor=ACTOR)
        lost = crossed(telling.FOLLOW_UP.partition("/")[0])
        FollowUp.objects.all().delete()
        if known:
            FollowUp.objects.create(
                nomination=delegate, version=1, sealed=held, by=ACTOR, sent_at=clock.now(), leaf=lost[0].leaf
            )
        for _twice in range(2):
            give_back("workshops.follow-up")
        row = FollowUp.objects.get()
        assert (row.version, row.leaf, bytes(row.sealed)) == (2, lost[1].leaf, held if known else b"")
        telling.tell(delegate, TOLD, actor=ACTOR)
        assert [one["version"] for one in office.told(telling.FOLLOW_UP)] == [1, 2, 3]

    def test_one_of_nobody_known_here_stands_among_the_records_only(self, delegate: Nomination):
        telling.tell(delegate, TOLD, actor=ACTOR)
        FollowUp.objects.all().delete()
        Nomination.objects.update(reference="e" * 32)
        give_back("workshops.follow-up")
        assert not FollowUp.objects.exists()

    def test_only_the_accepted_are_asked_and_until_the_workshop_is_over(self, delegate: Nomination):
        for state in ("sent", "waiting", "declined", "withdrawn"):
            Nomination.objects.update(state=state)
            with pytest.raises(Conflict):
                telling.tell(delegate, TOLD, actor=ACTOR)
        Nomination.objects.update(state="accepted")
        Call.objects.update(ends=clock.now().date() - timedelta(days=1))
        with pytest.raises(Conflict):
            telling.tell(delegate, TOLD, actor=ACTOR)
        assert not FollowUp.objects.exists()

    def test_what_does_not_fit_or_says_nothing_is_refused(self, delegate: Nomination):
        early = clock.now().date().isoformat()
        with pytest.raises(BadInput, match="passport ends"):
            telling.tell(delegate, {**TOLD, "expires": early}, actor=ACTOR)
        with pytest.raises(BadInput, match="Nothing is filled in"):
            telling.tell(delegate, dict.fromkeys(FIELDS, ""), actor=ACTOR)

    def test_the_delegate_fills_it_in_by_the_link(self, client: Any, office: Office, delegate: Nomination):
        secret = link_of(delegate)
        at = reverse("workshops:delegate-follow-up", args=[secret])
        assert at in client.get(reverse("workshops:delegate", args=[secret])).content.decode()
        assert "Nothing is filled in" in client.post(at, {"passport": ""}).content.decode()
        answer = client.post(at, {"passport": "C01", "diet": "No pork"})
        assert answer["Location"] == reverse("workshops:delegate", args=[secret])
        assert "C01" in client.get(at).content.decode()
        office.partner.keys.filter(purpose=KeyPurpose.ENCRYPTION).delete()
        assert "No encryption key" in client.post(at, {"passport": "C02"}).content.decode()
        Nomination.objects.update(state="declined")
        assert client.get(at).status_code == 404
        DelegateLink.objects.update(nomination=None)
        assert client.get(at).status_code == 404

    def test_an_officer_may_fill_it_in_for_the_person(self, office: Office, delegate: Nomination):
        browser = browser_of(office.officer)
        at = reverse("workshops:follow-up", args=[delegate.pk])
        back = reverse("workshops:nomination", args=[delegate.pk])
        assert at in browser.get(back).content.decode()
        assert browser.post(at, {"passport": "C01"})["Location"] == back
        assert browser.get(reverse("workshops:follow-up", args=[delegate.pk + 1])).status_code == 404
        (sample,) = sample_queries.follow_ups(actor_for(office.officer))
        assert "C01" not in json.dumps(sample.body)

    def test_it_is_wiped_on_schedule_and_on_erasure(self, delegate: Nomination):
        row = telling.tell(delegate, TOLD, actor=ACTOR)
        receiving.take_number(row.leaf, "e" * 64)
        erasing = Erasing("e" * 64, telling.FOLLOW_UP, delegate.call.number, "cn", sent=True, ground="person")
        receiving.erase(erasing)
        assert telling.told_of(delegate) == {}
        telling.tell(delegate, TOLD, actor=ACTOR)
        nothing: Any = _Nothing()
        assert telling.purge(nothing) == {"wiped": 0}
        Call.objects.update(ends=clock.now().date() - timedelta(days=31))
        assert telling.purge(nothing) == {"wiped": 1}


def sealed(told: Any, about: str = "a" * 32) -> str:
    """What the partner seals for this node."""
    own = keystore.in_use(KeyPurpose.ENCRYPTION)
    return envelope.encrypt_segment(
        json.dumps(told).encode(),
        public_key=own.private_key.public_key(),
        kid=own.kid,
        party=envelope.party_of("cn", about),
        receiver="mm",
    ).decode()


def hear(office: Office, workshop: Workshop, told: Any, **changes: Any) -> str:
    body = {
        "workshop": workshop.number, "nomination": "a" * 32, "version": 1,
        "at": clock.to_text(clock.now()), "sealed": sealed(told), **changes,
    }  # fmt: skip
    return office.hear(telling.FOLLOW_UP, body)


@pytest.fixture
def workshop(office: Office) -> Workshop:
    """A workshop for which the partner's delegate is accepted."""
    row = office.called()
    office.nominated(row)
    inviting.select(Nominee.objects.get(), "accepted", "", actor=ACTOR)
    return row


@pytest.mark.django_db
class TestSecretariat:
    def test_the_greatest_version_stands_among_the_travel_details(self, office: Office, workshop: Workshop):
        assert hear(office, workshop, TOLD, version=2) == ""
        assert hear(office, workshop, {**TOLD, "room": "Late"}, version=1) == ""
        nominee = Nominee.objects.get()
        assert travel_of(nominee) == TOLD
        assert HeldFollowUp.objects.get().version == 2
        leaf = HeldFollowUp.objects.get().leaf
        receiving.erase(Erasing(leaf, telling.FOLLOW_UP, workshop.number, "cn", sent=False, ground="person"))
        assert travel_of(nominee) == {}
        assert TravelDetails.objects.get().purged_at is not None

    @pytest.mark.parametrize(
        ("told", "changes"),
        [
            (TOLD, {"nomination": "b" * 32}),
            (TOLD, {"sealed": "a.b.c.d.e"}),
            ({**TOLD, "more": ""}, {}),
            ({**TOLD, "diet": 7}, {}),
            ([], {}),
            ({**TOLD, "expires": "2001-01-01"}, {}),
        ],
    )
    def test_what_is_not_of_the_form_is_refused(
        self, office: Office, workshop: Workshop, told: Any, changes: dict[str, str]
    ):
        assert hear(office, workshop, told, **changes) == "workshops.record"
        assert not TravelDetails.objects.exists()

    def test_what_is_sealed_about_somebody_else_does_not_open(self, office: Office, workshop: Workshop):
        assert hear(office, workshop, TOLD, sealed=sealed(TOLD, "b" * 32)) == "workshops.record"

    def test_whoever_is_not_accepted_any_more_is_not_asked(self, office: Office, workshop: Workshop):
        inviting.select(Nominee.objects.get(), "declined", "Fell ill", actor=ACTOR)
        assert hear(office, workshop, TOLD) == "workshops.record"

    def test_a_workshop_that_is_over_takes_none(self, office: Office, workshop: Workshop):
        Workshop.objects.update(ends=clock.now().date() - timedelta(days=1))
        assert hear(office, workshop, TOLD) == "workshops.record"

    def test_the_sealed_texts_go_too_once_the_workshop_is_long_over(
        self, office: Office, workshop: Workshop, monkeypatch: pytest.MonkeyPatch
    ):
        assert hear(office, workshop, TOLD) == ""
        assert hear(office, workshop, TOLD, version=2) == ""
        assert hear(office, workshop, TOLD, nomination="b" * 32) == "workshops.record"
        rows = Record.objects.filter(type="workshops.follow-up").order_by("seq")
        leaves = [row.leaf for row in rows]
        assert all(tokens.text_of(leaf) for leaf in leaves)
        nothing: Any = _Nothing()
        now = clock.now()
        monkeypatch.setattr(clock, "now", lambda: now + timedelta(days=30))
        assert erasing.erase_over(nothing) == {"erased": 0}
        monkeypatch.setattr(clock, "now", lambda: now + timedelta(days=32))
        monkeypatch.setattr(erasing, "PORTION", 2)
        assert erasing.erase_over(nothing) == {"erased": 3}
        assert [tokens.text_of(leaf) for leaf in leaves] == [None, None, None]
        assert travel_of(Nominee.objects.get()) == {}
        told = office.told("exchange.tombstone/1")
        assert sorted(leaf for body in told for leaf in body["leaves"]) == sorted(leaves)
        assert "30 days after the workshop" in told[0]["reason"]
        assert erasing.erase_over(nothing) == {"erased": 0}
