"""The mirror of one corridor of this node, for its pages and for programs."""

from dataclasses import dataclass

from django.conf import settings
from django.utils.translation import gettext as _

from isthmus.accounts.policy import Actor
from isthmus.apps.etrade.mirror import queries
from isthmus.apps.etrade.mirror.analytics.work import mirror_lines
from isthmus.apps.etrade.mirror.rules.cells import Cell, Level, Period
from isthmus.kit.errors import NotFound
from isthmus.trust.models import Partner


@dataclass(frozen=True, slots=True)
class Seen:
    """One way of the goods as an actor sees it: both sides' declarations, and who sends to whom."""

    sides: queries.Corridor
    exporter: str
    importer: str


def partner_of(node_id: str) -> Partner:
    """The partner at the other end; NotFound where there is none."""
    partner = Partner.objects.filter(node_id=node_id).first()
    if partner is None:
        raise NotFound("etrade.no-corridor", _("There is no such partner."))
    return partner


def seen_by(actor: Actor, partner: Partner, way: str) -> Seen:
    """The declarations of goods that go ``out`` to the partner, or come ``in``, as the actor may see them."""
    here, there = settings.ISTHMUS.node_id.upper()[:2], partner.country or partner.node_id.upper()[:2]
    exporter, importer = (here, there) if way == "out" else (there, here)
    return Seen(queries.corridor(actor, partner, way), exporter, importer)


def mirror_of(seen: Seen, level: Level, period: Period) -> list[Cell]:
    """Both sides beside each other, the widest gap first."""
    return mirror_lines(
        queries.lines_of(seen.sides.exports, seen.importer),
        queries.lines_of(seen.sides.imports, seen.exporter),
        queries.COLUMNS,
        level=level,
        period=period,
        facing=(seen.exporter, seen.importer),
    )
