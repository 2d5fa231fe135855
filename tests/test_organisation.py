"""The issuing unit: what names it, at what level, in what field; and what only looks like a unit's name."""

import json
import tomllib
from pathlib import Path

import pytest

from pipelines.facts import units as module
from pipelines.facts.readers import facts
from pipelines.facts.subject import Facts, Line
from pipelines.facts.units import units_in
from tests.subjects import subject

CASES = json.loads((Path(__file__).parent / "cases" / "organisation.json").read_text(encoding="utf-8"))
FIELDS = tomllib.loads(Path(module.__file__).with_name("fields.toml").read_text(encoding="utf-8"))


def read(title: str, text: str) -> Facts:
    return facts(subject(text, title))


@pytest.mark.parametrize(("title", "text", "name", "level", "field"), CASES["hits"])
def test_organisation(title: str, text: str, name: str, level: str | None, field: str) -> None:
    found = read(title, text)
    assert (found.get("organisation"), found.get("org_level"), found.get("org_field")) == (name, level, field)


@pytest.mark.parametrize(("title", "text"), CASES["look_alikes"])
def test_no_organisation(title: str, text: str) -> None:
    assert read(title, text).get("organisation") is None


@pytest.mark.parametrize(("title", "text", "name", "level", "field"), CASES["known_failures"])
@pytest.mark.xfail(strict=True)
def test_known_failures(title: str, text: str, name: str, level: str | None, field: str) -> None:
    found = read(title, text)
    assert (found.get("organisation"), found.get("org_level"), found.get("org_field")) == (name, level, field)


@pytest.mark.parametrize(("title", "text", "name", "level", "field"), CASES["hits"])
def test_the_span_holds_the_name(title: str, text: str, name: str, level: str | None, field: str) -> None:
    clue = read(title, text).first("organisation")
    assert clue and {"text": text, "title": title}[clue.where][clue.start : clue.end] == clue.value


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("发布时间:2019-05-06 来源:婺源县教育体育局", "婺源县教育体育局"),
        ("稿件来源: 县科协", None),
        ("来源:网友投稿", None),
        ("来源:婺源县融媒体中心", None),
        ("来源:中华合作时报", None),
    ],
)
def test_the_source_of_a_page(line: str, name: str | None) -> None:
    page = subject("我县山区面积大。", "学校建设情况")._replace(head=(Line(40, line),))
    clue = facts(page).first("organisation")
    assert (clue.value if clue else None) == name
    assert clue is None or line[clue.start - 40 : clue.end - 40] == name


def test_every_word_names_a_unit() -> None:
    for field, kinds in FIELDS.items():
        for word in [word for kind in kinds.values() for word in kind]:
            named = [unit.name for unit in units_in("XX县" + word)]
            assert named == ["XX县" + word], (field, word)


def test_no_word_is_in_two_kinds_of_one_list_twice() -> None:
    for field, kinds in FIELDS.items():
        for words in kinds.values():
            assert len(words) == len(set(words)), field
