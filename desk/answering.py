"""Where a page that answers a form belongs: its own address to come back to, and what was typed, to be looked at again.

A form that could not be taken, because the session is over or the language changes, is never sent as it is: what was
typed goes to the check, which decides and changes nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from urllib.parse import quote, urlsplit

from starlette.requests import Request

EDIT = "edit"
"""The button that leads from a confirmation back to its form, with what was typed."""

UNTYPED = frozenset({"csrf", "op", "key", EDIT})
"""Fields of a form that nobody typed."""

SEEN = "was."
"""Before the name of a field: what stood in the record when its form was shown."""


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
    if not place.check:
        return Answered(inside(typed.get("back", "")) if place.home == "/" else of(request, place.home))
    home = of(request, place.home)
    back = typed.get("from", "")
    return Answered(f"{home}?from={quote(back)}" if back else home, of(request, place.check), typed)


def inside(target: str) -> str:
    """A place of the desk; anything else becomes its first page."""
    parts = urlsplit(target)
    ours = not parts.scheme and not parts.netloc and parts.path.startswith("/desk") and "\\" not in target
    return target if ours and not target.startswith("//") else "/desk/"


@dataclass(frozen=True)
class Meanwhile:
    """A form beside the record as it stands now, which somebody else may have changed since the form was shown."""

    typed: Mapping[str, str]
    """What was typed; a field nobody touched has what stands in the record now, and is no wish to change it back."""
    changed: Mapping[str, tuple[str, str]]
    """What changed elsewhere to something else than was typed: field → as it was shown, as it stands."""


def meanwhile(typed: Mapping[str, str], stored: Mapping[str, str]) -> Meanwhile:
    """What a form means for the record as it stands.

    Args:
        typed: what was sent, with what stood in the record when the form was shown.
        stored: what stands there now, by field.
    """
    settled, changed = dict(typed), {}
    for name, now in stored.items():
        was = typed.get(f"{SEEN}{name}")
        if was is None:
            continue
        settled[f"{SEEN}{name}"] = now
        if was != now and typed.get(name, was).strip() != now:
            changed[name] = (was, now)
            if typed.get(name, was).strip() == was.strip():
                settled[name] = now
    return Meanwhile(settled, changed)


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
