"""The record types that this node knows, and the JSON Schema of each."""

from typing import Annotated, Any

from django.utils.translation import gettext as _
from pydantic import Field

from isthmus.accounts.api import TokenRequest
from isthmus.accounts.policy import require
from isthmus.exchange import registry
from isthmus.exchange.api.fields import Shown
from isthmus.exchange.api.routes import Routes
from isthmus.exchange.application import RecordType
from isthmus.kit.errors import NotFound

# Agreements name record types: who may read those may know these.
VIEW = "exchange.agreement.view"
router = Routes("record types")

Name = Annotated[str, Field(pattern=r"^[a-z]+(\.[a-z][a-z0-9-]*)+$", max_length=90)]
Version = Annotated[str, Field(pattern=r"^[1-9][0-9]{0,8}$")]


class RecordTypeShown(Shown):
    """A type and version of record that may cross borders."""

    key: str = Field(description="Name and version.", examples=["etrade.export-declaration/1"])
    name: str
    version: int
    title: str
    control: bool = Field(description="True for the exchange's own records, which need no agreement.")


class RecordTypeList(Shown):
    """All record types of this node."""

    items: list[RecordTypeShown]


def _shown(kind: RecordType) -> RecordTypeShown:
    return RecordTypeShown(
        key=kind.key, name=kind.name, version=kind.version, title=str(kind.title), control=kind.control
    )


@router.get("", response=RecordTypeList, summary="List record types")
def list_record_types(request: TokenRequest) -> RecordTypeList:
    """Every record type that this node knows."""
    require(request.actor, VIEW)
    return RecordTypeList(items=[_shown(kind) for _key, kind in sorted(registry.record_types().items())])


@router.get("/{name}/{version}/schema", response=dict[str, Any], summary="Read the schema of a record type")
def read_record_schema(request: TokenRequest, name: Name, version: Version) -> dict[str, Any]:
    """The JSON Schema of the body; a published version never changes."""
    require(request.actor, VIEW)
    key = f"{name}/{version}"
    if key not in registry.record_types():
        raise NotFound(
            "exchange.unknown-type",
            _("This node does not know records of type %(key)s.") % {"key": key},
            next_step=_("The types that it knows are listed at /api/v1/record-types."),
        )
    return registry.model_of(key).model_json_schema()
