"""The corridor of goods that come from the partner, with one case in it."""

import pytest

from isthmus.apps.etrade.cases.models import Corridor
from isthmus.apps.etrade.cases.services.reconciling import corridors, reconcile_corridor
from isthmus.apps.etrade.models import Case
from isthmus.trust.models import Partner
from tests.apps.etrade.cases.corridor import trade
from tests.apps.etrade.conftest import Customs


@pytest.fixture
def inward(customs: Customs, partner: Partner) -> Corridor:
    """The corridor of goods that come from the partner, not reconciled yet."""
    return next(one for one in corridors() if one.way == "in")


@pytest.fixture
def case(inward: Corridor, customs: Customs) -> Case:
    """Our importer declares 38 per cent of the value that left."""
    trade(customs.organisation)
    reconcile_corridor(inward)
    return Case.objects.get()
