"""`python -m isthmus.node.checks [GATE ...]` is `isthmus check`."""

from isthmus.node.checks.run import command

command()
