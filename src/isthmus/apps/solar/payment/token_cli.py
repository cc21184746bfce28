"""`isthmus solar token`: the digits that switch a family's system on for the days that it paid."""

from decimal import Decimal, InvalidOperation
from pathlib import Path

import click
from django.utils.translation import gettext as _

from isthmus.kit.errors import BadInput, NotFound
from isthmus.kit.terminal import json_option, say, show_one

_KINDS = ("add", "set", "open", "in-step")


_MOST = Decimal(10**9)


def _money(ctx: click.Context, param: click.Parameter, value: str | None) -> Decimal | None:
    """An amount above zero with at most two decimals."""
    if value is None:
        return None
    try:
        found = Decimal(value)
        good = found.is_finite() and 0 < found <= _MOST and found == found.quantize(Decimal("0.01"))
    except InvalidOperation:
        good = False
    if not good:
        raise click.BadParameter(
            _("%(text)s is no amount of money: write it with at most two decimals, such as 12.50.")
            % {"text": value[:40]},
            ctx,
            param,
        )
    return found


def _for_payment(
    devices: Path, device: str, paid: Decimal, monthly: Decimal | None, *, four_keys: bool, as_json: bool
) -> None:
    from isthmus.apps.solar.payment.rules.tokens import on_four_keys
    from isthmus.apps.solar.payment.services import token_for_payment

    made, found = token_for_payment(devices, device, paid, monthly)
    if made is None:
        say(_("That is too little for a day: it stands as credit and counts with the next payment."))
    else:
        say(_("The count of the device is now %(count)d; it stands in the list.") % {"count": made.count})
    digits = "" if made is None else made.digits
    show_one(
        {
            "token": (on_four_keys(digits) if four_keys else digits) if digits else None,
            "device": device,
            "kind": "add",
            "days": found.days,
            "credit": f"{found.credit:.2f}",
            "count": None if made is None else made.count,
        },
        as_json=as_json,
    )


@click.command()
@click.argument("devices", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--device", required=True, help="Its name in the list.")
@click.option("--days", type=click.IntRange(0, 995), help="To add, or to set; what the device counts in.")
@click.option("--paid", metavar="AMOUNT", callback=_money,
              help="Instead of --days: what was paid, in the currency of the plan.")  # fmt: skip
@click.option("--monthly", metavar="AMOUNT", callback=_money,
              help="The instalment of the plan; else the column monthly of the list.")  # fmt: skip
@click.option("--kind", type=click.Choice(_KINDS), default="add", show_default=True,
              help="add or set days, open for good, or bring the count in step.")  # fmt: skip
@click.option("--four-keys", is_flag=True, help="Fifteen digits from 1 to 4, for systems with four keys.")
@click.option("--check", metavar="DIGITS", help="Make none: say which token of the device these digits are.")
@json_option
def token(
    devices: Path,
    device: str,
    days: int | None,
    paid: Decimal | None,
    monthly: Decimal | None,
    kind: str,
    four_keys: bool,
    check: str | None,
    *,
    as_json: bool,
) -> None:
    """Make the next pay-as-you-go token (OpenPAYGO) of a device in DEVICES, a CSV list with their keys.

    With --paid it adds the days that the payment buys: a day costs twelve instalments over 365. What is left
    of it stands as the device's credit in the list.
    """
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
    elif paid is not None:
        if days is not None or kind != "add":
            raise BadInput("solar.token", _("A payment adds days: give --paid without --days and --kind."))
        _for_payment(devices, device, paid, monthly, four_keys=four_keys, as_json=as_json)
        return
    else:
        carries = kind in ("add", "set")
        if carries is (days is None):
            raise BadInput(
                "solar.token", _("Give --days to add or to set days, and for no other token; or --paid.")
            )
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
