"""What can be a target, and what cannot."""

from typing import Any

import pytest

from isthmus.apps.etrade.models import Target
from isthmus.apps.etrade.targets.services import run_target
from isthmus.kit.errors import BadInput
from tests.apps.etrade.conftest import Corridor, Customs
from tests.apps.etrade.sources.test_feeds import TABLE, keep
from tests.apps.etrade.targets.conftest import EXPORT, RESPONSE, declaration, files, target


class TestSettings:
    @pytest.mark.parametrize(
        ("fields", "reason"),
        [
            ({"address": "../outside"}, "must lie below"),
            ({"address": "secrets"}, "secrets"),
            ({"kind": "web", "address": "http://example.org/"}, "https"),
            ({"record_types": []}, "at least one"),
            ({"record_types": ["etrade.nothing/1"]}, "at least one"),
            ({"form": "wco", "record_types": [EXPORT, RESPONSE]}, "Only declarations"),
            ({"form": "csv", "mapping": "none"}, "no mapping of columns"),
        ],
    )
    def test_what_cannot_be_a_target_is_refused(
        self, customs: Customs, fields: dict[str, Any], reason: str
    ) -> None:
        with pytest.raises(BadInput, match=reason):
            target(customs.organisation, **fields)
        assert not Target.objects.exists()

    def test_a_mapping_writes_tables_of_its_own_type_only(self, customs: Customs, corridor: Corridor) -> None:
        keep(TABLE, b"no,changed,hs,kg\nA,1,100630,5\n", customs.organisation)
        with pytest.raises(BadInput, match="and nothing else"):
            target(customs.organisation, form="json", mapping="view")
        row = target(customs.organisation, form="csv", mapping="view")
        corridor.receive("export-declaration", declaration())
        run_target(row)
        assert files()[0].read_bytes() == b"no,hs,kg\nCN-7,071331,40\n"
