"""Every setting of every process, from the environment, with its default (X-01)."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, AliasChoices, BeforeValidator, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from models.said import Said, joined, said

LOOPBACK = "127.0.0.1"
PREFIX = "KEIYAKU_"


class SettingsError(ValueError):
    """A setting is missing or cannot be read; the message names the environment variable."""


def _moment(value: Any) -> Any:
    """Take `real` or an RFC 3339 timestamp with an offset; refuse what a looser parser would guess at."""
    if value == "real" or isinstance(value, datetime):
        return value
    hint = said("bad_moment")
    if not isinstance(value, str) or "T" not in value.upper():
        raise ValueError(hint)
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        raise ValueError(hint) from None
    return moment


def _with_offset(value: datetime | Literal["real"]) -> datetime | Literal["real"]:
    if isinstance(value, datetime) and value.tzinfo is None:
        raise ValueError(said("no_offset"))
    return value


def _web_address(value: str) -> str:
    """Demand http or https and drop the closing slash, so that paths can be appended."""
    if not value.startswith(("http://", "https://")):
        raise ValueError(said("no_web_address"))
    return value.rstrip("/")


def _postgres_url(value: str) -> str:
    """Accept what an operator copies from elsewhere (`postgres://`, `postgresql://`); name the driver we use."""
    scheme, separator, rest = value.partition("://")
    if not separator or scheme not in {"postgres", "postgresql", "postgresql+psycopg"}:
        raise ValueError(said("no_postgres_url"))
    return f"postgresql+psycopg://{rest}"


def _signing_secret(value: SecretStr) -> SecretStr:
    each = value.get_secret_value().split()
    if not each or not all(one.startswith("whsec_") for one in each):
        raise ValueError(said("no_signing_secret"))
    return value


def _door_secret(value: SecretStr) -> SecretStr:
    each = value.get_secret_value().split()
    if not each or not all(len(one) >= _SECRET_MIN for one in each):
        raise ValueError(said("short_secret", least=_SECRET_MIN))
    return value


def _deployment_name(value: str) -> str:
    if not value or set(value) & set(".:/ "):
        raise ValueError(said("no_deployment_name"))
    return value


_SECRET_MIN = 32

Port = Annotated[int, Field(ge=1, le=65535)]
WebAddress = Annotated[str, AfterValidator(_web_address)]
Clock = Annotated[datetime | Literal["real"], BeforeValidator(_moment), AfterValidator(_with_offset)]


class Settings(BaseSettings):
    """What the environment says. Frozen: a process that needs other settings is started again.

    A field `api_port` is read from `KEIYAKU_API_PORT`; an empty variable counts as not set.
    """

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, frozen=True, extra="ignore", populate_by_name=True, env_ignore_empty=True
    )

    home: Path = Path(".keiyaku")
    """Everything the embedded stack writes; absolute after `load`."""
    api_host: str = LOOPBACK
    """Where the API listens; 0.0.0.0 inside a container."""
    api_port: Port = 8000
    temporal_port: Port = 7233
    ui_port: Port = 8233
    carrier_port: Port = 8100
    clock: Clock = datetime.fromisoformat("2018-05-20T09:00:00+09:00")
    """The business moment at which a new home begins; `real` for no rehearsal. Counts only while rehearsing."""
    samples: bool = True
    """Whether a new home begins with sample contracts and members."""
    sample_items: bool = False
    """Whether `migrate` stocks the club's sample items; the embedded stack sets it."""
    rehearsal: bool = False
    """Whether the clock can be moved. The embedded stack sets it; in production it stays off."""

    database_url: Annotated[str, AfterValidator(_postgres_url)] | None = None
    owner_database_url: Annotated[str, AfterValidator(_postgres_url)] | None = None
    """The same database as the role that owns its tables, for `migrate` only: the service's own role owns nothing."""
    service_db_password: SecretStr | None = None
    """The password that `migrate` gives the service's role; None: that of the service's URL, or none."""
    temporal_address: str = Field(
        default="127.0.0.1:7233", validation_alias=AliasChoices("TEMPORAL_ADDRESS", "temporal_address")
    )
    """`host:port`; TLS and API keys are read by `temporalio.envconfig`, not here."""
    temporal_namespace: str = Field(
        default="default", validation_alias=AliasChoices("TEMPORAL_NAMESPACE", "temporal_namespace")
    )

    deployment: Annotated[str, AfterValidator(_deployment_name)] = "keiyaku"
    """The worker deployment, as Temporal names it."""
    build_id: str | None = None
    """The version of this code; the image sets it. Without it workers have no version and every one takes every task.

    An execution stays with the version it began on, and goes on with the current one as a new run.
    """
    promote: bool = True
    """Whether a worker whose version has never been current makes it so; off: `keiyaku versions promote`."""
    moves_per_s: Annotated[float, Field(gt=0, le=10_000)] = 50
    """Executions a second that are brought to the current version, all workers together; also how many memberships a
    second are told that the programme has ended them."""

    spread_s: Annotated[float, Field(ge=0, le=21_600)] = 0
    """Over how many seconds the contracts and memberships of one midnight wake; a moved clock needs 0."""

    carrier_url_east: WebAddress = "http://127.0.0.1:8100"
    """Base of NTT East's door; `/EAST/filings` and the rest are appended."""
    carrier_url_west: WebAddress = "http://127.0.0.1:8100"
    carrier_secret: Annotated[SecretStr, AfterValidator(_signing_secret)] | None = None
    """Standard Webhooks secret of the carrier's callbacks; without it the keys file is asked.

    Several, separated by spaces, while one replaces another: any of them verifies, the stand-in signs with all.
    """
    carrier_names_filing: bool = False
    """Whether a filing's status must name its filing in the signed body; off for senders from before that field."""
    callback_url: WebAddress = "http://127.0.0.1:8000"
    """Base of our own API as the carrier sees it; read by the stand-in."""
    storage_url: WebAddress = "http://127.0.0.1:8100"
    """Base of the storage service; `/storage/{line_id}/…` is appended."""

    door_secret: Annotated[SecretStr, AfterValidator(_door_secret)] | None = None
    """What the doors key their hashes with; several, the newest first, while one replaces another.

    Without it one is made of the bearer keys in the keys file: then replacing a key forgets which requests repeat.
    """

    seals_required: bool = True
    """Whether a command from Temporal must bear the seal of a door of ours, or be one that operators may send there.

    Off while doors of a release that does not seal yet are served; then whoever reaches Temporal can act as anybody.
    """

    worker_relay: bool = True
    """Whether a worker delivers the outbox beside its queues; off where processes `keiyaku relay` do."""
    metrics_port: Port | None = None
    """Where a worker or a relay serves its `/metrics`; without it, nowhere. The API's are among its doors."""
    metrics_host: str = LOOPBACK
    """0.0.0.0 inside a container."""

    otlp_endpoint: WebAddress | None = None
    """Base of an OpenTelemetry collector (OTLP over HTTP); `/v1/traces` is appended. Without it nothing is traced."""
    log_format: Literal["plain", "json"] = "plain"
    """`json`: one object a line, with the ids of request, operation and entity, and no text of an error."""

    oidc_issuer: str | None = None
    """The OpenID Connect provider of persons, exactly as its tokens name it; without it only keys open the doors."""
    oidc_audience: str | None = None
    """What its tokens for us name as their audience."""
    oidc_role_claim: str = "roles"
    """The claim that holds `operator`, `backoffice` or `auditor`; dots lead into objects."""
    oidc_jwks_url: WebAddress | None = None
    """Where the provider's keys are; without it its discovery document says."""

    oidc_client_id: str | None = None
    """Our client at that provider: with it persons sign in at the desk; without it, with keys only."""
    oidc_client_secret: SecretStr | None = None
    """Of that client; without it it is a public one, for which PKCE stands."""
    oidc_session_min: Annotated[int, Field(ge=2, le=600)] = 30
    """Minutes for which the desk takes the provider's word of a person; from half of them on it is asked again, unseen.

    So long at most, somebody stays whose role was taken away there.
    """
    desk_url: WebAddress | None = None
    """Base of the doors as browsers see them, for the way back from the provider; without it, as the browser asked."""

    temporal_ui_url: WebAddress | None = None
    """Base of Temporal's Web UI, for links from the desk; a rehearsal home has its own."""

    webhook_url: WebAddress | None = None
    """Where CloudEvents of transitions go; without it none are written."""
    webhook_secret: Annotated[SecretStr, AfterValidator(_signing_secret)] | None = None
    """Standard Webhooks secret by which that receiver knows our events; an address needs one.

    Several, separated by spaces, while one replaces another: every event bears a signature of each.
    """

    keys_file: Path | None = None
    """Where the keys are; `keys_path` has the default."""

    smtp_host: str = LOOPBACK
    smtp_port: Port = 1025
    smtp_user: str | None = None
    smtp_password: SecretStr | None = None
    smtp_tls: Literal["none", "starttls", "tls"] = "none"
    mail_from: str = "WAKWAK <noreply@wakwak.example>"

    @classmethod
    def load(cls, **overrides: Any) -> Self:
        """Read the environment.

        Args:
            overrides: fields that win over the environment, by their Python names.

        Raises:
            SettingsError: a value is bad; every bad variable is named with its reason.
        """
        try:
            read = cls(**overrides)
        except ValidationError as error:
            raise SettingsError(joined(_reasons(error))) from None
        if (read.oidc_issuer is None) != (read.oidc_audience is None):
            issuer, audience = f"{PREFIX}OIDC_ISSUER", f"{PREFIX}OIDC_AUDIENCE"
            raise SettingsError(said("oidc_pair", issuer=issuer, audience=audience))
        if read.oidc_client_id is not None and read.oidc_issuer is None:
            client, issuer = f"{PREFIX}OIDC_CLIENT_ID", f"{PREFIX}OIDC_ISSUER"
            raise SettingsError(said("oidc_client", client=client, issuer=issuer))
        if read.rehearsal and read.spread_s:
            raise SettingsError(said("spread_rehearsing", variable=f"{PREFIX}SPREAD_S"))
        return read.model_copy(update={"home": read.home.expanduser().absolute()})

    @property
    def starts_at(self) -> datetime | None:
        """The business moment at which a new home begins; None for the real clock."""
        return None if self.clock == "real" else self.clock

    @property
    def desk_base(self) -> str | None:
        """Base of the desk for links from elsewhere; None: nobody said where browsers see it."""
        return self.desk_url or (f"http://{self.api_host}:{self.api_port}" if self.rehearsal else None)

    @property
    def keys_path(self) -> Path:
        """The keys file: `KEIYAKU_KEYS_FILE`, or `keys.json` of the home."""
        return self.keys_file or self.home.absolute() / "keys.json"

    def require_database_url(self) -> str:
        """The database, as SQLAlchemy reads it.

        Raises:
            SettingsError: no database is named.
        """
        if self.database_url is None:
            raise SettingsError(said("no_database", variable=f"{PREFIX}DATABASE_URL"))
        return self.database_url


def variable_of(field: str) -> str:
    """The environment variable of a field: `api_port` → `KEIYAKU_API_PORT`."""
    if field.lower() in {"temporal_address", "temporal_namespace"}:
        return field.upper()
    return field.upper() if field.upper().startswith(PREFIX) else f"{PREFIX}{field.upper()}"


def _reasons(error: ValidationError) -> list[Said]:
    """One sentence a bad variable, without the value: it may be a password."""
    reasons: dict[str, object] = {}
    for item in error.errors():  # a union reports each of its branches: the first says enough
        ours = item.get("ctx", {}).get("error")
        reasons.setdefault(variable_of(str(item["loc"][0])), ours or said("bad_value", why=item["msg"]))
    return [said("bad_setting", variable=variable, why=reason) for variable, reason in reasons.items()]
