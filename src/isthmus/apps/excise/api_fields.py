"""What the routes of Excise have in common: keys of rows, excise numbers, amounts, names of deeds."""

from typing import Annotated

from pydantic import BeforeValidator, Field, WithJsonSchema

from isthmus.exchange.api.fields import Text, plain_digits

Identifier = Annotated[
    int,
    BeforeValidator(plain_digits),
    Field(ge=1, le=2**53 - 1),
    WithJsonSchema({"type": "integer", "minimum": 1, "maximum": 2**53 - 1}),
]
"""The key of a row in an address."""

ExciseNumber = Annotated[
    str, Field(pattern=r"^[A-Z]{2}[A-Z0-9]{11}$", description="Excise number.", examples=["MD00000000017"])
]
Minor = Annotated[int, Field(ge=1, le=10**15, description="Minor units of the currency.")]
DeedKey = Annotated[
    Text,
    Field(
        min_length=1,
        max_length=60,
        pattern=r"^[!-~]+( [!-~]+)*$",
        description="The caller's own name of the deed: the same key does it once.",
    ),
]
Why = Annotated[Text, Field(min_length=1, max_length=500, description="The reason, kept with the deed.")]
