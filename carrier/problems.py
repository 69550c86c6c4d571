"""The stand-in's errors, answered as `application/problem+json`."""

from __future__ import annotations

import json
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

CODES = {
    400: ("MALFORMED", "Malformed request"),
    404: ("NOT_FOUND", "Not found"),
    405: ("METHOD_NOT_ALLOWED", "Method not allowed"),
    409: ("CONFLICT", "Not possible in this state"),
    413: ("TOO_LARGE", "Request too large"),
    503: ("UNAVAILABLE", "Not answering right now"),
}


class CarrierError(Exception):
    """Raised below a door of the stand-in; the door answers `status` with `code` and `detail`."""

    def __init__(self, status: int, code: str, detail: str) -> None:
        """Keep what the caller is told."""
        super().__init__(detail)
        self.status = status
        self.code = code
        self.detail = detail


class AsciiJSON(JSONResponse):
    """JSON in ASCII: what callers sent may hold half surrogate pairs, which UTF-8 cannot carry."""

    def render(self, content: Any) -> bytes:
        """Escape everything outside ASCII."""
        return json.dumps(content, ensure_ascii=True, allow_nan=False, separators=(",", ":")).encode("ascii")


def problem(status: int, detail: str, code: str | None = None, headers: dict[str, str] | None = None) -> AsciiJSON:
    """The problem document for a status."""
    known_code, title = CODES.get(status, ("PROBLEM", "Problem"))
    body = {"type": "about:blank", "title": title, "status": status, "code": code or known_code, "detail": detail}
    return AsciiJSON(body, status_code=status, media_type="application/problem+json", headers=headers)


def _where(location: tuple[Any, ...]) -> str:
    return ".".join(str(part) for part in location if part != "body") or "body"


def install(app: FastAPI) -> None:
    """Answer every refusal of this app as a problem; ill-formed input is 400."""

    async def carrier_error(_request: Request, error: Exception) -> AsciiJSON:
        if not isinstance(error, CarrierError):
            raise error
        headers = {"Retry-After": "1"} if error.status == 503 else None
        return problem(error.status, error.detail, error.code, headers)

    async def invalid(_request: Request, error: Exception) -> AsciiJSON:
        if not isinstance(error, RequestValidationError):
            raise error
        return problem(400, "; ".join(f"{_where(e['loc'])}: {e['msg']}" for e in error.errors()[:10]))

    async def http_error(_request: Request, error: Exception) -> AsciiJSON:
        if not isinstance(error, HTTPException):
            raise error
        return problem(error.status_code, str(error.detail), headers=dict(error.headers or {}))

    app.add_exception_handler(CarrierError, carrier_error)
    app.add_exception_handler(RequestValidationError, invalid)
    app.add_exception_handler(HTTPException, http_error)
