"""Phytosanitary certificates: the XML kept and sent byte for byte, and compared with its index on arrival."""

import io

from django.utils.translation import gettext as _

from isthmus.apps.etrade.formats import ephyto
from isthmus.apps.etrade.formats.readings import Mapped
from isthmus.apps.etrade.models import Statement
from isthmus.apps.etrade.records import PhytosanitaryCertificateV1
from isthmus.exchange.handlers import Arrived
from isthmus.exchange.models import Attachment
from isthmus.exchange.services import attachments, subjects
from isthmus.kit.errors import Conflict

MEDIA_TYPE = "application/xml"


def with_file(
    record: PhytosanitaryCertificateV1, content: bytes, file_name: str, actor: str
) -> PhytosanitaryCertificateV1:
    """The index with its certificate: the file is kept as it is, and the record names it by its hash."""
    name = (
        "".join(sign for sign in file_name if sign.isalnum() or sign in "._- ").strip(" .") or "certificate"
    )
    if not name.lower().endswith(".xml"):
        name += ".xml"
    reference = attachments.keep(io.BytesIO(content), name=name[-200:], media_type=MEDIA_TYPE, actor=actor)
    return record.model_copy(update={"document": reference})


def compare_with_index(arrived: Arrived) -> None:
    """The certificate of a received record is whole: Conflict where its index names another."""
    statement = Statement.objects.select_related("document").get(leaf=arrived.leaf)
    row = Attachment.objects.get(sha256=arrived.sha256, origin=statement.said_by)
    reading = ephyto.read_certificate(subjects.read_file(row))
    if isinstance(reading, Mapped):
        found = reading.record
        assert isinstance(found, PhytosanitaryCertificateV1)
        if found.number == statement.document.number:
            return
    raise Conflict(
        "etrade.other-certificate",
        _("The file beside %(number)s is not that certificate.") % {"number": statement.document.number},
        next_step=_("Ask the partner to state the certificate again, with its own file."),
    )
