"""`isthmus solar token`: the digits that switch a family's system on for the days that it paid."""

from pathlib import Path

import click
from django.utils.translation import gettext as _

from isthmus.kit.errors import BadInput, NotFound
from isthmus.kit.terminal import json_option, say, show_one

_KINDS = ("add", "set", "open", "in-step")


@click.command()
@click.argument("devices", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--device", required=True, help="Its name in the list.")
@click.option("--days", type=click.IntRange(0, 995), help="To add, or to set; what the device counts in.")
@click.option("--kind", type=click.Choice(_KINDS), default="add", show_default=True,
              help="add or set days, open for good, or bring the count in step.")  # fmt: skip
@click.option("--four-keys", is_flag=True, help="Fifteen digits from 1 to 4, for systems with four keys.")
@click.option("--check", metavar="DIGITS", help="Make none: say which token of the device these digits are.")
@json_option
def token(
    devices: Path,
    device: str,
    days: int | None,
    kind: str,
    four_keys: bool,
    check: str | None,
    *,
    as_json: bool,
) -> None:
    """Make the next pay-as-you-go token (OpenPAYGO) of a device in DEVICES, a CSV list with their keys."""
    from isthmus.apps.solar.payment.rules.tokens import Kind, from_four_keys, on_four_keys
    from isthmus.apps.solar.payment.services import look_up_token, make_token

    if check is not None:
        try:
            digits = from_four_keys(check) if four_keys else check
            found = (
                look_up_token(devices, device, digits) if digits.isdecimal() and len(digits) == 9 else None
            )
        except ValueError:
            found = None
        if found is None:
            raise NotFound("solar.token", _("These digits are no token of this device."))
        made = found
    else:
        carries = kind in ("add", "set")
        if carries is (days is None):
            raise BadInput("solar.token", _("Give --days to add or to set days, and for no other token."))
        made = make_token(devices, device, Kind(kind), days or 0)
        say(_("The count of the device is now %(count)d; it stands in the list.") % {"count": made.count})
    show_one(
        {
            "token": on_four_keys(made.digits) if four_keys else made.digits,
            "device": device,
            "kind": made.kind.value,
            "days": made.value,
            "count": made.count,
        },
        as_json=as_json,
    )
