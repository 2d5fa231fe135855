"""Places: the unit's own and no other, under the name and code of the document's date."""

import json
from pathlib import Path
from typing import Any

import pytest

from pipelines.facts.divisions import STILL, all_divisions, mentions, named, place_of
from pipelines.facts.place import resolve, year_of
from pipelines.facts.readers import facts
from pipelines.facts.subject import Clue, Facts
from pipelines.facts.towns import Town, county_of
from tests.subjects import subject

CASES = json.loads((Path(__file__).parent / "cases" / "place.json").read_text(encoding="utf-8"))


def read(case: dict[str, Any]) -> Facts:
    return facts(subject(case["text"], case.get("title", "")))


def known(**values: str) -> Facts:
    return Facts(Clue(column, value, "", 0, 0, value) for column, value in values.items())


@pytest.mark.parametrize("case", CASES["hits"], ids=lambda case: case["name"])
def test_place(case: dict[str, Any]) -> None:
    found = read(case)
    assert (found.get("place_code"), found.get("place")) == (case["code"], case["place"])


@pytest.mark.parametrize("case", CASES["hits"], ids=lambda case: case["name"])
def test_its_evidence_lies_in_what_it_names(case: dict[str, Any]) -> None:
    clue = read(case).first("place")
    words = {"text": case["text"], "title": case.get("title", "")}
    assert clue and words[clue.where][clue.start : clue.end] in clue.evidence
    assert clue.start < clue.end


@pytest.mark.parametrize(("name", "text"), CASES["look_alikes"])
def test_no_place(name: str, text: str) -> None:
    assert facts(subject(text)).get("place") is None


@pytest.mark.parametrize("case", CASES["known_failures"], ids=lambda case: case["name"])
@pytest.mark.xfail(strict=True)
def test_known_failures(case: dict[str, Any]) -> None:
    assert read(case).get("place_code") == case["code"]


# Every fiftieth county of today, with what a unit of another place may write of it.
COUNTIES = [one.name for one in all_divisions() if one.until == STILL and not one.code.endswith("00")][::50]
ELSEWHERE = (
    "组织人员赴{}考察学习。",
    "{}妇联来我县交流经验。",
    "本人生于{},现任某中学教师。",
    "对口支援{},选派干部12名。",
    "与{}结为友好单位。",
    "参加了在{}举办的全国培训班。",
    "产品远销{}等地。",
    "向{}灾区捐款3万元。",
)


@pytest.mark.parametrize("told", ELSEWHERE)
def test_no_county_is_the_units_for_being_told_of(told: str) -> None:
    for name in COUNTIES:
        assert facts(subject(told.format(name) + "发放资料2000份。")).get("place") is None, name


@pytest.mark.parametrize("where", ["{}人民政府", "中共{}委办公室", "{}教育局"])
def test_a_county_that_signs_is_the_units(where: str) -> None:
    for name in COUNTIES:
        code = facts(subject(f"任务全部完成。\n\n{where.format(name)}\n2024年12月8日")).get("place_code")
        same = {one.code for one in named(name) if one.until == STILL}
        assert code in same if len(same) == 1 else code is None, name


@pytest.mark.parametrize(
    ("text", "level"),
    [
        ("市科协为水寨街道居民义诊,在丁集镇举办讲座。\n\nxx市科学技术协会\n2024年6月25日", "县"),
        ("我市(临沂)开展了活动。\n\nxx市科学技术协会\n2024年6月25日", "市"),
        ("认真开展了活动。\n\nxx市科学技术协会\n2024年6月25日", None),
        ("为建设和谐和美新象州做出贡献。\n\nxx市科学技术协会\n2024年6月25日", None),
    ],
)
def test_the_place_tells_the_level_of_a_city(text: str, level: str | None) -> None:
    assert facts(subject(text)).get("org_level") == level


def test_towns_tell_a_county_only_where_chance_could_not() -> None:
    def borne(*counties: int) -> dict[str, Town]:
        return {
            f"{n}镇": Town(n, n + 1, frozenset(["1", *map(str, range(1000 * n, 1000 * n + more))]))
            for n, more in enumerate(counties, 2)
        }

    assert county_of(borne(0, 3)) is not None
    assert county_of(borne(3, 13)) is None
    assert county_of(borne(3, 13, 20)) is not None
    assert county_of(borne(70, 80, 90)) is None
    assert county_of(borne(0)) is None
    assert county_of({**borne(0, 0), "9镇": Town(9, 10, frozenset("2")), "8镇": Town(8, 9, frozenset("3"))}) is None


def test_every_division_lies_in_a_province_of_its_time() -> None:
    for text in ("沂水县", "港北区", "鼓楼区", "石河子市", "三沙市", "长阳土家族自治县"):
        for one in named(text):
            for year in (one.since, min(one.until, 2025)):
                place = place_of(one, year)
                assert place.province[-1] in "省区市"
                assert place.name.startswith(place.province) and place.name.endswith(one.name)


def test_a_name_without_a_year_is_the_latest() -> None:
    assert [one.code for one in [resolve(("公主岭市",), None), resolve(("公主岭市",), 2000)] if one] == [
        "220184",
        "220381",
    ]
    assert resolve(("鼓楼区",), 2010) is None
    assert resolve(("鼓楼区",), 2010, ["福州市"]) == resolve(("福州市", "鼓楼区"), 2010) != None  # noqa: E711


@pytest.mark.parametrize(
    ("values", "year"),
    [
        ({"signed_on": "2012-01-06", "title_year": "2020"}, 2012),
        ({"period_to": "2011", "title_year": "2020"}, 2011),
        ({"era_from": "2005-10", "era_to": "2006-10", "title_year": "2022"}, 2005),
        ({"era_from": "2017-10", "title_year": "2022"}, 2022),
        ({"title_year": "2022"}, 2022),
        ({}, None),
    ],
)
def test_year(values: dict[str, str], year: int | None) -> None:
    assert year_of(known(**values)) == year


def test_names_of_places_stand_in_order() -> None:
    text = "湖北省丹江口市和积石山保安族东乡族撒拉族自治县"
    assert [text[one.start : one.end] for one in mentions(text)] == [
        "湖北省",
        "丹江口市",
        "积石山保安族东乡族撒拉族自治县",
    ]
