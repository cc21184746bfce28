"""Questions that an officer asks the partner about one matter, and the partner's signed answers."""

from typing import Annotated, ClassVar, Literal

from pydantic import BeforeValidator, Field

from isthmus.apps.etrade.records.parts import Day, ImportMatchBlockV1, Part, Prose, Short


def _no_block_is_an_empty_block(value: object) -> object:
    return {} if value is None else value


Figures = Annotated[
    ImportMatchBlockV1,
    BeforeValidator(_no_block_is_an_empty_block, json_schema_input_type=ImportMatchBlockV1 | None),
]
Subject = Literal[
    "export-declaration",
    "import-declaration",
    "certificate-of-origin",
    "phytosanitary-certificate",
    "licence",
    "vehicle-permit",
    "transit",
    "manifest",
]


class QueryV1(Part):
    """``etrade.query/1``: the sender asks about one declaration or document."""

    record_type: ClassVar[str] = "etrade.query"
    record_version: ClassVar[int] = 1

    number: Short = Field(title="Query number", description="The asker's number of this query.")
    about: Subject = Field(title="About", description="What kind of document the question is about.")
    reference: Short = Field(title="Document number", description="Number of that document.")
    issued_by: Literal["sender", "receiver"] | None = Field(
        None, title="Whose document", description="Whether the document is the asker's or the other side's."
    )
    case: Short | None = Field(
        None, title="Case", description="The asker's number of the case that the question belongs to."
    )
    reason: Short | None = Field(
        None,
        title="Reason code",
        description="Why it is asked, as a code: quantity-gap, missing-export and so on.",
    )
    question: Prose = Field(title="Question", description="The question in words.")
    due_on: Day | None = Field(None, title="Answer by", description="Day by which an answer is hoped for.")
    asked_by: Short | None = Field(
        None, title="Asking office", description="Office that asks; no person's name."
    )
    figures: Figures = Field(
        default_factory=ImportMatchBlockV1,
        title="Figures here",
        description="What the asker's own documents say, where the agreement lets it cross.",
    )


class AnswerV1(Part):
    """``etrade.answer/1``: the signed answer to a query of the receiver."""

    record_type: ClassVar[str] = "etrade.answer"
    record_version: ClassVar[int] = 1

    number: Short = Field(title="Answer number", description="The answerer's number of this answer.")
    query_number: Short = Field(title="Query number", description="Number of the query that is answered.")
    outcome: Literal["confirmed", "corrected", "not-found", "declined", "explained"] = Field(
        title="Outcome",
        description="The document is as stated, is corrected, is unknown, is not spoken of, or is explained.",
    )
    answer: Prose = Field(title="Answer", description="The answer in words.")
    answered_by: Short | None = Field(
        None, title="Answering office", description="Office that answers; no person's name."
    )
    figures: Figures = Field(
        default_factory=ImportMatchBlockV1,
        title="Figures there",
        description="What the answerer's documents say, where the agreement lets it cross.",
    )
