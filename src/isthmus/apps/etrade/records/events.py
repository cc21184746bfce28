"""What happens to declarations, and what the importing side answers to a declaration of goods on their way.

Each is one signed transition of the machine in ``rules.states``. A declaration event tells of the sender's
own declaration, an import response of the receiver's export declaration.
"""

from typing import Annotated, ClassVar, Literal, Self

from pydantic import BeforeValidator, Field, model_validator

from isthmus.apps.etrade.records.declarations import ExportDeclarationV1, ImportDeclarationV1
from isthmus.apps.etrade.records.parts import ImportMatchBlockV1, Long, Moment, Part, Short


class DeclarationEventV1(Part):
    """``etrade.declaration-event/1``: something happened to a declaration of the sender's country.

    An amendment carries the declaration as it stands afterwards, with the number of that version; where an
    agreement withholds it, the event still says that there is a newer version.
    """

    record_type: ClassVar[str] = "etrade.declaration-event"
    record_version: ClassVar[int] = 1

    declaration: Literal["export", "import"] = Field(
        title="Kind of declaration",
        description="Whether the event is about an export or an import declaration.",
    )
    declaration_number: Short = Field(
        title="Declaration number", description="Number of the declaration that the event is about."
    )
    local_reference: Short | None = Field(
        None,
        title="Declarant's reference",
        description="By which the declaration was known before customs gave it a number.",
    )
    event: Literal["lodge", "accept", "amend", "exit", "arrive", "hold", "release", "cancel"] = Field(
        title="Event", description="What happened to the declaration."
    )
    version: Annotated[int, Field(ge=1, le=9999)] | None = Field(
        None, title="Version", description="Version of the declaration from now on; 1 is as it was lodged."
    )
    occurred_at: Moment | None = Field(None, title="Time", description="When it happened (UTC).")
    place: Short | None = Field(None, title="Customs office", description="Office at which it happened.")
    reference: Short | None = Field(
        None, title="Message reference", description="Number of the message that told of it."
    )
    reason: Long | None = Field(None, title="Reason", description="Why, in the words of the office.")
    export_declaration: ExportDeclarationV1 | None = Field(
        None,
        title="Amended export declaration",
        description="The declaration as it stands after an amendment.",
    )
    import_declaration: ImportDeclarationV1 | None = Field(
        None,
        title="Amended import declaration",
        description="The declaration as it stands after an amendment.",
    )

    @property
    def amended(self) -> ExportDeclarationV1 | ImportDeclarationV1 | None:
        """The declaration as it stands after an amendment, where it is carried."""
        return self.export_declaration if self.declaration == "export" else self.import_declaration

    @model_validator(mode="after")
    def _is_of_one_piece(self) -> Self:
        carried = [one for one in (self.export_declaration, self.import_declaration) if one is not None]
        if not carried:
            return self
        if self.event != "amend" or self.version is None:
            raise ValueError("only an amendment with its version carries a declaration")
        if carried != [self.amended]:
            raise ValueError("the declaration carried is of the other kind")
        if carried[0].declaration_number != self.declaration_number:
            raise ValueError("the declaration carried has another number")
        return self


def _no_block_is_an_empty_block(value: object) -> object:
    return {} if value is None else value


class ImportResponseV1(Part):
    """``etrade.import-response/1``: what became of goods that the receiver exported."""

    record_type: ClassVar[str] = "etrade.import-response"
    record_version: ClassVar[int] = 1

    declaration_number: Short = Field(
        title="Export declaration", description="Number of the export declaration that is answered."
    )
    outcome: Literal["received", "matched", "unmatched", "arrived", "held", "released"] = Field(
        title="Outcome", description="What the importing country found or did."
    )
    import_number: Short | None = Field(
        None, title="Import declaration", description="Number of the import declaration."
    )
    occurred_at: Moment | None = Field(None, title="Time", description="When it happened (UTC).")
    place: Short | None = Field(None, title="Customs office", description="Office at which it happened.")
    reason: Long | None = Field(None, title="Reason", description="Why, in the words of the office.")
    match: Annotated[
        ImportMatchBlockV1,
        BeforeValidator(_no_block_is_an_empty_block, json_schema_input_type=ImportMatchBlockV1 | None),
    ] = Field(
        default_factory=ImportMatchBlockV1,
        title="Match block",
        description="Figures of the import declaration, where the agreement lets them cross.",
    )
