"""What the registry tells partners: the entry of one excise number, as it stands by its dates."""

from typing import Annotated, ClassVar, Literal

from pydantic import BeforeValidator, Field

from isthmus.exchange.field_kinds import Day, Frozen, listed

MOST_AUTHORISATIONS = 500
MOST_SUSPENSIONS = 200


Number = Annotated[str, Field(pattern=r"^[A-Z]{2}[A-Z0-9]{11}$")]
Name = Annotated[
    str, Field(min_length=1, max_length=182, pattern=r"^[^\x00-\x1f\x7f-\x9f]*\S[^\x00-\x1f\x7f-\x9f]*$")
]
Group = Annotated[str, Field(pattern=r"^[A-Z]([0-9]{3})?$")]


class ExtractSuspensionV1(Frozen):
    """Days on which an authorisation does not count, both included."""

    since: Day = Field(title="Suspended from", description="First day on which it does not count.")
    until: Day | None = Field(
        None, title="Suspended until", description="Last such day; absent while the suspension stands."
    )


class ExtractAuthorisationV1(Frozen):
    """One thing that the holder of the number may do, with which products, and when."""

    number: Annotated[str, Field(min_length=1, max_length=40)] = Field(
        title="Authorisation number", description="Number that the sender's authority gave it."
    )
    kind: Literal["produce", "store", "import", "receive", "send", "sell"] = Field(
        title="Kind", description="What it lets its holder do."
    )
    product_groups: Annotated[tuple[Group, ...], Field(max_length=400), BeforeValidator(listed)] = Field(
        title="Product groups",
        description="Excise product codes; a letter alone stands for all codes that begin with it.",
    )
    valid_from: Day = Field(title="Valid from", description="First day on which it counts.")
    valid_until: Day | None = Field(
        None, title="Valid until", description="Last day on which it counts; absent where none is set."
    )
    revoked_on: Day | None = Field(
        None, title="Revoked on", description="First day on which it counts no more, for good."
    )
    suspensions: Annotated[
        tuple[ExtractSuspensionV1, ...], Field(max_length=MOST_SUSPENSIONS), BeforeValidator(listed)
    ] = Field((), title="Suspensions", description="Days on which it did not or does not count.")


class RegistryExtractV1(Frozen):
    """``excise.registry-extract/1``: what the sender's registry says about one of its excise numbers.

    It holds dates and no state of today: it answers for any day, as far as its sender knew when it was
    signed. Reasons stay at home. A later version replaces an earlier one as a whole.
    """

    record_type: ClassVar[str] = "excise.registry-extract"
    record_version: ClassVar[int] = 1

    excise_number: Number = Field(
        title="Excise number", description="Number of the operator or the tax warehouse."
    )
    version: int = Field(
        ge=1, le=2**31 - 1, title="Version", description="1 at first; one more with each statement after."
    )
    country: Annotated[str, Field(pattern=r"^[A-Z]{2}$")] | None = Field(
        None, title="Country", description="Country of the registry (ISO 3166)."
    )
    name: Name | None = Field(None, title="Name", description="Operator's name, or the warehouse's.")
    kind: Literal["producer", "importer", "warehouse-keeper", "consignee", "consignor", "retailer"] | None = (
        Field(None, title="Kind of operator", description="What the operator does with excise goods.")
    )
    holder: Number | None = Field(
        None,
        title="Operator of the warehouse",
        description="Excise number of who keeps the warehouse; absent for an operator's own number.",
    )
    warehouses: Annotated[tuple[Number, ...], Field(max_length=500), BeforeValidator(listed)] | None = Field(
        None, title="Tax warehouses", description="Excise numbers of the operator's tax warehouses."
    )
    state: Literal["registered", "retired", "closed"] | None = Field(
        None, title="State", description="Whether the number stands, or was retired or closed."
    )
    registered_on: Day | None = Field(
        None, title="Registered on", description="First day of the operator or the warehouse."
    )
    ended_on: Day | None = Field(
        None, title="Ended on", description="Last day of the operator or the warehouse, where it ended."
    )
    authorisations: (
        Annotated[
            tuple[ExtractAuthorisationV1, ...],
            Field(max_length=MOST_AUTHORISATIONS),
            BeforeValidator(listed),
        ]
        | None
    ) = Field(
        None, title="Authorisations", description="All that the number was ever authorised for, with dates."
    )
