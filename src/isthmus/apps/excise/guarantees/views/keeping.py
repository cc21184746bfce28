"""Registering guarantees, the statement that a guarantor signs, and taking its consent in."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from isthmus.accounts.guard import ActorRequest, authorised
from isthmus.accounts.policy import require
from isthmus.apps.excise.guarantees import queries, services
from isthmus.apps.excise.guarantees.forms import ConsentForm, RegisterForm
from isthmus.apps.excise.guarantees.views.listing import find
from isthmus.apps.excise.registry.queries import operators_of
from isthmus.kit.errors import BadInput, Refused
from isthmus.ui.components import Link

VIEW, KEEP = queries.VIEW, queries.KEEP


@require_http_methods(["GET", "POST"])
@authorised(KEEP)
def register(request: ActorRequest) -> HttpResponse:
    """Register a guarantee; it covers nothing before its guarantor signs."""
    form = RegisterForm(
        request.POST or None,
        keepers=queries.keepers_of(request.actor),
        operators=operators_of(request.actor),
    )
    if request.method == "POST" and form.is_valid():
        try:
            row = services.register(form.guarantee, actor=request.actor.label)
            messages.success(request, _("Registered. Send the statement to the guarantor for its signature."))
            return redirect("excise:guarantee", row.pk)
        except BadInput as error:
            for fault in error.faults:
                field = "amount" if fault.where == "amount_minor" else fault.where
                form.add_error(field, fault.message)
            if not error.faults:
                form.add_error("number", error.message)
    context = {
        "title": _("Register a guarantee"),
        "lead": _("It covers duty from the moment at which the guarantor's signature is taken in."),
        "crumbs": (Link(_("Guarantees"), reverse("excise:guarantees")),),
        "form": form,
        "submit": _("Register a guarantee"),
        "cancel_url": reverse("excise:guarantees"),
    }
    return render(request, "ui/form.html", context)


@require_http_methods(["GET", "POST"])
@authorised(KEEP)
def consent(request: ActorRequest, pk: int) -> HttpResponse:
    """Take in the guarantor's signature, once it is verified."""
    row = find(request, pk)
    require(request.actor, KEEP, row)
    form = ConsentForm(request.POST or None)
    here = reverse("excise:guarantee", args=[pk])
    if request.method == "POST" and form.is_valid():
        try:
            services.take_consent(row, form.cleaned_data["consent"], actor=request.actor.label)
            messages.success(request, _("The signature holds. The guarantee covers duty from now on."))
            return redirect(here)
        except (BadInput, Refused) as error:
            form.add_error("consent", str(error))
    context = {
        "title": _("Take in the guarantor's consent"),
        "lead": _("The signature must be over the statement of this guarantee, by the registered key."),
        "crumbs": (
            Link(_("Guarantees"), reverse("excise:guarantees")),
            Link(_("Guarantee %(number)s") % {"number": row.number}, here),
        ),
        "form": form,
        "submit": _("Check and take it in"),
        "cancel_url": here,
    }
    return render(request, "ui/form.html", context)


@require_GET
@authorised(VIEW)
def statement(request: ActorRequest, pk: int) -> HttpResponse:
    """The bytes that the guarantor signs, as a file."""
    row = find(request, pk)
    answer = HttpResponse(bytes(row.statement), content_type="application/json")
    answer["Content-Disposition"] = f'attachment; filename="guarantee-{row.pk}.json"'
    return answer
