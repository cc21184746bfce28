"""Pieces of WCO documents, and what reading a document came to."""

from isthmus.apps.etrade.formats.readings import Malformed, Mapped
from isthmus.apps.etrade.formats.wco import read_document

NS = 'xmlns="urn:wco:datamodel:WCO:DEC-DMS:2"'


def mapped(data: bytes, **options) -> Mapped:
    reading = read_document(data, **options)
    assert isinstance(reading, Mapped), reading
    return reading


def record(data: bytes, **options):
    return mapped(data, **options).record


def notes(data: bytes) -> list[str]:
    return [note.message for note in mapped(data).notes]


def faults(data: bytes) -> list[tuple[str, str]]:
    reading = read_document(data)
    assert isinstance(reading, Malformed), reading
    assert reading.code == "etrade.wco.fields"
    return [(fault.where, fault.message) for fault in reading.faults]


def moment(element: str, written: str) -> str:
    return f'<{element}><ds:DateTimeString formatCode="304">{written}</ds:DateTimeString></{element}>'


def document(category: str, kind: str, number: str, exemption: str = "") -> str:
    status = f"<LPCOExemptionCode>{exemption}</LPCOExemptionCode>" if exemption else ""
    return (
        f"<AdditionalDocument><CategoryCode>{category}</CategoryCode><ID>{number}</ID>"
        f"<TypeCode>{kind}</TypeCode>{status}</AdditionalDocument>"
    )


def previous(kind: str, number: str) -> str:
    return f"<PreviousDocument><ID>{number}</ID><TypeCode>{kind}</TypeCode></PreviousDocument>"


def weights(net: str = "", gross: str = "", quantity: str = "") -> str:
    return f"<Commodity><GoodsMeasure>{gross}{net}{quantity}</GoodsMeasure></Commodity>"


def net(figure: str, unit: str = "") -> str:
    stated = f' unitCode="{unit}"' if unit else ""
    return f"<NetNetWeightMeasure{stated}>{figure}</NetNetWeightMeasure>"


def gross(figure: str, unit: str = "") -> str:
    stated = f' unitCode="{unit}"' if unit else ""
    return f"<GrossMassMeasure{stated}>{figure}</GrossMassMeasure>"


def value(figure: str, currency: str = "USD") -> str:
    stated = f' currencyID="{currency}"' if currency else ""
    return f"<StatisticalValueAmount{stated}>{figure}</StatisticalValueAmount>"


def means(element: str, number: str, kind: str, more: str = "") -> str:
    named = f"<ID>{number}</ID><IdentificationTypeCode>{kind}</IdentificationTypeCode>"
    return f"<{element}>{named}{more}</{element}>"
