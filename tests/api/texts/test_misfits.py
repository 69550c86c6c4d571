"""What is wrong with one entry is told in the language of who entered it."""

from __future__ import annotations

from typing import Any, get_args

import pytest
from pydantic import TypeAdapter, ValidationError
from pydantic_core.core_schema import ErrorType

from api.contracts.choices import Topic
from api.doors.fields import Day, Email, LineId, Moment, Phone, Text
from api.wire.misfits import OWN, named
from rules.explain.articles import misfits


def test_every_misfit_that_is_told_exists() -> None:
    """Each kind is one of the library's, and has its words."""
    assert sorted(misfits().keys() - set(get_args(ErrorType)) - OWN) == []
    assert all(misfits().values())


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        (Day, "２０１９-04-25", "日付は半角で"),
        (Day, "1989-12-31", "1990年から2199年"),
        (Moment, "tomorrow", "時差を付けて"),
        (Moment, "2200-01-01T00:00:00+09:00", "1990年から2199年"),
        (Text, "山田\u200b太郎", "目に見えない文字"),
        (Email, "taro@[x.jp", "メールアドレスの形"),
        (LineId, "?", "回線番号の形"),
        (LineId, "1" * 201, "回線番号の形"),
        (Topic, "件名", "text に入力"),
        (Phone, "abc", "電話番号は数字"),
    ],
)
def test_what_we_look_at_ourselves_is_told_in_words_of_its_own(field: Any, value: str, said: str) -> None:
    """What to enter instead, and not only that this cannot be used; nothing of the value is told back."""
    with pytest.raises(ValidationError) as refused:
        TypeAdapter(field).validate_python(value)
    (told,) = named(refused.value.errors())
    assert said in told["message"]
    assert value not in told["problem"]
