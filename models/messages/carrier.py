"""What NTT-ME and NTT East and West tell each other (W-08.1, W-13.1): the only module both sides know.

Ours to them refuses unknown fields, because nothing outside the agreed kinds may be sent (W-13.1). Theirs to us
ignores unknown fields, because NTT may add some. Identifiers, codes and moments are bounded, so that every message
that parses can also be stored and answered.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated, Any, Literal, Self

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    JsonValue,
    StrictBool,
    StringConstraints,
    model_validator,
)

from models.bounds import Day, Moment, MonthText
from models.texts.line_id import LineId

__all__ = ["LineId", "Moment"]

CarrierArea = Literal["EAST", "WEST"]
"""NTT's side; in documents, columns and paths `operator`, which in code is a person who decides."""
Brand = Literal["B", "PREMIUM", "NEXT", "LIGHT"]
ServiceType = Literal["FAMILY", "MANSION", "BUSINESS"]
Billing = Literal["GROUP_LUMP", "MY_BILLING", "AT_BILLING"]
Discount = Literal["SCHOOL", "ATTO", "ZUTTO"]

FilingStatus = Literal[
    "accepted",
    "defect",
    "negotiating",
    "waiting_facility",
    "date_adjusting",
    "waiting_work",
    "opened",
    "cancelled",
    "not_available",
    "type_changed",
]
"""受付, 不備, 折衝中, 設備待ち, 工事日調整, 工事待ち, 開通, 注文取り消し, 提供不可; last, NTT changed the type."""

LineNoticeKind = Literal[
    "service_type_changed",
    "terminated",
    "end_notified",
    "name_changed",
    "unusable",
    "excluded",
    "conversion",
    "moved_operator",
    "ninen_wari_started",
    "ninen_wari_cancelled",
    "line_statement",
    "brand_changed",
    "discounts_changed",
    "tax_status_changed",
]

StatementCode = Literal[
    "FLETS", "CONSTRUCTION", "TELEPHONE", "HIKARI_DENWA", "ON_DEMAND", "EQUIPMENT", "CAMPAIGN_DENIED"
]

MessageKind = Literal[
    "FILING_STATUS",
    "LINE_CHANGE",
    "CONTRACT",
    "INQUIRY",
    "PAYMENT_STATUS",
    "LINE_CHARGES",
    "DIRECT_BILLING",
    "DIRECT_BILLING_WITHDRAWN",
    "FEE_PAYMENT",
]

Identifier = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.:-]{0,119}$")]
Code = Annotated[str, StringConstraints(pattern=r"^[A-Z0-9][A-Z0-9_]{0,59}$")]
ShortText = Annotated[str, StringConstraints(min_length=1, max_length=400)]


class Outgoing(BaseModel):
    """Ours to NTT: immutable, and with no field outside the agreed ones (W-13.1)."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Incoming(BaseModel):
    """NTT's to us: immutable; fields we do not know are left out."""

    model_config = ConfigDict(extra="ignore", frozen=True)


# --- ours to NTT ----------------------------------------------------------------------------------------------------


class Applicant(Outgoing):
    """Whom NTT calls about the work, and where the line goes."""

    name: ShortText
    name_kana: str | None = Field(default=None, max_length=400)
    email: str | None = Field(default=None, max_length=400)
    phone: str | None = Field(default=None, max_length=60)
    postal_code: str | None = Field(default=None, max_length=20)
    address: ShortText


class FilingRequest(Outgoing):
    """One agency filing (代行申込) of a new line (W-08.1).

    The same filing is sent again, byte for byte in meaning, until an answer arrives: NTT knows it by `filing_id`.
    """

    filing_id: Identifier
    contract_id: Identifier
    kind: Literal["NEW"] = "NEW"
    """Changes and cancellations of a line are never filed by NTT-ME (W-08.5)."""
    filed_at: Moment
    """The business moment of the filing, from which NTT's steps count."""
    applicant: Applicant
    brand: Brand
    service_type: ServiceType
    wished_dates: list[Day] = Field(default_factory=list, max_length=10)
    correction: dict[str, JsonValue] | None = None
    """What an operator corrected before the filing was first sent."""


class FilingCancellation(Outgoing):
    """The applicant withdrew before the work day; `at` is the business moment."""

    at: Moment
    reason: str | None = Field(default=None, max_length=400)


class FilingCorrection(Outgoing):
    """Corrected fields after a defect (不備); `at` is the business moment. Known to NTT by `correction_id`."""

    correction_id: Identifier
    at: Moment
    fields: dict[str, JsonValue]


class LineCheck(Outgoing):
    """Asks which line a browser is on; answered with a `LineCheckResult`, or 404 for a token NTT never issued."""

    line_token: Annotated[str, StringConstraints(min_length=1, max_length=400)]


class LineCheckResult(Incoming):
    """The line on which the token's browser is."""

    line_id: LineId


class LineTokenRequest(Outgoing):
    """Asks for what NTT's network would hand to a browser on this line."""

    line_id: LineId


class OutgoingMessage(Outgoing):
    """One notice to NTT of an agreed kind (W-13.1a-e, W-25.1f), delivered at least once under `message_id`."""

    message_id: Identifier
    kind: MessageKind
    line_id: LineId | None = None
    contract_id: Identifier | None = None
    at: Moment
    body: dict[str, JsonValue] = Field(default_factory=dict)


# --- NTT to us ------------------------------------------------------------------------------------------------------


class FilingStatusMessage(Incoming):
    """Where a filing stands; every message carries the whole known state, and a higher `sequence` is newer."""

    filing_id: Identifier | None = None
    """The filing it is about: signed with the rest, so that it serves no other filing. None: of senders before it."""
    sequence: int = Field(ge=1, le=1_000_000)
    status: FilingStatus
    occurred_at: Moment
    work_on: Day | None = None
    opened_on: Day | None = None
    line_id: LineId | None = None
    service_type: Code | None = None
    defects: list[Code] | None = Field(default=None, max_length=50)
    reason: str | None = Field(default=None, max_length=2000)


class NoDetails(Incoming):
    """The kind and the day say everything."""


class ServiceTypeChanged(Incoming):
    """The line's type changed, by the customer (W-09.3, W-21.2) or by NTT (W-04.2)."""

    service_type: Code
    by: Literal["customer", "ntt"]


class EndNotified(Incoming):
    """The line's end was notified to NTT."""

    reason: Literal["name_change", "other"]


class Unusable(Incoming):
    """The line cannot be used; `attributable` to the contractor or not."""

    attributable: StrictBool


class Excluded(Incoming):
    """A billing way or a discount that the course excludes is now on the line."""

    billing: list[Billing] = Field(max_length=10)
    discounts: list[Discount] = Field(max_length=10)


class MovedOperator(Incoming):
    """The line moved to this area."""

    operator: CarrierArea


class BrandChanged(Incoming):
    """The line became another brand of フレッツ光, by the customer or by NTT itself (A-38, F-26)."""

    brand: Brand
    by: Literal["customer", "ntt"]


class DiscountsChanged(Incoming):
    """All discounts on the line now, and how long the ずっと割引 was applied for, in months (W-19.3, A-45, A-46)."""

    discounts: list[Discount] = Field(max_length=10)
    zutto_months: int | None = Field(default=None, strict=True, ge=1, le=600)


class TaxStatusChanged(Incoming):
    """Whether the line's charges are free of consumption tax as an embassy's (W-06.2a, W-19.2a, A-46)."""

    tax_exempt_embassy: StrictBool


class StatementItem(Incoming):
    """One charge of the line in yen, tax excluded."""

    code: StatementCode
    amount: int = Field(strict=True, ge=-100_000_000, le=100_000_000)


class LineStatement(Incoming):
    """The line's charges of one month (W-25.1f)."""

    month: MonthText
    items: list[StatementItem] = Field(max_length=200)


LineDetails = (
    NoDetails
    | ServiceTypeChanged
    | EndNotified
    | Unusable
    | Excluded
    | MovedOperator
    | BrandChanged
    | DiscountsChanged
    | TaxStatusChanged
    | LineStatement
)

DETAILS: Mapping[LineNoticeKind, type[LineDetails]] = MappingProxyType(
    {
        "service_type_changed": ServiceTypeChanged,
        "terminated": NoDetails,
        "end_notified": EndNotified,
        "name_changed": NoDetails,
        "unusable": Unusable,
        "excluded": Excluded,
        "conversion": NoDetails,
        "moved_operator": MovedOperator,
        "ninen_wari_started": NoDetails,
        "ninen_wari_cancelled": NoDetails,
        "line_statement": LineStatement,
        "brand_changed": BrandChanged,
        "discounts_changed": DiscountsChanged,
        "tax_status_changed": TaxStatusChanged,
    }
)
"""The shape of `details` of each kind of line notice."""


class LineNotice(Incoming):
    """Something happened to a line; one notice serves every contract and membership on it (W-13.1b)."""

    notice_id: Identifier
    line_id: LineId
    kind: LineNoticeKind
    effective_on: Day
    """The Japan day it takes effect; may be past or ahead."""
    details: dict[str, Any] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _details_fit_the_kind(self) -> Self:
        # What the kind does not know is not kept either: it may be anything.
        kept = self.typed_details().model_dump(mode="json", exclude_unset=True)
        self.details.clear()
        self.details.update(kept)
        return self

    def typed_details(self) -> LineDetails:
        """The details in the shape of their kind.

        Raises:
            ValueError: they do not fit (never after the notice itself has been parsed).
        """
        return DETAILS[self.kind].model_validate(self.details)


# --- the storage service --------------------------------------------------------------------------------------------


class StoredFile(Outgoing):
    """One file of a line's storage; size in GB."""

    id: Identifier
    stored_at: Moment | Day
    gb: float = Field(ge=0, le=1_000_000, allow_inf_nan=False)


class StorageCapacity(Outgoing):
    """The capacity of a line's storage in GB, the perk's 5 GB included while it is on."""

    capacity_gb: float = Field(ge=0, le=1_000_000, allow_inf_nan=False)
    at: Moment | None = None
    reason: str | None = Field(default=None, max_length=400)


class StorageDeletion(Outgoing):
    """Delete these files at a business moment, and why; an id already deleted is not deleted again."""

    ids: list[Identifier] = Field(max_length=100_000)
    at: Moment
    reason: ShortText
