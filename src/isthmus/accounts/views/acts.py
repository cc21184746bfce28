"""What the pages share: finding a row, handing a form to a service, asking before something ends."""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from django import forms
from django.contrib import messages
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from isthmus.accounts.forms import blame
from isthmus.kit.errors import BadInput, NotFound
from isthmus.ui.components import Link
from isthmus.ui.text import Text

M = TypeVar("M", bound=Model)
T = TypeVar("T")


def find(rows: QuerySet[M], pk: int) -> M:
    """The row with this key; NotFound where there is none."""
    row = rows.filter(pk=pk).first()
    if row is None:
        raise NotFound(
            "accounts.missing", _("There is nothing at this address."), next_step=_("Go back to the list.")
        )
    return row


def submitted(form: forms.Form, act: Callable[[dict[str, Any]], T]) -> T | None:
    """What ``act`` made of a valid form; None where the form has errors now, its own or the service's."""
    if not form.is_valid():
        return None
    try:
        return act(form.cleaned_data)
    except BadInput as error:
        blame(form, error)
        return None


def carry_out(request: HttpRequest, act: Callable[[], object], done: str, back: str) -> HttpResponse:
    """Do it, say that it is done or why it cannot be, and go back."""
    try:
        act()
    except BadInput as error:
        messages.error(request, str(error))
    else:
        messages.success(request, done)
    return redirect(back)


def confirmed(
    request: HttpRequest,
    act: Callable[[], object],
    *,
    title: Text,
    lead: Text,
    submit: Text,
    done: str,
    back: str,
    crumbs: Sequence[Link],
) -> HttpResponse:
    """Ask before something ends; a POST does it."""
    if request.method == "POST":
        return carry_out(request, act, done, back)
    context = {"title": title, "lead": lead, "submit": submit, "cancel_url": back, "crumbs": crumbs}
    return render(request, "accounts/confirm.html", context)


def secret_page(request: HttpRequest, template: str, context: dict[str, Any]) -> HttpResponse:
    """A page that shows a secret once: no cache, on disk or on the way, keeps it."""
    response = render(request, template, context)
    response["Cache-Control"] = "no-store"
    return response
