"""What the frame around every page shows; the composition root fills it in.

The setting ``UI_SHELL`` is the dotted path of a callable ``(request) -> Shell``.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from django.http import HttpRequest

from isthmus.ui.text import Text


@dataclass(frozen=True, slots=True)
class NavItem:
    """One entry of a navigation list; ``icon`` is one of ``isthmus.ui.icons``, ``count`` what waits."""

    label: Text
    url: str
    icon: str = ""
    current: bool = False
    count: int = 0


@dataclass(frozen=True, slots=True)
class Shell:
    """Everything around the content of a page.

    ``node_tile`` is the short code in the rounded tile (an ISO code or the node's id). ``application`` is the
    title that stands before ``sections``, the pages of the current application. An empty ``person`` means a
    visitor who has not signed in. An empty address leaves its part of the frame out.
    """

    node_tile: str = ""
    node_name: Text = ""
    node_id: str = ""
    version: str = ""
    home_url: str = "/"
    applications: tuple[NavItem, ...] = ()
    application: Text = ""
    sections: tuple[NavItem, ...] = ()
    organisation: Text = ""
    person: str = ""
    person_menu: tuple[NavItem, ...] = ()
    sign_in_url: str = ""
    sign_out_url: str = ""
    search_url: str = ""
    health_url: str = ""
    checkpoint_url: str = ""
    theme: Literal["", "light", "dark"] = ""


@dataclass(frozen=True, slots=True)
class Language:
    """A language that the visitor may choose, under its own name."""

    code: str
    name: str
    current: bool


ShellSource = Callable[[HttpRequest], Shell]
