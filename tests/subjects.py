"""Subjects for the tests of facts: a text and its title, as the corridor would hand them on."""

from pipelines.facts.signature import signature
from pipelines.facts.subject import Subject
from pipelines.script import fold


def subject(text: str, title: str = "", page_title: str = "", parts: int = 1) -> Subject:
    signed = signature(text.split("\n"))
    return Subject("http://a.test/1.html", "a.test", page_title, (), title, text, fold(text), 1, parts, signed)
