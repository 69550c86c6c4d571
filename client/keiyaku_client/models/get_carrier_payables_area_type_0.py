from typing import Literal

GetCarrierPayablesAreaType0 = Literal["EAST", "WEST"]

GET_CARRIER_PAYABLES_AREA_TYPE_0_VALUES: set[GetCarrierPayablesAreaType0] = {
    "EAST",
    "WEST",
}


def check_get_carrier_payables_area_type_0(value: str) -> GetCarrierPayablesAreaType0:
    if value in GET_CARRIER_PAYABLES_AREA_TYPE_0_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {GET_CARRIER_PAYABLES_AREA_TYPE_0_VALUES!r}")
