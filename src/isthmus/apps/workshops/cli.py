"""Workshops from the shell."""

import click

from isthmus.apps.workshops.agenda.cli import agenda
from isthmus.apps.workshops.attendance.cli import attendance
from isthmus.apps.workshops.certificates.cli import certificates
from isthmus.apps.workshops.expenditure.cli import ledger
from isthmus.apps.workshops.funding.cli import pgtf
from isthmus.apps.workshops.iati.cli import iati
from isthmus.apps.workshops.participants.cli import import_participants
from isthmus.apps.workshops.plans.cli import plans
from isthmus.apps.workshops.programme.cli import listed
from isthmus.apps.workshops.reporting.cli import report


@click.group()
def workshops() -> None:
    """Workshops and the programme: who comes, what is spent, and the report."""


workshops.add_command(listed)
workshops.add_command(ledger)
workshops.add_command(report)
workshops.add_command(iati)
workshops.add_command(agenda)
workshops.add_command(attendance)
workshops.add_command(certificates)
workshops.add_command(pgtf)
workshops.add_command(plans)
workshops.add_command(import_participants)
