"""Consent by node and purpose: what crosses on its strength, and what is erased when it ends."""

import io

import pytest

from isthmus.accounts.policy import actor_for
from isthmus.apps.experts import queries
from isthmus.apps.experts.models import Consent, Crossing, Expert, Verification
from isthmus.apps.experts.services import consenting, keeping, profiles
from isthmus.exchange import tokens
from isthmus.exchange.log_check import check_log
from isthmus.exchange.models import Attachment, StreamState, SubjectKey, Tombstone
from isthmus.exchange.services.bundles import export_bundle
from isthmus.exchange.services.inbox import receive
from isthmus.exchange.services.subjects import read_file
from isthmus.kit.errors import BadInput, Conflict
from isthmus.search.models import Document
from isthmus.trust import keystore
from isthmus.trust.models import KeyPurpose
from isthmus.wire.places import read_place
from isthmus.wire.record import read_record
from isthmus.wire.tombstone import is_tombstone, read_tombstone
from tests.apps.experts.conftest import GIVEN, Office

PROFILE = "experts.profile/1"


def found_here() -> set[str]:
    return set(Document.objects.filter(collection__name="experts").values_list("key", flat=True))


class TestHere:
    def test_nobody_sees_or_finds_a_profile_before_consent(self, office: Office) -> None:
        row = office.expert()
        mine, other = actor_for(office.people.officer), actor_for(office.people.elsewhere)
        assert queries.experts_for(mine).get() == row
        assert not queries.experts_for(other).exists()
        assert not queries.found_keys(mine).exists()
        assert found_here() == set()

    def test_consent_lists_and_its_end_takes_off_the_list(self, office: Office) -> None:
        row = office.consent(office.expert(), "mm", "listed")
        other = actor_for(office.people.elsewhere)
        assert found_here() == {row.key}
        assert queries.experts_for(other).get() == row
        assert not queries.may_contact(other, row)
        office.consent(row, "mm", "listed", "contacted")
        assert queries.may_contact(other, row)
        office.consent(row, "mm")
        assert found_here() == set()
        assert not queries.experts_for(other).exists()
        assert Consent.objects.filter(withdrawn_at=None).count() == 0
        assert Consent.objects.exclude(withdrawn_by="officer").count() == 0

    def test_contact_details_are_never_in_the_index(self, office: Office) -> None:
        office.consent(office.expert(), "mm", "listed", "contacted", "references")
        document = Document.objects.get(collection__name="experts")
        assert "Excise stamps 3354" in document.text
        assert "sample.example" not in document.title + document.text

    def test_an_overdue_profile_is_not_found(self, office: Office) -> None:
        row = office.consent(office.expert(), "mm", "listed")
        Expert.objects.update(review_by="2026-01-01")
        assert not queries.listed().exists()
        profiles.state(row, actor="officer")
        assert queries.listed().get() == row


class TestAbroad:
    def test_only_what_is_consented_to_crosses(self, office: Office) -> None:
        row = office.consent(office.expert(), "cn", "listed")
        (body,) = office.told(PROFILE)
        assert body["name"] == GIVEN["name"]
        assert (body["purposes"], body["contact"], body["references"]) == (["listed"], None, [])
        assert "sample.example" not in str(body)
        assert found_here() == set()
        office.consent(row, "cn", "listed", "contacted")
        body = office.told(PROFILE)[-1]
        assert body["contact"]["media_type"] == "text/vcard"
        file = Attachment.objects.get(sha256=body["contact"]["sha256"])
        assert file.subject_key is not None
        assert b"EMAIL:ana@sample.example" in read_file(file)

    def test_a_change_crosses_once_it_is_stated(self, office: Office) -> None:
        row = office.consent(office.expert(), "cn", "listed")
        profiles.change(row, {"headline": "Excise adviser"}, actor="officer")
        assert len(office.told(PROFILE)) == 1
        stated = profiles.state(row, actor="officer")
        assert office.told(PROFILE)[-1]["headline"] == "Excise adviser"
        assert office.told(PROFILE)[-1]["verified"] == stated.level == "self"

    @pytest.mark.parametrize(
        ("where", "purposes", "field"),
        [
            ("cn", ["contacted"], "purposes"),
            ("cn", ["listed", "sold"], "purposes"),
            ("la", ["listed"], "node"),
        ],
    )
    def test_what_cannot_be_consented_to(
        self, office: Office, where: str, purposes: list[str], field: str
    ) -> None:
        with pytest.raises(BadInput) as error:
            office.consent(office.expert(), where, *purposes)
        assert error.value.faults[0].where == field
        assert not Consent.objects.exists()

    def test_the_same_consent_again_sends_nothing(self, office: Office) -> None:
        row = office.consent(office.expert(), "cn", "listed")
        office.consent(row, "cn", "listed")
        assert len(office.told(PROFILE)) == 1


class TestWithdrawn:
    def test_everything_that_crossed_is_erased_there_and_the_receipt_is_shown(self, office: Office) -> None:
        row = office.consent(office.expert(), "cn", "listed", "contacted")
        profiles.state(row, actor="officer")
        office.deliver()
        office.consent(row, "cn")
        token = office.waiting[-1]
        leaves = set(Crossing.objects.values_list("leaf", flat=True))
        assert set(read_tombstone(read_record(token)[1]).tombstone.leaves) == leaves
        assert office.told(PROFILE) == []
        (seen,) = queries.erasures_of(row.crossings.all())
        assert (seen.node, seen.records, seen.confirmed) == ("cn", 2, None)
        office.deliver()
        (seen,) = queries.erasures_of(row.crossings.all())
        assert seen.confirmed is not None
        assert not Crossing.objects.filter(erased_at=None).exists()
        assert SubjectKey.objects.get().destroyed_at is not None

    def test_only_the_contact_details_are_taken_back(self, office: Office) -> None:
        row = office.consent(office.expert(), "cn", "listed", "contacted")
        office.consent(row, "cn", "listed")
        (body,) = office.told(PROFILE)
        assert (body["purposes"], body["contact"]) == (["listed"], None)
        assert queries.purposes_at(row, "cn") == {"listed"}
        assert Attachment.objects.get().state == "erased"

    def test_references_are_taken_back_with_all_that_showed_them(self, office: Office) -> None:
        row = office.consent(office.expert(), "cn", "listed", "references")
        office.consent(row, "cn", "listed")
        assert [body["purposes"] for body in office.told(PROFILE)] == [["listed"]]

    def test_a_profile_that_waits_in_a_batch_goes_as_its_place(self, office: Office) -> None:
        office.deliver()
        row = office.consent(office.expert(), "cn", "listed", "contacted")
        assert "Ana Sample" in str(read_record(office.waiting[0])[1].body)
        office.consent(row, "cn")
        first, last = office.waiting
        assert read_place(first).leaf == Crossing.objects.get().leaf
        assert is_tombstone(read_record(last)[1])
        assert "Ana Sample" not in first + last

    def test_a_profile_that_is_under_way_in_a_bundle_is_erased_by_the_next(self, office: Office) -> None:
        row = office.consent(office.expert(), "cn", "listed", "contacted")
        seal = keystore.in_use(KeyPurpose.SEAL).certificate
        stick, later = io.BytesIO(), io.BytesIO()
        export_bundle(office.partner, stick, actor="operator")
        consenting.erase_expert(row, actor="officer")
        (leaf,) = Crossing.objects.values_list("leaf", flat=True)
        carried = office.cn.open(stick.getvalue(), seal)
        assert any("Ana Sample" in str(read_record(one)[1].body) for one in carried.records)
        export_bundle(office.partner, later, actor="operator")
        after = office.cn.open(later.getvalue(), seal)
        assert leaf in read_tombstone(read_record(after.records[-1])[1]).tombstone.leaves
        assert after.keys == ()

    def test_never_waits_for_an_agreement(self, office: Office) -> None:
        row = office.consent(office.expert(), "cn", "listed")
        office.agreement.state = "ended"
        office.agreement.save()
        office.consent(row, "cn")
        assert office.told(PROFILE) == []

    def test_while_a_stream_recovers_nothing_is_half_done(self, office: Office) -> None:
        row = office.consent(office.expert(), "cn", "listed")
        stream = office.stream
        stream.state = StreamState.RECOVERING
        stream.save()
        with pytest.raises(Conflict, match="recovers"):
            consenting.erase_expert(row, actor="officer")
        row.refresh_from_db()
        assert (row.erased_at, row.name) == (None, GIVEN["name"])
        assert queries.purposes_at(row, "cn") == {"listed"}


class TestErased:
    def test_a_person_goes_everywhere_and_the_proof_stays(self, office: Office) -> None:
        row = office.expert(own=True)
        office.consent(row, "mm", "listed")
        office.consent(row, "cn", "listed", "contacted")
        office.deliver()
        profiles.verify(row, "node", "Diploma seen", officer_id=None, actor="approver")
        gone = consenting.erase_expert(row, actor="officer")
        gone.refresh_from_db()
        assert (gone.name, gone.headline, gone.summary, gone.contact) == ("", "", "", {})
        assert (gone.skills, gone.languages, gone.orcid, gone.listed) == ([], [], "", False)
        assert found_here() == set()
        assert not Verification.objects.exists()
        assert queries.mine(actor_for(office.people.officer)) is None
        assert (SubjectKey.objects.get().destroyed_at is None, Tombstone.objects.count()) == (False, 1)
        assert not queries.experts_for(actor_for(office.people.officer)).exists()
        assert check_log().ok
        with pytest.raises(Conflict):
            consenting.erase_expert(row, actor="officer")
        assert office.expert(own=True).pk != row.pk

    def test_of_somebody_who_crossed_nowhere_nothing_is_told(self, office: Office) -> None:
        consenting.erase_expert(office.expert(), actor="officer")
        assert not Tombstone.objects.exists()

    def test_what_the_partner_erased_before_is_passed_over(self, office: Office) -> None:
        row = office.consent(office.expert(), "cn", "listed")
        office.deliver()
        leaf = Crossing.objects.get().leaf
        body = {
            "leaves": [leaf],
            "attachments": [],
            "ground": "person",
            "reason": "She asked there",
            "issued": "2026-11-27T10:00:00Z",
        }
        receive(office.partner, [office.cn.send("exchange.tombstone/1", body)])
        assert tokens.text_of(leaf) is None
        assert Crossing.objects.get().erased_at is not None
        (seen,) = queries.erasures_of(row.crossings.all())
        assert seen.confirmed is not None
        assert queries.purposes_at(row, "cn") == frozenset()
        profiles.state(row, actor="officer")
        assert office.told(PROFILE) == []
        consenting.erase_expert(row, actor="officer")
        assert Tombstone.objects.count() == 1


class TestNumbered:
    def test_a_profile_that_waited_for_its_number_is_found_by_its_leaf(self, office: Office) -> None:
        row = office.consent(office.expert(), "cn", "listed")
        before = Crossing.objects.get().leaf
        keeping.take_number(before, "f" * 64)
        assert row.crossings.get().leaf == "f" * 64


class TestVerified:
    def test_the_highest_level_stands(self, office: Office) -> None:
        row = office.expert(own=True)
        officer = office.people.officer.pk
        profiles.verify(row, "institution", "Contract", officer_id=None, actor="approver")
        row = profiles.verify(row, "email", "Answered", officer_id=None, actor="approver")
        assert row.level == "institution"
        assert profiles.verify(row, "self", "", officer_id=officer, actor="officer").level == "institution"
        with pytest.raises(Conflict, match="own profile"):
            profiles.verify(row, "email", "", officer_id=officer, actor="officer")

    @pytest.mark.parametrize(
        ("changes", "field"),
        [
            ({"name": ""}, "name"),
            ({"headline": ""}, "headline"),
            ({"available_from": "2027-02-01", "available_until": "2027-01-01"}, "available_until"),
        ],
    )
    def test_a_profile_that_cannot_be(self, office: Office, changes: dict[str, str], field: str) -> None:
        with pytest.raises(BadInput) as error:
            office.expert(**changes)
        assert error.value.faults[0].where == field

    def test_a_person_has_one_profile(self, office: Office) -> None:
        office.expert(own=True)
        with pytest.raises(Conflict, match="already"):
            office.expert(own=True)

    def test_only_what_people_write_is_written(self, office: Office) -> None:
        with pytest.raises(ValueError, match="level"):
            profiles.change(office.expert(), {"level": "node"}, actor="officer")
