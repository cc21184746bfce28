"""The node's front page and its health."""

from django.conf import settings
from django.db import Error as DatabaseError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_safe

from isthmus.accounts.policy import actor_of, can
from isthmus.exchange import figures
from isthmus.exchange import front as exchange_front
from isthmus.exchange.delivery.heartbeat import last_beat
from isthmus.exchange.wording import own_tile
from isthmus.kit import clock
from isthmus.kit.errors import IsthmusError
from isthmus.node import waiting
from isthmus.node.checkup.exchange import WORKER_SILENT
from isthmus.node.network.kinds import VIEW
from isthmus.trust import keystore
from isthmus.trust.models import KeyPurpose


@require_safe
def front(request: HttpRequest) -> HttpResponse:
    """What waits, the streams and the applications; for visitors who this node is, and nothing else."""
    actor = actor_of(request)
    if not actor.active:
        context = {
            "title": settings.ISTHMUS.node_name,
            "words": exchange_front.own_words(),
            "tile": own_tile(),
            "address": settings.ISTHMUS.url,
        }
        return render(request, "node/welcome.html", context)
    cards = waiting.cards(actor)
    streams = figures.glances() if can(actor, "exchange.stream.view") else ()
    context = {
        "title": _("What waits for me"),
        "tasks": waiting.in_order(waiting.groups(actor, cards)),
        "streams": streams,
        "since": figures.last_days(clock.now())[0],
        "may_add_partner": can(actor, "trust.partner.introduce"),
        "cards": cards,
        "may_see_network": can(actor, VIEW),
    }
    return render(request, "node/front.html", context)


def _keys_open() -> bool:
    try:
        keystore.in_use(KeyPurpose.SEAL)
    except IsthmusError:
        return False
    return True


@require_GET
def health(request: HttpRequest) -> HttpResponse:  # noqa: ARG001  Django's signature
    """Whether this node works, for monitors: 200, or 503 where database, keys or worker fail. No secrets."""
    moment = clock.now()
    beat = last_beat()
    alive = beat is not None and moment - beat < WORKER_SILENT
    try:
        keys = _keys_open()
        oldest = figures.oldest_undelivered(moment)
        alarms: int | None = figures.open_alarms()
        database = True
    except DatabaseError:
        keys, oldest, alarms, database = False, None, None, False
    content = {
        "status": "ok" if database and keys and alive else "failing",
        "database": "ok" if database else "failing",
        "keys": "ok" if keys else "failing",
        "worker": "ok" if alive else "silent",
        "worker_last_seen": clock.to_text(beat) if beat is not None else None,
        "oldest_undelivered_seconds": int(oldest.total_seconds()) if oldest is not None else None,
        "alarms": alarms,
    }
    response = JsonResponse(content, status=200 if content["status"] == "ok" else 503)
    response["Cache-Control"] = "no-store"
    return response
