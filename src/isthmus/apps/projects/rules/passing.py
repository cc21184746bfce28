"""Why the lead has not told a partner of something yet."""

from enum import Enum


class Hindrance(Enum):
    """What keeps a statement from a partner; each goes away by itself or by an agreement."""

    SUSPENDED = "suspended"
    NOT_AGREED = "not-agreed"
    NOT_PASSED_ON = "not-passed-on"
    FILE_MISSING = "file-missing"
