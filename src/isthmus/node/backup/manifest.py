"""What a backup says about itself: which node, as of when, with which files and which log."""

from datetime import datetime
from typing import Annotated, Final, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from isthmus.kit.ids import NODE_ID_PATTERN

FORMAT: Final = 1
NAME = "manifest.json"
SQLITE, POSTGRESQL = "database.sqlite3", "database.pgdump"
ENVIRONMENT, SECRET, PASSPHRASE, KEYS = "isthmus.env", "secret_key", "passphrase", "keys/"

Hash = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
MemberName = Annotated[
    str,
    Field(
        pattern=r"^(database\.(sqlite3|pgdump)|isthmus\.env|secret_key|passphrase|keys/[A-Za-z0-9_-]+\.pem)$"
    ),
]


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Member(_Strict):
    """One file of the backup: its size in bytes and SHA-256 (hex)."""

    name: MemberName
    bytes: int = Field(ge=0)
    sha256: Hash


class LogState(_Strict):
    """The log as of the backup: its size in leaves and its root (hex)."""

    size: int = Field(ge=0)
    root: Hash


class Manifest(_Strict):
    """The first file of a backup. ``migrations`` are ``app.name``; they say which release can read it."""

    format: Literal[1]
    node_id: str = Field(pattern=NODE_ID_PATTERN)
    node_name: str
    release: str
    made_at: AwareDatetime
    database: Literal["sqlite", "postgresql"]
    migrations: tuple[str, ...]
    log: LogState
    members: tuple[Member, ...]

    @property
    def has_passphrase(self) -> bool:
        """Whether the passphrase of the private keys is in it."""
        return any(member.name == PASSPHRASE for member in self.members)

    @property
    def database_member(self) -> str:
        """The name of the file that holds the database."""
        return SQLITE if self.database == "sqlite" else POSTGRESQL


def made_at_text(moment: datetime) -> str:
    """A moment as it stands in a file's name, in UTC."""
    return f"{moment:%Y%m%d-%H%M%S}"
