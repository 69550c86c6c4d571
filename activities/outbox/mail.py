"""Sending e-mail by SMTP; a repeated letter carries the same `Message-ID`."""

from __future__ import annotations

import smtplib
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from email.message import EmailMessage
from email.utils import parseaddr
from typing import Literal

from models.texts.addresses import AddressError, MailAddress, parse
from rules.calendar import JST

SERVICE_GONE = 421
"""The server is closing: not about this letter."""


class MailError(Exception):
    """A letter that was not taken; the whole reason names no address."""

    def __init__(self, reason: str, said: str = "") -> None:
        """Why, in words of ours or as a status, and what the server said beside: it may name whom it likes."""
        super().__init__(f"{reason} {said}".rstrip()[:300])
        self.reason = reason


class MailRefusedError(MailError):
    """The server or the address refuses this letter for good; the reason names no address."""


class MailDelayedError(MailError):
    """This letter was not taken now; another try may succeed. The reason names no address."""


class MailServerAwayError(MailError):
    """No letter can be sent now: the server is away, or will not have us."""


@dataclass(frozen=True, kw_only=True)
class SmtpConfig:
    """Where letters are handed in."""

    host: str
    port: int
    sender: str
    """The `From` line: `WAKWAK <noreply@wakwak.example>`."""
    tls: Literal["none", "starttls", "tls"] = "none"
    user: str | None = None
    password: str | None = field(default=None, repr=False)
    timeout_seconds: float = 10.0
    """For the connection and for each part of an answer."""
    letter_seconds: float = 60.0
    """For one letter altogether: a server that answers a character now and then would hold the lane for hours."""

    def __post_init__(self) -> None:
        """Refuse a sender without an address.

        Raises:
            ValueError: there is none.
        """
        if "@" not in self.sender_address:
            raise ValueError("the sender of mail has no address")
        EmailMessage()["From"] = self.sender  # a line that is no header is found here, not in every letter

    @property
    def sender_address(self) -> str:
        """The address alone, for the envelope."""
        return parseaddr(self.sender)[1]


@dataclass(frozen=True, kw_only=True)
class Letter:
    """One e-mail to one person."""

    message_id: str
    """Stable over deliveries; letters, digits, `-`, `_` and single dots."""
    to: str
    subject: str
    body: str
    written_at: datetime
    """The business moment of the notice, shown as its date in Japan time."""


class MailSender:
    """Sends letters over one connection, which is opened when needed and kept until `close`. Not for two threads."""

    def __init__(self, config: SmtpConfig) -> None:
        """Keep where to send; nothing is opened yet."""
        self._config = config
        self._open: smtplib.SMTP | None = None

    def send(self, letter: Letter) -> None:
        """Hand in one letter; returns when the server has taken it.

        Raises:
            MailRefusedError: refused for good (5xx for the address or the content, or no usable address).
            MailDelayedError: not now (4xx).
            MailServerAwayError: the server cannot be used now.
        """
        try:
            address = parse(letter.to)
        except AddressError as error:
            raise MailRefusedError(f"no address to write to: {error}") from None
        message = self._message(letter, address)
        smtp = self._connection()
        try:
            with _cut_off(smtp, self._config.letter_seconds):
                smtp.send_message(message, from_addr=self._config.sender_address, to_addrs=[address.wire])
        except smtplib.SMTPRecipientsRefused as error:
            self.close()
            code, said = error.recipients.get(address.wire, (0, b""))
            raise _about_letter(code, said, address) from None
        except smtplib.SMTPDataError as error:
            self.close()
            raise _about_letter(error.smtp_code, error.smtp_error, address) from None
        except smtplib.SMTPNotSupportedError:
            self.close()
            raise MailRefusedError("the address is not ASCII, and the server takes no other") from None
        except (smtplib.SMTPException, OSError) as error:
            self.close()
            raise MailServerAwayError(*_plain(error, address)) from None

    def close(self) -> None:
        """End the connection, if any."""
        smtp, self._open = self._open, None
        if smtp is None:
            return
        try:
            smtp.quit()
        except (smtplib.SMTPException, OSError):
            smtp.close()  # it is gone already

    def _message(self, letter: Letter, address: MailAddress) -> EmailMessage:
        message = EmailMessage()
        message["From"] = self._config.sender
        message["To"] = address.wire
        message["Subject"] = letter.subject
        message["Date"] = letter.written_at.astimezone(JST)
        message["Message-ID"] = f"<{letter.message_id}@{self._config.sender_address.rpartition('@')[2]}>"
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(letter.body, charset="utf-8", cte="base64")
        return message

    def _connection(self) -> smtplib.SMTP:
        """The open connection if the server still answers on it, else a new one."""
        if self._open is not None:
            try:
                if self._open.noop()[0] == 250:
                    return self._open
            except (smtplib.SMTPException, OSError):
                pass  # idle connections are closed by servers: a new one follows
            self._open.close()
            self._open = None
        try:
            self._open = self._connect()
        except (smtplib.SMTPException, OSError) as error:
            raise MailServerAwayError(*_plain(error, None)) from None
        return self._open

    def _connect(self) -> smtplib.SMTP:
        config = self._config
        smtp: smtplib.SMTP
        if config.tls == "tls":
            smtp = smtplib.SMTP_SSL(
                config.host, config.port, timeout=config.timeout_seconds, context=ssl.create_default_context()
            )
        else:
            smtp = smtplib.SMTP(config.host, config.port, timeout=config.timeout_seconds)
        if smtp.sock is not None:
            # Small commands and their answers alternate: without this each letter waits 40 ms for an acknowledgement.
            smtp.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        try:
            if config.tls == "starttls":
                smtp.starttls(context=ssl.create_default_context())
            if config.user is not None:
                smtp.login(config.user, config.password or "")
        except (smtplib.SMTPException, OSError):
            smtp.close()
            raise
        return smtp


@contextmanager
def _cut_off(smtp: smtplib.SMTP, seconds: float) -> Iterator[None]:
    """Break the connection off where what is within takes longer: whoever reads it finds it closed."""

    def cut() -> None:
        if smtp.sock is not None:
            with suppress(OSError):  # it is gone already
                smtp.sock.shutdown(socket.SHUT_RDWR)

    timer = threading.Timer(seconds, cut)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def _about_letter(code: int, said: bytes | str, to: MailAddress) -> MailError:
    text = said.decode("utf-8", errors="replace") if isinstance(said, bytes) else said
    told = (str(code), _hiding(text, to))
    if code >= 500:
        return MailRefusedError(*told)
    return MailServerAwayError(*told) if code in {0, SERVICE_GONE} else MailDelayedError(*told)


def _plain(error: Exception, to: MailAddress | None) -> tuple[str, str]:
    """What went wrong, and its words without the address."""
    text = str(error)
    return f"{type(error).__name__}:", _hiding(text, to) if to else text


def _hiding(text: str, to: MailAddress) -> str:
    for written in (to.wire, f"{to.local}@{to.domain}"):
        text = text.replace(written, "(address)")
    return text
