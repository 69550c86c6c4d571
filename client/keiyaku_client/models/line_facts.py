from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define

from ..models.line_facts_billing_item import (
    LineFactsBillingItem,
    check_line_facts_billing_item,
)
from ..models.line_facts_brand import LineFactsBrand, check_line_facts_brand
from ..models.line_facts_discounts_item import (
    LineFactsDiscountsItem,
    check_line_facts_discounts_item,
)
from ..models.line_facts_operator import LineFactsOperator, check_line_facts_operator
from ..models.line_facts_service_type import (
    LineFactsServiceType,
    check_line_facts_service_type,
)
from ..types import UNSET, Unset

T = TypeVar("T", bound="LineFacts")


@_attrs_define
class LineFacts:
    """A line as in an application; its id is not needed.

    Attributes:
        operator (LineFactsOperator):
        brand (LineFactsBrand):
        service_type (LineFactsServiceType):
        line_id (None | str | Unset):
        holder_is_applicant (bool | Unset):  Default: True.
        billing (list[LineFactsBillingItem] | Unset):
        discounts (list[LineFactsDiscountsItem] | Unset):
        zutto_months (int | None | Unset):
        tax_exempt_embassy (bool | Unset):  Default: False.
    """

    operator: LineFactsOperator
    brand: LineFactsBrand
    service_type: LineFactsServiceType
    line_id: None | str | Unset = UNSET
    holder_is_applicant: bool | Unset = True
    billing: list[LineFactsBillingItem] | Unset = UNSET
    discounts: list[LineFactsDiscountsItem] | Unset = UNSET
    zutto_months: int | None | Unset = UNSET
    tax_exempt_embassy: bool | Unset = False

    def to_dict(self) -> dict[str, Any]:
        operator: str = self.operator

        brand: str = self.brand

        service_type: str = self.service_type

        line_id: None | str | Unset
        if isinstance(self.line_id, Unset):
            line_id = UNSET
        else:
            line_id = self.line_id

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
                "brand": brand,
                "service_type": service_type,
            }
        )
        if line_id is not UNSET:
            field_dict["line_id"] = line_id
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
        operator = check_line_facts_operator(d.pop("operator"))

        brand = check_line_facts_brand(d.pop("brand"))

        service_type = check_line_facts_service_type(d.pop("service_type"))

        def _parse_line_id(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        line_id = _parse_line_id(d.pop("line_id", UNSET))

        holder_is_applicant = d.pop("holder_is_applicant", UNSET)

        _billing = d.pop("billing", UNSET)
        billing: list[LineFactsBillingItem] | Unset = UNSET
        if _billing is not UNSET:
            billing = []
            for billing_item_data in _billing:
                billing_item = check_line_facts_billing_item(billing_item_data)

                billing.append(billing_item)

        _discounts = d.pop("discounts", UNSET)
        discounts: list[LineFactsDiscountsItem] | Unset = UNSET
        if _discounts is not UNSET:
            discounts = []
            for discounts_item_data in _discounts:
                discounts_item = check_line_facts_discounts_item(discounts_item_data)

                discounts.append(discounts_item)

        def _parse_zutto_months(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        zutto_months = _parse_zutto_months(d.pop("zutto_months", UNSET))

        tax_exempt_embassy = d.pop("tax_exempt_embassy", UNSET)

        line_facts = cls(
            operator=operator,
            brand=brand,
            service_type=service_type,
            line_id=line_id,
            holder_is_applicant=holder_is_applicant,
            billing=billing,
            discounts=discounts,
            zutto_months=zutto_months,
            tax_exempt_embassy=tax_exempt_embassy,
        )

        return line_facts
