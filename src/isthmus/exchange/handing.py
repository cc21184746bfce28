"""Handing words from a record of one application into a draft of another, which do not know each other.

A house that has words declares a ``Giver``, one that makes drafts of them a ``Taker``; both are plain data of
its ``Application``. What travels in an address and stays in a row is the name of the record, never its words:
they are read anew, for whoever asks, by the giver's own rule of who may read them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import TypeVar
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from isthmus.accounts.policy import Actor, can
from isthmus.exchange.application import Giver, Sighting, Taker
from isthmus.exchange.registry import applications, resolve
from isthmus.exchange.rules.handing import Origin, Words, limited, read_origin
from isthmus.kit.errors import NotFound
from isthmus.ui.components import Link

Declared = TypeVar("Declared")
FROM = "from"
"""The name in an address under which a taker's form is told the origin."""


@dataclass(frozen=True, slots=True)
class Handing:
    """What a page of a giver shows: where its words may go, and what became of them."""

    offers: tuple[Link, ...]
    made: tuple[Sighting, ...]


@cache
def givers() -> Mapping[str, Giver]:
    """Every giver by its name; ValueError where two have one."""
    return _named([(one.name, one) for app in applications() for one in app.gives])


@cache
def takers() -> Mapping[str, Taker]:
    """Every taker by its kind, in the order of the applications; ValueError where two take one kind."""
    return _named([(one.kind, one) for app in applications() for one in app.takes])


def _named(pairs: list[tuple[str, Declared]]) -> dict[str, Declared]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError(f"Declared twice among: {', '.join(name for name, _one in pairs)}.")
    return found


def words_of(actor: Actor, text: str) -> Words | None:
    """What the record of an origin says; None where there is none that the actor may read."""
    origin = read_origin(text)
    giver = givers().get(origin.giver) if origin is not None else None
    if origin is None or giver is None:
        return None
    found: Words | None = resolve(giver.words)(actor, origin.node, origin.record)
    return found


def draft_for(actor: Actor, kind: str, text: str) -> Words:
    """The words of an origin for a draft of a kind, no more than its taker takes.

    NotFound where the actor may not make such a draft or may not read the record; it does not tell which.
    """
    taker = takers().get(kind)
    found = words_of(actor, text) if taker is not None and can(actor, taker.action) else None
    if taker is None or found is None:
        raise NotFound(
            "exchange.no-words",
            _("There is nothing here whose words you could take."),
            next_step=_("Open the record again and press its button."),
        )
    return limited(found, taker.fields)


def kept_origin(actor: Actor, text: str) -> str:
    """The origin as a row keeps it; empty where the actor may not read its record."""
    return "" if words_of(actor, text) is None else text


def source_link(actor: Actor, text: str) -> Link | None:
    """Where the words of a draft came from, for whoever may read that; None for everybody else."""
    found = words_of(actor, text) if text else None
    return None if found is None else Link(found.source, found.url)


def drafted_words(words: Words) -> str:
    """What a taker says above a draft that is not kept yet."""
    told = _("The words are from: %(source)s. Change them as you like; nothing is kept before you send it.")
    return told % {"source": words.source}


def handing_of(actor: Actor, origin: Origin) -> Handing:
    """What the page of a record shows: a button a taker whom the actor may use, and what was made of it."""
    offers = []
    if words_of(actor, origin.text) is not None:
        asked = "?" + urlencode({FROM: origin.text})
        offers = [
            Link(str(one.label), reverse(one.url, args=one.args) + asked)
            for one in takers().values()
            if can(actor, one.action)
        ]
    made: list[Sighting] = []
    for one in takers().values():
        made += resolve(one.made)(actor, origin.text)
    return Handing(tuple(offers), tuple(made))
