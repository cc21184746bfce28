"""Coming back from an older state by USB stick: one bundle asks, the other brings."""

from typing import Annotated, Literal

from django.utils.translation import gettext as _
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from isthmus.exchange.models import AskedBack, AskedFiles
from isthmus.exchange.services.attachments import leaving
from isthmus.exchange.services.recovery import earlier, giving, reopening, taking
from isthmus.exchange.services.recovery.exchange_form import GivenBack, Wanted
from isthmus.kit import clock
from isthmus.kit.errors import IsthmusError
from isthmus.trust.models import Partner

CHARACTERS = 256 * 1024
"""Of each kind in one entry of a bundle."""

MAX_ENTRIES = 200
MAX_FILES = 1_000
"""Lost files that one bundle asks for."""


class _Ask(BaseModel):
    model_config = ConfigDict(frozen=True)
    says: Literal["wanted"] = "wanted"
    content: Wanted


class _Give(BaseModel):
    model_config = ConfigDict(frozen=True)
    says: Literal["given"] = "given"
    content: GivenBack


class _Files(BaseModel):
    """The files of the writer, by SHA-256, that it lost and that its records to the reader name."""

    model_config = ConfigDict(frozen=True)
    says: Literal["files"] = "files"
    content: Annotated[tuple[str, ...], Field(max_length=MAX_FILES)]


_ENTRY: TypeAdapter[_Ask | _Give | _Files] = TypeAdapter(
    Annotated[_Ask | _Give | _Files, Field(discriminator="says")]
)


def to_carry(partner: Partner) -> tuple[str, ...]:
    """What a bundle for ``partner`` carries: this node's question, and the answer to the partner's."""
    carried: list[str] = []
    wanted = taking.wanted(partner)
    if wanted is not None:
        carried.append(_Ask(content=wanted).model_dump_json())
    lost = leaving.lost_to(partner)[:MAX_FILES]
    if lost:
        carried.append(_Files(content=tuple(row.sha256 for row in lost)).model_dump_json())
    asked = AskedBack.objects.filter(partner=partner).first()
    following = Wanted.model_validate(asked.wanted) if asked is not None else None
    while following is not None and len(carried) < MAX_ENTRIES:
        given = giving.give_back(
            partner,
            following.stream,
            following.after,
            following.incoming,
            following.receipted,
            signed=True,
            characters=CHARACTERS,
        )
        carried.append(_Give(content=given).model_dump_json())
        following = giving.behind(following, given) if given.more else None
    return tuple(carried)


def take(partner: Partner, entries: tuple[str, ...]) -> list[str]:
    """Take what a partner's bundle says about lost records; returns what went wrong, in words.

    A question is kept, and the next bundle for the partner answers it; a bundle without one ends it.
    """
    problems: list[str] = []
    question: Wanted | None = None
    files: tuple[str, ...] = ()
    for text in entries:
        try:
            entry = _ENTRY.validate_json(text)
        except ValidationError:
            problems.append(_("What it says about lost records cannot be read by this release."))
            continue
        if isinstance(entry, _Ask):
            question = entry.content
            continue
        if isinstance(entry, _Files):
            files = entry.content
            continue
        try:
            taking.take_back(partner, entry.content)
        except IsthmusError as error:
            problems.append(str(error))
            break
    reopening.clear_unannounced("node")
    AskedFiles.objects.filter(partner=partner).delete()
    if files:
        AskedFiles.objects.create(partner=partner, digests=list(files), asked_at=clock.now())
    if question is None:
        AskedBack.objects.filter(partner=partner).delete()
        return problems
    AskedBack.objects.update_or_create(
        partner=partner,
        defaults={"wanted": question.model_dump(mode="json", exclude={"answers"}), "asked_at": clock.now()},
    )
    earlier.settle_each(partner, question.answers)
    return problems
