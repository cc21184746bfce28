"""`python -m isthmus.node` is the `isthmus` command."""

from isthmus.node.cli import main

main()
