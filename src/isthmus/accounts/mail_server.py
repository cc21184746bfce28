"""Django's SMTP backend, which also says where a letter may have left although nobody answered.

``smtplib`` raises the same error for a connection that ends before a letter was handed over and for one that
ends while the server's answer to it is awaited. In the first case it can be sent again, in the second the
person might get it twice (RFC 5321, section 4.5.3.2.6; RFC 1047).
"""

import smtplib
from contextlib import suppress
from typing import TYPE_CHECKING

from django.core.mail.backends import smtp

if TYPE_CHECKING:
    from typing_extensions import Buffer

_GO_ON = 354


class HandedOverError(smtplib.SMTPException):
    """The letter was handed over, and the connection ended before the server answered."""


class _Server(smtplib.SMTP):
    last_code = 0

    def getreply(self) -> tuple[int, bytes]:
        """As the standard library; the code stays, to tell how far a conversation came."""
        code, said = super().getreply()
        self.last_code = code
        return code, said

    def data(self, msg: "Buffer | str") -> tuple[int, bytes]:
        """Hand the letter over. HandedOverError where the server may have taken it."""
        try:
            return super().data(msg)
        except smtplib.SMTPServerDisconnected as error:
            if self.last_code == _GO_ON:
                raise HandedOverError(str(error)) from error
            raise


class _TlsServer(_Server, smtplib.SMTP_SSL):
    pass


class EmailBackend(smtp.EmailBackend):
    """One connection for each letter, always over TLS as the settings say."""

    @property
    def connection_class(self) -> type[smtplib.SMTP]:
        """What speaks to the server: TLS from the first byte, or STARTTLS."""
        return _TlsServer if self.use_ssl else _Server

    def close(self) -> None:
        """End the connection. A letter that was taken stays taken, however the server says goodbye."""
        with suppress(smtplib.SMTPException, OSError):
            super().close()
