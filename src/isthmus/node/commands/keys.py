"""This node's keys from the shell: what each is for, rolling one over, revoking, destroying."""

from datetime import datetime, timedelta
from typing import get_args

import click
from django.utils.translation import gettext as _

from isthmus.exchange.services import keys as services
from isthmus.kit import clock
from isthmus.kit.errors import BadInput
from isthmus.kit.terminal import json_option, say, show_one, show_rows, who
from isthmus.trust import own_keys
from isthmus.trust.models import KeyPurpose, OwnKey
from isthmus.wire.revocation import Ground

_ROLLING = click.Choice([purpose.value for purpose in own_keys.IN_CERTIFICATES])
_KID = click.argument("kid", metavar="KEY")
NAMES_A_KEY = {"ignore_unknown_options": True}
"""One thumbprint in 64 begins with a hyphen, and is no option."""
_REASON = click.option("--reason", required=True, help="What happened; partners read it.")


@click.group()
def key() -> None:
    """The keys of this node."""


def moment_of(text: str) -> datetime:
    """A moment as a person types it: 2026-11-26T08:00:00Z, or 2026-11-26 for its first second."""
    try:
        return clock.from_text(text if "T" in text else f"{text}T00:00:00Z")
    except ValueError as error:
        raise BadInput(
            "keys.moment",
            _("%(text)s is not a moment in UTC.") % {"text": text},
            next_step=_("Write it like 2026-11-26 or 2026-11-26T08:00:00Z."),
        ) from error


def state_of(own: OwnKey, moment: datetime) -> str:
    """Where a key stands, in one word."""
    if own.revoked_from is not None:
        return "revoked"
    if own.destroyed_at is not None:
        return "destroyed"
    if own.is_in_use(moment):
        return "in use"
    return "waiting" if own.begins > moment else "retired"


def _as_row(own: OwnKey) -> dict[str, object]:
    return {
        "purpose": own.purpose,
        "key": own.kid,
        "state": state_of(own, clock.now()),
        "in_use_from": own.begins,
        "retired": own.retired_at,
        "valid_until": own.valid_until,
        "revoked_from": own.revoked_from,
        "revoked_because": own.revoked_reason,
        "destroyed": own.destroyed_at,
        "kept_until": own_keys.may_go_at(own),
    }


@key.command("list")
@json_option
def list_keys(*, as_json: bool) -> None:
    """List every key that this node ever had: what it is for, since when, until when."""
    rows = [_as_row(own) for own in OwnKey.objects.order_by("purpose", "pk")]
    columns = {
        "purpose": "purpose",
        "state": "state",
        "in_use_from": "in use from",
        "retired": "retired",
        "valid_until": "valid until",
        "key": "key",
    }
    show_rows(rows, columns, as_json=as_json, empty="This node has no keys yet. Run `isthmus init`.")


@key.command()
@click.argument("purpose", type=_ROLLING)
@click.option(
    "--in-days",
    type=click.IntRange(0, 90),
    default=0,
    show_default=True,
    help="Let it take over so many days on.",
)
@click.option(
    "--old-key-lost",
    is_flag=True,
    help="The present seal cannot sign any more; partners get the card by hand.",
)
@json_option
def roll(purpose: str, in_days: int, *, old_key_lost: bool, as_json: bool) -> None:
    """Make a new key that takes over, and tell every partner by a record that the old one signs."""
    start = clock.now() + timedelta(days=in_days) if in_days else None
    done = services.roll_over(
        KeyPurpose(purpose), actor=who(), effective_from=start, old_key_lost=old_key_lost
    )
    show_one(
        {**_as_row(done.new), "follows": done.old.kid, "told": list(done.told), "by_card": done.by_card},
        as_json=as_json,
    )
    if done.by_card:
        say("No partner can be told by a record. Hand each the new card (`isthmus card`);")
        say("until it has added the card, what is published for it waits.")
    else:
        say(f"Partners are told in the stream: {', '.join(done.told) or 'none yet'}.")
    say("Back up the keys folder now.")


@key.command(context_settings=NAMES_A_KEY)
@_KID
@click.option("--since", required=True, help="From when it counts no more, such as 2026-11-26T08:00:00Z.")
@click.option(
    "--ground", type=click.Choice(get_args(Ground)), default="leaked", show_default=True, help="Why."
)
@_REASON
@json_option
def revoke(kid: str, since: str, ground: Ground, reason: str, *, as_json: bool) -> None:
    """Let a key count no more from a moment on, and tell every partner; one in use is rolled over first."""
    own = services.revoke_own(
        own_keys.find(kid), revoked_from=moment_of(since), ground=ground, reason=reason, actor=who()
    )
    show_one(_as_row(own), as_json=as_json)
    say("Telephone each partner as well: until the record arrives, it takes what the old key signs.")
    say("What partners refuse because of it, publish again: it is signed under the new key then.")


@key.command(context_settings=NAMES_A_KEY)
@_KID
@click.option("--early", is_flag=True, help="Do not wait until bundles on their way have arrived.")
@json_option
def destroy(kid: str, *, early: bool, as_json: bool) -> None:
    """Destroy the private half of a retired key; what partners still encrypt to it cannot be opened then."""
    own = own_keys.destroy(own_keys.find(kid), actor=who(), early=early)
    show_one(_as_row(own), as_json=as_json)
    say("Backups of the keys folder still hold it: destroy those too where the key has leaked.")
