"""What an application tells the node about itself: plain data, so that apps.py imports nothing heavy."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise

    from isthmus.wire.codec import Json

LAST_PLACE = 1000
"""Behind every application that says where it belongs."""


@dataclass(frozen=True, slots=True)
class RecordType:
    """A type and version of record that may cross borders.

    ``model`` is the dotted path ``module:Class`` of its frozen Pydantic model, ``handler`` that of the
    service which applies a received one. A control type belongs to the exchange itself and needs no
    agreement. ``samples`` is the dotted path of ``function(actor) -> Sequence[Sample]``: whole bodies that
    the actor may see, for the dry run of an agreement.

    ``attachments`` says that bodies of the type name files (``AttachmentRef``); ``arrived`` is then the path
    of ``function(arrived)``, called with ``handlers.Arrived`` once a file of a received record is whole.
    ``personal`` lists the fields whose files must be encrypted under the key of the person whom they are
    about. ``check`` is the path of ``function(received)``, with the same ``handlers.Received`` as the
    handler: what it raises refuses the record with a signed reason, before any handler; it writes nothing.
    ``erase`` is the path of ``function(erasing)``: it deletes what the application derived from a record, in
    the transaction that erases its text (``handlers.Erasing``).

    ``countersigned`` says that a record of the type means nothing until its receiver has countersigned it:
    the handler only takes note, and the effect waits. ``completed`` is the path of ``function(completed)``,
    called on both nodes, with ``handlers.Completed``, in the transaction in which the second signature is
    there.

    ``restored`` is the dotted path of ``function(Received)``, called for a record of this node's own that a
    partner gave back after this node lost it. ``numbered`` is that of ``function(stand_in, leaf)``, called
    when a record that was published while its stream recovered has got its number: ``publish`` named it by
    a stand-in, and ``leaf`` is its leaf from now on.
    """

    name: str
    version: int
    title: "_StrOrPromise"
    model: str
    handler: str
    control: bool = False
    samples: str = ""
    attachments: bool = False
    personal: tuple[str, ...] = ()
    arrived: str = ""
    check: str = ""
    erase: str = ""
    countersigned: bool = False
    completed: str = ""
    restored: str = ""
    numbered: str = ""

    @property
    def key(self) -> str:
        """Name and version as they stand in agreements: ``etrade.export-declaration/1``."""
        return f"{self.name}/{self.version}"


@dataclass(frozen=True, slots=True)
class Command:
    """A command that an application brings beside its own; ``path`` is dotted, ``module:attribute``."""

    name: str
    path: str
    title: "_StrOrPromise"


@dataclass(frozen=True, slots=True)
class Application:
    """One e-government application: its AppConfig carries it as the attribute ``application``.

    ``urls`` and ``commands`` are dotted paths that the composition root mounts, the latter under the
    application's name, and each of ``more_commands`` under its own. ``root_urls`` are mounted at the root of
    the node, for what is printed on goods and must be short. ``card`` is the dotted
    path ``module:function`` that returns the ``Card`` of the front page, and ``sections`` that of
    ``function(request) -> tuple[NavItem, ...]``, the application's own pages in the frame. ``searchable``
    lists what the one search box of the node finds, and ``panel`` is the dotted path of
    ``function(actor) -> Panel | None``: its part of the front page of the network. ``report_section`` is the
    dotted path of ``function(programme_code: str) -> tuple[ReportSection, ...]``: its part of the final
    report on the programme of that code; empty where it has nothing to tell. ``network_place`` orders what
    the network shows and finds, the smallest first, those of one place in the order of the settings.
    ``gives`` and ``takes`` say whose words may be carried into drafts of which kinds; see ``handing``.
    """

    name: str
    title: "_StrOrPromise"
    purpose: "_StrOrPromise"
    icon: str
    record_types: tuple[RecordType, ...] = ()
    urls: str = ""
    front: str = ""
    card: str = ""
    api: str = ""
    commands: str = ""
    more_commands: tuple[Command, ...] = ()
    sections: str = ""
    root_urls: str = ""
    searchable: "tuple[Searchable, ...]" = ()
    panel: str = ""
    report_section: str = ""
    network_place: int = LAST_PLACE
    gives: "tuple[Giver, ...]" = ()
    takes: "tuple[Taker, ...]" = ()


@dataclass(frozen=True, slots=True)
class ReportSection:
    """One headed part of a programme's final report: its title, and its text a paragraph each."""

    title: str
    paragraphs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Searchable:
    """One kind of documents that people may find: topics, needs, offers, experts.

    ``kind`` is the name of the collection in the index. ``action`` is what one must be allowed to find any.
    ``sightings`` is the dotted path of ``function(actor, keys) -> dict[str, Sighting]``: how those of the
    keys look that the actor may see. ``keys`` is that of ``function(actor) -> QuerySet``, one column with the
    keys that the actor may see, as the text that the index has; empty where all who are allowed ``action``
    see all.
    """

    kind: str
    title: "_StrOrPromise"
    action: str
    sightings: str
    keys: str = ""


@dataclass(frozen=True, slots=True)
class Giver:
    """A kind of records whose words a person may carry into a draft of another application.

    ``words`` is the dotted path of ``function(actor, node, record) -> handing.Words | None``: what the record
    of that name says, None where there is none that the actor may read and carry on.
    """

    name: str
    words: str


@dataclass(frozen=True, slots=True)
class Taker:
    """A draft that can begin with words of another application: ``kind`` is topic or need.

    ``label`` is the button, ``action`` what one must be allowed, ``url`` with ``args`` the name of the form's
    address, which is told the origin under ``from``. ``fields`` names what it takes, of
    ``rules.handing.FIELDS``. ``made`` is the dotted path of ``function(actor, origin)``, which returns
    sightings of what was made of that record, as far as the actor may see it.
    """

    kind: str
    label: "_StrOrPromise"
    action: str
    url: str
    fields: frozenset[str]
    made: str
    args: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Sighting:
    """One document as a hit shows it: its own title, where it is, and what to know before opening it."""

    title: str
    url: str
    facts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PanelRow:
    """One line of a panel: what, where it leads, what to know of it; ``country`` is an ISO code or empty."""

    title: str
    url: str
    detail: str = ""
    country: str = ""


@dataclass(frozen=True, slots=True)
class Panel:
    """An application's part of the front page of the network.

    ``groups`` are headed lists, such as topics by stage; ``countries`` counts by ISO code for a map of
    tiles, with ``unit`` as what is counted; ``empty`` says how something gets here where there is nothing.
    """

    title: str
    url: str
    empty: str
    groups: tuple[tuple[str, tuple[PanelRow, ...]], ...] = ()
    countries: "tuple[tuple[str, int], ...]" = ()
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Sample:
    """A body of this node's own before any field is withheld; ``title`` names it for a person."""

    title: str
    body: "dict[str, Json]"


@dataclass(frozen=True, slots=True)
class Waiting:
    """One line of *what waits for me*: a task, how many, and where to do it."""

    title: str
    count: int
    url: str
    urgent: bool = False


@dataclass(frozen=True, slots=True)
class Card:
    """An application on the node's front page: its one figure that matters, and what waits."""

    figure: str
    caption: str
    url: str
    waiting: tuple[Waiting, ...] = ()
