from typing import Literal

GetContractWhatIfWaiverType0 = Literal["death", "line_name_change", "line_unusable"]

GET_CONTRACT_WHAT_IF_WAIVER_TYPE_0_VALUES: set[GetContractWhatIfWaiverType0] = {
    "death",
    "line_name_change",
    "line_unusable",
}


def check_get_contract_what_if_waiver_type_0(value: str) -> GetContractWhatIfWaiverType0:
    if value in GET_CONTRACT_WHAT_IF_WAIVER_TYPE_0_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {GET_CONTRACT_WHAT_IF_WAIVER_TYPE_0_VALUES!r}")
