"""`isthmus etrade watch`: take what a national system writes into a folder, and send it on."""

import signal
import time
from pathlib import Path
from types import FrameType

import click

from isthmus.apps.etrade import queries
from isthmus.apps.etrade.mappings.cli import organisation_of
from isthmus.apps.etrade.services.sources import Tally, take_all
from isthmus.apps.etrade.sources.feeds.folder import PATIENCE_SECONDS, SETTLE_SECONDS, FolderFeed
from isthmus.kit.errors import Refused
from isthmus.kit.terminal import Bar, json_option, say, show_one, who


def _stop(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


@click.command("watch")
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--to", "partner", help="Partner to which the declarations are sent, such as cn.")
@click.option("--organisation", "code", help="Code of the organisation that lodges them.")
@click.option("--mapping", default="", help="Mapping by which tables are read, where several fit.")
@click.option("--once", is_flag=True, help="Take what is there now, and end.")
@click.option(
    "--every", "pause", default=5.0, show_default=True, type=click.FloatRange(0.1, 3600), help="Seconds."
)
@click.option(
    "--settle",
    default=SETTLE_SECONDS,
    show_default=True,
    type=click.FloatRange(0, 3600),
    help="Seconds for which nobody may have changed a file before it is taken.",
)
@json_option
def watch(
    folder: Path,
    partner: str | None,
    code: str | None,
    mapping: str,
    *,
    once: bool,
    pause: float,
    settle: float,
    as_json: bool,
) -> None:
    """Take every document in FOLDER, move it to `done` or `refused`, and go on watching.

    It may be stopped at any moment and started again: nothing is lost and nothing is taken twice. With
    --once, the exit code is 2 if a document was refused.
    """
    organisation = organisation_of(code)
    if partner and not queries.granted_fields(partner):
        raise Refused(
            "etrade.not-agreed",
            f"No agreement in force lets export declarations go to {partner}.",
            next_step="Propose one, or watch without --to.",
        )
    # Who takes a folder once says that it is complete: there is no writer to be patient with.
    patience = settle if once else PATIENCE_SECONDS
    feed = FolderFeed(folder, settle_seconds=settle, patience_seconds=patience)
    total = Tally()
    before = signal.signal(signal.SIGTERM, _stop)
    try:
        while True:
            _look(feed, total, organisation_code=organisation.code, mapping=mapping, partner=partner or "")
            if once and not feed.waiting:
                break
            time.sleep(min(pause, 1.0) if once else pause)
    except KeyboardInterrupt:
        say("Stopped; what is left in the folder is taken next time.")
    finally:
        signal.signal(signal.SIGTERM, before)
    show_one(
        {
            "documents": total.seen,
            "new": total.new,
            "read": total.mapped,
            "refused": total.refused,
            "unsupported": total.unsupported,
            "sent": total.sent,
        },
        as_json=as_json,
    )
    if once and total.refused:
        raise SystemExit(2)


def _look(feed: FolderFeed, total: Tally, *, organisation_code: str, mapping: str, partner: str) -> None:
    organisation = organisation_of(organisation_code)
    count = feed.count()
    with Bar("Reading") as bar:
        tally = take_all(
            feed,
            organisation,
            actor=who(),
            mapping=mapping,
            partner=partner,
            step=lambda so_far: bar.step(so_far.seen, max(count, so_far.seen)),
        )
    for name in ("seen", "new", "mapped", "refused", "unsupported", "sent"):
        setattr(total, name, getattr(total, name) + getattr(tally, name))
    if tally.new:
        say(f"{tally.new} new documents: {tally.mapped} read, {tally.refused} refused, {tally.sent} sent.")
