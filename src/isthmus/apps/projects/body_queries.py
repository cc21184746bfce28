"""Statements as the bodies of records, and bodies as statements."""

import json
from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256
from typing import Any

from django.utils.translation import gettext as _
from pydantic import BaseModel, ValidationError

from isthmus.apps.projects.models import Statement, Topic
from isthmus.apps.projects.records import ContributionV1, GateV1, InterestV1, TopicV1
from isthmus.kit import clock
from isthmus.kit.errors import BadInput, FieldFault

MODELS: dict[str, type[BaseModel]] = {
    "topic": TopicV1,
    "interest": InterestV1,
    "gate": GateV1,
    "contribution": ContributionV1,
}
KEYS = {f"projects.{sort}/1": sort for sort in MODELS}
RELAY = "projects.relay/1"
TYPES = (*KEYS, RELAY)


def bad(field: str, message: str, *, next_step: str = "") -> BadInput:
    """What somebody typed or sent cannot be so, because of one field."""
    return BadInput("projects.statement", message, next_step=next_step, faults=(FieldFault(field, message),))


def model_of(sort: str, body: Mapping[str, Any]) -> BaseModel:
    """The body of a sort in its type; BadInput that names what cannot be said so."""
    try:
        return MODELS[sort].model_validate(dict(body))
    except ValidationError as error:
        faults = tuple(
            FieldFault(str(one["loc"][-1]) if one["loc"] else sort, one["msg"]) for one in error.errors()[:20]
        )
        told = "; ".join(f"{one.where}: {one.message}" for one in faults)
        raise BadInput(
            "projects.statement", _("This cannot be said so: %(faults)s.") % {"faults": told}, faults=faults
        ) from error


def plain(model: BaseModel) -> dict[str, Any]:
    """A body as JSON, without what is not given."""
    return model.model_dump(mode="json", exclude_none=True)


def key_of(sort: str, body: Mapping[str, Any]) -> str:
    """What tells a statement from others of its node: the digest of its body."""
    written = json.dumps([sort, body], ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return sha256(written.encode()).hexdigest()


def statement_of(topic: Topic, sort: str, node: str, body: Mapping[str, Any], *, by: str = "") -> Statement:
    """A statement that is not stored yet."""
    return Statement(
        topic=topic,
        sort=sort,
        node=node,
        key=key_of(sort, body),
        at=clock.from_text(body["at"]),
        by=by,
        body=dict(body),
        hand_on=bool(body.get("hand_on")),
    )


def topic_body(topic: Topic, at: datetime) -> dict[str, Any]:
    """A topic as it stands, as its lead tells it."""
    return plain(
        model_of(
            "topic",
            {
                "topic": topic.reference,
                "at": clock.to_text(at),
                "stage": str(topic.stage),
                "title": topic.title,
                "text": topic.text,
                "language": topic.language,
                "problem": topic.problem or None,
                "country": topic.country or None,
                "proposer": topic.proposer or None,
                "themes": tuple(topic.themes),
                "application": topic.application or None,
                "programme": topic.programme or None,
                "lesson": topic.lesson or None,
            },
        )
    )
