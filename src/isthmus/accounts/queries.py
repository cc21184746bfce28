"""Querysets that pages and services share, with what they prefetch."""

from allauth.mfa.models import Authenticator
from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet

from isthmus.accounts.duty import FACTORS
from isthmus.accounts.models import ApiToken, AuditEvent, Membership, Officer, Organisation
from isthmus.accounts.roles import Role


def approvers() -> QuerySet[Officer]:
    """Active officers who are approvers in an active organisation, each once."""
    held = Membership.objects.filter(role=Role.APPROVER, organisation__active=True)
    return Officer.objects.filter(is_active=True, pk__in=held.values("officer_id"))


def people() -> QuerySet[Officer]:
    """Officers with their memberships and organisations, in two queries however many they are.

    ``guarded`` says whether a second factor stands before the account; recovery codes alone are none.
    """
    held = Membership.objects.select_related("organisation")
    factors = Authenticator.objects.filter(user=OuterRef("pk"), type__in=FACTORS)
    rows = Officer.objects.prefetch_related(Prefetch("memberships", queryset=held))
    return rows.annotate(guarded=Exists(factors))


def organisations() -> QuerySet[Organisation]:
    """All organisations by name."""
    return Organisation.objects.order_by("name", "code")


def organisations_with_numbers() -> "QuerySet[Organisation]":
    """Organisations with ``people``, how many active officers act for each."""
    acting = Q(memberships__officer__is_active=True)
    return organisations().annotate(people=Count("memberships__officer", filter=acting, distinct=True))


def tokens() -> QuerySet[ApiToken]:
    """Tokens with their organisation."""
    return ApiToken.objects.select_related("organisation")


def events_about(email: str) -> QuerySet[AuditEvent]:
    """What an officer did or what was done about him or her, newest first."""
    return AuditEvent.objects.filter(Q(actor=email) | Q(subject=email))
