"""Write what was read, numbers to the last digit: what is kept of an event can be hashed again."""

import json
from decimal import Decimal
from typing import Any

from isthmus.apps.excise.events.formats.document import decoded


def write_exact(value: Any) -> str:  # noqa: ANN401  any JSON
    """Compact JSON of a value that ``formats.document`` has read: decimals as numbers, names in order."""
    if isinstance(value, dict):
        members = (
            f"{json.dumps(name, ensure_ascii=False)}:{write_exact(one)}" for name, one in value.items()
        )
        return "{" + ",".join(members) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(write_exact, value)) + "]"
    if isinstance(value, Decimal):
        return format(value, "f")
    return json.dumps(value, ensure_ascii=False)


def read_exact(text: str) -> Any:  # noqa: ANN401  any JSON
    """What ``write_exact`` has written."""
    return decoded(text)
