from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define

from ..models.line_body_billing_item import (
    LineBodyBillingItem,
    check_line_body_billing_item,
)
from ..models.line_body_brand import LineBodyBrand, check_line_body_brand
from ..models.line_body_discounts_item import (
    LineBodyDiscountsItem,
    check_line_body_discounts_item,
)
from ..models.line_body_operator import LineBodyOperator, check_line_body_operator
from ..models.line_body_service_type import (
    LineBodyServiceType,
    check_line_body_service_type,
)
from ..types import UNSET, Unset

T = TypeVar("T", bound="LineBody")


@_attrs_define
class LineBody:
    """The フレッツ光 line; `line_id` is null when NTT-ME files for a new one.

    Attributes:
        operator (LineBodyOperator):
        line_id (None | str | Unset):
        brand (LineBodyBrand | Unset):  Default: 'NEXT'.
        service_type (LineBodyServiceType | Unset):  Default: 'FAMILY'.
        holder_is_applicant (bool | Unset):  Default: True.
        billing (list[LineBodyBillingItem] | Unset):
        discounts (list[LineBodyDiscountsItem] | Unset):
        zutto_months (int | None | Unset):
        tax_exempt_embassy (bool | Unset):  Default: False.
    """

    operator: LineBodyOperator
    line_id: None | str | Unset = UNSET
    brand: LineBodyBrand | Unset = "NEXT"
    service_type: LineBodyServiceType | Unset = "FAMILY"
    holder_is_applicant: bool | Unset = True
    billing: list[LineBodyBillingItem] | Unset = UNSET
    discounts: list[LineBodyDiscountsItem] | Unset = UNSET
    zutto_months: int | None | Unset = UNSET
    tax_exempt_embassy: bool | Unset = False

    def to_dict(self) -> dict[str, Any]:
        operator: str = self.operator

        line_id: None | str | Unset
        if isinstance(self.line_id, Unset):
            line_id = UNSET
        else:
            line_id = self.line_id

        brand: str | Unset = UNSET
        if not isinstance(self.brand, Unset):
            brand = self.brand

        service_type: str | Unset = UNSET
        if not isinstance(self.service_type, Unset):
            service_type = self.service_type

        holder_is_applicant = self.holder_is_applicant

        billing: list[str] | Unset = UNSET
        if not isinstance(self.billing, Unset):
            billing = []
            for billing_item_data in self.billing:
                billing_item: str = billing_item_data
                billing.append(billing_item)

        discounts: list[str] | Unset = UNSET
        if not isinstance(self.discounts, Unset):
            discounts = []
            for discounts_item_data in self.discounts:
                discounts_item: str = discounts_item_data
                discounts.append(discounts_item)

        zutto_months: int | None | Unset
        if isinstance(self.zutto_months, Unset):
            zutto_months = UNSET
        else:
            zutto_months = self.zutto_months

        tax_exempt_embassy = self.tax_exempt_embassy

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "operator": operator,
            }
        )
        if line_id is not UNSET:
            field_dict["line_id"] = line_id
        if brand is not UNSET:
            field_dict["brand"] = brand
        if service_type is not UNSET:
            field_dict["service_type"] = service_type
        if holder_is_applicant is not UNSET:
            field_dict["holder_is_applicant"] = holder_is_applicant
        if billing is not UNSET:
            field_dict["billing"] = billing
        if discounts is not UNSET:
            field_dict["discounts"] = discounts
        if zutto_months is not UNSET:
            field_dict["zutto_months"] = zutto_months
        if tax_exempt_embassy is not UNSET:
            field_dict["tax_exempt_embassy"] = tax_exempt_embassy

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        operator = check_line_body_operator(d.pop("operator"))

        def _parse_line_id(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        line_id = _parse_line_id(d.pop("line_id", UNSET))

        _brand = d.pop("brand", UNSET)
        brand: LineBodyBrand | Unset
        if isinstance(_brand, Unset):
            brand = UNSET
        else:
            brand = check_line_body_brand(_brand)

        _service_type = d.pop("service_type", UNSET)
        service_type: LineBodyServiceType | Unset
        if isinstance(_service_type, Unset):
            service_type = UNSET
        else:
            service_type = check_line_body_service_type(_service_type)

        holder_is_applicant = d.pop("holder_is_applicant", UNSET)

        _billing = d.pop("billing", UNSET)
        billing: list[LineBodyBillingItem] | Unset = UNSET
        if _billing is not UNSET:
            billing = []
            for billing_item_data in _billing:
                billing_item = check_line_body_billing_item(billing_item_data)

                billing.append(billing_item)

        _discounts = d.pop("discounts", UNSET)
        discounts: list[LineBodyDiscountsItem] | Unset = UNSET
        if _discounts is not UNSET:
            discounts = []
            for discounts_item_data in _discounts:
                discounts_item = check_line_body_discounts_item(discounts_item_data)

                discounts.append(discounts_item)

        def _parse_zutto_months(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        zutto_months = _parse_zutto_months(d.pop("zutto_months", UNSET))

        tax_exempt_embassy = d.pop("tax_exempt_embassy", UNSET)

        line_body = cls(
            operator=operator,
            line_id=line_id,
            brand=brand,
            service_type=service_type,
            holder_is_applicant=holder_is_applicant,
            billing=billing,
            discounts=discounts,
            zutto_months=zutto_months,
            tax_exempt_embassy=tax_exempt_embassy,
        )

        return line_body
