"""The needs and offers of the demonstration: they can be entered as they stand, and find each other."""

import pytest

from isthmus.accounts.models import Kind, Organisation
from isthmus.apps.partners.models import Listing
from isthmus.apps.partners.queries.matches import matches_of
from isthmus.apps.partners.services import listing as listings
from isthmus.node.demo import partners as demo
from isthmus.node.demo.countries import MARK

pytestmark = [pytest.mark.django_db, pytest.mark.once]


def test_the_sample_needs_find_offers_but_the_one_that_is_too_large_for_any(node: str):
    for code, samples in demo.SAMPLES.items():
        firm = Organisation.objects.create(code=code, name=f"Firm {code} {MARK}", kind=Kind.FIRM)
        for sample in samples:
            listings.enter(sample.kind, firm, sample.given, actor="officer")
    needs = Listing.objects.filter(kind="need")
    assert needs.count() == 5
    alone = [need.title for need in needs if not matches_of(need).found]
    assert alone == [f"Family solar for char islands {MARK}"]


def test_a_node_enters_its_own_once(node: str):
    Organisation.objects.create(code=demo.FIRM, name=f"Strand Road {MARK}", kind=Kind.FIRM)
    assert demo.enter_needs_and_offers() == {"new": 2, "needs": 2, "offers": 0}
    assert demo.enter_needs_and_offers()["new"] == 0
    assert demo.ask_best() == {"asked": 0, "introductions": 0}
    assert demo.agree_to_first() == {"states": []}
