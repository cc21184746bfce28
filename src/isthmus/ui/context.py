"""The context processor that gives every template the frame of the page."""

from typing import cast

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.module_loading import import_string
from django.utils.translation import get_language, get_language_info

from isthmus.ui.shell import Language, Shell, ShellSource


def languages() -> tuple[Language, ...]:
    """The languages of the node, each under its own name, with the active one marked."""
    active = get_language()
    return tuple(
        Language(code, get_language_info(code)["name_local"].capitalize(), code == active)
        for code, _name in settings.LANGUAGES
    )


def _language_url() -> str:
    try:
        return reverse("set_language")
    except NoReverseMatch:
        return ""


def shell(request: HttpRequest) -> dict[str, object]:
    """``shell``, ``languages`` and ``language_url`` for ``ui/base.html``.

    The shell is asked for once a request, however many templates are rendered for it.
    """
    known = cast("Shell | None", getattr(request, "ui_shell", None))
    if known is None:
        path = getattr(settings, "UI_SHELL", "")
        known = cast("ShellSource", import_string(path))(request) if path else Shell()
        request.ui_shell = known  # type: ignore[attr-defined]  # remembered for this request alone
    choices = languages()
    return {
        "shell": known,
        "languages": choices,
        "language": next((choice for choice in choices if choice.current), None),
        "language_url": _language_url(),
    }
