"""Writes what `docker compose up` needs and nobody should invent by hand: `.env` with random passwords, and keys.json.

`python3 deploy/make_env.py [--demo] [folder]`; it needs nothing but Python. An existing file is never overwritten.
The keys file belongs to the containers' user (10001) and is readable by it alone, which takes root; without root it is
left readable by you, and the line that is printed says what remains to be done.
"""

from __future__ import annotations

import argparse
import base64
import json
import os
import secrets
import sys
from collections.abc import Mapping
from pathlib import Path

UID = 10001
"""The user of the image (Dockerfile)."""
ROLES = ("backoffice", "operator", "auditor", "site")
DEMO = {
    "COMPOSE_PROFILES": "demo",
    "KEIYAKU_CARRIER_URL_EAST": "http://stand-in:8100",
    "KEIYAKU_CARRIER_URL_WEST": "http://stand-in:8100",
    "KEIYAKU_STORAGE_URL": "http://stand-in:8100",
    "KEIYAKU_SMTP_HOST": "stand-in",
    "KEIYAKU_SMTP_PORT": "1025",
    "KEIYAKU_SMTP_TLS": "none",
    "KEIYAKU_MAIL_FROM": "WAKWAK <noreply@wakwak.example>",
}
TO_FILL_IN = (
    "KEIYAKU_CARRIER_URL_EAST",
    "KEIYAKU_CARRIER_URL_WEST",
    "KEIYAKU_STORAGE_URL",
    "KEIYAKU_SMTP_HOST",
    "KEIYAKU_MAIL_FROM",
)


def signing_secret() -> str:
    """A fresh Standard Webhooks secret."""
    return "whsec_" + base64.b64encode(secrets.token_bytes(32)).decode()


def settings(keys_file: Path, secret: str, *, demo: bool) -> dict[str, str]:
    """The variables of `.env`."""
    made = {
        "TEMPORAL_DB_PASSWORD": secrets.token_urlsafe(32),
        "KEIYAKU_DB_PASSWORD": secrets.token_urlsafe(32),
        "KEIYAKU_SERVICE_DB_PASSWORD": secrets.token_urlsafe(32),
        "GRAFANA_PASSWORD": secrets.token_urlsafe(32),
        "KEIYAKU_CARRIER_SECRET": secret,
        "KEIYAKU_WEBHOOK_SECRET": signing_secret(),
        "KEIYAKU_DOOR_SECRET": secrets.token_urlsafe(48),
        "KEIYAKU_KEYS_FILE": str(keys_file),
    }
    return made | (DEMO if demo else dict.fromkeys(TO_FILL_IN, ""))


def env_text(values: Mapping[str, str]) -> str:
    """An env file: single quotes keep `$`, `#` and spaces as they are.

    Raises:
        ValueError: a value holds what single quotes cannot.
    """
    for name, value in values.items():
        if "'" in value or "\n" in value:
            raise ValueError(f"{name}: an apostrophe or a line break cannot be written into an env file")
    return "".join(f"{name}='{value}'\n" for name, value in values.items())


def write_once(path: Path, text: str, mode: int) -> bool:
    """Write a file that is not there yet; whether it was written."""
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    except FileExistsError:
        return False
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
    return True


def make(folder: Path, *, demo: bool) -> list[str]:
    """Make both files; what to tell the person."""
    keys_file, told = folder.absolute() / "keys.json", []
    secret = signing_secret()
    keys = {role: secrets.token_urlsafe(32) for role in ROLES} | {"carrier_webhook_secret": secret}
    if write_once(keys_file, json.dumps(keys, indent=2) + "\n", 0o400):
        if os.geteuid() == 0:
            os.chown(keys_file, UID, UID)
        else:
            told.append(f"as root: chown {UID}:{UID} {keys_file}")
    else:
        secret = json.loads(keys_file.read_text(encoding="utf-8"))["carrier_webhook_secret"]
    values = settings(keys_file, secret, demo=demo)
    if not write_once(folder / ".env", env_text(values), 0o600):
        told.append(f"{folder / '.env'} is there and stays as it is")
    elif not demo:
        told.append(f"fill in {folder / '.env'}: {', '.join(TO_FILL_IN)}")
    return told


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path, default=Path())
    parser.add_argument("--demo", action="store_true", help="with the stand-ins of the profile `demo`")
    asked = parser.parse_args()
    sys.stdout.write("".join(line + "\n" for line in make(asked.folder, demo=asked.demo)))
