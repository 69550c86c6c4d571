"""The keys of a home: made once at random, kept afterwards (mode 600)."""

from __future__ import annotations

import base64
import hashlib
import os
import secrets
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from models.said import said, trouble
from settings import Settings

_KEY_BYTES = 32


class KeysError(Exception):
    """The keys cannot be used; the message says what to change."""


class Keys(BaseModel):
    """Bearer keys by role, and the secret that signs the carrier's callbacks."""

    model_config = ConfigDict(frozen=True, extra="allow")

    backoffice: str = Field(min_length=16)
    operator: str = Field(min_length=16)
    auditor: str = Field(min_length=16)
    site: str = Field(min_length=16)
    carrier_webhook_secret: str = Field(pattern=r"^whsec_[A-Za-z0-9+/]+=*( +whsec_[A-Za-z0-9+/]+=*)*$")


def new_keys() -> Keys:
    """Fresh random keys: 256 bits each."""
    return Keys(
        backoffice=secrets.token_urlsafe(_KEY_BYTES),
        operator=secrets.token_urlsafe(_KEY_BYTES),
        auditor=secrets.token_urlsafe(_KEY_BYTES),
        site=secrets.token_urlsafe(_KEY_BYTES),
        carrier_webhook_secret="whsec_" + base64.b64encode(secrets.token_bytes(_KEY_BYTES)).decode(),
    )


def read_keys(path: Path) -> Keys:
    """The keys in a file.

    Raises:
        KeysError: the file is missing, not ours to read, or not a keys file.
    """
    try:
        return Keys.model_validate_json(path.read_bytes())
    except FileNotFoundError:
        raise KeysError(said("no_keys_file", path=path)) from None
    except OSError as error:
        raise KeysError(said("keys_unreadable", path=path, why=trouble(error))) from None
    except ValidationError as error:
        fields = ", ".join(sorted({str(item["loc"][0]) for item in error.errors() if item["loc"]}))
        # `from None`: the validator's own message would print the keys.
        raise KeysError(said("keys_damaged", path=path, what=fields or said("its_json"))) from None


def keys_of(settings: Settings) -> Keys:
    """The bearer keys and the carrier's secret, from the file the settings name.

    Raises:
        KeysError: the file is missing, damaged or not ours to read.
    """
    return read_keys(settings.keys_path)


def webhook_secret(settings: Settings) -> str:
    """The secret of the carrier's callbacks: `KEIYAKU_CARRIER_SECRET`, or what the keys file holds (`whsec_…`).

    While one replaces another there are several, separated by spaces; the newest stands first.

    Raises:
        KeysError: neither is there.
    """
    if settings.carrier_secret is not None:
        return settings.carrier_secret.get_secret_value()
    return keys_of(settings).carrier_webhook_secret


def door_secret(settings: Settings) -> str:
    """What the doors key their hashes with: `KEIYAKU_DOOR_SECRET`, or one made of the keys file's bearer keys.

    The carrier's secret has no part in it: NTT knows that one.

    Raises:
        KeysError: neither is there.
    """
    if settings.door_secret is not None:
        return settings.door_secret.get_secret_value()
    keys = keys_of(settings)
    said = f"doors\n{keys.backoffice}\n{keys.operator}\n{keys.auditor}\n{keys.site}"
    return hashlib.sha256(said.encode()).hexdigest()


def ensure_keys(path: Path) -> Keys:
    """The keys in a file, made first if it is not there.

    Raises:
        KeysError: as `read_keys`, or the directory cannot be written.
    """
    if not path.exists():
        _write_once(path, new_keys())
    return read_keys(path)


def _write_once(path: Path, keys: Keys) -> None:
    """Write beside and rename: the file is whole from its first moment, and never readable by others."""
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    beside.unlink(missing_ok=True)
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w") as file:
            file.write(keys.model_dump_json(indent=2) + "\n")
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)
