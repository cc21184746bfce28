"""Profiles and statements that arrive: listed, found, replaced by later ones, and gone when erased."""

from datetime import date, timedelta
from typing import Any

import pytest

from isthmus.accounts.policy import actor_for
from isthmus.apps.experts import finding_queries as finding
from isthmus.apps.experts import queries
from isthmus.apps.experts.models import Engagement, Expert
from isthmus.apps.experts.rules.matching import Need
from isthmus.apps.experts.services import engaging
from isthmus.exchange.models import Desk, Record
from isthmus.exchange.services.erasure import erase
from isthmus.exchange.services.inbox import receive
from isthmus.kit import clock
from isthmus.kit.errors import BadInput, Conflict
from isthmus.search.models import Document
from isthmus.wire.record import leaf_hash
from tests.apps.experts.conftest import REFERENCE, Office, days_ago, profile

PROFILE, ENGAGEMENT = "experts.profile/1", "experts.engagement/1"
NAME = "2" * 32


def tombstone(*leaves: str) -> dict[str, Any]:
    return {
        "leaves": sorted(leaves),
        "attachments": [],
        "ground": "person",
        "reason": "No consent",
        "issued": clock.to_text(clock.now()),
    }


def statement(**changes: Any) -> dict[str, Any]:
    return {
        "engagement": NAME,
        "expert": REFERENCE,
        "side": "expert",
        "says": "confirmed",
        "at": clock.to_text(clock.now()),
        "title": "Stamps for Myanmar",
        "engager": "Customs Department",
        "starts": "2026-03-01",
        "ends": "2026-03-21",
        "words": "It went well",
        **changes,
    }


class TestProfiles:
    def test_are_listed_and_found(self, office: Office) -> None:
        assert office.hear(PROFILE, profile()) == ""
        row = Expert.objects.get()
        assert (row.node, row.listed, row.name) == ("cn", True, "Bo Sample (sample)")
        (match,) = finding.find(actor_for(office.people.elsewhere), "stamp printing", Need(("ro",)))
        assert match.expert == row

    def test_the_latest_counts(self, office: Office) -> None:
        office.hear(PROFILE, profile(headline="Second", at=days_ago(1)))
        office.hear(PROFILE, profile(headline="Third", at=days_ago(0)))
        office.hear(PROFILE, profile(headline="First", at=days_ago(2)))
        assert Expert.objects.get().headline == "Third"
        assert Document.objects.get(collection__name="experts").title.endswith("Third")

    @pytest.mark.parametrize(
        "changes",
        [
            {"available_from": "2027-02-01", "available_until": "2027-01-01"},
            {"purposes": ["contacted"]},
            {
                "contact": {
                    "sha256": "a" * 64,
                    "size": 10,
                    "media_type": "text/vcard",
                    "name": "contact.vcf",
                }
            },
        ],
    )
    def test_what_contradicts_itself_or_the_consent_is_refused(
        self, office: Office, changes: dict[str, Any]
    ) -> None:
        assert office.hear(PROFILE, profile(**changes)) == "experts.record"
        assert not Expert.objects.exists()

    def test_a_wrong_orcid_is_refused(self, office: Office) -> None:
        assert office.hear(PROFILE, profile(orcid="0000-0002-1825-0098")) != ""

    def test_what_the_agreement_withholds_is_not_needed(self, office: Office) -> None:
        body = {"expert": REFERENCE, "at": clock.to_text(clock.now()), "headline": "Adviser"}
        assert office.hear(PROFILE, body) == ""
        assert queries.listed().get().name == ""


class TestErasedByTheSender:
    def test_row_and_index_go(self, office: Office) -> None:
        office.hear(PROFILE, profile(at=days_ago(1)))
        office.hear(PROFILE, profile())
        leaves = list(Record.objects.filter(type="experts.profile").values_list("leaf", flat=True))
        receive(office.partner, [office.cn.send("exchange.tombstone/1", tombstone(*leaves))])
        assert not Expert.objects.exists()
        assert not Document.objects.filter(collection__name="experts").exists()

    def test_an_earlier_one_alone_leaves_the_latest(self, office: Office) -> None:
        office.hear(PROFILE, profile(at=days_ago(1)))
        leaf = Record.objects.get(type="experts.profile").leaf
        office.hear(PROFILE, profile())
        receive(office.partner, [office.cn.send("exchange.tombstone/1", tombstone(leaf))])
        assert Expert.objects.get().listed

    def test_profile_and_tombstone_in_one_batch(self, office: Office) -> None:
        first = office.cn.send(PROFILE, profile(), subject=REFERENCE, agreement=office.agreement.uuid)
        last = office.cn.send("exchange.tombstone/1", tombstone(leaf_hash(first).hex()))
        receive(office.partner, [first, last])
        assert not Expert.objects.exists()
        assert not Document.objects.filter(collection__name="experts").exists()

    def test_this_node_may_erase_what_it_received(self, office: Office) -> None:
        office.hear(PROFILE, profile())
        row = Record.objects.select_related("stream__partner").get(type="experts.profile")
        erase([row], ground="person", reason="She asked here", actor="approver")
        assert not Expert.objects.exists()


class TestEngagements:
    def test_the_organisation_states_and_the_expert_abroad_agrees(self, office: Office) -> None:
        office.hear(PROFILE, profile())
        day = date(2026, 3, 1)
        row = engaging.engage(
            Expert.objects.get(),
            office.people.customs,
            title="Stamps",
            starts=day,
            ends=day + timedelta(days=20),
            actor="officer",
        )
        (body,) = office.told(ENGAGEMENT)
        assert (body["side"], body["says"], body["expert"]) == ("engager", "confirmed", REFERENCE)
        assert office.hear(ENGAGEMENT, statement(engagement=row.reference, title="Stamps")) == ""
        row.refresh_from_db()
        assert (row.engager_says, row.expert_says, row.expert_words) == (
            "confirmed",
            "confirmed",
            "It went well",
        )
        with pytest.raises(Conflict, match="own node"):
            engaging.answer(row, "expert", "disputed", "", actor="officer")

    def test_an_organisation_abroad_states_and_the_expert_here_answers(self, office: Office) -> None:
        row = office.consent(office.expert(), "cn", "listed", "references")
        told = statement(side="engager", expert=row.reference, engager="Sample bureau")
        assert office.hear(ENGAGEMENT, told) == ""
        made = Engagement.objects.get()
        assert queries.agreed_engagements(row) == []
        engaging.answer(made, "expert", "confirmed", "Yes", actor="officer")
        assert office.told(ENGAGEMENT)[-1]["words"] == "Yes"
        assert [one.title for one in queries.agreed_engagements(row)] == ["Stamps for Myanmar"]
        old = statement(side="engager", expert=row.reference, says="disputed", at=days_ago(3))
        assert office.hear(ENGAGEMENT, old) == ""
        made.refresh_from_db()
        assert made.engager_says == "confirmed"

    def test_an_expert_abroad_states_and_a_desk_here_answers(self, office: Office) -> None:
        Desk.objects.create(record_type=ENGAGEMENT, organisation=office.people.customs)
        office.hear(PROFILE, profile())
        assert office.hear(ENGAGEMENT, statement()) == ""
        made = Engagement.objects.get()
        assert queries.engagements_for(actor_for(office.people.officer)).get() == made
        assert not queries.engagements_for(actor_for(office.people.elsewhere)).exists()
        engaging.answer(made, "engager", "disputed", "Not with us", actor="officer")
        assert office.told(ENGAGEMENT)[-1]["says"] == "disputed"

    @pytest.mark.parametrize(
        "changes",
        [
            {"expert": "9" * 32},
            {"side": "engager"},
            {"title": None},
            {"ends": "2026-02-01"},
        ],
    )
    def test_statements_about_nobody_or_of_the_wrong_side_are_refused(
        self, office: Office, changes: dict[str, Any]
    ) -> None:
        office.hear(PROFILE, profile())
        assert office.hear(ENGAGEMENT, statement(**changes)) == "experts.record"
        assert not Engagement.objects.exists()

    def test_who_was_never_told_of_a_person_states_nothing_of_him(self, office: Office) -> None:
        row = office.consent(office.expert(), "mm", "listed")
        told = statement(side="engager", expert=row.reference)
        assert office.hear(ENGAGEMENT, told) == "experts.record"

    def test_another_engagement_under_a_known_name_is_refused(self, office: Office) -> None:
        office.hear(PROFILE, profile())
        office.hear(PROFILE, profile(expert="3" * 32))
        assert office.hear(ENGAGEMENT, statement()) == ""
        assert office.hear(ENGAGEMENT, statement(expert="3" * 32)) == "experts.record"

    def test_at_one_node_nothing_crosses(self, office: Office) -> None:
        row = office.consent(office.expert(), "mm", "listed")
        day = date(2026, 3, 1)
        made = engaging.claim(
            row, "mm", "Internal Revenue", title="Audit", starts=day, ends=day, actor="officer"
        )
        assert made.organisation == office.people.revenue
        engaging.answer(made, "engager", "confirmed", "", actor="elsewhere")
        assert office.told(ENGAGEMENT) == []
        assert [one.title for one in queries.agreed_engagements(row)] == ["Audit"]

    def test_what_cannot_be_stated(self, office: Office) -> None:
        row = office.expert()
        first, last = date(2026, 3, 1), date(2026, 2, 1)
        words: dict[str, Any] = {"title": "Audit", "starts": first, "actor": "officer"}
        with pytest.raises(BadInput, match="before the first"):
            engaging.claim(row, "mm", "X", ends=last, **words)
        with pytest.raises(BadInput, match="before the first"):
            engaging.engage(row, office.people.customs, ends=last, **words)
        with pytest.raises(BadInput, match="Consent to be listed"):
            engaging.claim(row, "cn", "X", ends=first, **words)
        with pytest.raises(Conflict, match="not listed"):
            engaging.engage(row, office.people.customs, ends=first, **words)

    def test_an_erased_statement_loses_its_words(self, office: Office) -> None:
        office.hear(PROFILE, profile())
        office.hear(ENGAGEMENT, statement())
        leaf = Record.objects.get(type="experts.engagement").leaf
        receive(office.partner, [office.cn.send("exchange.tombstone/1", tombstone(leaf))])
        made = Engagement.objects.get()
        assert (made.expert_words, made.expert_leaf) == ("", "")
