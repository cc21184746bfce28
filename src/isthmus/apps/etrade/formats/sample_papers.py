"""The papers of the invented trade: certificates of origin, a licence, a permit, a movement, a manifest.

All of them are about exports of a sample corridor; every number begins with ``SAMPLE``, every name of a
firm or authority ends in ``(Sample data)``.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from isthmus.apps.etrade.formats.sample_phytosanitary import BOTANICAL, write_certificate
from isthmus.apps.etrade.formats.samples import MARK
from isthmus.apps.etrade.records import (
    CertificateOfOriginV1,
    ConsignmentV1,
    ExportDeclarationV1,
    LicenceV1,
    LicensedItemV1,
    ManifestV1,
    OriginItemV1,
    TransitItemV1,
    TransitV1,
    VehiclePermitV1,
)

FORMS = {"CN": "E", "TH": "D", "BD": "GSTP"}
"""ASEAN-China Free Trade Area, ASEAN Trade in Goods Agreement, Global System of Trade Preferences."""
LICENCE_DAYS = 12
"""Days that the licence still holds: near its end."""
USED_SHARE = Decimal("0.8")
AMENDED_SHARE = Decimal("0.6")
"""Of the second certificate so much is used, and then so much certified: it is over-used."""


@dataclass(frozen=True, slots=True)
class Papers:
    """The papers of one corridor; ``amended`` and ``cancelled`` are second versions of two certificates."""

    certificates: tuple[CertificateOfOriginV1, ...]
    amended: CertificateOfOriginV1
    cancelled: CertificateOfOriginV1
    licence: LicenceV1
    phytosanitary: bytes
    others: tuple[TransitV1 | ManifestV1 | VehiclePermitV1, ...]


def papers_of(exports: Sequence[ExportDeclarationV1], today: date) -> Papers:
    """The papers of these exports; ``today`` decides alone until when the licence holds."""
    single = [one for one in exports if len(one.items) == 1]
    first, second, third = (certificate(one, f"{at:03d}") for at, one in enumerate(single[:3], start=1))
    plants = next(one for one in single if one.items[0].hs_code in BOTANICAL)
    number = f"SAMPLE-PC-{plants.destination_country}-001"
    by_road = next((one for one in single if one.match.plate), None)
    by_sea = [one for one in exports if one.transport_mode == "1"]
    others: list[TransitV1 | ManifestV1 | VehiclePermitV1] = [_manifest(by_sea)]
    if by_road is not None:
        others += [_movement(by_road), _permit(by_road, today)]
    return Papers(
        certificates=(first, second, third),
        amended=_amended(second),
        cancelled=third.model_copy(
            update={"version": 2, "status": "cancelled", "reason": "The goods did not leave on this sailing."}
        ),
        licence=_licence(single[3], today),
        phytosanitary=write_certificate(plants, number),
        others=tuple(others),
    )


def certificate(export: ExportDeclarationV1, serial: str) -> CertificateOfOriginV1:
    """A certificate of origin for an export, wholly obtained in Myanmar."""
    country = str(export.destination_country)
    return CertificateOfOriginV1(
        number=f"SAMPLE-CO-{country}-{serial}",
        version=1,
        status="issued",
        form=FORMS[country],
        issued_on=export.accepted_on,
        valid_until=(date.fromisoformat(str(export.accepted_on)) + timedelta(days=365)).isoformat(),
        issuing_authority=f"Trade Ministry of Myanmar {MARK}",
        issuing_country="MM",
        importing_country=country,
        exporter_id=export.exporter_id,
        exporter_name=export.exporter_name,
        consignee_name=export.consignee_name,
        consignee_address=export.consignee_address,
        departure_date=export.departure_date,
        transport_mode=export.transport_mode,
        port_of_discharge=export.port_of_discharge,
        currency=export.match.currency,
        declaration_number=export.declaration_number,
        items=tuple(
            OriginItemV1(
                number=item.number,
                hs_code=item.hs_code,
                hs_version=item.hs_version,
                description=item.description,
                origin="MM",
                criterion="WO",
                quantity=item.net_kg,
                unit="KGM",
                gross_kg=item.gross_kg,
                fob_value=item.fob_value,
            )
            for item in export.items
        ),
    )


def _amended(issued: CertificateOfOriginV1) -> CertificateOfOriginV1:
    items = tuple(
        item.model_copy(update={"quantity": _share(item.quantity, AMENDED_SHARE)}) for item in issued.items
    )
    reason = "Part of the goods was found to be of another origin."
    return issued.model_copy(update={"version": 2, "status": "amended", "items": items, "reason": reason})


def _share(figure: str | None, share: Decimal) -> str:
    return f"{(Decimal(figure or 0) * share).quantize(Decimal(1)):f}"


def used_of(issued: CertificateOfOriginV1) -> str:
    """How many kilograms of its first item the importer of the over-used certificate takes."""
    return _share(issued.items[0].quantity, USED_SHARE)


def _licence(export: ExportDeclarationV1, today: date) -> LicenceV1:
    """The licence that the export names: almost drawn, and about to end."""
    item = export.items[0]
    return LicenceV1(
        number=str(export.permit_number),
        version=1,
        status="issued",
        direction="export",
        issuing_authority=f"Trade Ministry of Myanmar {MARK}",
        issuing_country="MM",
        partner_country=export.destination_country,
        holder_id=export.exporter_id,
        holder_name=export.exporter_name,
        issued_on="2026-01-05",
        valid_from="2026-01-05",
        valid_until=(today + timedelta(days=LICENCE_DAYS)).isoformat(),
        items=(
            LicensedItemV1(
                number=1,
                hs_prefix=str(item.hs_code)[:4],
                description=item.description,
                quantity=_share(item.net_kg, Decimal("1.1")),
                unit="KGM",
            ),
        ),
    )


def _movement(export: ExportDeclarationV1) -> TransitV1:
    departed = date.fromisoformat(str(export.departure_date))
    return TransitV1(
        number=f"SAMPLE-TR-{export.destination_country}-001",
        version=1,
        status="departed",
        office="Muse" if export.destination_country == "CN" else "Myawadi",
        office_of_departure="Muse" if export.destination_country == "CN" else "MMMWD",
        office_of_destination=export.port_of_discharge,
        departure_country="MM",
        destination_country=export.destination_country,
        departed_on=departed.isoformat(),
        arrive_by=(departed + timedelta(days=4)).isoformat(),
        principal_name=export.exporter_name,
        plate=export.match.plate,
        seals=("SAMPLE-SEAL-1", "SAMPLE-SEAL-2"),
        declaration_number=export.declaration_number,
        items=_carried(export),
    )


def _carried(export: ExportDeclarationV1) -> tuple[TransitItemV1, ...]:
    return tuple(
        TransitItemV1(
            number=item.number, hs_code=item.hs_code, description=item.description, gross_kg=item.gross_kg
        )
        for item in export.items
    )


def _permit(export: ExportDeclarationV1, today: date) -> VehiclePermitV1:
    return VehiclePermitV1(
        number=f"SAMPLE-VP-{export.destination_country}-001",
        version=1,
        status="issued",
        plate=export.match.plate,
        registered_in="MM",
        vehicle_type="lorry",
        operator_name=f"Union Highway Carriers {MARK}",
        issuing_authority=f"Road Transport Department {MARK}",
        issuing_country="MM",
        issued_on="2026-02-02",
        valid_from="2026-02-02",
        valid_until=(today + timedelta(days=90)).isoformat(),
        trips=40,
        gates=export.port_of_discharge,
    )


def _manifest(exports: Iterable[ExportDeclarationV1]) -> ManifestV1:
    first, *_rest = aboard = list(exports)[:5]
    return ManifestV1(
        number=f"SAMPLE-MF-{first.destination_country}-001",
        version=1,
        status="departed",
        conveyance="Sample Star",
        voyage="001N",
        transport_mode="1",
        carrier_name=f"Bay of Bengal Feeder Line {MARK}",
        port_of_loading="MMRGN",
        port_of_discharge=first.port_of_discharge,
        departure_date=first.departure_date,
        consignments=tuple(
            ConsignmentV1(
                number=at,
                transport_document=one.match.transport_document,
                shipper_name=one.exporter_name,
                consignee_name=one.consignee_name,
                description=one.items[0].description,
                hs_code=one.items[0].hs_code,
                packages=one.match.packages,
                gross_kg=one.match.gross_kg,
                containers=one.match.containers,
                declaration_number=one.declaration_number,
            )
            for at, one in enumerate(aboard, start=1)
        ),
    )
