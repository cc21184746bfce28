import hashlib
from base64 import urlsafe_b64encode
from datetime import UTC, datetime, timedelta, timezone

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from isthmus.kit.errors import Refused
from isthmus.wire import keys
from tests.wire.samples import NOW, cn, code_of, make_node, mm, p256

LATER = NOW + timedelta(days=30)
P384 = ec.derive_private_key(7, ec.SECP384R1())
ED25519 = Ed25519PrivateKey.from_private_bytes(bytes(32))


def names(cert):
    return {attribute.oid: attribute.value for attribute in cert.subject}


USAGES = (
    "digital_signature",
    "content_commitment",
    "key_encipherment",
    "data_encipherment",
    "key_agreement",
    "key_cert_sign",
    "crl_sign",
)


def usages(cert):
    usage = cert.extensions.get_extension_for_class(x509.KeyUsage)
    return {name for name in USAGES if getattr(usage.value, name)}, usage.critical


def issue(purpose, key, **changes):
    arguments = {"now": NOW, "years": 5, **changes}
    return keys.issue_certificate(purpose, key.public_key(), mm().root, mm().root_key, **arguments)


def craft(subject, *, issuer=None, key=None, signer=None, extensions=()):
    """A certificate that no careful authority would issue, but an attacker could."""
    builder = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(oid, value) for oid, value in subject]))
        .issuer_name(issuer or x509.Name([x509.NameAttribute(oid, value) for oid, value in subject]))
        .public_key((key or p256(1000)).public_key())
        .serial_number(1)
        .not_valid_before(NOW)
        .not_valid_after(NOW + timedelta(days=365))
    )
    for extension in extensions:
        builder = builder.add_extension(extension, critical=True)
    return builder.sign(signer or p256(1000), SHA256())


class TestGenerate:
    def test_kinds(self):
        assert keys.kind_of(keys.generate_p256().public_key()) == "P-256"
        assert keys.kind_of(keys.generate_ed25519().public_key()) == "Ed25519"
        assert keys.kind_of(P384.public_key()) == "another kind"
        assert keys.kind_of(None) == "another kind"

    def test_never_twice_the_same(self):
        assert keys.generate_p256().private_numbers() != keys.generate_p256().private_numbers()
        assert keys.generate_ed25519().private_bytes_raw() != keys.generate_ed25519().private_bytes_raw()


class TestRoot:
    def test_names_the_node_its_name_and_country(self):
        root = mm().root
        assert names(root) == {
            NameOID.COMMON_NAME: "mm",
            NameOID.ORGANIZATION_NAME: "Myanmar Customs",
            NameOID.COUNTRY_NAME: "MM",
        }
        assert root.issuer == root.subject
        assert (keys.node_of(root), keys.country_of(root), keys.purpose_of(root)) == ("mm", "MM", None)

    def test_a_secretariat_has_no_country(self):
        root = keys.issue_root("cifal", "Secretariat", "", p256(5), now=NOW, years=1)
        assert names(root) == {NameOID.COMMON_NAME: "cifal", NameOID.ORGANIZATION_NAME: "Secretariat"}
        assert keys.country_of(root) == ""

    def test_is_an_authority_for_nothing_but_its_own_certificates(self):
        constraints = mm().root.extensions.get_extension_for_class(x509.BasicConstraints)
        assert (constraints.value.ca, constraints.value.path_length, constraints.critical) == (True, 0, True)
        assert usages(mm().root) == ({"key_cert_sign", "crl_sign"}, True)

    def test_is_valid_for_its_years(self):
        assert mm().root.not_valid_before_utc == NOW
        assert mm().root.not_valid_after_utc == NOW.replace(year=2046)

    def test_a_leap_day_ends_on_the_28th(self):
        root = keys.issue_root("mm", "X", "MM", p256(5), now=datetime(2028, 2, 29, tzinfo=UTC), years=1)
        assert root.not_valid_after_utc == datetime(2029, 2, 28, tzinfo=UTC)

    def test_any_zone_and_fraction_are_brought_to_whole_seconds_of_utc(self):
        yangon = datetime(2026, 11, 23, 16, 32, 0, 999, tzinfo=timezone(timedelta(hours=6, minutes=30)))
        assert keys.issue_root("mm", "X", "MM", p256(5), now=yangon, years=1).not_valid_before_utc == NOW

    @pytest.mark.parametrize(
        ("node_id", "name", "key", "code"),
        [
            ("M", "X", p256(5), "keys.node-id"),
            ("mm", "", p256(5), "keys.name"),
            ("mm", "x" * 65, p256(5), "keys.name"),
            ("mm", "X", P384, "keys.kind"),
        ],
    )
    def test_refuses_by_name(self, node_id, name, key, code):
        assert code_of(keys.issue_root, node_id, name, "MM", key, now=NOW, years=1) == f"BadInput {code}"

    def test_a_long_name_in_any_script(self):
        root = keys.issue_root("mm", "မြန်" * 12, "MM", p256(5), now=NOW, years=1)
        assert names(root)[NameOID.ORGANIZATION_NAME] == "မြန်" * 12


class TestCertificate:
    @pytest.mark.parametrize(
        ("purpose", "usage"),
        [("seal", "digital_signature"), ("encryption", "key_agreement"), ("log", "digital_signature")],
    )
    def test_is_for_one_purpose(self, purpose, usage):
        cert = getattr(mm(), purpose)
        assert names(cert)[NameOID.ORGANIZATIONAL_UNIT_NAME] == purpose
        assert (keys.purpose_of(cert), keys.node_of(cert), keys.country_of(cert)) == (purpose, "mm", "MM")
        assert usages(cert) == ({usage}, True)
        constraints = cert.extensions.get_extension_for_class(x509.BasicConstraints)
        assert (constraints.value.ca, constraints.critical) == (False, True)
        assert cert.not_valid_after_utc == NOW.replace(year=2031)

    def test_points_at_its_root(self):
        own = mm().root.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value.digest
        named = mm().seal.extensions.get_extension_for_class(x509.AuthorityKeyIdentifier).value
        assert named.key_identifier == own

    def test_does_not_outlive_its_root(self):
        assert issue("seal", p256(9), years=50).not_valid_after_utc == mm().root.not_valid_after_utc

    @pytest.mark.parametrize(
        ("purpose", "key"),
        [("seal", P384), ("encryption", ED25519), ("encryption", P384), ("log", p256(9))],
    )
    def test_needs_a_key_of_its_kind(self, purpose, key):
        assert code_of(issue, purpose, key) == "BadInput keys.kind"

    def test_a_seal_may_be_ed25519(self):
        assert keys.check_chain(issue("seal", ED25519), mm().root, "seal", NOW) is None

    def test_thumbprint_is_sha256_of_der(self):
        der = mm().seal.public_bytes(Encoding.DER)
        assert keys.thumbprint(mm().seal) == urlsafe_b64encode(hashlib.sha256(der).digest()).decode().rstrip(
            "="
        )
        assert len(keys.thumbprint(mm().seal)) == 43

    def test_is_written_and_loaded(self):
        assert keys.load_certificate(keys.to_pem(mm().seal)) == mm().seal

    @pytest.mark.parametrize(
        "pem", ["", "text", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", "ü"]
    )
    def test_what_is_no_certificate(self, pem):
        assert code_of(keys.load_certificate, pem) == "BadInput trust.certificate.form"

    def test_two_certificates_are_not_one(self):
        pem = keys.to_pem(mm().seal) + keys.to_pem(mm().log)
        assert code_of(keys.load_certificate, pem) == "BadInput trust.certificate.form"


class TestChain:
    @pytest.mark.parametrize("purpose", ["seal", "encryption", "log"])
    def test_holds_within_its_time(self, purpose):
        cert = getattr(mm(), purpose)
        for at in (NOW, LATER, NOW.replace(year=2031)):
            assert keys.check_chain(cert, mm().root, purpose, at) is None

    def test_another_root(self):
        code = code_of(keys.check_chain, mm().seal, cn().root, "seal", NOW)
        assert code == "Refused trust.certificate.issuer"

    def test_another_root_of_the_same_name(self):
        impostor = make_node("mm", "Myanmar Customs", "MM", 3000)
        code = code_of(keys.check_chain, impostor.seal, mm().root, "seal", NOW)
        assert code == "Refused trust.certificate.issuer"

    @pytest.mark.parametrize("purpose", ["encryption", "log"])
    def test_another_purpose(self, purpose):
        code = code_of(keys.check_chain, mm().seal, mm().root, purpose, NOW)
        assert code == "Refused trust.certificate.purpose"

    def test_a_root_seals_nothing(self):
        code = code_of(keys.check_chain, mm().root, mm().root, "seal", NOW)
        assert code == "Refused trust.certificate.purpose"

    def test_before_and_after_its_time(self):
        early, late = NOW - timedelta(seconds=1), NOW.replace(year=2031) + timedelta(seconds=1)
        with pytest.raises(Refused) as caught:
            keys.check_chain(mm().seal, mm().root, "seal", early)
        assert caught.value.code == "trust.certificate.not-yet-valid"
        assert caught.value.message == (
            "The seal certificate of mm is valid from 2026-11-23T10:02:00Z, "
            "but was used at 2026-11-23T10:01:59Z."
        )
        with pytest.raises(Refused) as caught:
            keys.check_chain(mm().seal, mm().root, "seal", late)
        assert caught.value.code == "trust.certificate.expired"
        assert caught.value.message == (
            "The seal certificate of mm expired at 2031-11-23T10:02:00Z, "
            "before its use at 2031-11-23T10:02:01Z."
        )

    @pytest.mark.parametrize("common_names", [["cn"], [], ["mm", "mm"]])
    def test_a_certificate_for_another_node(self, common_names):
        subject = [(NameOID.COMMON_NAME, name) for name in common_names]
        cert = craft([*subject, (NameOID.ORGANIZATIONAL_UNIT_NAME, "seal")], issuer=mm().root.subject)
        assert code_of(keys.check_chain, cert, mm().root, "seal", NOW) == "Refused trust.certificate.node"

    def test_a_key_of_another_kind(self):
        subject = [(NameOID.COMMON_NAME, "mm"), (NameOID.ORGANIZATIONAL_UNIT_NAME, "seal")]
        cert = craft(subject, issuer=mm().root.subject, key=P384)
        assert code_of(keys.check_chain, cert, mm().root, "seal", NOW) == "Refused trust.certificate.key"

    def test_a_purpose_nobody_knows(self):
        subject = [(NameOID.COMMON_NAME, "mm"), (NameOID.ORGANIZATIONAL_UNIT_NAME, "everything")]
        cert = craft(subject, issuer=mm().root.subject)
        assert code_of(keys.check_chain, cert, mm().root, "seal", NOW) == "Refused trust.certificate.purpose"


class TestCheckRoot:
    def test_holds_within_its_time(self):
        assert keys.check_root(mm().root, LATER) is None
        early, late = NOW - timedelta(seconds=1), NOW.replace(year=2047)
        assert code_of(keys.check_root, mm().root, early) == "Refused trust.certificate.not-yet-valid"
        assert code_of(keys.check_root, mm().root, late) == "Refused trust.certificate.expired"

    def test_a_certificate_under_a_root_is_no_root(self):
        assert code_of(keys.check_root, mm().seal, NOW) == "Refused trust.certificate.root"

    AUTHORITY = x509.BasicConstraints(ca=True, path_length=0)
    SIGNER = x509.KeyUsage(
        digital_signature=False,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=True,
        crl_sign=False,
        encipher_only=False,
        decipher_only=False,
    )
    NO_SIGNER = x509.KeyUsage(
        digital_signature=True,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=False,
        crl_sign=False,
        encipher_only=False,
        decipher_only=False,
    )
    OWN = [(NameOID.COMMON_NAME, "mm")]

    def test_the_least_that_a_root_needs(self):
        assert keys.check_root(craft(self.OWN, extensions=[self.AUTHORITY, self.SIGNER]), NOW) is None

    @pytest.mark.parametrize(
        "crafted",
        [
            {"subject": OWN, "extensions": []},
            {"subject": OWN, "extensions": [AUTHORITY]},
            {"subject": OWN, "extensions": [AUTHORITY, NO_SIGNER]},
            {"subject": OWN, "extensions": [x509.BasicConstraints(ca=False, path_length=None), SIGNER]},
            {"subject": [(NameOID.COMMON_NAME, "No node")], "extensions": [AUTHORITY, SIGNER]},
            {"subject": OWN, "extensions": [AUTHORITY, SIGNER], "key": P384, "signer": P384},
            {"subject": OWN, "extensions": [AUTHORITY, SIGNER], "signer": p256(4)},
        ],
        ids=["bare", "no usage", "wrong usage", "no authority", "no node id", "P-384", "another signer"],
    )
    def test_less_is_refused(self, crafted):
        assert code_of(keys.check_root, craft(**crafted), NOW) == "Refused trust.certificate.root"

    def test_an_rsa_root(self):
        key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        root = craft(self.OWN, key=key, signer=key, extensions=[self.AUTHORITY, self.SIGNER])
        assert code_of(keys.check_root, root, NOW) == "Refused trust.certificate.root"
