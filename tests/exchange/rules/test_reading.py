"""What a model shows of reading and writing: proved by doing both."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    ValidationError,
    computed_field,
)

from isthmus.apps.etrade.records import ExportDeclarationV1
from isthmus.exchange import registry
from isthmus.exchange.rules.reading import levels_of, reads_alike, writes_no_fractions
from isthmus.wire import codec


class Strict(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid")


def _tuple(value: object) -> object:
    return tuple(value) if isinstance(value, list) else value


class Part(Strict):
    kind: Literal["a", "b"] = "a"
    size: int | None = None
    on: bool = False


class Plain(Strict):
    name: Annotated[str, Field(max_length=5)]
    parts: Annotated[tuple[Part, ...], BeforeValidator(_tuple)] = ()
    names: list[str] = []


class Dated(Plain):
    day: date


class Either(Strict):
    value: Decimal | str


class Open(Strict):
    model_config = ConfigDict(extra="allow")
    name: str


class Holds(Strict):
    inner: Open


class Mapped(Strict):
    names: dict[str, str]


class Fraction(Strict):
    inner: list[float]


class Written(Strict):
    size: Annotated[int, PlainSerializer(lambda size: size / 2)]


class Sums(Strict):
    size: int

    @computed_field
    def half(self) -> float:
        return self.size / 2


class HoldsSums(Strict):
    inner: Sums


class Pair(Strict):
    sides: tuple[Part, Plain]
    again: tuple[Plain, ...] = ()


class Chain(Strict):
    below: "Chain | None" = None
    part: Part


class HoldsChain(Strict):
    first: Chain


class Bare(Strict):
    things: list[Any]


def test_a_choice_between_types_may_be_made_otherwise_for_a_text() -> None:
    assert reads_alike(Plain)
    assert reads_alike(Dated)
    assert not reads_alike(Either)
    assert Either.model_validate({"value": "1"}) != Either.model_validate_json('{"value":"1"}')


def test_every_record_type_of_this_node_reads_alike(node: str) -> None:
    assert [key for key in registry.record_types() if not reads_alike(registry.model_of(key))] == []


BODIES = st.fixed_dictionaries(
    {},
    optional={
        "name": st.text("ab", max_size=7) | st.integers(0, 2),
        "parts": st.lists(
            st.fixed_dictionaries(
                {},
                optional={
                    "kind": st.sampled_from(["a", "b", "c"]),
                    "size": st.none() | st.integers(-2, 2) | st.booleans() | st.just("1"),
                    "on": st.booleans() | st.just(1),
                    "more": st.just(1),
                },
            ),
            max_size=2,
        )
        | st.just("ab")
        | st.none(),
        "names": st.lists(st.text("ab", max_size=2) | st.just(1), max_size=2) | st.just({}),
        "day": st.sampled_from(["2026-01-01", "2026-13-01", "x", 5]),
    },
)


@given(st.sampled_from([Plain, Dated]), BODIES)
def test_what_is_accepted_as_a_value_is_the_same_from_text(
    model: type[BaseModel], body: dict[str, Any]
) -> None:
    try:
        read = model.model_validate(body)
    except ValidationError:
        return
    assert model.model_validate_json(codec.encode(body)) == read


@pytest.mark.parametrize("model", [Open, Holds, Mapped, Fraction, Written, Sums, HoldsSums, Dated, Either])
def test_what_may_be_written_with_other_names_or_fractions(model: type[BaseModel]) -> None:
    assert not writes_no_fractions(model)


@pytest.mark.parametrize("model", [Part, Plain, ExportDeclarationV1])
def test_what_cannot(model: type[BaseModel]) -> None:
    assert writes_no_fractions(model)


@pytest.mark.parametrize(("model", "levels"), [(Part, 1), (Plain, 3), (Pair, 5), (ExportDeclarationV1, 3)])
def test_how_deep_a_model_writes(model: type[BaseModel], levels: int) -> None:
    assert levels_of(model) == levels


@pytest.mark.parametrize("model", [Chain, HoldsChain, Bare, Mapped, Open, Written, Sums])
def test_a_model_of_which_no_depth_is_known(model: type[BaseModel]) -> None:
    assert levels_of(model) is None


def test_every_record_type_that_writes_no_fractions_says_how_deep_it_is(node: str) -> None:
    models = [registry.model_of(key) for key in registry.record_types()]
    assert [model for model in models if writes_no_fractions(model) and levels_of(model) is None] == []


def _depth(value: object) -> int:
    children = value.values() if isinstance(value, dict) else value if isinstance(value, list) else None
    return 0 if children is None else 1 + max(map(_depth, children), default=0)


@given(st.sampled_from([Part, Plain, Pair]), st.data())
def test_nothing_is_written_deeper_than_its_model_says(model: type[BaseModel], data: st.DataObject) -> None:
    part = st.builds(Part, size=st.none() | st.integers(0, 9))
    plain = st.builds(
        Plain,
        name=st.text("ab", max_size=5),
        parts=st.lists(part, max_size=2).map(tuple),
        names=st.lists(st.text("ab"), max_size=2),
    )
    pair = st.builds(Pair, sides=st.tuples(part, plain), again=st.lists(plain, max_size=2).map(tuple))
    body = data.draw({Part: part, Plain: plain, Pair: pair}[model])
    assert _depth(codec.decode(body.model_dump_json().encode())) <= (levels_of(model) or 0)
