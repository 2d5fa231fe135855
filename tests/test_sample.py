"""What the sample web promises: its size, its damage, its gold, and how its server behaves."""

import http.client
import re
import sqlite3
from collections import Counter
from pathlib import Path
from random import Random

import lxml.html
import pytest
from click.testing import CliRunner

from sample import damage
from sample.__main__ import main
from sample.fold import fold
from sample.model import Gold, Web
from sample.score import f1, score
from sample.server import Server
from sample.texts import load, near_copy
from sample.web import build

READING = re.compile(r"\([a-zü\u00e0-\u01ff]+ ?\)")
TABLE = {"請": "qǐng", "驅": "qū", "現": "xiàn"}


@pytest.fixture(scope="module")
def web() -> Web:
    return build(1, 8970)


@pytest.fixture(scope="module")
def other() -> Web:
    return build(2, 8970)


def decoded(web: Web, url: str) -> str:
    body = web.pages[url].body
    found = re.search(rb'charset="?([\w-]+)', body[:600])
    named = found[1].decode() if found else "gb2312"
    return body.decode({"gb2312": "gb18030", "big5": "cp950"}.get(named, named))


def seen(web: Web, gold: Gold) -> str:
    out = []
    for url in gold.urls:
        tree = lxml.html.fromstring(decoded(web, url))
        for node in tree.xpath("//head|//script"):
            node.getparent().remove(node)
        out.append(tree.text_content() + " ".join(tree.xpath("//img/@alt")))
    return "".join(out)


# -- size ----------------------------------------------------------------------------------------------------------


def test_eighty_article_pages_of_sixty_texts_on_eight_hosts(web: Web) -> None:
    assert len(web.hosts) >= 8
    assert len({gold.urls[0] for gold in web.gold}) >= 80
    assert len({gold.text_key for gold in web.gold}) >= 60
    assert all(len(text.body) >= 600 for text in load())
    assert all(url in web.pages for gold in web.gold for url in gold.urls)


def test_texts_share_no_long_sentence() -> None:
    sentences = Counter(s for text in load() for s in {s for s in re.split("[。！？\n]", text.body) if len(s) > 20})
    assert [s for s, n in sentences.items() if n > 1] == []


def test_web_is_a_function_of_its_seed(web: Web) -> None:
    again = build(1, 8970)
    assert again.pages == web.pages
    assert again.gold == web.gold


def test_seeds_differ_in_hosts_markup_wording_and_assignment(web: Web, other: Web) -> None:
    assert not set(web.hosts) & set(other.hosts)
    placed = [[(g.text_key, g.urls[0].split("/")[2]) for g in w.gold] for w in (web, other)]
    assert Counter(key for key, _ in placed[0]) != Counter(key for key, _ in placed[1])
    classes = [set(re.findall(r'class="([\w-]+)"', decoded(w, w.gold[0].urls[0]))) for w in (web, other)]
    assert len(classes[0] & classes[1]) < len(classes[0]) / 2
    noise = [{s for g in w.gold for s in g.must_not_survive if "小编" in s or "版权" in s} for w in (web, other)]
    assert len(noise[0] & noise[1]) <= 2


def test_near_duplicates_are_declared_and_in_measure(web: Web) -> None:
    edited = [gold for gold in web.gold if gold.edited]
    assert len(edited) >= 8
    assert all(0.05 <= gold.edited <= 0.32 for gold in edited)
    assert all(gold.copy_of for gold in edited)
    originals = {text.key: text.body for text in load()}
    assert all(f1(fold(gold.text), fold(originals[gold.text_key])) > 0.6 for gold in edited)
    assert any(gold.redated for gold in web.gold)


# -- gold ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", [1, 2, 7])
def test_noise_is_on_the_page_and_not_in_the_document(seed: int) -> None:
    web = build(seed, 8970)
    for gold in web.gold:
        page = seen(web, gold)
        shown, unread, text = fold(page), fold(READING.sub("", page)), fold(gold.text)
        for noise in gold.must_not_survive:
            assert fold(noise) in shown or fold(noise) in unread, (gold.id, noise)
            assert fold(noise) not in text, (gold.id, noise)


def test_what_must_survive_is_in_the_document(web: Web) -> None:
    assert sum(len(gold.must_survive) for gold in web.gold) > 50
    assert all(keep in gold.text for gold in web.gold for keep in gold.must_survive)


@pytest.mark.parametrize("host", [0, 4, 6])
def test_gold_stands_on_the_pages_that_change_no_character(web: Web, host: int) -> None:
    for gold in web.gold:
        if f"//{web.hosts[host]}:" in gold.urls[0] and "entities" not in gold.damage:
            page = fold(seen(web, gold))
            missing = [line for line in gold.text.split("\n") if fold(line) not in page]
            assert missing == [], gold.id


def test_no_page_of_text_holds_a_replacement_character(web: Web) -> None:
    assert not any("\ufffd" in decoded(web, url) for gold in web.gold for url in gold.urls)


def test_previews_are_partial_and_unsigned(web: Web) -> None:
    cut = [gold for gold in web.gold if "preview" in gold.damage]
    assert len(cut) >= 2
    assert {(gold.status, gold.signed_by) for gold in cut} == {("partial", "")}


def test_compilations_have_three_to_ten_parts_in_six_forms(web: Web) -> None:
    first = [gold for gold in web.gold if "compilation" in gold.damage and gold.part == 1]
    assert sorted(gold.parts for gold in first) == [3, 4, 5, 6, 8, 10]
    assert len({re.sub(r"[一二三四五六七八九十\d]", "#", gold.also_titled[0])[-12:] for gold in first}) == 6


def test_corrected_edition_changes_three_articles_and_their_mobile_edition() -> None:
    first, second = (build(1, 8970, edition=n) for n in (1, 2))
    assert first.pages.keys() == second.pages.keys()
    changed = {(a.text_key, a.urls[0]) for a, b in zip(first.gold, second.gold, strict=True) if a.text != b.text}
    assert len(changed) == 4
    assert len({key for key, _ in changed}) == 3


# -- damage --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("clean", "damaged"),
    [
        ("街道)。現各鄉鎮", "街道),F(xiàn)各鄉鎮"),
        ("。總結", "?偨Y"),
        ("。縣委縣政府", "?h委縣政府"),
        ("科普圖書", "科普?qǐng)D書"),
        ("向實踐", "向?qū)嵺`"),
        ("時候寫一份總結", "時候?qū)懸环菘偨Y"),
    ],
)
def test_mirror_makes_the_documented_strings(clean: str, damaged: str) -> None:
    assert damage.mirror(clean, TABLE)[0] == damaged


@pytest.mark.parametrize(
    ("clean", "damaged"),
    [("。可是他們身上", "?墒撬麄兩砩"), ("保”的總抓", "!钡目傋"), ("祝活動", ";顒")],
)
def test_mirror_leaves_runs_that_swallow_a_second_byte_unless_told(clean: str, damaged: str) -> None:
    assert damage.mirror(clean, TABLE)[0] == clean
    assert damage.mirror(clean, TABLE, every=True)[0] == damaged


def test_border_without_match_is_left_alone() -> None:
    assert damage.mirror("保障民生。我縣", {})[0] == "保障民生。我縣"


TEXT = load()[0]
PARAGRAPHS = TEXT.unsigned


@pytest.mark.parametrize(
    "mechanism",
    [
        lambda rng: damage.ticks(TEXT.body, rng),
        lambda rng: damage.watermark(PARAGRAPHS, "秘书堂", rng, 3),
        lambda rng: damage.hard_wrap(PARAGRAPHS, rng.choice((30, 40))),
        lambda rng: damage.space_out(TEXT.body, rng),
        lambda rng: damage.page_numbers(TEXT.body, rng)[0],
        lambda rng: damage.double_suffix(PARAGRAPHS, rng),
        lambda rng: damage.chunk(TEXT.body, rng.choice((230, 280))),
        lambda rng: damage.preview(PARAGRAPHS, rng.randint(300, 400)),
        lambda rng: damage.false_breaks(PARAGRAPHS, rng),
        lambda rng: damage.mask(TEXT.body, rng),
        lambda rng: damage.censor(TEXT.body.replace("科协", "党建"), rng)[0],
        lambda rng: damage.mirror(damage.hant_by_character(TEXT.body), damage.reading_table(rng))[0],
        lambda rng: damage.taiwan(TEXT.body),
        lambda rng: near_copy(TEXT, rng, 0.2).paragraphs,
    ],
)
def test_mechanism_changes_the_text_and_follows_its_seed(mechanism) -> None:  # type: ignore[no-untyped-def]
    assert mechanism(Random(5)) == mechanism(Random(5))
    assert mechanism(Random(5)) not in (TEXT.body, PARAGRAPHS)


def test_watermark_never_stands_in_a_quotation_or_twice_at_a_place() -> None:
    marked = "".join(damage.watermark(PARAGRAPHS, "秘书堂", Random(1), 5))
    assert marked.count("秘书堂") == 5
    assert marked.replace("秘书堂", "") == "".join(PARAGRAPHS)


# -- server --------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def served(web: Web, tmp_path_factory: pytest.TempPathFactory):  # type: ignore[no-untyped-def]
    log = tmp_path_factory.mktemp("log") / "access.log"
    with Server(web, log, port=0) as server:
        yield server.server_address[1], log


def ask(port: int, host: str, target: str, **headers: str) -> tuple[int, dict[str, str], bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    connection.request("GET", target, headers={"Host": host, **{k.replace("_", "-"): v for k, v in headers.items()}})
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    return answer.status, dict(answer.getheaders()), body


def test_server_tells_hosts_apart_and_answers_304(web: Web, served: tuple[int, Path]) -> None:
    port, log = served
    first, second = (ask(port, f"{host}:8970", "/") for host in web.hosts[:2])
    assert first[0] == second[0] == 200
    assert first[2] != second[2]
    again = ask(port, web.hosts[0], "/", If_None_Match=first[1]["ETag"])
    assert (again[0], again[2]) == (304, b"")
    target = web.gold[0].urls[0].split(":8970")[1]
    dated = ask(port, web.hosts[0], target)[1]["Last-Modified"]
    assert ask(port, web.hosts[0], target, If_Modified_Since=dated)[0] == 304
    assert f" {web.hosts[0]} GET / 304\n" in log.read_text("utf-8")


def test_server_lies_where_real_ones_do(web: Web, served: tuple[int, Path]) -> None:
    port, _ = served
    table = [gold for gold in web.gold if "watermark" in gold.damage]
    answers = [ask(port, web.hosts[1], gold.urls[0].split(":8970")[1]) for gold in table]
    assert len({answer[1]["ETag"] for answer in answers}) == 1
    assert {answer[1]["Content-Type"] for answer in answers} == {"text/html", "text/html; charset=ISO-8859-1"}
    assert {b"gb2312" in answer[2] for answer in answers} == {True, False}


def test_odd_corners(web: Web, served: tuple[int, Path]) -> None:
    port, _ = served
    host = web.hosts[0]
    assert ask(port, host, "/nowhere")[0] == ask(port, "www.other.test", "/")[0] == 404
    assert ask(port, host, "/old/10086.html")[1]["Location"] in web.pages
    assert ask(port, host, "/go/a")[1]["Location"].endswith("/go/b")
    assert ask(port, host, "/go/b")[1]["Location"].endswith("/go/a")
    months = set(re.findall(rb"month=(\d{4}-\d\d)\"", ask(port, host, "/calendar?month=2024-01")[2]))
    assert months == {b"2023-12", b"2024-02"}
    assert b"Disallow: /vip/" in ask(port, host, "/robots.txt")[2]
    linked = "".join(page.body.decode("utf-8", "ignore") for page in web.pages.values())
    assert all(url.split(":8970")[1] in linked for url in web.disallowed)


# -- score ---------------------------------------------------------------------------------------------------------


def archive(path: Path, rows: list[tuple[object, ...]]) -> Path:
    with sqlite3.connect(path) as db:
        db.execute("CREATE TABLE documents(url,part,parts,title,text,text_hans,signed_by,signed_on,status)")
        db.executemany("INSERT INTO documents VALUES (?,?,?,?,?,?,?,?,?)", rows)
    return path


def perfect(gold: Gold) -> tuple[object, ...]:
    signed = (gold.signed_by or None, gold.signed_on or None)
    return (gold.urls[0], gold.part, gold.parts, gold.title, gold.text, gold.text, *signed, gold.status)


def test_gold_scores_full_marks(web: Web, tmp_path: Path) -> None:
    result = score(archive(tmp_path / "a.db", [perfect(gold) for gold in web.gold]), web)
    assert (result.f1, result.exact, result.leak, result.lost, result.title) == (1.0, 1.0, 0.0, 0, 1.0)
    assert (result.missing, result.extra, result.signed_by, result.signed_on) == ((), (), 1.0, 1.0)
    assert result.below(min_f1=0.98, max_leak=0.01, complete=True) == []


def test_score_sees_loss_noise_robots_and_trap(web: Web, tmp_path: Path) -> None:
    rows = [list(perfect(gold)) for gold in web.gold[1:]]
    rows[0][5] = str(rows[0][5]) + "\n" + web.gold[1].must_not_survive[0]
    rows.append(["http://nobody.test/", 1, 1, "t", "x", "x", "", "", "complete"])
    log = tmp_path / "access.log"
    host, target = web.disallowed[0].removeprefix("http://").split(":8970")
    trap = f"t {web.hosts[0]} GET /calendar?month=2024-01 200\n" * 31
    log.write_text(f"t {host} GET {target} 200\n{trap}")
    result = score(archive(tmp_path / "a.db", [tuple(row) for row in rows]), web, log)
    assert (result.missing, result.extra) == ((web.gold[0].id,), ("http://nobody.test/#1",))
    assert 0 < result.leak < 0.01
    assert result.disallowed_fetched == (web.disallowed[0],)
    assert len(result.below(min_f1=1.0, max_leak=0.0, complete=True)) == 6


def test_command_says_what_is_wrong_in_one_line(tmp_path: Path) -> None:
    done = CliRunner().invoke(main, ["score", "--archive", str(tmp_path / "none.db")])
    assert done.exit_code != 0
    assert "no such archive" in str(done.exception) + done.output
    assert CliRunner().invoke(main, ["urls"]).output == Path("sample/start_urls.txt").read_text("utf-8")
