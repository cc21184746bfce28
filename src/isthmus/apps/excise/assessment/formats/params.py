"""The house's own data, and a cost sheet that an office brings: TOML in, values out, or every fault named."""

import json
import tomllib
from decimal import Decimal
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Annotated, Literal, cast

from django.utils.translation import gettext as _
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from isthmus.apps.excise.assessment.rules.costs import CostLine
from isthmus.apps.excise.assessment.rules.questionnaire import (
    Chapter,
    Clause,
    Measure,
    MeasureKind,
    Questionnaire,
)
from isthmus.apps.excise.assessment.wording.clauses import CHAPTERS, CLAUSES, TITLE
from isthmus.kit.errors import BadInput, FieldFault

PARAMS = Path(__file__).resolve().parents[1] / "params"
LANGUAGES = ("en", "ro")
"""In which an introduction has its headings."""
ASSESSMENT_LANGUAGES = ("en", "fr", "zh-hans", "ro", "ar")
"""In which the paper of an assessment is written."""
LARGEST_FILE = 500_000
_Words = Annotated[str, Field(min_length=1, max_length=300)]


class _Piece(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class MeasureFile(_Piece):
    """How counters score a clause."""

    kind: MeasureKind
    counter: str
    of: str = ""
    steps: tuple[int, int, int, int]


class ClauseFile(_Piece):
    """A clause; its words stand in the wording."""

    id: Annotated[str, Field(pattern=r"^[a-z-]+\.[a-z-]+$")]
    chapter: str
    measure: MeasureFile | None = None


class ChapterFile(_Piece):
    """A chapter; its title stands in the wording."""

    id: str


class QuestionnaireFile(_Piece):
    """The whole questionnaire."""

    format: Literal[1]
    version: Annotated[int, Field(ge=1)]
    chapters: tuple[ChapterFile, ...]
    clauses: tuple[ClauseFile, ...]


class CostLineFile(_Piece):
    """A line of the cost sheet; ``quantity`` holds where no counter says another."""

    id: _Words
    words: _Words
    words_ro: _Words
    quantity: Annotated[Decimal, Field(ge=0, le=10**9)]
    unit: _Words
    price: Annotated[Decimal, Field(ge=0, le=10**9)]
    yearly: bool
    basis: _Words
    unit_ro: str = ""
    basis_ro: str = ""
    counter: str = ""
    per: Annotated[int, Field(ge=1, le=10**9)] = 1


class CostFile(_Piece):
    """A cost sheet."""

    format: Literal[1]
    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$")]
    lines: Annotated[tuple[CostLineFile, ...], Field(min_length=1, max_length=200)]


def _read(path: Path) -> tuple[dict[str, object], str]:
    try:
        with path.open("rb") as file:
            content = file.read(LARGEST_FILE + 1)
        if len(content) > LARGEST_FILE:
            raise _refused(path, _("it is larger than %(most)s bytes") % {"most": LARGEST_FILE})
        return tomllib.loads(content.decode(), parse_float=Decimal), sha256(content).hexdigest()
    except OSError as error:
        raise _refused(path, str(error.strerror)) from error
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise _refused(path, _("it is no TOML: %(why)s") % {"why": error}) from error


def _refused(path: Path, why: str, faults: tuple[FieldFault, ...] = ()) -> BadInput:
    return BadInput(
        "excise.assessment-file",
        _("%(file)s cannot be used: %(why)s") % {"file": path.name, "why": why},
        next_step=_("Mend the file and try again."),
        faults=faults,
    )


@lru_cache(maxsize=1)
def questionnaire() -> Questionnaire:
    """The questionnaire that comes with the product, in its source language.

    Its digest covers the words too: two nodes compare answers to the same questions only.
    """
    read, _digest = _read(PARAMS / "questionnaire.toml")
    file = QuestionnaireFile.model_validate(read)
    clauses = tuple(
        Clause(
            one.id,
            one.chapter,
            CLAUSES[one.id][0],
            CLAUSES[one.id][1:],
            None
            if one.measure is None
            else Measure(one.measure.kind, one.measure.counter, one.measure.steps, one.measure.of),
        )
        for one in file.clauses
    )
    chapters = tuple(Chapter(one.id, CHAPTERS[one.id]) for one in file.chapters)
    whole = json.dumps([TITLE, CHAPTERS, CLAUSES, file.model_dump(mode="json")], sort_keys=True)
    return Questionnaire(file.version, TITLE, chapters, clauses, sha256(whole.encode()).hexdigest())


@lru_cache(maxsize=2)
def _words(name: str) -> dict[str, dict[str, object]]:
    return cast("dict[str, dict[str, object]]", _read(PARAMS / name)[0])


def _known_language(language: str, known: tuple[str, ...]) -> None:
    if language not in known:
        raise BadInput(
            "excise.assessment-language",
            _("Papers have no headings in “%(language)s”.") % {"language": language},
            next_step=_("Choose one of: %(known)s.") % {"known": ", ".join(known)},
        )


def assessment_words(language: str) -> dict[str, object]:
    """The fixed words of the paper of an assessment; BadInput ``excise.assessment-language`` without any."""
    _known_language(language, ASSESSMENT_LANGUAGES)
    return _words("assessment.toml")[language]


def words(language: str) -> dict[str, object]:
    """The fixed words of an introduction, with those of assessments; BadInput likewise."""
    _known_language(language, LANGUAGES)
    return _words("assessment.toml")[language] | _words("words.toml")[language]


def cost_sheet(path: Path | None = None) -> tuple[str, list[CostLine], str]:
    """Currency, lines and source of a cost sheet; the product's own without a path.

    BadInput ``excise.assessment-file`` names every fault with its place.
    """
    path = path or PARAMS / "costs.toml"
    read, digest = _read(path)
    try:
        file = CostFile.model_validate(read)
    except ValidationError as error:
        faults = tuple(FieldFault(".".join(map(str, one["loc"])), one["msg"]) for one in error.errors()[:20])
        raise _refused(path, f"{faults[0].where}: {faults[0].message}", faults) from error
    lines = [CostLine(**one.model_dump()) for one in file.lines]
    return file.currency, lines, f"{path.name}, sha256 {digest[:12]}"
