"""`isthmus verify`: the wire's own verifier, without database or settings."""

import click

from isthmus.wire.verify import main


@click.command(
    context_settings={"ignore_unknown_options": True, "allow_extra_args": True, "help_option_names": []},
    add_help_option=False,
)
@click.pass_context
def verify(ctx: click.Context) -> None:
    """Check anything that a node has signed: is it intact, and who signed it."""
    ctx.exit(main(ctx.args))
