"""Excise from the shell."""

import click

from isthmus.apps.excise.assessment.cli import assessment
from isthmus.apps.excise.events.cli import epcis
from isthmus.apps.excise.guarantees.cli import guarantees
from isthmus.apps.excise.ledger.cli import ledger
from isthmus.apps.excise.movements.cli import emcs
from isthmus.apps.excise.movements.cli_node import add_to
from isthmus.apps.excise.permits.cli import permits
from isthmus.apps.excise.registry.cli import registry
from isthmus.apps.excise.returns.cli import returns
from isthmus.apps.excise.stamps.cli import stamps
from isthmus.apps.excise.tariff.cli import duty, tariffs


@click.group()
def excise() -> None:
    """Excise on alcoholic products: what is due, and why; movements under suspension; events."""


excise.add_command(duty)
excise.add_command(tariffs)
add_to(emcs)
excise.add_command(emcs)
excise.add_command(returns)
excise.add_command(permits)
excise.add_command(stamps)
excise.add_command(guarantees)
excise.add_command(ledger)
excise.add_command(epcis)
excise.add_command(assessment)
excise.add_command(registry)
