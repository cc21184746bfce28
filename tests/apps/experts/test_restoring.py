"""What this node had said of people and lost comes back: a withdrawal still reaches whoever was told."""

from datetime import date
from typing import Any

from isthmus.apps.experts import body_queries as bodies
from isthmus.apps.experts import queries
from isthmus.apps.experts.models import Consent, Crossing, Engagement, Expert
from isthmus.apps.experts.services import consenting, engaging, restoring
from isthmus.exchange.models import Tombstone
from tests.apps.experts.conftest import REFERENCE, Office, profile
from tests.given_back import Step, columns, crossed, give_back, recoveries

SPAN = {"title": "Stamps for a sample country", "starts": date(2026, 2, 1), "ends": date(2026, 5, 31)}


RECOVERED = recoveries("experts.")


class TestProfile:
    def test_that_crossed_can_be_taken_back_again(self, office: Office):
        row = office.consent(office.expert(), "cn", "listed", "contacted")
        (before,) = Crossing.objects.values("leaf", "node", "with_contact")
        Crossing.objects.all().delete()
        Consent.objects.all().delete()
        for _twice in range(2):
            give_back("experts.")
        assert list(Crossing.objects.values("leaf", "node", "with_contact")) == [before]
        assert queries.purposes_at(row, "cn") == {"listed", "contacted"}
        assert set(Consent.objects.values_list("given_by", flat=True)) == {"node"}
        consenting.set_consent(row, "cn", (), actor="officer")
        assert Tombstone.objects.count() == 1
        assert office.told(bodies.PROFILE) == []

    def test_whose_consent_the_backup_held_is_not_consented_to_twice(self, office: Office):
        row = office.consent(office.expert(), "cn", "listed")
        Crossing.objects.all().delete()
        give_back("experts.")
        assert [one.evidence for one in Consent.objects.filter(expert=row, node="cn")] == ["Paper 1"]

    def test_of_a_person_who_is_gone_is_not_made_from_what_crossed(self, office: Office):
        office.consent(office.expert(), "cn", "listed")
        lost = crossed("experts.")
        Expert.objects.all().delete()
        for one in lost:
            restoring.restore(one)
        assert not Expert.objects.exists()
        assert not Crossing.objects.exists()


def as_it_stands(row: Engagement) -> dict[str, Any]:
    return columns(row, "expert_id")


class TestEngagement:
    @RECOVERED
    def test_by_an_organisation_of_this_node_stands_again(self, office: Office, steps: tuple[Step, ...]):
        office.hear(bodies.PROFILE, profile())
        row = engaging.engage(
            Expert.objects.get(node="cn"), office.people.customs, words="Well done", actor="officer", **SPAN
        )
        office.hear(bodies.ENGAGEMENT, stated(row, "expert", "2026-11-27T09:00:00Z"))
        row.refresh_from_db()
        before = as_it_stands(row)
        Engagement.objects.all().delete()
        Expert.objects.filter(node="cn").delete()
        for step in steps:
            step()
        assert as_it_stands(Engagement.objects.get()) == before

    @RECOVERED
    def test_that_a_person_of_this_node_answered_stands_again(self, office: Office, steps: tuple[Step, ...]):
        expert = office.consent(office.expert(), "cn", "listed")
        row = engaging.claim(expert, "cn", "Sample printers", words="I trained them", actor="x", **SPAN)
        office.hear(bodies.ENGAGEMENT, stated(row, "engager", "2026-11-27T09:00:00Z"))
        row.refresh_from_db()
        before = as_it_stands(row)
        Engagement.objects.all().delete()
        for step in steps:
            step()
        assert as_it_stands(Engagement.objects.get()) == before

    def test_about_nobody_known_here_stands_among_the_records_only(self, office: Office):
        office.hear(bodies.PROFILE, profile())
        engaging.engage(Expert.objects.get(node="cn"), office.people.customs, actor="officer", **SPAN)
        Expert.objects.filter(node="cn").delete()
        give_back("experts.")
        assert not Engagement.objects.exists()

    def test_that_was_stated_anew_since_keeps_its_last_words(self, office: Office):
        office.hear(bodies.PROFILE, profile())
        row = engaging.engage(Expert.objects.get(node="cn"), office.people.customs, actor="officer", **SPAN)
        (lost,) = crossed("experts.")
        engaging.answer(row, "engager", "disputed", "It was not so", actor="officer")
        restoring.restore(lost)
        assert Engagement.objects.get().engager_words == "It was not so"


def stated(row: Engagement, side: str, at: str) -> dict[str, Any]:
    return {
        "engagement": row.reference,
        "expert": row.expert.reference if row.expert.node == "mm" else REFERENCE,
        "side": side,
        "says": "confirmed",
        "at": at,
        "words": "So it was",
    }
