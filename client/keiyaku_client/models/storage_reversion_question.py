from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define

from ..models.support_service import SupportService, check_support_service
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.file_facts import FileFacts


T = TypeVar("T", bound="StorageReversionQuestion")


@_attrs_define
class StorageReversionQuestion:
    """What happens to the storage of a member whose membership ends on a day?

    Attributes:
        ended_on (datetime.date):
        services (list[SupportService] | None | Unset):
        capacity_gb (float | None | str | Unset):
        files (list[FileFacts] | None | Unset):
    """

    ended_on: datetime.date
    services: list[SupportService] | None | Unset = UNSET
    capacity_gb: float | None | str | Unset = UNSET
    files: list[FileFacts] | None | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        ended_on = self.ended_on.isoformat()

        services: list[str] | None | Unset
        if isinstance(self.services, Unset):
            services = UNSET
        elif isinstance(self.services, list):
            services = []
            for services_type_0_item_data in self.services:
                services_type_0_item: str = services_type_0_item_data
                services.append(services_type_0_item)

        else:
            services = self.services

        capacity_gb: float | None | str | Unset
        if isinstance(self.capacity_gb, Unset):
            capacity_gb = UNSET
        else:
            capacity_gb = self.capacity_gb

        files: list[dict[str, Any]] | None | Unset
        if isinstance(self.files, Unset):
            files = UNSET
        elif isinstance(self.files, list):
            files = []
            for files_type_0_item_data in self.files:
                files_type_0_item = files_type_0_item_data.to_dict()
                files.append(files_type_0_item)

        else:
            files = self.files

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "ended_on": ended_on,
            }
        )
        if services is not UNSET:
            field_dict["services"] = services
        if capacity_gb is not UNSET:
            field_dict["capacity_gb"] = capacity_gb
        if files is not UNSET:
            field_dict["files"] = files

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.file_facts import FileFacts  # noqa: PLC0415

        d = dict(src_dict)
        ended_on = datetime.date.fromisoformat(d.pop("ended_on"))

        def _parse_services(data: object) -> list[SupportService] | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, list):
                    raise TypeError()
                services_type_0 = []
                _services_type_0 = data
                for services_type_0_item_data in _services_type_0:
                    services_type_0_item = check_support_service(services_type_0_item_data)

                    services_type_0.append(services_type_0_item)

                return services_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(list[SupportService] | None | Unset, data)

        services = _parse_services(d.pop("services", UNSET))

        def _parse_capacity_gb(data: object) -> float | None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(float | None | str | Unset, data)

        capacity_gb = _parse_capacity_gb(d.pop("capacity_gb", UNSET))

        def _parse_files(data: object) -> list[FileFacts] | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, list):
                    raise TypeError()
                files_type_0 = []
                _files_type_0 = data
                for files_type_0_item_data in _files_type_0:
                    files_type_0_item = FileFacts.from_dict(files_type_0_item_data)

                    files_type_0.append(files_type_0_item)

                return files_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(list[FileFacts] | None | Unset, data)

        files = _parse_files(d.pop("files", UNSET))

        storage_reversion_question = cls(
            ended_on=ended_on,
            services=services,
            capacity_gb=capacity_gb,
            files=files,
        )

        return storage_reversion_question
