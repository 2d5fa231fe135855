"""A clean document stays as it is: nothing is cut, nothing is repaired, in either script."""

from functools import cache

import pytest
from opencc import OpenCC

from pipelines.document import Knowledge, Outcome, Page, PageRules
from pipelines.process import restore
from sample.model import Text
from sample.texts import load

TEXTS = load()


@cache
def to_traditional(text: str) -> str:
    return str(OpenCC("s2t").convert(text))


def restored(title: str, body: str) -> Outcome:
    return restore(
        (Page("http://www.example.test/1.html", f"{title}\n{body}".encode(), "text/plain"),), Knowledge(), PageRules()
    )


@pytest.mark.parametrize("text", TEXTS, ids=lambda text: text.key)
def test_a_clean_document_is_left_alone(text: Text) -> None:
    (document,) = restored(text.title, text.body).documents
    assert (document.title, document.text) == (text.title, text.body)
    assert document.text_hans == text.body
    signed_by = text.signed_by.removeprefix("述职人：")
    assert (document.signed_by or "", document.signed_on or "") == (signed_by, text.signed_on)
    assert document.status == "complete"


@pytest.mark.parametrize("text", TEXTS, ids=lambda text: text.key)
def test_a_clean_traditional_document_is_left_alone(text: Text) -> None:
    title, body = to_traditional(text.title), to_traditional(text.body)
    (document,) = restored(title, body).documents
    assert (document.title, document.text) == (title, body)
