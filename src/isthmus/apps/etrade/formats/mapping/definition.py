"""What a mapping says, in the form in which it is kept, carried in a file and shown to an officer."""

from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from isthmus.apps.etrade.rules.written_days import DayOrder, Era
from isthmus.apps.etrade.rules.written_figures import DecimalMark
from isthmus.kit.tables.code_pages import PAGES

MAX_GOLDENS = 20
MAX_GOLDEN_BYTES = 256 * 1024


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Rule(_Part):
    """How the text of one field is written, wherever it stands."""

    field: str = Field(pattern=r"^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)?$", max_length=80)
    order: DayOrder = "ymd"
    era: Era = "common"
    decimal: DecimalMark = "."
    unit: str | None = Field(None, pattern=r"^[A-Z0-9]{1,3}$")
    """Unit in which a weight is written (UN/ECE Recommendation 20), where it is not kilograms."""
    values: dict[Annotated[str, Field(max_length=80)], Annotated[str, Field(max_length=512)]] = Field(
        default_factory=dict, max_length=500
    )
    """What is written, and the code that it stands for."""


class ColumnRule(Rule):
    """One field from one column of a table, or the same value for every declaration."""

    column: str | None = Field(None, max_length=200)
    constant: str | None = Field(None, max_length=512)


class PathRule(Rule):
    """One field from one XPath, relative to its declaration, or to its item for a field of items."""

    path: str = Field(max_length=500)


def _page(name: str) -> str:
    if name not in PAGES:
        raise ValueError(f"this code page is not one of {', '.join(PAGES)}")
    return name


class ColumnTable(_Part):
    """A mapping of tables: CSV and its kin, XLSX, XLS, ODS."""

    kind: Literal["columns"] = "columns"
    record: str = "etrade.export-declaration/1"
    encoding: Annotated[str, AfterValidator(_page)] | None = None
    delimiter: Literal[",", ";", "\t", "|"] | None = None
    sheet: str | None = Field(None, max_length=200)
    header_row: int = Field(1, ge=1, le=1000)
    columns: tuple[ColumnRule, ...] = Field(min_length=1, max_length=200)


class JsonExpression(_Part):
    """A mapping of JSON: a JSONata expression whose result is one body, or a list of them."""

    kind: Literal["jsonata"] = "jsonata"
    record: str = "etrade.export-declaration/1"
    expression: str = Field(min_length=1, max_length=20_000)


class XmlPaths(_Part):
    """A mapping of XML: where each declaration and each of its items stands, and the paths below."""

    kind: Literal["xpath"] = "xpath"
    record: str = "etrade.export-declaration/1"
    namespaces: dict[str, str] = Field(default_factory=dict, max_length=20)
    root: str = Field(pattern=r"^(\{[^{}]{1,300}\})?[^{}\s]{1,200}$")
    """Name of the document's root element, ``{namespace}name``: what tells these documents from others."""
    declaration: str = Field(".", max_length=500)
    item: str | None = Field(None, max_length=500)
    paths: tuple[PathRule, ...] = Field(min_length=1, max_length=200)


Definition = Annotated[ColumnTable | JsonExpression | XmlPaths, Field(discriminator="kind")]


class Golden(_Part):
    """One document, in base64, and what it must become: a record or the refusal of each declaration in it."""

    file_name: str = Field(min_length=1, max_length=255)
    content: str = Field(max_length=MAX_GOLDEN_BYTES * 4 // 3 + 4)
    expected: list[dict[str, object]] = Field(min_length=1)


class MappingFile(_Part):
    """A mapping with everything that proves it: the form in which countries hand mappings to each other."""

    name: str = Field(pattern=r"^[a-z0-9][a-z0-9-]{0,59}$")
    version: int = Field(1, ge=1)
    author: str = Field("", max_length=200)
    made_on: str = Field("", max_length=40)
    definition: Definition
    goldens: list[Golden] = Field(max_length=MAX_GOLDENS)
