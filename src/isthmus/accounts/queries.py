"""Querysets that pages and services share, with what they prefetch."""

from django.db.models import Prefetch, QuerySet

from isthmus.accounts.models import Membership, Officer
from isthmus.accounts.roles import Role


def approvers() -> QuerySet[Officer]:
    """Active officers who are approvers in an active organisation, each once."""
    held = Membership.objects.filter(role=Role.APPROVER, organisation__active=True)
    return Officer.objects.filter(is_active=True, pk__in=held.values("officer_id"))


def people() -> QuerySet[Officer]:
    """Officers with their memberships and organisations, in two queries however many they are."""
    held = Membership.objects.select_related("organisation")
    return Officer.objects.prefetch_related(Prefetch("memberships", queryset=held))
