"""The settings of one node: ``ISTHMUS_*`` variables read once into one frozen, typed value.

A variable comes from the process's environment or, failing that, from ``isthmus.env`` in the node's home
folder. A wrong value stops the start with a sentence that names the variable.
"""

import re
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Annotated, ClassVar, Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from isthmus.kit.errors import BadInput, FieldFault
from isthmus.kit.ids import NODE_ID_PATTERN
from isthmus.kit.text import nfc

PREFIX = "ISTHMUS_"
ENV_FILE = "isthmus.env"


def _web_address(text: str) -> str:
    parts = urlsplit(text)
    address = f"{parts.scheme}://{parts.netloc}"
    well_formed = parts.scheme in {"http", "https"} and parts.hostname and "@" not in parts.netloc
    # Reading the port checks it; what the address leaves over would be a path, a query or a fragment.
    if not well_formed or parts.port == 0 or text not in {address, f"{address}/"}:
        raise ValueError("must be an address such as https://node.example.org, without a path")
    return address


def _routes(text: str) -> str:
    for part in filter(None, (part.strip() for part in text.split(","))):
        node_id, separator, address = part.partition("=")
        if not separator or not re.fullmatch(NODE_ID_PATTERN, node_id):
            raise ValueError("must be of the form cn=http://10.0.0.5:8000, la=https://node.example.org")
        _web_address(address)
    return text


def _mail_server(text: str) -> str:
    parts = urlsplit(text)
    # Reading the port checks it; a password would stand in the list of processes and in backups of settings.
    wrong = parts.scheme not in {"smtp", "smtps"} or not parts.hostname or parts.port == 0
    if text and (wrong or parts.password or parts.path not in {"", "/"} or parts.query or parts.fragment):
        raise ValueError("must be of the form smtp://user@mail.example.org:587, without a password")
    return text


def _database_address(text: str) -> str:
    if text and urlsplit(text).scheme not in {"sqlite", "postgres", "postgresql"}:
        raise ValueError("must start with sqlite:/// or postgres://")
    return text


def _backup_keys(text: str) -> str:
    parts = filter(None, (part.strip() for part in text.split(",")))
    if not all(re.fullmatch(r"age1[a-z0-9]{58}", part) for part in parts):
        raise ValueError("must be public keys that `isthmus backup key` printed, such as age1…")
    return text


def _time_zone(text: str) -> str:
    try:
        ZoneInfo(text)
    except (ValueError, OSError, ZoneInfoNotFoundError) as error:
        raise ValueError("must be an IANA time zone such as Asia/Yangon") from error
    return text


class Config(BaseModel):
    """Everything a node can be told. Each field is the variable ``ISTHMUS_`` + its name in capitals."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    # Django's settings ask each value for this name at every look; without it a model searches itself and
    # builds an error that nobody reads, which takes ten times as long as the look.
    _mask_wrapped: ClassVar[bool] = True

    home: Path = Field(default=Path("var/node"), description="Folder of the node: database, keys, files.")
    node_id: str = Field(
        default="node",
        pattern=NODE_ID_PATTERN,
        description="Short name of the node, unique among its partners; it never changes.",
    )
    node_name: Annotated[str, AfterValidator(nfc)] = Field(
        default="Isthmus node", min_length=1, max_length=64, description="Full name shown to people."
    )
    country: str = Field(
        default="",
        pattern=r"^([A-Z]{2})?$",
        description="ISO 3166-1 alpha-2 code of the country; empty for a secretariat.",
    )
    url: Annotated[str, AfterValidator(_web_address)] = Field(
        default="http://localhost:8000", description="Address at which people and partners reach the node."
    )
    reachable: bool = Field(
        default=True,
        description="Whether partners can call this node; if not, it fetches what waits for it.",
    )
    bind: str = Field(
        default="127.0.0.1:8000",
        pattern=r"^[^\s:]+:\d{1,5}$",
        description="Host and port on which the web server listens.",
    )
    database: Annotated[str, AfterValidator(_database_address)] = Field(
        default="",
        description="sqlite:///PATH or postgres://USER:PASSWORD@HOST/NAME; empty: SQLite in the home folder.",
    )
    passphrase_file: Path | None = Field(
        default=None,
        description="File with the passphrase of the private keys; empty: `passphrase` in the home folder.",
    )
    language: Literal["en", "fr", "zh-hans", "ro", "ar"] = Field(
        default="en", description="Language shown to visitors who have not chosen one."
    )
    time_zone: Annotated[str, AfterValidator(_time_zone)] = Field(
        default="UTC", description="IANA zone in which pages show times."
    )
    second_factor: Literal["by-role", "everybody", "nobody"] = Field(
        default="by-role",
        description="Who needs a second factor: approvers, operators and auditors; everybody; or nobody, "
        "which is for a demonstration only.",
    )
    threads: int = Field(
        default=4,
        ge=1,
        le=64,
        description="Requests that the web server answers at once, beside one push on a kept connection.",
    )
    trusted_proxy: bool = Field(
        default=False, description="Whether a proxy in front sets X-Forwarded-Proto and strips foreign ones."
    )
    poll_seconds: float = Field(
        default=1.0, gt=0, le=3600, description="Pause of the worker between two looks at the queue."
    )
    routes: Annotated[str, AfterValidator(_routes)] = Field(
        default="",
        description="Other addresses for partners, such as a private line: cn=http://10.0.0.5:8000, la=…",
    )
    retry_limit_seconds: int = Field(
        default=900, ge=1, description="Longest pause between two attempts to reach a partner."
    )
    request_timeout_seconds: float = Field(
        default=30.0, gt=0, description="Time a partner has to answer before the attempt counts as failed."
    )
    alarm_hours: int = Field(
        default=24, ge=1, description="Age of the oldest undelivered record at which an alarm is raised."
    )
    attachment_storage_mib: int = Field(
        default=10_240,
        ge=50,
        description="Mebibytes of attached files that the node keeps at most, partners' files included.",
    )
    attachment_partner_percent: int = Field(
        default=50,
        ge=1,
        le=100,
        description="Share of that room, in percent, that the files of one partner may take, those that it"
        " has promised included; one file of 50 MiB always fits.",
    )
    attachment_promise_days: int = Field(
        default=14,
        ge=1,
        description="Days without a piece of a promised file after which its room is given to others that"
        " need it; the partner may promise it again.",
    )
    witness_seconds: int = Field(
        default=300,
        ge=1,
        description="Least pause between two calls in which a partner and this node cosign logs.",
    )
    witness_alarm_hours: int = Field(
        default=24,
        ge=1,
        description="How long a partner may owe the proof that its log only grew before an alarm is raised.",
    )
    expiry_days: int = Field(
        default=30,
        ge=1,
        le=366,
        description="Days before the end of licences and permits on which the front page names them.",
    )
    witness_gossip: bool = Field(
        default=True,
        description="Whether partners are told which nodes this one knows, and shown their logs' heads.",
    )
    clock_tolerance_hours: int = Field(
        default=26, ge=0, description="How far ahead of this node's clock a partner's record may be dated."
    )
    request_tolerance_minutes: int = Field(
        default=60,
        ge=1,
        le=1560,
        description="How far a partner's clock may differ from this node's when it signs a request.",
    )
    key_keep_days: int = Field(
        default=90,
        ge=1,
        le=3650,
        description="Days after which the private half of a key that was rolled over is destroyed.",
    )
    key_alarm_days: int = Field(
        default=60,
        ge=1,
        le=730,
        description="Days before the end of a certificate at which an alarm is raised.",
    )
    iati_organisation: str = Field(
        default="",
        pattern=r"^([A-Z]{2,3}(-[A-Z0-9]+)*-[A-Za-z0-9._-]+)?$",
        max_length=100,
        description="IATI identifier of the organisation whose programmes this node publishes, such as"
        " XI-IATI-EXAMPLE; empty: none is published.",
    )
    iati_organisation_type: str = Field(
        default="80",
        pattern=r"^[1-9][0-9]$",
        description="What that organisation is, by IATI's code list OrganisationType: 80 is academic,"
        " training and research.",
    )
    iati_sector: str = Field(
        default="43081",
        pattern=r"^[1-9][0-9]{4}$",
        description="Purpose code of the OECD's DAC under which programmes are published: 43081 is"
        " multisector education and training.",
    )
    iati_region: str = Field(
        default="998",
        pattern=r"^[1-9][0-9]{1,3}$",
        description="Region of the OECD's DAC for which programmes are published: 998 is developing"
        " countries, unspecified.",
    )
    metrics_token_file: Path | None = Field(
        default=None,
        description="File with the token that /metrics asks for; empty: it answers on this machine alone.",
    )
    backup_folder: Path | None = Field(
        default=None, description="Folder for the daily backup; empty: none is made by itself."
    )
    backup_recipients: Annotated[str, AfterValidator(_backup_keys)] = Field(
        default="",
        description="Public keys that backups are locked for: age1…, several with commas.",
    )
    backup_keep: int = Field(default=14, ge=1, description="Backups that stay in that folder.")
    backup_alarm_hours: int = Field(
        default=48, ge=1, description="Age of the last good backup at which an alarm is raised."
    )
    mail_server: Annotated[str, AfterValidator(_mail_server)] = Field(
        default="",
        description="Server for outgoing mail: smtp://USER@HOST:587 with STARTTLS, smtps://USER@HOST:465;"
        " empty: letters are files in `mail` in the home folder.",
    )
    mail_password_file: Path | None = Field(
        default=None, description="File with the password of that user; empty: none is given."
    )
    mail_from: str = Field(
        default="",
        pattern=r"^([^\s@<>]+@[^\s@<>]+)?$",
        max_length=254,
        description="Address that letters come from; empty: isthmus@ and the host of the node's address.",
    )
    mail_keep_days: int = Field(
        default=365,
        ge=30,
        le=3650,
        description="Days after which it is forgotten to whom a letter went and what it was about; what has"
        " not left by then never does.",
    )
    ranker: str = Field(
        default="",
        pattern=r"^([A-Za-z_][\w.]*:[A-Za-z_]\w*)?$",
        description="Function module:name that puts offers in order for a need, such as an embedding model;"
        " its ranks are fused with the node's own. Empty: none.",
    )
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(
        default="INFO", description="Least serious message that is written."
    )
    log_format: Literal["text", "json"] = Field(default="text", description="Form of a log line.")
    debug: bool = Field(
        default=False, description="Development only: full error pages; never on a real node."
    )

    @property
    def database_address(self) -> str:
        """The database's address, with the default filled in."""
        return self.database or f"sqlite:///{self.home.absolute() / 'node.sqlite3'}"

    def route_to(self, node_id: str, stated: str) -> str:
        """Where this node calls a partner: the route set for it, else the address ``stated`` on its card."""
        parts = (part.strip().partition("=") for part in self.routes.split(","))
        return next((address for known, _, address in parts if known == node_id), stated)

    @property
    def backup_keys(self) -> tuple[str, ...]:
        """The public keys that backups are locked for, one by one."""
        return tuple(filter(None, (part.strip() for part in self.backup_recipients.split(","))))

    @property
    def clock_tolerance(self) -> timedelta:
        """How far two nodes' clocks may differ."""
        return timedelta(hours=self.clock_tolerance_hours)

    @property
    def request_tolerance(self) -> timedelta:
        """How far clocks may differ for a request, which is signed at the moment it is sent."""
        return timedelta(minutes=self.request_tolerance_minutes)

    @property
    def keys_folder(self) -> Path:
        """Folder of the encrypted private keys."""
        return self.home / "keys"

    @property
    def passphrase_path(self) -> Path:
        """File of the keys' passphrase, with the default filled in."""
        return self.passphrase_file or self.home / "passphrase"


def variable_names() -> tuple[str, ...]:
    """The names of all variables, in the order of their description."""
    return tuple(PREFIX + name.upper() for name in Config.model_fields)


def _read_env_file(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")  # some editors put a mark before the first line
    except UnicodeDecodeError as error:
        raise BadInput(
            "config.env-file", f"{path} is not UTF-8 text.", next_step="Save it again as UTF-8."
        ) from error


def parse_env_file(text: str) -> dict[str, str]:
    """Read ``NAME=value`` lines; blank lines and lines that start with # are passed over.

    Raises BadInput with the line's number for anything else.
    """
    values: dict[str, str] = {}
    for number, line in enumerate(text.splitlines(), start=1):
        stripped = line.strip()
        if not stripped or stripped.startswith("#"):
            continue
        name, separator, value = stripped.partition("=")
        if not separator:
            fault = FieldFault(f"line {number}", "is not of the form NAME=value")
            raise BadInput("config.env-file", f"{ENV_FILE}, line {number}: {fault.message}.", faults=(fault,))
        values[name.strip()] = value.strip().strip("\"'")
    return values


def read_config(environment: Mapping[str, str]) -> Config:
    """Build the node's settings from variables and the home folder's ``isthmus.env``.

    Raises BadInput that names each wrong or unknown variable.
    """
    given = {name: value for name, value in environment.items() if name.startswith(PREFIX)}
    home = Path(given.get(PREFIX + "HOME") or Config.model_fields["home"].default)
    env_file = home / ENV_FILE
    if env_file.is_file():
        given = {**parse_env_file(_read_env_file(env_file)), **given}
    known = set(variable_names())
    foreign = {"ISTHMUS_CONFORMANCE_DATA", "ISTHMUS_TEST_DATABASE"}
    fields = {
        name.removeprefix(PREFIX).lower(): value
        for name, value in given.items()
        if name not in foreign and value != ""
    }
    unknown = sorted(name for name in given if name not in known | foreign)
    faults = [FieldFault(name, "is not a setting of Isthmus") for name in unknown]
    for name in unknown:
        fields.pop(name.removeprefix(PREFIX).lower(), None)
    try:
        config = Config.model_validate(fields)
    except ValidationError as error:
        faults += [FieldFault(PREFIX + str(e["loc"][0]).upper(), e["msg"]) for e in error.errors()]
        config = None
    if faults or config is None:
        listed = "; ".join(f"{fault.where}: {fault.message}" for fault in faults)
        raise BadInput(
            "config.invalid",
            f"The settings cannot be used: {listed}.",
            next_step="Correct the variable or remove it; docs/guide/settings.md lists all of them.",
            faults=tuple(faults),
        )
    return config
