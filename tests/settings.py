"""The node's own settings in the environment of a test run."""

import os
import tempfile

_home = os.environ.get("ISTHMUS_TEST_HOME") or tempfile.mkdtemp(prefix="isthmus-test-")
os.environ.update(
    {
        "ISTHMUS_HOME": _home,
        "ISTHMUS_NODE_ID": "mm",
        "ISTHMUS_NODE_NAME": "Myanmar test node",
        "ISTHMUS_COUNTRY": "MM",
        "ISTHMUS_URL": "http://localhost:8000",
        "ISTHMUS_DATABASE": os.environ.get("ISTHMUS_TEST_DATABASE", ""),
    }
)

from isthmus.node.settings import *  # noqa: E402, F403  the variables must be set before the settings are read

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
LOGGING["root"]["level"] = "ERROR"  # noqa: F405  comes with the star import

if DATABASES["default"]["ENGINE"].endswith("sqlite3"):  # noqa: F405  comes with the star import
    # A file, as on a real node: in memory, two threads would share one lock and prove nothing about writers.
    DATABASES["default"]["TEST"] = {"NAME": os.path.join(_home, "test.sqlite3")}  # noqa: F405, PTH118  Django wants a text

# A page that asks the database once for each row fails its test.
INSTALLED_APPS = [*INSTALLED_APPS, "zeal"]  # noqa: F405  comes with the star import
MIDDLEWARE = ["zeal.middleware.zeal_middleware", *MIDDLEWARE]  # noqa: F405  as above
ZEAL_RAISE = True
# A proof reads one hash a level: as many as the logarithm of the log's size, whatever the page shows.
ZEAL_ALLOWLIST = [
    {"model": "exchange.Log*"},
    # Django renews a session by reading it anew each time.
    {"model": "sessions.Session"},
    # allauth reads the one key of the address again at each step of removing it.
    {"model": "mfa.Authenticator"},
]
