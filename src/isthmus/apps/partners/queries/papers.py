"""A letter of intent as a paper, with both signatures."""

from datetime import date

from django.conf import settings
from django.utils import translation
from django.utils.translation import get_language_info
from django.utils.translation import gettext as _

from isthmus.apps.partners.models import Letter, Level, Unit
from isthmus.apps.partners.queries import bodies
from isthmus.kit import clock
from isthmus.ui.formats import day_text, grouped, moment_text
from isthmus.ui.papers.paper import Paper, PaperTable, Section


def signatures(row: Letter) -> tuple[tuple[str, str, str], ...]:
    """Who signed when, and the leaf of what was signed; those that are missing are said to be."""
    here, there = settings.ISTHMUS.node_name, row.introduction.partner
    first, second = (here, there) if row.is_own else (there, here)
    at = moment_text(row.at) if row.leaf else _("not signed yet")
    then = moment_text(row.signed_at) if row.signed_at is not None else _("not signed yet")
    return (first, at, row.leaf), (second, then, row.counter_leaf)


def _standing(row: Letter) -> str:
    if row.state == Letter.State.SIGNED:
        return _("Signed by both nodes.")
    if row.state == Letter.State.DECLINED:
        return _("Declined by the node that received it: it means nothing.")
    if row.state == Letter.State.WITHDRAWN:
        return _("Withdrawn by the node that wrote it: it means nothing.")
    return _("A draft: it means nothing before both nodes have signed.")


def paper_of(row: Letter, language: str) -> Paper:
    """The letter in a language: the same data give the same paper."""
    body = bodies.letter_of(row)
    with translation.override(language):
        facts = (
            (_("Buyer"), body.buyer),
            (_("Supplier"), body.supplier),
            (_("Goods"), f"{body.product} (HS {body.hs_code})"),
            (_("Volume a year"), f"{grouped(body.quantity)} {Unit(body.unit).label}"),
            (_("Level of assembly"), str(Level(body.level).label)),
            (_("Delivery term"), body.incoterm or _("Not stated")),
            (_("Payment"), body.payment or _("Not stated")),
            (_("Written"), moment_text(clock.from_text(body.at))),
            (_("Valid until"), day_text(date.fromisoformat(body.valid_until))),
            (_("Reference"), body.letter),
        )
        signed = PaperTable(
            (_("Node"), _("Signed"), _("Leaf of the record")),
            tuple((node, at, leaf[:16]) for node, at, leaf in signatures(row)),
        )
        words = (_("The second node agreed to: %(words)s") % {"words": row.words},) if row.words else ()
        return Paper(
            title=_("Letter of intent"),
            subtitle=_standing(row),
            language=language,
            facts=facts,
            sections=(
                Section(_("What the two intend"), (body.terms,)),
                Section(_("Signatures"), words, (signed,)),
            ),
            sources_heading="",
            sources_text="",
            sources=(),
            is_rtl=bool(get_language_info(language)["bidi"]),
        )
