"""Where records are pushed to: a folder, or a web address.

A folder gets each record as a file that is written whole beside its place and renamed, so that nobody sees
half of one. A web address gets a POST with the record's leaf as ``Idempotency-Key``: a record that is posted
again, because the power failed before its answer was noted, can be told by it. Only https is spoken, but to
this machine itself, and redirections are not followed.
"""

import os
from collections.abc import Iterable
from pathlib import Path
from typing import Protocol

from django.utils.translation import gettext as _

from isthmus.apps.etrade.formats.rendering import Rendered
from isthmus.apps.etrade.targets.rules import answer_of
from isthmus.kit.errors import BadInput, Fault, Refused

TIMEOUT_SECONDS = 30.0
SAID = 500
"""Bytes of a refusal that are kept and shown."""


class Busy(Fault):
    """The target takes nothing now; nothing is said about the record."""


class Sink(Protocol):
    """``put`` hands a record over: Busy, Fault where the target fails over it, Refused by it."""

    def put(self, name: str, leaf: str, rendered: Rendered) -> None:
        """Hand over a document called ``name`` that renders the record of ``leaf``."""
        ...


class FolderSink:
    """Files in a folder, which is made where it is missing."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def put(self, name: str, leaf: str, rendered: Rendered) -> None:  # noqa: ARG002  the name holds it
        """Write the file whole, and rename it into its place; the same record is the same file."""
        draft = self._folder / f".{name}.part"
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            with draft.open("wb") as file:
                file.write(rendered.content)
                file.flush()
                os.fsync(file.fileno())
            draft.replace(self._folder / name)
        except OSError as error:
            raise Busy(
                "etrade.target.folder",
                _("The folder cannot be written to: %(error)s.") % {"error": error.strerror or error},
                next_step=_("Give the node the right to write into it, and look whether the disk is full."),
            ) from error


class WebSink:
    """An address that takes records by POST; ``secret`` is sent as a bearer token."""

    def __init__(self, address: str, *, secret: str = "") -> None:
        from isthmus.apps.etrade.sources.feeds.web import checked

        self._address = checked(address)
        self._secret = secret

    def put(self, name: str, leaf: str, rendered: Rendered) -> None:
        """Post the document."""
        import httpx

        headers = {
            "Content-Type": rendered.media_type,
            "Content-Disposition": f'attachment; filename="{name}"',
            "Idempotency-Key": f'"{leaf}"',
        }
        if self._secret:
            headers["Authorization"] = f"Bearer {self._secret}"
        try:
            with (
                httpx.Client(timeout=TIMEOUT_SECONDS, follow_redirects=False, trust_env=False) as client,
                client.stream("POST", self._address, content=rendered.content, headers=headers) as answer,
            ):
                status, said = answer.status_code, _beginning(answer.iter_bytes())
        except httpx.HTTPError as error:
            raise Busy(
                "etrade.target.web",
                _("The address cannot be reached: %(error)s.") % {"error": type(error).__name__},
                next_step=_("Look whether the system runs and the line holds; it is tried again by itself."),
            ) from error
        match answer_of(status):
            case "busy":
                raise Busy(
                    "etrade.target.web",
                    _("The system answers with status %(status)d.") % {"status": status},
                    next_step=_("Check the address and its token; it is tried again by itself."),
                )
            case "failed":
                raise Fault(
                    "etrade.target.failed",
                    _("The system fails over this record, with status %(status)d: %(said)s")
                    % {"status": status, "said": said},
                    next_step=_("It is tried again a few times; show the answer to whoever runs the system."),
                )
            case "refused":
                raise Refused(
                    "etrade.target.refused",
                    _("The system refuses this record, with status %(status)d: %(said)s")
                    % {"status": status, "said": said},
                    next_step=_("Mend what it names there, or the mapping here, then push it again."),
                )


def _beginning(pieces: Iterable[bytes]) -> str:
    content = b""
    for piece in pieces:
        content += piece
        if len(content) >= SAID:
            break
    return " ".join(content[:SAID].decode("utf-8", errors="replace").split())


def folder_below(root: Path, address: str) -> Path:
    """The folder below ``root`` that an address names; BadInput for any other, and for the secrets' own."""
    folder = (root / address).resolve()
    secrets = (root / "secrets").resolve()
    outside = not folder.is_relative_to(root.resolve()) or folder == root.resolve()
    if outside or folder.is_relative_to(secrets):
        raise BadInput(
            "etrade.target.folder",
            _("The folder must lie below %(root)s, and not be that of the secrets.") % {"root": root},
        )
    return folder
