"""Publishing a record by a program, or asking what partners would receive.

The route stands on the router of ``records``: reading and publishing share one address.
"""

from typing import Annotated, Any
from uuid import UUID

from django.http import HttpResponse
from django.utils.translation import gettext as _
from ninja import Header
from ninja.responses import Status
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from isthmus.accounts import audit
from isthmus.accounts.api import TokenRequest, organisation_of
from isthmus.accounts.policy import require
from isthmus.exchange import registry
from isthmus.exchange.api.fields import NodeId, Shown, StrictBody, Text, TypeKey
from isthmus.exchange.api.problems import Unreadable, refuse_model
from isthmus.exchange.api.records import RecordShown, record_shown, router, rows_for_lists
from isthmus.exchange.services import Outgoing, publish
from isthmus.exchange.services.dry_run import preview
from isthmus.exchange.services.idempotency import answer_once, fingerprint_of
from isthmus.kit.errors import BadInput, FieldFault, Refused
from isthmus.wire import codec

__all__ = ["router"]

PUBLISH = "exchange.record.publish"


def _once(values: list[str]) -> list[str]:
    if len(set(values)) != len(values):
        raise ValueError("must name no node twice")
    return values


class Publication(StrictBody):
    """A record to publish."""

    model_config = ConfigDict(
        frozen=True,
        strict=True,
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "type": "etrade.export-declaration/1",
                    "subject": "26MM0000000000017",
                    "body": {"declaration_number": "26MM0000000000017", "items": [{"number": 1}]},
                    "to": ["cn"],
                    "dry_run": True,
                }
            ]
        },
    )

    type: TypeKey
    subject: Annotated[
        Text,
        Field(min_length=1, max_length=200, description="The business key, such as a declaration's number."),
    ]
    body: dict[str, Any] = Field(
        description="What the record says; see `GET /record-types/{name}/{version}/schema`."
    )
    to: Annotated[
        list[NodeId],
        Field(
            min_length=1,
            max_length=50,
            description="The nodes that receive it.",
            json_schema_extra={"uniqueItems": True},
        ),
        AfterValidator(_once),
    ]
    dry_run: bool = Field(
        default=False, description="True: sign and store nothing, and say what would cross."
    )


class Published(Shown):
    """The records that were signed: one for each receiver, in the order asked."""

    records: list[RecordShown]


class Passage(Shown):
    """What one receiver would get."""

    to: NodeId
    crosses: bool = Field(description="Whether an agreement in force lets the record through.")
    problem: str = Field(description="Why it does not cross; empty where it does.")
    agreement: UUID | None
    body: dict[str, Any] | None = Field(description="The body as the receiver would get it.")
    withheld: list[str] = Field(
        description="The fields that stay here, because the agreement leaves them out."
    )


class DryRun(Shown):
    """What publishing would do; nothing was signed or stored."""

    passages: list[Passage]


def _typed_body(asked: Publication) -> BaseModel:
    kind = registry.record_types().get(asked.type)
    if kind is None:
        raise BadInput(
            "exchange.unknown-type",
            _("This node does not know records of type %(key)s.") % {"key": asked.type},
            next_step=_("The types that it knows are listed at /api/v1/record-types."),
            faults=(FieldFault("type", _("is not a record type of this node")),),
        )
    if kind.control:
        raise Refused(
            "exchange.control-type",
            _("Records of the exchange itself are made by the exchange."),
            next_step=_("Propose and sign agreements on the pages of this node."),
        )
    try:
        return registry.model_of(asked.type).model_validate_json(codec.encode(asked.body))
    except ValidationError as error:
        message = _("The body does not fit %(key)s.") % {"key": asked.type}
        raise refuse_model(error, "exchange.schema", message, "body") from error


def _publish(request: TokenRequest, item: Outgoing, to: list[str]) -> dict[str, Any]:
    made = [record.leaf for record in publish([item], to=to)]
    audit.note(
        "exchange.record-published",
        actor=request.actor.label,
        subject=item.subject,
        detail={"type": item.record_type, "to": to},
    )
    rows = {row.leaf: row for row in rows_for_lists().filter(leaf__in=made)}
    shown = [RecordShown.model_validate(record_shown(rows[leaf])) for leaf in made]
    return Published(records=shown).model_dump(mode="json")


@router.post("", response={200: DryRun, 201: Published}, summary="Publish a record")
def publish_record(
    request: TokenRequest,
    response: HttpResponse,
    asked: Publication,
    key: Annotated[
        str | None,
        Header(
            alias="Idempotency-Key",
            pattern=r"^[!-~]{1,200}$",
            description="Names this request, so that repeating it does nothing twice; required unless "
            "`dry_run` is true. Kept for 30 days.",
        ),
    ] = None,
) -> Status[Any]:
    """Sign a record for each receiver and put it into its stream, all or nothing.

    The body is checked against the record type and cut down to the fields that the agreement in force
    names. The same key with the same request gives the same answer and sends nothing again; with another
    request it is a conflict. With `dry_run`, the answer (200) says what each receiver would get.
    """
    require(request.actor, PUBLISH)
    organisation = organisation_of(request.actor)
    item = Outgoing(asked.type, _typed_body(asked), asked.subject, organisation.pk)
    if asked.dry_run:
        passages = [
            Passage(
                to=found.receiver,
                crosses=not found.problem,
                problem=found.problem,
                agreement=found.agreement,
                body=found.body,
                withheld=list(found.withheld),
            )
            for found in preview(item, asked.to)
        ]
        return Status(200, DryRun(passages=passages))
    if key is None:
        raise Unreadable(
            "api.no-idempotency-key",
            _("Publishing needs the header Idempotency-Key."),
            next_step=_("Send a new random text with each new record, and the same one when you try again."),
            faults=(FieldFault("Idempotency-Key", _("is required")),),
        )
    fingerprint = fingerprint_of("publish", asked.model_dump(mode="json"))
    answer, again = answer_once(
        organisation, key, fingerprint, lambda: _publish(request, item, list(asked.to))
    )
    if again:
        response["Idempotency-Replayed"] = "true"
    return Status(201, answer)
