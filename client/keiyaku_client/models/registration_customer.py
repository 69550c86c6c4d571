from typing import Literal

RegistrationCustomer = Literal["CORPORATE", "INDIVIDUAL"]

REGISTRATION_CUSTOMER_VALUES: set[RegistrationCustomer] = {
    "CORPORATE",
    "INDIVIDUAL",
}


def check_registration_customer(value: str) -> RegistrationCustomer:
    if value in REGISTRATION_CUSTOMER_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {REGISTRATION_CUSTOMER_VALUES!r}")
