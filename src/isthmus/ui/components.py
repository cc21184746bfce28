"""What the components of a page take: plain, frozen values. The template tags of ``ui`` draw them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Literal

from django.utils.translation import gettext as _

from isthmus.ui.formats import grouped
from isthmus.ui.text import Text

StateKind = Literal["ok", "warn", "bad", "wait", "off"]
Side = Literal["here", "there"]


@dataclass(frozen=True, slots=True)
class State:
    """A state, always a word with a shape: ok green, warn amber, bad red, wait ink, off grey."""

    kind: StateKind
    word: Text

    def __str__(self) -> str:
        return str(self.word)


@dataclass(frozen=True, slots=True)
class Tile:
    """A node or country as the ISO code in a rounded tile: sea for this node, sand for a partner."""

    code: str
    name: Text = ""
    side: Side = "there"

    def __str__(self) -> str:
        return f"{self.code} {self.name}".strip()


@dataclass(frozen=True, slots=True)
class Link:
    """A link with its words; also one step of the breadcrumbs."""

    label: Text
    url: str

    def __str__(self) -> str:
        return str(self.label)


@dataclass(frozen=True, slots=True)
class Amount:
    """A number with its unit; ``places`` fixes the decimals."""

    value: object
    unit: str = ""
    places: int | None = None


@dataclass(frozen=True, slots=True)
class Share:
    """Parts of a whole, by name, as one small bar; whole numbers of one unit. A whole of 0 has no parts."""

    parts: tuple[tuple[Text, int], ...]
    whole: int

    def portion(self, part: int) -> Decimal:
        """A part as a fraction of the whole."""
        return Decimal(part) / self.whole if self.whole > 0 else Decimal(0)

    def __str__(self) -> str:
        said = [
            _("%(part)s %(percent)s %%") % {"part": name, "percent": grouped(100 * self.portion(part), 1)}
            for name, part in self.parts
        ]
        return ", ".join(said) if self.whole > 0 else _("Nothing yet")


@dataclass(frozen=True, slots=True)
class Folded:
    """A long list behind the words that sum it up; opened by a click."""

    label: Text
    lines: tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Fact:
    """One line of a definition list or of check-your-answers.

    ``value`` is anything the filter ``shown`` can show. ``change_url`` leads to the page on which a person
    changes the answer.
    """

    label: Text
    value: object
    url: str = ""
    change_url: str = ""


@dataclass(frozen=True, slots=True)
class Facts:
    """A titled group of facts, as the passport has them."""

    title: Text
    facts: tuple[Fact, ...]


@dataclass(frozen=True, slots=True)
class Task:
    """A line of *what waits for me*. ``due`` is shown with its zone; ``state`` says how urgent it is."""

    title: Text
    url: str
    count: int | None = None
    note: Text = ""
    due: datetime | None = None
    state: State | None = None


@dataclass(frozen=True, slots=True)
class Progress:
    """Long work, seen from outside.

    ``url`` answers with the fragment again; ``total`` is ``None`` while nobody knows it. ``finished`` ends
    the polling, whatever the outcome, which ``state`` tells.
    """

    title: Text
    url: str
    done: int
    total: int | None
    state: State
    finished: bool = False
    note: Text = ""
    stop_url: str = ""
    result: Link | None = None
    seconds: int = 2

    @property
    def left(self) -> int | None:
        """What is left to do, where the total is known."""
        return None if self.total is None else max(self.total - self.done, 0)


@dataclass(frozen=True, slots=True)
class Compared:
    """One line of a case: the same field as the two sides state it.

    ``same`` says that the two do not contradict each other, however they are written.
    """

    label: Text
    here: object
    there: object
    note: Text = ""
    same: bool = False

    @property
    def differs(self) -> bool:
        """Whether the two sides state different things."""
        return not self.same and self.here != self.there


@dataclass(frozen=True, slots=True)
class Evidence:
    """A finding and where it comes from."""

    finding: Text
    source: Text = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Action:
    """A decision an officer may take. ``name`` is what the button sends as ``action``."""

    name: str
    label: Text
    primary: bool = False


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened, by whom, on which side; ``url`` leads to the record that proves it."""

    when: datetime
    who: Text
    what: Text
    side: Side = "here"
    note: Text = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Case:
    """Something an officer must look at and decide, with the evidence beside it."""

    statement: Text
    state: State
    here: Tile
    there: Tile
    compared: tuple[Compared, ...] = ()
    reason: Text = ""
    evidence: tuple[Evidence, ...] = ()
    chart: object = None
    actions: tuple[Action, ...] = ()
    action_url: str = ""
    history: tuple[Event, ...] = ()


@dataclass(frozen=True, slots=True)
class Passport:
    """Who signed, with what, under which agreement, where in the log: beside every record.

    ``verdict`` is the answer of the verify button in words; ``verify_url`` takes the button's POST.
    """

    groups: tuple[Facts, ...]
    state: State | None = None
    verdict: Text = ""
    verify_url: str = ""
    title: Text = ""


@dataclass(frozen=True, slots=True)
class Empty:
    """What stands where nothing is: what would be here, and how it gets here."""

    title: Text
    text: Text = ""
    action: Link | None = None


@dataclass(frozen=True, slots=True)
class SavedView:
    """A filter that people use often, as the query of the list's address without its question mark."""

    label: Text
    query: str = ""


@dataclass(frozen=True, slots=True)
class Fault:
    """A line of the error summary; ``anchor`` is the id of the field to go to."""

    message: Text
    label: Text = ""
    anchor: str = ""


@dataclass(frozen=True, slots=True)
class Raw:
    """A value shown as JSON, folded away."""

    value: Mapping[str, object] | object
    label: Text = ""
    open: bool = field(default=False)
