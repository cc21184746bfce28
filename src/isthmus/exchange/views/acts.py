"""What the pages share: finding a row, handing a form to a service, asking before something happens."""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from django import forms
from django.contrib import messages
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from isthmus.kit.errors import IsthmusError, NotFound
from isthmus.ui.components import Facts, Link
from isthmus.ui.text import Text

M = TypeVar("M", bound=Model)
T = TypeVar("T")


def find(rows: QuerySet[M], **wanted: object) -> M:
    """The one row; NotFound alike for what is not here and for what is not visible."""
    row = rows.filter(**wanted).first()
    if row is None:
        raise NotFound(
            "exchange.missing",
            _("There is nothing at this address, or it is not visible to you."),
            next_step=_("Go back to the list."),
        )
    return row


def posted(request: HttpRequest) -> QueryDict | None:
    """What was sent; None for a page that is only looked at. An empty answer is an answer."""
    return request.POST if request.method == "POST" else None


def blame(form: forms.Form, error: IsthmusError) -> None:
    """Put a service's error where the person looks: beside its fields, or on top where it names none."""
    placed = [fault for fault in error.faults if fault.where in form.fields]
    for fault in placed:
        form.add_error(fault.where, fault.message)
    if not placed:
        form.add_error(None, str(error))


def submitted(form: forms.Form, act: Callable[[dict[str, Any]], T]) -> T | None:
    """What ``act`` made of a valid form; None where the form has errors now, its own or the service's."""
    if not form.is_valid():
        return None
    try:
        return act(form.cleaned_data)
    except IsthmusError as error:
        blame(form, error)
        return None


def carry_out(request: HttpRequest, act: Callable[[], object], done: str, back: str) -> HttpResponse:
    """Do it, say that it is done or why it cannot be, and go back."""
    try:
        act()
    except IsthmusError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, done)
    return redirect(back)


def ask(
    request: HttpRequest,
    form: forms.Form,
    act: Callable[[dict[str, Any]], object],
    *,
    title: Text,
    lead: Text,
    submit: Text,
    done: str,
    back: str,
    after: str = "",
    crumbs: Sequence[Link] = (),
    groups: Sequence[Facts] = (),
) -> HttpResponse:
    """Show what is going to happen, with the form's questions; a POST does it and says so.

    ``back`` is where the person came from; ``after`` is where the deed leads, ``back`` if it is empty.
    """
    if request.method == "POST" and submitted(form, lambda given: (act(given),)) is not None:
        messages.success(request, done)
        return redirect(after or back)
    context = {
        "title": title,
        "lead": lead,
        "submit": submit,
        "cancel_url": back,
        "crumbs": crumbs,
        "groups": groups,
        "form": form,
    }
    return render(request, "exchange/ask.html", context)


def download(text: str, name: str) -> HttpResponse:
    """A file that the browser saves; a token or note as `isthmus verify` reads it."""
    headers = {
        "Content-Disposition": f'attachment; filename="{name}"',
        "X-Content-Type-Options": "nosniff",
    }
    return HttpResponse(text + "\n", content_type="application/octet-stream", headers=headers)
