"""Addresses of e-mail: one grammar, at the door that takes them and at the mailer that uses them.

Comments, display names, address literals, quoted and encoded texts, routes of old (`a%b@c`, `b!a@c`) and full-width
letters before the `@` are no part of it: to each reader of mail they mean another mailbox. Japan's mobile carriers once
gave out local parts that no standard allows bare (`a..b@`, `x.@`); they are taken as their owners write them and go out
quoted.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from email.utils import parseaddr

from email_validator import EmailNotValidError, validate_email

LENGTH_MAX = 254

MOBILE = ("docomo.ne.jp", "ezweb.ne.jp", "au.com", "softbank.ne.jp", "vodafone.ne.jp")
"""Carriers with mailboxes of the old forms; their subdomains too."""

_DOTTED = re.compile(r"[A-Za-z0-9_.?/+-]{1,64}")
"""The characters of the old forms, dots anywhere."""

_OTHERWISE_READ = re.compile(r"=\?|[%!]")
"""Before the `@`: what a reader of headers decodes, and what a mail server of old takes for a way through others."""

_LOCAL_DOMAINS = frozenset({"localdomain", "internal"})
"""Last parts of a domain that mean the server's own house, beside those that the library knows."""


class AddressError(ValueError):
    """The text is no address that a letter can be sent to; the reason names no address."""


@dataclass(frozen=True)
class MailAddress:
    """One mailbox."""

    local: str
    """Before the `@`, as its owner writes it."""
    domain: str
    """In ASCII, lower case."""
    is_quoted: bool
    """Whether the standard wants the local part in quotation marks."""

    @property
    def wire(self) -> str:
        """As it stands in an envelope and in a header."""
        return f'"{self.local}"@{self.domain}' if self.is_quoted else f"{self.local}@{self.domain}"


def parse(text: str) -> MailAddress:
    """The mailbox that a text names, and no other.

    Raises:
        AddressError: it names none, or readers of mail would not agree on which.
    """
    if len(text) > LENGTH_MAX:
        raise AddressError(f"an address has at most {LENGTH_MAX} characters")
    found = _old_mobile(text) or _standard(text)
    if parseaddr(found.wire) != ("", found.wire):
        raise AddressError("this is not an e-mail address")
    return found


def _old_mobile(text: str) -> MailAddress | None:
    local, _, domain = text.rpartition("@")
    domain = domain.lower()
    is_mobile = any(domain == each or domain.endswith(f".{each}") for each in MOBILE)
    is_odd = ".." in local or local.startswith(".") or local.endswith(".")
    if not (is_mobile and is_odd and _DOTTED.fullmatch(local)):
        return None
    # The rest of the address still has to be one.
    return MailAddress(local, _standard(f"x@{domain}").domain, is_quoted=True)


def _standard(text: str) -> MailAddress:
    try:
        found = validate_email(
            text, check_deliverability=False, globally_deliverable=False, test_environment=True, strict=True
        )
    except EmailNotValidError as error:
        raise AddressError(_without(str(error), text)) from None
    _check_agreed(found.local_part, found.ascii_domain)
    return MailAddress(found.local_part, found.ascii_domain, is_quoted=False)


def _check_agreed(local: str, domain: str) -> None:
    """Refuse what the standard takes and readers of mail understand differently.

    Raises:
        AddressError: it is so.
    """
    last = domain.rpartition(".")[2]
    if "." not in domain:
        raise AddressError("the part after the @-sign has no dot")
    if last.isdigit() or last in _LOCAL_DOMAINS:
        raise AddressError("the part after the @-sign is the address of a machine")
    if _OTHERWISE_READ.search(local) or unicodedata.normalize("NFKC", local) != local:
        raise AddressError("the part before the @-sign is not read by everybody as it is written")


def _without(said: str, text: str) -> str:
    """The library's words, unless they repeat what was sent."""
    return "this is not an e-mail address" if any(part and part in said for part in text.split("@")) else said
