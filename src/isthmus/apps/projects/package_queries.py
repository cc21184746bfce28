"""What the export of a topic is made of: its story, the records as signed, keys, cards and files."""

from collections.abc import Iterator
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _

from isthmus.apps.projects import paper_queries, queries, told_queries
from isthmus.apps.projects.formats.bundle import Package
from isthmus.apps.projects.models import Statement, Topic
from isthmus.apps.projects.queries import Story
from isthmus.exchange import queries as exchange
from isthmus.exchange import tokens
from isthmus.exchange.models import Attachment, AttachmentState
from isthmus.exchange.services.attachments import chunks_of
from isthmus.kit.terminal import plain
from isthmus.trust.models import KeyPurpose, OwnKey, Partner, PartnerKey
from isthmus.ui.papers import files as papers
from isthmus.wire.record import read_record


def package_of(topic: Topic, language: str) -> Package:
    """Everything about a topic; the story's headings are in ``language``."""
    story = queries.story_of(topic)
    files: dict[str, bytes] = {}
    kids: set[str] = set()
    told: list[dict[str, Any]] = []
    for place, (row, token) in enumerate(_signed(story), start=1):
        name = f"records/{place:03}-{row.sort}-{row.node}.jws"
        if token:
            files[name] = f"{token}\n".encode()
            kids.add(read_record(token)[0].kid)
        told.append(
            {
                "node": row.node,
                "sort": row.sort,
                "at": row.body["at"],
                "record": name if token else None,
                "proved_here": row.proved,
            }
        )
    files |= dict(_keys(kids))
    files |= dict(_attached(story))
    with translation.override(language):
        made = paper_queries.paper(story)
        guide = _guide()
    # The key of a row of this node means nothing elsewhere.
    data = {name: plain(one) for name, one in told_queries.whole(story).items() if name != "id"}
    return Package({**data, "statements": told}, made, papers.pdf(made), guide, files)


def _signed(story: Story) -> Iterator[tuple[Statement, str]]:
    """The statements in their order, each with the text that its node signed; empty where none was sent."""
    texts = tokens.texts_of([row.leaf for row in story.rows if row.leaf and not row.token])
    for row in story.rows:
        yield row, row.token or texts.get(row.leaf, "")


def _keys(kids: set[str]) -> Iterator[tuple[str, bytes]]:
    own = OwnKey.objects.filter(purpose=KeyPurpose.SEAL, kid__in=kids).values_list("kid", "certificate")
    for kid, certificate in own:
        yield f"keys/{exchange.me()}-{kid[:12]}.pem", certificate.encode()
    theirs = PartnerKey.objects.filter(purpose=KeyPurpose.SEAL, kid__in=kids).select_related("partner")
    for key in theirs:
        yield f"keys/{key.partner.node_id}-{key.kid[:12]}.pem", key.certificate.encode()
    for partner in Partner.objects.filter(keys__kid__in=kids).distinct():
        yield f"cards/{partner.node_id}.card", f"{partner.card}\n".encode()


def _attached(story: Story) -> Iterator[tuple[str, bytes]]:
    named = {one["sha256"]: one["name"] for row in story.rows for one in row.body.get("files", ())}
    rows = Attachment.objects.filter(
        sha256__in=named, state=AttachmentState.WHOLE, subject_key=None
    ).order_by("pk")
    for row in {one.sha256: one for one in rows}.values():
        safe = "".join(sign if sign.isalnum() or sign in "-._" else "_" for sign in named[row.sha256])
        yield f"files/{row.sha256[:12]}-{safe}", b"".join(chunks_of(row))


def _guide() -> str:
    return (
        _("Everything that this node knows of a topic.")
        + "\n\n"
        + _("topic.json holds it for programs; story.html and story.pdf are to read.")
        + "\n"
        + _("records holds what each node signed, exactly. Check one with the card of its node:")
        + "\n\n    isthmus verify records/NAME.jws --card cards/NODE.card\n\n"
        + _("Compare a card's twelve words with the people of its node, once, before you trust it.")
        + "\n"
        + _("The card of the node that made this file comes from `isthmus card` there.")
        + "\n"
        + _("A record under an older key needs its certificate as well: --keys keys/NAME.pem.")
        + "\n"
    )
