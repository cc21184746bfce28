"""Keeping mappings: a new version for every change, and none that its samples do not prove."""

from django.db import transaction
from django.db.models import Max

from isthmus.accounts import audit
from isthmus.accounts.models import Organisation
from isthmus.apps.etrade.formats.mapping.definition import MappingFile
from isthmus.apps.etrade.formats.mapping.goldens import prove
from isthmus.apps.etrade.models import Mapping
from isthmus.kit import clock


@transaction.atomic
def keep_mapping(mapping: MappingFile, organisation: Organisation, *, actor: str) -> Mapping:
    """Keep a proved mapping as the next version of its name; the newest version is the one that is used.

    BadInput (``etrade.mapping.unproved``) with each difference where its samples come to something else.
    """
    prove(mapping)
    # The row of the organisation is the lock: two officers who keep at once get two versions.
    Organisation.objects.select_for_update().get(pk=organisation.pk)
    rows = Mapping.objects.filter(organisation=organisation, name=mapping.name)
    latest = rows.aggregate(latest=Max("version"))["latest"] or 0
    written = mapping.model_dump(mode="json")
    kept = Mapping.objects.create(
        organisation=organisation,
        name=mapping.name,
        version=latest + 1,
        author=actor,
        made_at=clock.now(),
        definition=written["definition"],
        goldens=written["goldens"],
    )
    audit.note("etrade.mapping-kept", actor=actor, subject=str(kept))
    return kept
