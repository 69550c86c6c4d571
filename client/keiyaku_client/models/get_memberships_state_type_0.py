from typing import Literal

GetMembershipsStateType0 = Literal["active", "ended_programme", "ineligible", "left"]

GET_MEMBERSHIPS_STATE_TYPE_0_VALUES: set[GetMembershipsStateType0] = {
    "active",
    "ended_programme",
    "ineligible",
    "left",
}


def check_get_memberships_state_type_0(value: str) -> GetMembershipsStateType0:
    if value in GET_MEMBERSHIPS_STATE_TYPE_0_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {GET_MEMBERSHIPS_STATE_TYPE_0_VALUES!r}")
