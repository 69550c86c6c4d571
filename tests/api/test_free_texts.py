"""Every text that a door takes is said by a life of the erasure test: a new one cannot be forgotten."""

from __future__ import annotations

from api.app import published
from tests.whole.canaries import free_texts
from tests.whole.canary_lives import HOUSES_OWN, TOLD_ELSEWHERE, example_of, put


def test_every_free_text_of_the_document_gets_a_word() -> None:
    """Each is found in the document and can be said in its example; what is left out is named, with who says it."""
    document = published()
    found = free_texts(document)
    swept = {each: fields for each, fields in found.items() if each not in TOLD_ELSEWHERE}
    swept = {each: fields for each, fields in swept.items() if not each[1].startswith(HOUSES_OWN)}
    assert set(TOLD_ELSEWHERE) <= set(found)
    assert {"reason", "on_behalf_of"} <= swept["POST", "/v1/exchanges/{exchange_id}/outcome"]
    for (method, path), fields in swept.items():
        body = example_of(document, method, path)
        for field in fields:
            put(body, field.split("."), f"word of {field}")
        assert str(body).count("word of") == len(fields), (method, path)
