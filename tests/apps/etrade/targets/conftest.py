"""A target that is a folder, a partner's declaration, and what lies in the folder; empty after each test."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from isthmus.accounts.models import Organisation
from isthmus.apps.etrade.models import Target
from isthmus.apps.etrade.targets.services import add_target

EXPORT, RESPONSE = "etrade.export-declaration/1", "etrade.import-response/1"


def declaration(number: str = "CN-7") -> dict[str, Any]:
    return {"declaration_number": number, "items": [{"number": 1, "hs_code": "071331", "net_kg": "40"}]}


def target(organisation: Organisation, **more: Any) -> Target:
    fields = {
        "organisation": organisation,
        "name": "maccs",
        "kind": "folder",
        "address": "maccs",
        "record_types": [EXPORT],
        "form": "json",
    }
    return add_target(Target(**{**fields, **more}), actor="test")


def folder() -> Path:
    return settings.ISTHMUS.home / "targets" / "maccs"


def files() -> list[Path]:
    return sorted(folder().iterdir()) if folder().exists() else []


@pytest.fixture(autouse=True)
def empty() -> Iterator[None]:
    yield
    for path in files():
        path.unlink()
    if folder().exists():
        folder().rmdir()
