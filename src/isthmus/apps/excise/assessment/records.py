"""What two nodes tell each other in an assessment: answers with counters, scores, and the result of both."""

from typing import Annotated, ClassVar

from pydantic import BeforeValidator, Field

from isthmus.exchange.field_kinds import Digest, Frozen, listed

_Clause = Annotated[str, Field(pattern=r"^[a-z-]+\.[a-z-]+$", max_length=60)]
_Score = Annotated[int, Field(ge=0, le=4)]
_Number = Annotated[str, Field(pattern=r"^[A-Za-z0-9-]{1,40}$")]


class ClauseAnswerV1(Frozen):
    """The sender's own answer to one clause."""

    clause: _Clause = Field(title="Clause", description="Id of the clause in the questionnaire.")
    score: _Score = Field(title="Own score", description="The sender's score of itself, 0 to 4.")
    text: Annotated[str, Field(max_length=500)] | None = Field(
        None, title="Answer", description="The answer in words."
    )
    evidence: Annotated[str, Field(max_length=200)] | None = Field(
        None, title="Evidence", description="Reference of an act, document or record that bears it out."
    )


class CounterV1(Frozen):
    """A live counter of the sender."""

    name: Annotated[str, Field(min_length=1, max_length=120)] = Field(
        title="Counter", description="House and name of the counter."
    )
    value: Annotated[int, Field(ge=-(10**15), le=10**15)] = Field(
        title="Figure", description="The number that was counted."
    )
    unit: Annotated[str, Field(min_length=1, max_length=40)] = Field(
        title="Unit", description="What was counted."
    )
    source: Annotated[str, Field(min_length=1, max_length=300)] = Field(
        title="Source", description="The newest record that the number rests on."
    )


class AssessmentAnswersV1(Frozen):
    """``excise.assessment-answers/1``: what the sender says of its own excise, and what its node counts."""

    record_type: ClassVar[str] = "excise.assessment-answers"
    record_version: ClassVar[int] = 1

    number: _Number = Field(title="Assessment", description="Number that the opener gave.")
    questionnaire: Digest = Field(
        title="Questionnaire", description="SHA-256 of the questionnaire that was answered."
    )
    answers: Annotated[tuple[ClauseAnswerV1, ...], Field(max_length=200), BeforeValidator(listed)] = Field(
        title="Answers", description="One for each clause that was answered."
    )
    counters: Annotated[tuple[CounterV1, ...], Field(max_length=500), BeforeValidator(listed)] = Field(
        title="Counters", description="Counted when the answers were sent."
    )


class ClauseScoreV1(Frozen):
    """The sender's score of one answer of the receiver."""

    clause: _Clause = Field(title="Clause", description="Id of the clause in the questionnaire.")
    score: _Score = Field(title="Score", description="The sender's score of the receiver, 0 to 4.")
    note: Annotated[str, Field(max_length=500)] | None = Field(
        None, title="Note", description="Why, in words."
    )


class AssessmentScoresV1(Frozen):
    """``excise.assessment-scores/1``: how the sender scores the answers that it received."""

    record_type: ClassVar[str] = "excise.assessment-scores"
    record_version: ClassVar[int] = 1

    number: _Number = Field(title="Assessment", description="Number that the opener gave.")
    answers: Digest = Field(title="Answers", description="Leaf of the record of answers that was scored.")
    scores: Annotated[tuple[ClauseScoreV1, ...], Field(max_length=200), BeforeValidator(listed)] = Field(
        title="Scores", description="One for each clause that was scored."
    )


class AssessmentResultV1(Frozen):
    """``excise.assessment-result/1``: what both have said, by leaf; it means something once both signed."""

    record_type: ClassVar[str] = "excise.assessment-result"
    record_version: ClassVar[int] = 1

    number: _Number = Field(title="Assessment", description="Number that the opener gave.")
    sender_answers: Digest = Field(title="Sender's answers", description="Leaf of the sender's answers.")
    receiver_answers: Digest = Field(
        title="Receiver's answers", description="Leaf of the receiver's answers."
    )
    sender_scores: Digest = Field(title="Sender's scores", description="Leaf of the sender's scores.")
    receiver_scores: Digest = Field(title="Receiver's scores", description="Leaf of the receiver's scores.")
    disagreements: Annotated[tuple[_Clause, ...], Field(max_length=400), BeforeValidator(listed)] = Field(
        title="Disagreements", description="Clauses on which views still differ, of either side."
    )
