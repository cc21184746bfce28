"""`isthmus upgrade`: bring the data of a stopped node to this release, or say what that would do."""

import click

from isthmus import __version__
from isthmus.exchange.wording import span
from isthmus.kit.terminal import Bar, json_option, say, show_one, write_json
from isthmus.node.upgrading import Plan, back_up, can_back_up, check, plan, refuse_running
from isthmus.node.upgrading import upgrade as carry_out

MB = 1_000_000


def _backup(found: Plan) -> str:
    made = f"made {span(found.backup_age)} ago" if found.backup_age is not None else "none known"
    return f"{made}; one is made first" if can_back_up() and not found.has_backup else made


def _as_row(found: Plan) -> dict[str, object]:
    return {
        "release": __version__,
        "migrations": list(found.steps),
        "database_mb": found.database_bytes // MB,
        "needed_mb": found.needed_bytes // MB,
        "free_mb": found.free_bytes // MB,
        "backup": _backup(found),
    }


@click.command()
@click.option("--dry-run", is_flag=True, help="Say what would happen and change nothing; the node may run.")
@click.option("--without-backup", is_flag=True, help="Go on although there is no backup of the last hour.")
@json_option
def upgrade(*, dry_run: bool, without_backup: bool, as_json: bool) -> None:
    """Bring the database to this release, and prove that nothing was lost.

    Stop the node first. Going back is not possible: the way back is the backup.
    """
    found = plan()
    if not as_json:
        show_one(_as_row(found), as_json=False)
    if dry_run:
        if as_json:
            write_json(_as_row(found))
        check(found, without_backup=without_backup)
        say("Nothing was changed." if found.steps else "The database is up to date; nothing is to be done.")
        return
    refuse_running()
    check(found, without_backup=without_backup)
    if not without_backup:
        back_up(found, say)
    with Bar("Walking the log") as bar:
        done = carry_out(found, say, bar.step)
    told = {**_as_row(found), "counts": done.counts, "log_size": done.log_size, "log_root": done.log_root}
    if as_json:
        write_json(told)
    say(
        f"{len(done.steps)} migrations applied. {done.counts['records']} records, {done.counts['receipts']} "
        f"receipts and {done.log_size} log entries are all there, and the log verifies."
    )
    say("Next: `sudo systemctl start isthmus`, then `isthmus doctor`.")
