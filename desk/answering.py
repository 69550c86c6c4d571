"""Where a page that answers a form belongs: its own address to come back to, and what was typed, to be looked at again.

A form that could not be taken, because the session is over or the language changes, is never sent as it is: what was
typed goes to the check, which decides and changes nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from urllib.parse import quote

from starlette.requests import Request

EDIT = "edit"
"""The button that leads from a confirmation back to its form, with what was typed."""

UNTYPED = frozenset({"csrf", "op", "key", EDIT})
"""Fields of a form that nobody typed."""


@dataclass(frozen=True)
class Place:
    """Where a form stands and where its values are looked at again, as paths of the desk."""

    home: str
    check: str = ""
    """Empty: its form has nothing worth keeping."""


_PLACES: Mapping[str, Place] = MappingProxyType(
    {
        "/people/{id}/check": Place("/people/{id}", "/people/{id}/check"),
        "/people/{id}": Place("/people/{id}", "/people/{id}/check"),
        "/{place}/{id}/check/{form}": Place("/{place}/{id}/do/{form}", "/{place}/{id}/check/{form}"),
        "/{place}/{id}/do/{form}": Place("/{place}/{id}/do/{form}", "/{place}/{id}/check/{form}"),
        "/letters/{notice}/resend": Place("/"),
        "/messages/{message}/resend": Place("/"),
        "/sign-out": Place("/"),
    }
)
"""By the path of the route; of any other, the page is at the same address."""


@dataclass(frozen=True)
class Answered:
    """The page an answer belongs to."""

    home: str
    """Its address, to come back to."""
    check: str = ""
    """Where the values may be looked at again; empty: nowhere."""
    typed: Mapping[str, str] = field(default_factory=dict)
    """What was typed."""

    @property
    def again(self) -> bool:
        """Whether something typed can be looked at again."""
        return bool(self.check and self.typed)


def answered(request: Request, path: str, form: Mapping[str, str] | None = None) -> Answered:
    """The page that a request asks for, or that its form is on.

    Args:
        request: of the desk.
        path: of the route.
        form: what was sent, if it was a form.
    """
    if request.method != "POST":
        return Answered(here(request))
    place = _PLACES.get(path)
    if place is None:
        return Answered(request.url.path)
    typed = {name: value for name, value in (form or {}).items() if name not in UNTYPED and not secret(name)}
    home = of(request, place.home)
    back = typed.get("from", "")
    return Answered(
        f"{home}?from={quote(back)}" if back and place.check else home,
        of(request, place.check) if place.check else "",
        typed,
    )


def secret(name: str) -> bool:
    """Whether a field holds a password: it is sent once, and typed again where a page comes back."""
    return name.endswith("password")


def of(request: Request, path: str) -> str:
    """The address of another page about the same thing.

    Args:
        request: names it in its path.
        path: of a route of the desk with the same names.
    """
    named = {name: quote(str(value), safe="") for name, value in request.path_params.items()}
    return f"/desk{path.format(**named)}"


def lonely(routes: Mapping[str, set[str]]) -> dict[str, str]:
    """Addresses that take forms and show nothing, with the page each of them is on."""
    return {path: _PLACES[path].home for path, methods in routes.items() if methods == {"POST"} and path in _PLACES}


def here(request: Request) -> str:
    """The address of a page with its query."""
    return request.url.path + (f"?{request.url.query}" if request.url.query else "")


def of_this_site(request: Request) -> bool:
    """Whether a page of the desk sent a form: what another site typed is nobody's work, and is not kept."""
    return request.headers.get("sec-fetch-site", "same-origin") == "same-origin"
