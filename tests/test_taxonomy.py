"""The taxonomy is whole and true: every code is answered by names that the corridor writes, and it writes no others."""

import json
from pathlib import Path

import archive_cases
import pytest
from click.testing import CliRunner, Result
from rule_names import acted, literals, written
from test_golden import FOLDERS, outcome
from test_sample_law import outcomes

from archive.__main__ import main
from archive.counts import handled
from archive.phenomena import COLOURS, KINDS, SECTIONS
from archive.store import Fetch, add, add_fetch, begin_crawl, open_archive
from pipelines.document import COLUMNS, Knowledge, Page, PageRules
from pipelines.process import restore
from pipelines.taxonomy import BOOKKEEPING, PHENOMENA, VOTE, Handler, Phenomenon, codes, handlers

# All codes of the study, section by section.
CODES = {
    "1A": "NAV CHROME TS HIT SRC AUTH SHR CTR META TTLR LEAD INTRO DEF BODYECHO TOC DL VIP CPY PROMO MOBLINK IMG",
    "1B": "REL RELHEAD REC0 TAGTAIL PN CPY-tail source JS HTMLTAG ENTITY FIELD TVAR TVARDROP BLANKFORM PAGED PAYCUT",
    "1C": "COMP MISM FLAT FLATTER BRK CHUNK PAGENO OCR TRUNC TRUNCHEAD TRUNCHEADING DUP DUPFRAG DROPITEM SCRAMBLE",
    "1D": "WMTICK WM JAMMER PUNCNOISE HIJACK ENTREPL WRONGREPL PY ENC-A ENC-B ENC-C TC TWL HOMO CENS CENSDROP MASK"
    " MASKB NUMDROP DATEDROP NUMCORRUPT SPIN WRONGCHAR CHARDROP PUNC PUNCDROP TRANSLATED AIGEN",
    "1E": "STALE XDUP SIG",
}
ADD = "say in pipelines/taxonomy.py which code it handles (`_row`), or why it needs none (`BOOKKEEPING`)"
REMOVE = "nothing in pipelines/ writes it: take it out of pipelines/taxonomy.py"


def kind_of(name: Handler) -> str:
    """A name as the taxonomy has it."""
    return name.name if name.kind == "edit" else f"{name.kind}:{name.name}"


def test_every_code_is_there_once_in_its_section() -> None:
    assert {(row.section, row.code) for row in PHENOMENA} == {
        (section, code) for section, some in CODES.items() for code in some.split()
    }
    assert len(set(codes())) == len(codes())


@pytest.mark.parametrize("row", PHENOMENA, ids=codes())
def test_a_code_is_answered(row: Phenomenon) -> None:
    assert row.what and row.treatments
    for treatment in row.treatments:
        assert treatment.how in COLOURS
        assert treatment.because if treatment.how == "left" else treatment.by
        assert len(set(treatment.by)) == len(treatment.by)


def test_what_the_corridor_writes_is_named() -> None:
    pages = [*outcomes(1), *outcomes(2), *(outcome(folder) for folder in FOLDERS)]
    named = handlers()
    # A mark of a kind is a damage of that kind, a gap one of the kind `missing_…`.
    known = named | {Handler("damage", one.name) for one in named if one.kind == "mark"}
    known |= {Handler("damage", f"missing_{one.name}") for one in named if one.kind == "gap"}
    unnamed = sorted(map(kind_of, (written() | acted(pages)) - known))
    assert not unnamed, f"{unnamed}: {ADD}"


def test_what_is_named_is_written() -> None:
    """A name that no literal place shows must at least be a string of the corridor of its own."""
    strings = literals()
    strings |= {text.split(":")[0] for text in strings}
    columns = {Handler("column", column.name) for column in COLUMNS}
    known = written() | columns | {one for one in handlers() if one.kind != "column" and one.name in strings}
    assert not sorted(map(kind_of, handlers() - known)), REMOVE


# A line of each kind in a page, and where it shows: what the taxonomy names must be what answers it.
EXAMPLES = (
    ("NAV", "head", "当前位置：首页 > 工作总结 > 水利"),
    ("TS", "head", "发布时间：2019-12-25 09:30:11"),
    ("HIT", "head", "点击：1089 发布时间：2019-12-25"),
    ("SRC", "head", "来源：网友投稿 作者：好学生 时间：2019-12-25"),
    ("SHR", "tail", "分享到：QQ空间 新浪微博"),
    ("CTR", "tail", "我要投稿"),
    ("LEAD", "head", "下面是小编为大家整理的工作总结，供大家参考。"),
    ("INTRO", "head", "导语：工作总结很重要，下面是小编整理的范文，供大家参考。"),
    ("DL", "tail", "点击下载文档"),
    ("CPY", "tail", "版权说明：本文档由用户提供并上传，若内容存在侵权，请进行举报或认领"),
    ("PROMO", "tail", "精选优质文档—倾情为你奉上"),
    ("MOBLINK", "head", "移动端：http://m.example.test/1.html"),
    ("IMG", "tail", "图片1"),
    ("RELHEAD", "tail", "相关文章："),
    ("REC0", "head", "更多“工作总结”的相关内容推荐↓↓↓"),
    ("TAGTAIL", "tail", "热门标签：工作总结 述职报告"),
    ("PN", "tail", "上一篇：公益募捐倡议书"),
    ("CPY-tail", "tail", "版权归作者所有，转载请注明出处，如有侵权请联系本站删除"),
    ("source", "tail", "责任编辑：李明"),
    ("JS", "tail", "40 3310010"),
    ("HTMLTAG", "middle", "&lt;/p&gt;"),
    ("ENTITY", "middle", "&amp;ldquo先锋水利&amp;rdquo活动扎实开展，参加党员45人。"),
    ("FIELD", "middle", 'TOC\\o"1-2"\\h'),
    ("TVAR", "head", "{{title}}"),
    ("TVARDROP", "head", "以下是由为您整理的工作总结，希望对您有帮助。"),
    ("PAYCUT", "middle", "……此处隐藏15116个字……"),
    ("WMTICK", "middle", "这是一项忙碌的`、辛苦的工作，全年接待群众340人次。"),
    ("HOMO", "middle", "强化D建引领，消-防-隊-員到岗45人次，效果明显。"),
    ("WRONGREPL", "middle", "斗门珠海市斗门区科协组织活动12次，参加群众340人。"),
    ("CENS", "middle", "坚持以***新时代中国特色社会主义思想为指导，开展学习12次。"),
    ("CENSDROP", "middle", "深入开展“不忘，牢记使命”主题教育，参加党员45人。"),
    ("MASK", "middle", "20xx年，我局走访企业x家，解决困难12件。"),
    ("MASKB", "middle", "种植业面积20xx0亩，比上年增加12亩。"),
    ("NUMDROP", "middle", "全县水利产值同比增长%，完成投资12亿元。"),
    ("DATEDROP", "middle", "截止年9月30日，完成项目12个，投资3亿元。"),
    ("NUMCORRUPT", "middle", "自202223年以来，完成项目12个，投资3亿元。"),
)
BODY = (
    "本年度，我局在县委、县政府的正确领导下，扎实推进各项工作，现将有关情况总结如下。",
    "一、加强学习。全年组织集中学习12次，参加人员达到340人次，撰写心得体会56篇，取得了较好的效果。",
    "二、抓好落实。对照年初确定的目标任务，逐项分解，责任到人，按月通报进度，年底全部完成。",
    "三、存在不足。基层力量偏弱，部分项目进度较慢，下一步将加大督导力度，确保任务落到实处。",
)


@pytest.mark.parametrize(("code", "where", "line"), EXAMPLES, ids=[code for code, _, _ in EXAMPLES])
def test_a_code_is_answered_by_what_it_names(code: str, where: str, line: str) -> None:
    at = {"head": 0, "middle": 2, "tail": len(BODY)}[where]
    lines = "".join(f"<p>{text}</p>" for text in (*BODY[:at], line, *BODY[at:]))
    body = f"<title>云陂县水利局2019年工作总结</title><body><h1>云陂县水利局2019年工作总结</h1>{lines}</body>"
    page = Page("http://www.example.test/1.html", body.encode(), "text/html; charset=utf-8")
    (row,) = (row for row in PHENOMENA if row.code == code)
    named = {handler for treatment in row.treatments for handler in treatment.by if treatment.how != "left"}
    assert acted([restore((page,), Knowledge(), PageRules())]) & named


def test_every_kind_and_section_has_its_words() -> None:
    assert {one.kind for one in handlers()} <= set(KINDS)
    assert {row.section for row in PHENOMENA} == set(SECTIONS)
    assert not {one for some in BOOKKEEPING.values() for one in some} & {
        one for row in PHENOMENA for treatment in row.treatments for one in treatment.by
    }, "bookkeeping belongs to no code"


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    """One page with a breadcrumb cut twice over, a signature, and a page that was rejected."""
    path = tmp_path / "archive.db"
    db = open_archive(path)
    begin_crawl(db, "test", "{}")
    add_fetch(db, Fetch(1, archive_cases.URL, 200, "2026-01-01T00:00:00Z", "sha1:X", "y", "a.warc.gz", 0, 90))
    made = archive_cases.outcome("各位领导：本年度科普工作扎实推进，现将有关情况总结如下。")
    add(db, archive_cases.recut(made, "breadcrumb"))
    add(db, archive_cases.rejected("not-chinese: 3 of 900", "http://www.example.test/en.html"))
    db.close()
    return path


def run(archive: Path, *arguments: str) -> Result:
    return CliRunner().invoke(main, ["--archive", str(archive), "rules", *arguments])


def test_rules_counts_what_the_open_archive_holds(archive: Path) -> None:
    figures = handled(open_archive(archive))
    assert figures[Handler("edit", "breadcrumb")] == 1
    assert figures[Handler("gap", "tail")] == 1
    assert figures[Handler("damage", "pinyin")] == 1
    assert figures[Handler("rejection", "not-chinese")] == 1
    assert figures[Handler("column", "signed_by")] == 1
    assert figures[Handler("column", "published_on")] == figures[Handler("column", "text_hans")] == 0


def test_rules_prints_a_line_a_code(archive: Path) -> None:
    result = run(archive)
    assert result.exit_code == 0
    head, *lines = result.stdout.splitlines()
    assert [line.split()[0] for line in lines[: len(codes())]] == list(codes())
    assert head.split() == ["code", "treatment", "what", "it", "is", "marker", "handled", "by"]
    nav = lines[0]
    assert "breadcrumb 1" in nav and "当前位置" in nav and "vote 0" in nav
    assert all(f"{voter} 0" in lines[-1] for voter in VOTE)


def test_rules_without_an_archive_leaves_the_counts_blank(tmp_path: Path) -> None:
    result = run(tmp_path / "none.db")
    assert result.exit_code == 0
    assert result.stderr == f"Counts are blank: there is no archive at {tmp_path / 'none.db'}.\n"
    nav = result.stdout.splitlines()[1]
    assert "breadcrumb, " in nav and nav.endswith(", vote")
    assert not (tmp_path / "none.db").exists()
    rows = json.loads(run(tmp_path / "none.db", "--json").stdout)
    assert {by["count"] for row in rows for answer in row["treatments"] for by in answer["handled_by"]} == {None}


def test_rules_as_json(archive: Path) -> None:
    rows = json.loads(run(archive, "--json").stdout)
    assert [row["code"] for row in rows] == list(codes())
    (answer,) = rows[0]["treatments"]
    assert answer["treatment"] == "cut"
    assert {"kind": "edit", "name": "breadcrumb", "count": 1} in answer["handled_by"]
