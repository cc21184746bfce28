"""What the operators' guides tell people to type: commands and options that exist."""

import re
from pathlib import Path

import click
import pytest

from isthmus.node.cli import root

GUIDE = Path(__file__).resolve().parents[2] / "docs" / "guide"
BENCHES = GUIDE.parents[1] / "bench"
PAGES = (
    "alarms.md",
    "backup-and-restore.md",
    "carry-a-bundle.md",
    "demo.md",
    "erase-and-keep.md",
    "excise.md",
    "keys.md",
    "mirror.md",
    "monitoring.md",
    "partners.md",
    "reference-data.md",
    "run-a-server.md",
    "search.md",
    "security.md",
    "trade-desk.md",
    "verify.md",
    "witness.md",
    "workshops.md",
    "workshops-on-site.md",
    "workshops-plans.md",
)
TYPED = re.compile(
    r"(?:^|[`(]|sudo |&& )(?:isthmus|python -m isthmus\.node|python3 run\.py)((?: [^`|\n\\]+)?)", re.MULTILINE
)


def commands(text: str) -> list[list[str]]:
    """The words after `isthmus` wherever a person is told to type it."""
    joined = text.replace("\\\n", " ")
    return [found.split() for found in TYPED.findall(joined) if found.strip()]


def check(words: list[str]) -> str:
    """Why a command line cannot be typed so; empty where it can."""
    if words[0] == "bench":
        return "" if (BENCHES / f"{words[1]}.py").is_file() else f"there is no bench {words[1]}"
    group: click.Command = root
    context = click.Context(root, info_name="isthmus")
    options = {"--help", "--home", "--version"}
    for word in words:
        if word.startswith("--"):
            known = {name for parameter in group.params for name in parameter.opts} | options
            if group.context_settings.get("ignore_unknown_options"):
                continue  # it reads its words itself
            if word.partition("=")[0].rstrip(".,;)") not in known:
                return f"{group.name} has no option {word}"
        elif isinstance(group, click.Group) and not word.startswith(("-", "<", "$", "'", '"')):
            found = group.get_command(context, word.rstrip(".,;:)"))
            if found is None:
                # What a command takes: a target of `backup`, a folder after --home.
                taken = group.name == "backup" or (group is root and "/" in word)
                return "" if taken else f"there is no {word}"
            group = found
    return ""


@pytest.mark.parametrize("page", PAGES)
def test_every_command_in_the_guides_exists(page: str) -> None:
    typed = commands((GUIDE / page).read_text(encoding="utf-8"))
    assert typed, page
    assert [f"{' '.join(words)}: {wrong}" for words in typed if (wrong := check(words))] == []


def test_the_search_finds_what_does_not_exist() -> None:
    assert check(["doctor"]) == ""
    assert check(["operate", "proxy", "nginx", "--to", "x"]) == ""
    assert check(["such-thing"]) == "there is no such-thing"
    assert check(["operate", "units", "--colour"]) == "units has no option --colour"
    assert commands(
        "run `isthmus doctor` and\n    isthmus log verify\nsudo isthmus operate units | tee x"
    ) == [
        ["doctor"],
        ["operate", "units"],
    ]
