"""The frame around every page of this node: who it is, where one is, who one is."""

from collections.abc import Iterator
from dataclasses import replace

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from isthmus import __version__
from isthmus.accounts.models import Organisation
from isthmus.accounts.policy import Actor, actor_of, can
from isthmus.accounts.sections import sections as people_sections
from isthmus.exchange import figures
from isthmus.exchange.application import Application
from isthmus.exchange.registry import applications, resolve
from isthmus.exchange.wording import own_tile
from isthmus.node.network.kinds import VIEW
from isthmus.ui.shell import NavItem, Shell
from isthmus.ui.text import Text


def _node_pages(actor: Actor) -> Iterator[tuple[str, Text, tuple[str, ...], int]]:
    """Address, label, the addresses below which it is current, and what waits there."""
    if can(actor, "exchange.record.view"):
        yield reverse("exchange:records"), _("Records"), ("/exchange/records", "/exchange/erasures"), 0
    if can(actor, "exchange.agreement.view"):
        yield reverse("exchange:agreements"), _("Agreements"), ("/exchange/agreement",), 0
    if can(actor, "trust.partner.view"):
        yield reverse("exchange:partners"), _("Partners"), ("/exchange/partner",), 0
    if can(actor, "exchange.quarantine.view"):
        below = ("/exchange/quarantine",)
        yield reverse("exchange:quarantine"), _("Quarantine"), below, figures.quarantined()
    if can(actor, "node.operations.view"):
        yield reverse("operations"), _("Operations"), ("/operations/", "/exchange/alarms"), 0
    if can(actor, "exchange.log.view"):
        yield reverse("exchange:log"), _("Log"), ("/exchange/log",), 0
    if can(actor, "accounts.person.view"):
        yield reverse("accounts:people"), _("People"), ("/people/",), 0


def _node_sections(request: HttpRequest, actor: Actor) -> tuple[NavItem, ...]:
    return tuple(
        NavItem(label, url, current=request.path.startswith(below), count=count)
        for url, label, below, count in _node_pages(actor)
    )


def _current_application(request: HttpRequest) -> Application | None:
    first = request.path.lstrip("/").partition("/")[0]
    return next((app for app in applications() if app.name == first), None)


def _applications(request: HttpRequest) -> Iterator[NavItem]:
    here = _current_application(request)
    if can(actor_of(request), VIEW):
        url = reverse("network")
        yield NavItem(_("The network"), url, "partner", current=request.path.startswith(url))
    for app in applications():
        if app.front:
            yield NavItem(app.title, reverse(app.front), app.icon, current=app is here)


def _network_sections(request: HttpRequest) -> tuple[NavItem, ...]:
    """The two pages of the network, then the applications that have a part in it."""
    own = ((_("At a glance"), reverse("network")), (_("Search"), reverse("network-search")))
    return (
        *(NavItem(label, url, current=request.path == url) for label, url in own),
        *(NavItem(app.title, reverse(app.front)) for app in applications() if app.panel and app.front),
    )


def _place(request: HttpRequest, actor: Actor) -> tuple[Text, tuple[NavItem, ...]]:
    """The application one is in and its pages; those of the node itself anywhere else."""
    here = _current_application(request)
    if here is not None and here.sections:
        return here.title, resolve(here.sections)(request)
    if request.path.startswith(reverse("network")):
        return _("The network"), _network_sections(request)
    if request.path.startswith("/people/"):
        return _("People"), people_sections(request)
    return "", _node_sections(request, actor)


def _organisations(actor: Actor) -> str:
    names = Organisation.objects.filter(pk__in=actor.organisation_ids).values_list("name", flat=True)
    return ", ".join(names)


def shell(request: HttpRequest) -> Shell:
    """What ``ui/base.html`` shows around a page; a visitor who has not signed in sees the node's name."""
    config = settings.ISTHMUS
    actor = actor_of(request)
    frame = Shell(
        node_tile=own_tile().code,
        node_name=config.node_name,
        node_id=config.node_id,
        version=__version__,
        home_url=reverse("front"),
        health_url=reverse("health"),
        checkpoint_url=reverse("exchange-checkpoint"),
    )
    if not actor.active:
        return replace(frame, sign_in_url=reverse("account_login"))
    application, sections = _place(request, actor)
    return replace(
        frame,
        applications=tuple(_applications(request)),
        application=application,
        sections=sections,
        organisation=_organisations(actor),
        person=str(request.user),
        person_menu=(
            NavItem(_("Your profile"), reverse("accounts:profile"), "person"),
            NavItem(_("Second factor"), reverse("mfa_index"), "key"),
            NavItem(_("Change the password"), reverse("account_change_password"), "settings"),
        ),
        sign_out_url=reverse("account_logout"),
        search_url=reverse("network-search") if can(actor, VIEW) else "",
    )
