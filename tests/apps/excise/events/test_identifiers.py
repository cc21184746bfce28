"""EPC URNs and Digital Links have one canonical form (GS1 Tag Data Standard, Digital Link)."""

import pytest

from isthmus.apps.excise.events.rules.identifiers import canonical, check_digit, gtin_of, is_malformed

# Each compared with the normaliser of epcis-event-hash-generator, the reference of CBV 2.0.
KNOWN = {
    "urn:epc:id:sgtin:4012345.011111.987": "01/04012345111118/21/987",
    "urn:epc:id:sgtin:4012345.011111.a!b": "01/04012345111118/21/a%21b",
    "urn:epc:id:sgtin:4012345.011111.a:b": "01/04012345111118/21/a%3Ab",
    "urn:epc:id:upui:4012345.012345.AB12": "01/04012345123456/235/AB12",
    "urn:epc:id:sscc:4012345.0000000333": "00/040123450000003338",
    "urn:epc:id:sgln:4012345.00001.0": "414/4012345000016",
    "urn:epc:id:sgln:4012345.00001.7": "414/4012345000016/254/7",
    "urn:epc:id:sgln:401234512345..0": "414/4012345123456",
    "urn:epc:id:pgln:4012345.00225": "417/4012345002256",
    "urn:epc:id:grai:4012345.66666.87": "8003/0401234566666387",
    "urn:epc:id:giai:4012345.AAbb": "8004/4012345AAbb",
    "urn:epc:id:gsrn:4012345.9876540000": "8018/401234598765400000",
    "urn:epc:id:gsrnp:4012345.0000098765": "8017/401234500000987658",
    "urn:epc:id:gdti:4012345.55555.98": "253/401234555555498",
    "urn:epc:id:cpi:4012345.ABC.123": "8010/4012345ABC/8011/123",
    "urn:epc:id:sgcn:4012345.99999.44": "255/401234599999044",
    "urn:epc:id:ginc:4012345.333": "401/4012345333",
    "urn:epc:id:gsin:4012345.999987654": "402/40123459999876541",
    "urn:epc:id:itip:4012345.012345.01.02.999": "8006/040123451234560102/21/999",
    "urn:epc:class:lgtin:4054739.099914.20160711": "01/04054739999148/10/20160711",
    "urn:epc:idpat:sgtin:4054739.099914.*": "01/04054739999148",
    "urn:epc:idpat:upui:4054739.099914.*": "01/04054739999148",
    "urn:epc:idpat:grai:4012345.66666.*": "8003/04012345666663",
    "urn:epc:idpat:gdti:4012345.55555.*": "253/4012345555554",
    "urn:epc:idpat:sgcn:4012345.99999.*": "255/4012345999990",
    "urn:epc:idpat:cpi:4012345.ABC.*": "8010/4012345ABC",
    "urn:epc:idpat:itip:4012345.012345.01.02.*": "8006/040123451234560102",
    "https://shop.example/x/gtin/4012345111118/ser/987?lang=ro": "01/04012345111118/21/987",
    "http://shop.example/01/04012345111118/22/2A/10/L1/21/987": "01/04012345111118/21/987",
    "https://shop.example/01/04012345111118/10/L1": "01/04012345111118/10/L1",
}


@pytest.mark.parametrize(("uri", "link"), KNOWN.items())
def test_every_form_has_its_digital_link(uri: str, link: str) -> None:
    assert canonical(uri) == f"https://id.gs1.org/{link}"
    assert canonical(f"https://id.gs1.org/{link}") in {f"https://id.gs1.org/{link}", None}
    assert not is_malformed(uri)


@pytest.mark.parametrize(
    "uri",
    [
        "https://example.org/about",
        "https://id.gs1.org/01/04012345111118/21",
        "https://id.gs1.org/01/1234/21/1",
        "https://id.gs1.org/01/04012345111118/99/1",
        "https://id.gs1.org/01/04012345111118/21/a%20b",
        "https://id.gs1.org/01/04012345111118/21/1/235/2",
        "https:no/01/04012345111118",
        "https:",
        "ftp://id.gs1.org/01/04012345111118",
        "urn:uuid:374d95fc-9457-4a51-bd6a-0bba133845a8",
        "urn:epc:id:gid:1.2.3",
        "urn:epc:id",
        "https://id.gs1.org/01/04012345111118/21/" + "1" * 600,
    ],
)
def test_what_carries_no_key_has_no_digital_link(uri: str) -> None:
    assert canonical(uri) is None


def test_a_urn_that_is_no_epc_is_malformed() -> None:
    assert is_malformed("urn:epc:id:sgtin:4012345.0111.987")
    assert is_malformed("urn:epc:id:nonsense:1.2.3")
    assert is_malformed("urn:epc:id:gid:")
    assert not is_malformed("urn:epc:id:gid:1.2.3")
    assert not is_malformed("https://example.org/")


def test_a_gtin_is_told_only_with_its_check_digit() -> None:
    assert gtin_of("urn:epc:id:sgtin:4012345.011111.987") == "04012345111118"
    assert gtin_of("https://id.gs1.org/01/04012345111119/21/1") == ""
    assert gtin_of("urn:epc:id:sscc:4012345.0000000333") == ""
    assert check_digit("629104150021") == "3"
