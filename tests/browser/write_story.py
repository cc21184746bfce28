"""Write the story into the node of the environment, which holds no people yet.

``python -m tests.browser.write_story`` prints as JSON what the tests need to find in it.
"""

import json
from typing import Any

import django


def _as_json(value: Any) -> str:
    from isthmus.exchange.models import Record

    return value.leaf if isinstance(value, Record) else str(value.pk)


if __name__ == "__main__":
    django.setup()
    from django.test.utils import setup_test_environment

    from tests.browser.story import write

    setup_test_environment()
    print(json.dumps(write(), default=_as_json))
