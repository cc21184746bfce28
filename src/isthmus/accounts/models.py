"""Organisations, officers, memberships, API tokens, and the append-only list of what happened."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any, ClassVar, NoReturn
from uuid import UUID

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from isthmus.accounts.roles import Role
from isthmus.kit import clock
from isthmus.kit.errors import Conflict
from isthmus.kit.ids import uuid7
from isthmus.kit.text import nfc

__all__ = [
    "ApiToken",
    "Attempt",
    "AuditEvent",
    "Digest",
    "Kind",
    "Letter",
    "Membership",
    "Officer",
    "Organisation",
    "Role",
    "Spent",
]


class Kind(models.TextChoices):
    """What sort of body an organisation is."""

    MINISTRY = "ministry", _("Ministry")
    AGENCY = "agency", _("Agency")
    FIRM = "firm", _("Firm")
    SECRETARIAT = "secretariat", _("Secretariat")


class Digest(models.TextChoices):
    """How often an officer is told by mail what waits."""

    NEVER = "never", _("Never")
    DAILY = "daily", _("Every day")
    WEEKLY = "weekly", _("On Mondays")


class Organisation(models.Model):
    """A ministry, agency or firm inside this node, or the secretariat that runs it."""

    code = models.SlugField(_("code"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=200)
    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices)
    active = models.BooleanField(_("active"), default=True)

    class Meta:
        ordering = ["name", "code"]

    def __str__(self) -> str:
        return self.name


def normal_email(text: str) -> str:
    """The one written form of a login: NFC, no blanks around it, lower case throughout.

    Mail servers may tell cases apart; nobody who signs in means two people by it.
    """
    return nfc(text.strip()).lower()


class OfficerManager(BaseUserManager["Officer"]):
    """Finds and makes officers; both with the normal form of the email address."""

    def get_by_natural_key(self, username: str | None) -> "Officer":
        """The officer who signs in as ``username``, an email address; raises ``Officer.DoesNotExist``."""
        return self.get(email=normal_email(username or ""))

    def create_user(
        self, email: str, full_name: str, password: str | None = None, **fields: Any
    ) -> "Officer":
        """Save a new officer; without a password none works until a link was used to choose one."""
        officer = self.model(email=normal_email(email), full_name=nfc(full_name.strip()), **fields)
        officer.set_password(password)
        officer.save(using=self._db)
        return officer


class Officer(AbstractBaseUser):
    """A person who acts for one or more organisations of this node; the email address is the login."""

    email = models.EmailField(_("email address"), unique=True)
    full_name = models.CharField(_("full name"), max_length=200)
    language = models.CharField(_("language"), max_length=12, blank=True)
    is_active = models.BooleanField(_("active"), default=True)
    date_joined = models.DateTimeField(_("joined"), default=clock.now)
    factors_changed = models.PositiveIntegerField(default=0, editable=False)
    """How often the second factors changed; part of what every session is bound to."""
    digest = models.CharField(max_length=6, choices=Digest.choices, default=Digest.NEVER)
    digest_on: "models.DateField[date | None, date | None]" = models.DateField(null=True, editable=False)
    """The day on which it was last looked at whether there is anything to tell, or the wish was stated."""
    digest_told = models.CharField(max_length=64, blank=True, editable=False)
    """A hash of what was told last; empty where nothing waited."""

    objects: ClassVar[OfficerManager] = OfficerManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["full_name"]

    class Meta:
        ordering = ["full_name", "email"]
        constraints = [
            models.CheckConstraint(condition=models.Q(email=Lower("email")), name="email_in_lower_case"),
        ]

    def __str__(self) -> str:
        return self.full_name or self.email

    def get_full_name(self) -> str:
        """The name as the officer writes it."""
        return self.full_name

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """Sessions are bound to the password, as Django does it, and to the second factors besides."""
        bound = f"{self.password}\0{self.factors_changed}"
        return salted_hmac("isthmus.accounts.session", bound, secret=secret, algorithm="sha256").hexdigest()


class Membership(models.Model):
    """One role of one officer in one organisation."""

    officer = models.ForeignKey(Officer, on_delete=models.PROTECT, related_name="memberships")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="memberships")
    role = models.CharField(_("role"), max_length=12, choices=Role.choices)

    class Meta:
        ordering = ["organisation__name", "role"]
        constraints = [
            models.UniqueConstraint(fields=["officer", "organisation", "role"], name="a_role_once"),
            models.CheckConstraint(condition=models.Q(role__in=Role.values), name="a_known_role"),
        ]

    def __str__(self) -> str:
        return f"{self.officer_id} {self.role} {self.organisation_id}"


class ApiToken(models.Model):
    """A key by which a program acts for an organisation in one role; only its digest is kept."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="tokens")
    label = models.CharField(_("label"), max_length=100)
    digest = models.CharField(max_length=64, unique=True)
    role = models.CharField(_("role"), max_length=12, choices=Role.choices)
    created_by = models.CharField(_("issued by"), max_length=254)
    created = models.DateTimeField(_("issued"), default=clock.now)
    expires = models.DateTimeField(_("expires"))
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True)
    last_used = models.DateTimeField(_("last used"), null=True, blank=True)

    class Meta:
        ordering = ["-created", "-pk"]

    def __str__(self) -> str:
        return self.label

    def usable_at(self, moment: datetime) -> bool:
        """Whether the token is neither revoked nor past its end."""
        return self.revoked_at is None and moment < self.expires

    @property
    def state(self) -> str:
        """``revoked``, ``expired`` or ``valid``, now."""
        if self.revoked_at is not None:
            return "revoked"
        return "valid" if self.usable_at(clock.now()) else "expired"


class Attempt(models.Model):
    """A counter of failed tries; see ``attempts``. ``level`` sinks with time from what it was at ``last``."""

    key = models.CharField(max_length=64, primary_key=True)
    level = models.FloatField()
    last = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"{self.key[:12]} {self.level:.1f}"


class Spent(models.Model):
    """A one-time code or a signed request that was used, until nobody would accept it any more."""

    purpose = models.CharField(max_length=20)
    owner = models.CharField(max_length=64)
    token = models.CharField(max_length=64)
    until = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["purpose", "owner", "token"], name="spent_once"),
        ]

    def __str__(self) -> str:
        return f"{self.purpose} {self.owner}"


class Letter(models.Model):
    """A letter by mail. ``key`` names its occasion, so that nobody is told twice; see ``letters``.

    ``text`` is wiped once it has left. What was cut off while it was handed over is in doubt, and is not
    sent again by itself. A person may leave it. Address, name and subject are wiped after a term.
    """

    class State(models.TextChoices):
        """How far a letter is."""

        WAITING = "waiting", _("Waits")
        SENDING = "sending", _("Is being sent")
        SENT = "sent", _("Sent")
        DOUBTFUL = "doubtful", _("In doubt")
        LEFT = "left", _("Left as it is")

    key = models.CharField(max_length=200, unique=True)
    address = models.CharField(max_length=254, blank=True)
    name = models.CharField(max_length=200, blank=True)
    subject = models.CharField(max_length=200, blank=True)
    text = models.TextField(blank=True)
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    made_at = models.DateTimeField()
    sent_at: "models.DateTimeField[datetime | None, datetime | None]" = models.DateTimeField(
        null=True, blank=True
    )
    reason = models.CharField(max_length=300, blank=True)

    class Meta:
        # The front page asks how many wait for a person; all others have left long ago.
        indexes = [models.Index(fields=["state", "made_at"], name="letters_by_state")]

    def __str__(self) -> str:
        return self.key


def _append_only() -> NoReturn:
    raise Conflict(
        "accounts.audit.append-only",
        gettext("An audit event is never changed or deleted."),
        next_step=gettext("Note a new event that says what has changed."),
    )


class AuditEventQuerySet(models.QuerySet["AuditEvent"]):
    """Events are added and read; the only change is the one-time seal."""

    def unsealed(self) -> "AuditEventQuerySet":
        """Events without a place in the Merkle log, oldest first."""
        return self.filter(leaf=None).order_by("occurred", "pk")

    def seal(self, event_id: UUID, leaf: bytes) -> None:
        """Write the event's leaf hash, 32 bytes, once; Conflict where it is sealed or missing."""
        if len(leaf) != 32:
            raise ValueError("a leaf hash has 32 bytes")
        unsealed = self.filter(pk=event_id, leaf=None)
        if models.QuerySet.update(unsealed, leaf=leaf) != 1:
            raise Conflict(
                "accounts.audit.sealed",
                gettext("Audit event %(event)s is not here or has its seal already.") % {"event": event_id},
            )

    def update(self, **kwargs: Any) -> NoReturn:  # noqa: ARG002  Django's signature
        """Refused: Conflict."""
        _append_only()

    def bulk_update(
        self,
        objs: Iterable[Any],  # noqa: ARG002  Django's signature
        fields: Iterable[str],  # noqa: ARG002  Django's signature
        batch_size: int | None = None,  # noqa: ARG002  Django's signature
    ) -> NoReturn:
        """Refused: Conflict."""
        _append_only()

    def delete(self) -> NoReturn:
        """Refused: Conflict."""
        _append_only()


class AuditEvent(models.Model):
    """Something that somebody did or was refused: kind, actor and subject are text that outlives rows."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    kind = models.CharField(_("what"), max_length=60)
    actor = models.CharField(_("who"), max_length=254)
    subject = models.CharField(_("about"), max_length=254, blank=True)
    detail = models.JSONField(default=dict)
    occurred = models.DateTimeField(_("when"), default=clock.now)
    leaf = models.BinaryField(max_length=32, null=True, default=None, editable=False)

    objects = AuditEventQuerySet.as_manager()

    class Meta:
        ordering = ["-occurred", "-id"]
        indexes = [
            models.Index(fields=["-occurred", "-id"], name="audit_by_time"),
            models.Index(fields=["kind", "-occurred"], name="audit_by_kind"),
            models.Index(fields=["occurred", "id"], name="audit_unsealed", condition=models.Q(leaf=None)),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.actor} {self.subject}".strip()

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Insert a new event; Conflict for one that stands already."""
        if not self._state.adding:
            _append_only()
        kwargs["force_insert"] = True
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:  # noqa: ARG002  Django's signature
        """Refused: Conflict."""
        _append_only()
