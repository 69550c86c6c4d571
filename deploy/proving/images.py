"""The images of docker-compose.yml: pulled where a registry is reached, otherwise made here from packages.

Made ones stand under the published names, so that the compose file and the Dockerfile are used as they are. A made
Temporal server is the program of `deploy/cluster`: the same server module, at the same version, reading the same
variables. A made PostgreSQL and a made Prometheus are Debian's, of an older major version. The Web UI and Grafana have
no package: a page that says so stands in for the UI, and Grafana is left out.
"""

from __future__ import annotations

import asyncio
import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path

import yaml

from deploy.cluster.build import CACHE, binary
from deploy.proving.engine import Engine
from deploy.proving.shell import ProvingError, call, say
from embedded.servers.temporal import binary as temporal_cli

ROOT = Path(__file__).resolve().parents[2]
PYTHON = "python:3.11-slim-bookworm"
SUITE = "bookworm"
_BASE_PACKAGES = "ca-certificates,netcat-openbsd,python3,python3-pip,python3-venv,tzdata"
_CERTIFICATES = Path("/etc/ssl/certs/ca-certificates.crt")
PULL_SECONDS = 45.0
RECIPES = Path(__file__).resolve().parent / "recipes"


def wanted() -> Mapping[str, str]:
    """Name → image, of `x-images`, the one place for versions."""
    compose = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))
    return dict(compose["x-images"])


def provide(engine: Engine) -> bool:
    """Have every image; whether they are the published ones.

    Raises:
        ProvingError: they can be neither pulled nor made.
    """
    images = wanted()
    refusal = _pull(engine)
    if refusal is None:
        for image in images.values():
            engine.docker("pull", "--quiet", image)
        say("the published images are used: " + ", ".join([PYTHON, *images.values()]))
        return True
    say(f"no registry is reached ({refusal}): the images are made here, under the published names")
    _base(engine)
    cluster = asyncio.run(binary())
    _make(engine, "postgres", images["postgres"], {})
    _make(engine, "temporal", images["temporal"], {"temporal-server": cluster})
    tools = {"temporal-sql-tool": cluster, "temporal": temporal_cli()}
    _make(engine, "temporal-tools", images["temporal-tools"], tools)
    _make(engine, "temporal-ui", images["temporal-ui"], {})
    _make(engine, "prometheus", images["prometheus"], {})
    say(f"made: {PYTHON}, {images['temporal']}, {images['temporal-tools']}")
    for name in ("postgres", "prometheus"):
        version = engine.docker("run", "--rm", "--entrypoint", name, images[name], "--version").strip().splitlines()[0]
        say(f"stood in for: {images[name]} by {version}")
    say(f"stood in for: {images['temporal-ui']} by a page that says so; left out: {images['grafana']}")
    return False


def _pull(engine: Engine) -> str | None:
    """Pull the Dockerfile's base; None when it was, otherwise why it was not."""
    try:
        engine.docker("pull", "--quiet", PYTHON, seconds=PULL_SECONDS)
    except ProvingError as error:
        return str(error).strip().splitlines()[-1]
    return None


def _base(engine: Engine) -> None:
    """Debian's smallest system with its Python, under the name that the Dockerfile asks for."""
    if engine.tries("image", "inspect", PYTHON):
        return
    archive = CACHE / f"base-{SUITE}.tar"
    if not archive.exists():
        if shutil.which("debootstrap") is None:
            call(["apt-get", "install", "--yes", "--no-install-recommends", "debootstrap"])
        with tempfile.TemporaryDirectory(dir=CACHE) as folder:
            root = Path(folder) / "root"
            say(f"a base system of Debian {SUITE}: minutes, once")
            call(
                ["nice", "debootstrap", "--variant=minbase", f"--include={_BASE_PACKAGES}", SUITE, root], seconds=3_000
            )
            # As in the published image: pip installs where it is told to, and `python` is there by its short name.
            next((root / "usr" / "lib").glob("python3.*/EXTERNALLY-MANAGED")).unlink(missing_ok=True)
            (root / "usr" / "bin" / "python").symlink_to("python3")
            if _CERTIFICATES.exists():  # a machine behind a mirror trusts it by a certificate of its own
                shutil.copy(_CERTIFICATES, root / str(_CERTIFICATES).lstrip("/"))
            shutil.rmtree(root / "var" / "cache" / "apt", ignore_errors=True)
            beside = archive.with_suffix(".new")
            call(["tar", "--directory", root, "--create", "--file", beside, "."])
            beside.replace(archive)
    changes = ["--change", 'CMD ["python3"]', "--change", f"ENV PIP_CERT={_CERTIFICATES}"]
    with archive.open("rb") as file:
        done = subprocess.run(  # noqa: S603 - our own words
            [engine.client, "import", *changes, "-", PYTHON],
            stdin=file,
            capture_output=True,
            env=engine.env,
            check=False,
        )
    if done.returncode != 0:
        raise ProvingError(f"the base system cannot be imported: {done.stderr.decode(errors='replace')}")


def _make(engine: Engine, recipe: str, image: str, files: Mapping[str, Path]) -> None:
    """Build `recipes/RECIPE.Dockerfile` with some files beside it."""
    with tempfile.TemporaryDirectory(dir=CACHE) as folder:
        context = Path(folder)
        for name, source in files.items():
            if source.is_dir():
                shutil.copytree(source, context / name, symlinks=True)
            else:
                shutil.copy(source, context / name)
        for extra in RECIPES.glob(f"{recipe}.*"):
            shutil.copy(extra, context / extra.name)
        engine.docker(
            "build", "--quiet", "--network", "host", "--tag", image, "--file", context / f"{recipe}.Dockerfile", context
        )
