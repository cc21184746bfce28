"""The second factors of an officer: an authenticator app and a passkey."""

from hashlib import sha256
from typing import Any

from allauth.mfa.models import Authenticator
from fido2.cose import CoseKey
from fido2.utils import websafe_encode
from fido2.webauthn import (
    Aaguid,
    AttestationObject,
    AttestedCredentialData,
    AuthenticatorData,
    CollectedClientData,
)

from isthmus.accounts.models import Officer
from isthmus.wire import keys


def _credential() -> dict[str, Any]:
    """What a browser sends when a key is added."""
    public = CoseKey.for_alg(-7).from_cryptography_key(keys.generate_p256().public_key())
    attested = AttestedCredentialData.create(Aaguid.NONE, b"key of the story", public)
    flags = AuthenticatorData.FLAG.UP | AuthenticatorData.FLAG.UV | AuthenticatorData.FLAG.AT
    data = AuthenticatorData.create(sha256(b"localhost").digest(), flags, 1, attested)
    client = CollectedClientData.create("webauthn.create", b"challenge", "http://localhost")
    answer = {
        "clientDataJSON": websafe_encode(client),
        "attestationObject": websafe_encode(AttestationObject.create("none", data, {})),
    }
    name = websafe_encode(b"key of the story")
    return {"id": name, "rawId": name, "type": "public-key", "response": answer}


def tell(guarded: Officer) -> dict[str, Any]:
    Authenticator.objects.create(user=guarded, type="totp", data={"secret": "JBSWY3DPEHPK3PXP"})
    Authenticator.objects.create(user=guarded, type="recovery_codes", data={"seed": "5eed", "used_mask": 0})
    data = {"name": "Laptop", "passwordless": True, "credential": _credential()}
    return {"key": Authenticator.objects.create(user=guarded, type="webauthn", data=data)}
