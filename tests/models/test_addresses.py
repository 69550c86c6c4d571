"""One grammar for addresses of e-mail, at the door and at the mailer."""

from __future__ import annotations

from email.message import EmailMessage
from smtplib import quoteaddr

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from models.texts.addresses import AddressError, parse

STRANGE = [
    "taro@[x.jp",
    "taro(x)@example.jp",
    "taro@example.jp(x)",
    '"taro"@example.jp',
    "Taro <taro@example.jp>",
    "taro@example.jp, other@example.jp",
    "taro@example.jp\r\nBcc: other@example.jp",
    "a..b@example.jp",
    "x.@example.jp",
    "taro@[192.0.2.1]",
    "taro@localhost",
    "taro@example",
    "@example.jp",
    "taro@",
    "taro\u200b@example.jp",
    "taro%other.jp@example.jp",
    "other.jp!taro@example.jp",
    "=?utf-8?q?taro=40other.jp=2C?=@example.jp",
    "ｔａｒｏ@example.jp",
    "taro@127.0.0.1",
    "taro@localhost.localdomain",
    "a" * 65 + "@example.jp",
    "taro@" + "a" * 250 + ".jp",
]


@pytest.mark.parametrize("text", STRANGE)
def test_what_readers_of_mail_would_read_differently_is_no_address(text: str) -> None:
    """Comments, names, literals, second addresses and broken texts are refused with a reason that repeats nothing."""
    with pytest.raises(AddressError) as refused:
        parse(text)
    assert text not in str(refused.value)


@pytest.mark.parametrize(
    ("text", "wire"),
    [
        ("taro@example.jp", "taro@example.jp"),
        ("Taro.Yamada+wakwak@EXAMPLE.co.jp", "Taro.Yamada+wakwak@example.co.jp"),
        ("taro@例え.jp", "taro@xn--r8jz45g.jp"),
        ("a..b@docomo.ne.jp", '"a..b"@docomo.ne.jp'),
        ("x.@ezweb.ne.jp", '"x."@ezweb.ne.jp'),
        (".x@c.vodafone.ne.jp", '".x"@c.vodafone.ne.jp'),
        ("plain@docomo.ne.jp", "plain@docomo.ne.jp"),
    ],
)
def test_an_address_stands_in_envelope_and_header_as_the_standard_wants_it(text: str, wire: str) -> None:
    """Old mobile forms are quoted; the envelope names the very mailbox."""
    found = parse(text)
    assert found.wire == wire
    assert quoteaddr(found.wire) == f"<{wire}>"
    message = EmailMessage()
    message["To"] = found.wire
    assert [each.username for each in message["To"].addresses] == [found.local]


@given(
    st.text(alphabet='ab.@()<>[]",;:\\ \t\r\n%!=?_q', max_size=20),
    st.sampled_from(["@example.jp", "@docomo.ne.jp", ""]),
)
@example("=?utf-8?q?a=40b=2C?=", "@docomo.ne.jp")
def test_whatever_is_taken_reaches_one_mailbox_and_no_other(text: str, domain: str) -> None:
    """What parses is the same mailbox in envelope and header; nothing else than `AddressError` is ever raised."""
    try:
        found = parse(text + domain)
    except AddressError:
        return
    assert quoteaddr(found.wire) == f"<{found.wire}>"
    message = EmailMessage()
    message["To"] = found.wire
    assert [(each.username, each.domain) for each in message["To"].addresses] == [(found.local, found.domain)]
