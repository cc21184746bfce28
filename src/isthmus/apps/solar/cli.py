"""Family solar supply from the shell."""

import click

from isthmus.apps.solar.delivery.cli import sheet
from isthmus.apps.solar.loads.cli import load
from isthmus.apps.solar.payment.cli import pay
from isthmus.apps.solar.payment.token_cli import token
from isthmus.apps.solar.planning.cli import plan
from isthmus.apps.solar.sizing.cli import simulate, size
from isthmus.apps.solar.surface.cli import surface
from isthmus.apps.solar.tenders import maker_cli
from isthmus.apps.solar.tenders.cli import tender


@click.group()
def solar() -> None:
    """Family solar supply: how large a system must be, and how it does."""


solar.add_command(load)
solar.add_command(plan)
solar.add_command(size)
solar.add_command(simulate)
solar.add_command(surface)
solar.add_command(sheet)
solar.add_command(pay)
solar.add_command(token)
maker_cli.add_to(tender)
solar.add_command(tender)
