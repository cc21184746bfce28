"""What the tests of excise share."""

import pytest

from isthmus.accounts.models import Kind, Organisation


@pytest.fixture
def customs(db: None) -> Organisation:
    return Organisation.objects.create(code="customs", name="Customs", kind=Kind.MINISTRY)
