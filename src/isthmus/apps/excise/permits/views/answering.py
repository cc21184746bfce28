"""How every form of this house is shown, run and answered."""

from collections.abc import Callable, Sequence

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from isthmus.accounts.guard import ActorRequest
from isthmus.kit.errors import BadInput, IsthmusError, Refused
from isthmus.ui.components import Link
from isthmus.ui.text import Text


def respond(
    request: ActorRequest,
    form: forms.Form,
    run: Callable[[], str],
    *,
    title: Text,
    lead: Text,
    crumbs: Sequence[Link],
    cancel_url: str,
) -> HttpResponse:
    """The form; once valid, what ``run`` does and the page it names. Refusals stand in the form."""
    if request.method == "POST" and form.is_valid():
        try:
            address = run()
            messages.success(request, _("Posted."))
            return redirect(address)
        except (BadInput, Refused) as error:
            _tell(form, error)
    context = {
        "title": title,
        "lead": lead,
        "crumbs": tuple(crumbs),
        "form": form,
        "submit": title,
        "cancel_url": cancel_url,
    }
    return render(request, "ui/form.html", context)


def _tell(form: forms.Form, error: IsthmusError) -> None:
    if not error.faults:
        form.add_error(None, str(error))
    for fault in error.faults:
        if fault.where in form.fields:
            form.add_error(fault.where, fault.message)
        elif "rows" in form.fields and fault.where != "amount":
            where = "file" if form.cleaned_data.get("file") else "rows"
            form.add_error(
                where, _("Line %(line)s: %(fault)s") % {"line": fault.where, "fault": fault.message}
            )
        else:
            form.add_error(None, fault.message)
