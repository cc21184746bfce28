"""What an application tells the node about itself: plain data, so that apps.py imports nothing heavy."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise

    from isthmus.wire.codec import Json


@dataclass(frozen=True, slots=True)
class RecordType:
    """A type and version of record that may cross borders.

    ``model`` is the dotted path ``module:Class`` of its frozen Pydantic model, ``handler`` that of the
    service which applies a received one. A control type belongs to the exchange itself and needs no
    agreement. ``samples`` is the dotted path of ``function(actor) -> Sequence[Sample]``: whole bodies that
    the actor may see, for the dry run of an agreement.
    """

    name: str
    version: int
    title: "_StrOrPromise"
    model: str
    handler: str
    control: bool = False
    samples: str = ""

    @property
    def key(self) -> str:
        """Name and version as they stand in agreements: ``etrade.export-declaration/1``."""
        return f"{self.name}/{self.version}"


@dataclass(frozen=True, slots=True)
class Application:
    """One e-government application: its AppConfig carries it as the attribute ``application``.

    ``urls`` and ``commands`` are dotted paths that the composition root mounts; ``card`` is the dotted
    path ``module:function`` that returns the ``Card`` of the front page, and ``sections`` that of
    ``function(request) -> tuple[NavItem, ...]``, the application's own pages in the frame.
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
    sections: str = ""


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
