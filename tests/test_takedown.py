"""A takedown: nothing of the text is left in any file, nothing of anybody else's is lost, and it does not come back."""

import gzip
import json
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

import pytest
from archive_files import clean, record, response
from click.testing import CliRunner
from leaks import leaks
from sqlite_utils import Database

from archive import imports, lookup, rebuild, takedown, verify, warc
from archive.__main__ import main
from archive.errors import ArchiveError
from archive.ingest import ingest
from archive.progress import Progress
from archive.removing import captures, removal, tombstones, warc_tombstones
from archive.removing.redact import body_holds, redacted
from archive.removing.runs import Runs
from archive.removing.takedown_plan import Wanted, plan
from archive.store import open_archive
from pipelines.document import Page, article_id

HOST, OTHER = "http://gone.example.com", "http://copy.example.net"
ADDRESS = f"{HOST}/zj/20190105_1.html"
TITLE = "临江县水务局二〇一八年河道保洁工作总结"
TEXTS = ("title", "title_hans", "text", "text_hans")


def page(title: str, body: str, aside: str = "") -> bytes:
    paragraphs = "\n".join(f"<p>{line}</p>" for line in body.split("\n") if line.strip())
    return (
        f'<!DOCTYPE html><html><head><meta charset="utf-8"><title>{title}_临江资料网</title>'
        f'<meta name="description" content="{body[:60]}"></head><body><div class="nav"><a href="/">首页</a></div>'
        f'<div class="article"><h1>{title}</h1>\n{paragraphs}\n</div><div class="side">{aside}</div></body></html>'
    ).encode()


def quoting(body: str) -> str:
    """What other pages of a site show of a document: its title, and how it begins, in many spellings."""
    first = body.split("\n")[0]
    entities = "".join(f"&#{ord(one)};" for one in TITLE)
    return (
        f'<ul><li><a href="/zj/20190105_1.html" title="{TITLE}">{TITLE}</a></li><li>{entities}</li>'
        f"<li>{first[:20]}<b>{first[20:40]}</b></li></ul><script>var hot = {json.dumps([TITLE, first[:30]])};</script>"
        f'<a href="/so?q={quote(TITLE)}">更多</a>'
    )


def crawl(at: Path) -> Path:
    """A WARC file of two hosts: a document, three pages that quote it, a list, a copy elsewhere, a compilation."""
    body, aside = clean("a01")[1], quoting(clean("a01")[1])
    pieces = [
        record("warcinfo", "", b"software: another\r\n", "application/warc-fields"),
        response(ADDRESS, page(TITLE, body), number=2),
        record("request", ADDRESS, b"GET /zj/20190105_1.html HTTP/1.1\r\n\r\n", "application/http; msgtype=request", 3),
    ]
    for number, name in enumerate(("a02", "a03", "a04"), 4):
        pieces.append(response(f"{HOST}/zj/2019010{number}_{number}.html", page(*clean(name), aside), number=number))
    links = "".join(f'<li><a href="/zj/2019010{n}_{n}.html">{TITLE}之{n}工作总结材料</a></li>' for n in range(1, 9))
    pieces.append(response(f"{HOST}/zj/", f"<html><body><ul>{links}</ul>{aside}</body></html>".encode(), number=8))
    pieces.append(response(f"{OTHER}/a/77.html", page(TITLE, body), number=9))
    parts = [
        f"篇{one}：{clean(name)[0]}\n{clean(name)[1]}"
        for one, name in zip("一二三", ("a05", "a06", "a07"), strict=True)
    ]
    pieces.append(response(f"{OTHER}/a/88.html", page("水务局工作总结三篇", "\n".join(parts)), number=10))
    at.write_bytes(b"".join(map(gzip.compress, pieces)))
    return at


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("made")
    db = open_archive(folder / "data" / "archive.db")
    ingest(db, folder / "data" / "warc", (str(crawl(folder / "crawl.warc.gz")),), Progress())
    db.close()
    return folder


@pytest.fixture
def place(made: Path, tmp_path: Path) -> Iterator["Place"]:
    for path in made.rglob("*"):
        if path.is_file():
            target = tmp_path / path.relative_to(made)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(path.read_bytes())
    (tmp_path / "data" / "crawl.log").write_text(f"stored {ADDRESS}: {TITLE}\nanother line\n")
    found = Place(tmp_path)
    yield found
    found.db.close()


class Place:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.data = folder / "data"
        self.archive, self.warc_dir = self.data / "archive.db", self.data / "warc"
        self.db: Database = open_archive(self.archive)

    def ids(self, url: str) -> list[str]:
        return [id for (id,) in self.db.conn.execute("SELECT id FROM documents WHERE url = ? ORDER BY part", (url,))]

    def texts(self, ids: list[str], *, outside: bool = False) -> list[str]:
        rows = self.db.conn.execute(f"SELECT id, {', '.join(TEXTS)} FROM documents").fetchall()
        return [text for id, *some in rows if (id in ids) is not outside for text in some]

    def take_down(self, **wanted: object) -> takedown.Done:
        asked = Wanted(**wanted)  # type: ignore[arg-type]
        takedown.begin(self.db, asked, plan(self.db, asked))
        return self.complete()

    def complete(self) -> takedown.Done:
        return takedown.complete(self.db, self.archive, self.warc_dir)

    def problems(self) -> list[str]:
        return list(verify.verify(self.db, self.warc_dir))

    def run(self, *words: str) -> tuple[int, str]:
        self.db.close()
        result = CliRunner().invoke(main, ["--archive", str(self.archive), *words])
        self.db = open_archive(self.archive)
        return result.exit_code, result.output


def test_the_search_knows_what_is_left_from_values_side_by_side(tmp_path: Path) -> None:
    removed = "第二分公司2009年一月六日总结"
    with closing(sqlite3.connect(tmp_path / "one.db", isolation_level=None)) as conn:
        conn.execute("CREATE TABLE kept(organisation TEXT, signed_on TEXT)")
        conn.execute("INSERT INTO kept VALUES ('公交公司二分公司', '2009-01-06')")
        assert leaks(tmp_path, [removed], []) == {}
        conn.execute("CREATE TABLE gone(text TEXT)")
        conn.execute("INSERT INTO gone VALUES (?)", (removed,))
        assert leaks(tmp_path, [removed], []).keys() == {"one.db", "one.db as cells"}
        conn.execute("PRAGMA secure_delete = OFF")
        conn.execute("DELETE FROM gone")
        assert leaks(tmp_path, [removed], []).keys() == {"one.db"}


def test_nothing_is_left_and_nothing_else_is_lost(place: Place) -> None:
    gone = place.ids(ADDRESS) + place.ids(f"{OTHER}/a/77.html")
    assert len(gone) == 2
    removed, kept = place.texts(gone), place.texts(gone, outside=True)
    assert leaks(place.data, removed, kept)  # the search finds what is there
    done = place.take_down(name=gone[0], copies=True, reason="a person asked")
    assert done.documents == 2 and done.captures.masked >= 3 and done.quotations
    assert leaks(place.data, removed, kept) == {}
    assert place.texts([], outside=True) == kept
    assert place.problems() == []


def test_masked_captures_restore_the_same_documents(place: Place) -> None:
    gone = place.ids(ADDRESS) + place.ids(f"{OTHER}/a/77.html")
    place.take_down(name=ADDRESS, copies=True)
    kept = place.texts([], outside=True)
    done = rebuild.rebuild(place.db, place.warc_dir)
    assert done.problems == [] and done.added.changed == done.added.new == done.added.retired == 0
    assert place.texts([], outside=True) == kept and not set(place.ids(ADDRESS)) & set(gone)
    assert place.problems() == []


def test_a_copy_stays_with_the_words_that_are_its_own_too(place: Place) -> None:
    planned = plan(place.db, Wanted(ADDRESS))
    assert [row["url"] for row in planned.copies] == [f"{OTHER}/a/77.html"]
    removed = place.texts(place.ids(ADDRESS))
    place.take_down(name=ADDRESS)
    assert place.ids(f"{OTHER}/a/77.html") and not place.ids(ADDRESS)
    assert leaks(place.data, removed, place.texts([], outside=True)) == {}
    assert place.problems() == []


def test_a_part_goes_and_the_rest_of_its_page_keeps_text_and_ledger(place: Place) -> None:
    ids = place.ids(f"{OTHER}/a/88.html")
    assert len(ids) == 3
    removed, kept = place.texts([ids[1]]), place.texts([ids[1]], outside=True)
    planned = plan(place.db, Wanted(ids[1]))
    assert [row["id"] for row in planned.siblings] == [ids[0], ids[2]]
    place.take_down(name=ids[1])
    assert place.ids(f"{OTHER}/a/88.html") == [ids[0], ids[2]]
    assert leaks(place.data, removed, kept) == {} and place.texts([], outside=True) == kept
    assert place.problems() == []
    assert rebuild.rebuild(place.db, place.warc_dir).problems == [] and place.texts([], outside=True) == kept


def test_a_host_goes_whole(place: Place) -> None:
    hosts = "SELECT id FROM documents WHERE url LIKE ?"
    gone = [id for (id,) in place.db.conn.execute(hosts, (f"{HOST}%",))]
    removed, kept = place.texts(gone), place.texts(gone, outside=True)
    done = place.take_down(host="gone.example.com")
    assert done.captures.removed == 5 and not place.db.conn.execute(hosts, (f"{HOST}%",)).fetchone()
    assert leaks(place.data, removed, kept) == {} and place.problems() == []
    assert tombstones.load(place.db).refusal("https://m.gone.example.com/new.html")
    assert not tombstones.load(place.db).refusal("https://be-gone.example.com/new.html")


def test_warc_files_stay_valid_and_other_records_where_they_are(place: Place) -> None:
    from fastwarc import ArchiveIterator as fast
    from warcio.archiveiterator import ArchiveIterator as slow

    path = next(place.warc_dir.glob("crawl*.gz"))
    before = [(raw.offset, raw.length) for raw in warc_tombstones.records(path)]
    place.take_down(name=ADDRESS, copies=True, reason="asked")
    assert [(raw.offset, raw.length) for raw in warc_tombstones.records(path)] == before
    assert warc.check(path) == []
    with path.open("rb") as one, path.open("rb") as two:
        assert [r.rec_type for r in slow(one)] == [raw.kind for raw in warc_tombstones.records(path)]
        assert len(list(fast(two))) == len(before)
    told = [raw.takedown for raw in warc_tombstones.records(path) if raw.url == ADDRESS]
    assert told[0] and told[0]["reason"] == "asked" and told[0]["key"] == article_id(ADDRESS)


@pytest.mark.parametrize("at", ["captures", "files", "tables", "families", "compact", "checkpoint"])
def test_a_takedown_that_was_killed_is_completed(place: Place, monkeypatch: pytest.MonkeyPatch, at: str) -> None:
    gone = place.ids(ADDRESS) + place.ids(f"{OTHER}/a/77.html")
    removed, kept = place.texts(gone), place.texts(gone, outside=True)
    module, name = {
        "captures": (captures._File, "note"),
        "files": (takedown.beside, "mask"),
        "tables": (removal, "remove_page"),
        "families": (removal, "sweep"),
        "compact": (takedown, "_compact"),
        "checkpoint": (takedown, "_checkpoint"),
    }[at]

    def killed(*_: object, **__: object) -> None:
        os._exit(9)

    place.db.close()
    child = os.fork()
    if not child:  # ends as a killed process does: no rollback, no close
        monkeypatch.setattr(module, name, killed)
        Place(place.folder).take_down(name=ADDRESS, copies=True)
        os._exit(0)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 9
    place.db = open_archive(place.archive)
    assert takedown.pending(place.db) or at == "checkpoint"
    if at not in ("compact", "checkpoint"):
        assert any("takedown 1: it was broken off" in problem for problem in place.problems())
    place.complete()
    assert leaks(place.data, removed, kept) == {} and place.problems() == [] and not takedown.pending(place.db)


def test_it_does_not_come_back_by_the_same_file(place: Place) -> None:
    removed, kept = place.texts(place.ids(ADDRESS)), []
    place.take_down(host="gone.example.com")
    place.take_down(host="copy.example.net")
    for path in place.warc_dir.glob("*"):
        path.unlink()  # so that the file is copied anew
    place.db.conn.execute("UPDATE fetches SET warc_file = '', warc_offset = 0")
    ingest(place.db, place.warc_dir, (str(place.folder / "crawl.warc.gz"),), Progress())
    assert not place.db.conn.execute("SELECT 1 FROM documents").fetchone()
    assert leaks(place.data, removed, kept) == {}


def test_a_new_archive_of_the_captures_knows_the_tombstones(place: Place, tmp_path: Path) -> None:
    place.take_down(name=ADDRESS, copies=True, reason="a person asked")
    new = open_archive(tmp_path / "new" / "archive.db")
    ingest(new, tmp_path / "new" / "warc", (str(place.warc_dir),), Progress())
    assert tombstones.load(new).refusal(ADDRESS) and not tombstones.load(new).refusal(f"{HOST}/zj/20190104_4.html")
    assert new.conn.execute("SELECT reason FROM takedowns").fetchone() == ("a person asked",)
    with pytest.raises(tombstones.TakenDown, match="a person asked"):
        lookup.documents(new, ADDRESS)


def test_the_same_text_at_another_address_is_refused(place: Place) -> None:
    removed = place.texts(place.ids(ADDRESS))
    place.take_down(name=ADDRESS, copies=True)
    kept = place.texts([], outside=True)
    again = page("某地工作总结", "编者按：转自网络。\n" + clean("a01")[1])
    (place.folder / "again.warc.gz").write_bytes(gzip.compress(response("http://third.test/5.html", again)))
    (place.folder / "again.html").write_bytes(again)
    for name in ("again.warc.gz", "again.html"):
        ingest(place.db, place.warc_dir, (str(place.folder / name),), Progress())
    assert not place.ids("http://third.test/5.html") and place.texts([], outside=True) == kept
    assert {row[0][:10] for row in place.db.conn.execute("SELECT rejected FROM pages WHERE url LIKE '%third%'")} == {
        "taken-down"
    }
    assert leaks(place.data, removed, kept) == {} and place.problems() == []


def test_without_the_copies_the_text_is_refused_on_its_own_site_only(place: Place) -> None:
    text = place.db.conn.execute("SELECT text_hans FROM documents WHERE url = ?", (ADDRESS,)).fetchone()[0]
    place.take_down(name=ADDRESS)
    assert tombstones.same_text(place.db, text, "m.example.com")
    assert not tombstones.same_text(place.db, text, "elsewhere.test")
    assert not tombstones.same_text(place.db, clean("a02")[1], "m.example.com")


def test_the_command_says_asks_and_tells(place: Place) -> None:
    id = place.ids(ADDRESS)[0]
    status, said = place.run("takedown", id, "--dry-run")
    assert status == 0 and "1 copies on other pages stay" in said and place.ids(ADDRESS) == [id]
    status, said = place.run("takedown", id)  # nobody answers
    assert status == 1 and "cannot be undone" in said and place.ids(ADDRESS) == [id]
    status, said = place.run("takedown", id, "--yes", "--reason", "court order 12")
    assert status == 0 and "Takedown 1 is done: 1 documents removed" in said
    for name in (id, id[:8], ADDRESS, f"{id}@1", id[:12]):
        status, said = place.run("show", name)
        assert status == 1 and "taken down" in said and "court order 12" in said, name
    assert place.run("takedown")[1].startswith("No takedown waits")
    assert place.run("takedown", "nothing")[0] == 1
    status, said = place.run("takedown", "http://never.seen.test/1.html", "--yes")
    assert status == 0 and "holds nothing of it" in said
    assert tombstones.load(place.db).refusal("https://never.seen.test/1.html")


def test_it_waits_while_a_crawl_writes(place: Place) -> None:
    writer = warc.WarcWriter(place.warc_dir, "crawl-9", {})
    writer.resource("urn:x", "text/plain", b"x", date="2026-01-01T00:00:00Z")
    with pytest.raises(ArchiveError, match="being written by a crawl"):
        place.take_down(name=ADDRESS)
    writer.close()
    assert place.complete().documents == 1


@pytest.mark.parametrize("by_id", [False, True])
def test_an_address_that_spells_the_title_is_named_by_its_id(place: Place, by_id: bool) -> None:
    url = f"{HOST}/{quote(TITLE)}.html"
    (place.folder / "named.warc.gz").write_bytes(gzip.compress(response(url, page(TITLE, clean("a08")[1]))))
    ingest(place.db, place.warc_dir, (str(place.folder / "named.warc.gz"),), Progress())
    for address in (ADDRESS, f"{OTHER}/a/77.html"):  # which have the title too
        place.take_down(name=address, copies=True)
    removed, kept = place.texts(place.ids(url)), place.texts(place.ids(url), outside=True)
    place.take_down(name=place.ids(url)[0] if by_id else url)
    assert leaks(place.data, removed, kept) == {}
    known = tombstones.load(place.db)
    assert known.refusal(url) and known.name_of(url) == f"urn:x-taken-down:{article_id(url)}"
    assert place.problems() == []


@pytest.mark.parametrize("charset", ["utf-8", "gb18030", "big5hkscs", "utf-16"])
def test_a_body_is_masked_in_every_spelling_and_byte_for_byte_elsewhere(charset: str) -> None:
    secret = "他的住址在平安里二十三号三单元五零一室"
    around = "前面的内容都保留" * 9
    entities = "".join(f"&#{ord(one)};" for one in secret)
    text = (
        f'<html><head><meta charset="{charset}"></head><body><p>{around}</p>'
        f'<p title="{secret}">{secret[:6]}<i>{secret[6:]}</i>'
        f"</p><p>{entities}</p><p>{' '.join(secret)}</p><script>x={json.dumps(secret)}</script>"
        f'<a href="?q={quote(secret)}">{around}</a></body></html>'
    )
    if charset == "big5hkscs":
        text = text.translate(str.maketrans("单号内", "單號內"))
        secret = secret.translate(str.maketrans("单号", "單號"))
    body = text.encode(charset)
    wanted = Runs.of([secret])
    where = Page("http://a.test/", body, f"text/html; charset={charset}")
    new = redacted(wanted, where)
    assert new is not None and body_holds(wanted, where)
    assert not body_holds(wanted, Page("http://a.test/", new, where.content_type))
    assert new.count(around.replace("内", "內" if charset == "big5hkscs" else "内").encode(charset)[2:]) == 2
    assert "<i>" in new.decode(charset)


def test_runs_are_found_in_either_script_and_across_white_space() -> None:
    found = Runs.of(["我们认真开展了河道保洁工作\n张三\n李四\n王五负责"])
    assert found.hold("我們認真 開展了 河道") and found.hold("张三李四王五")
    assert not found.hold("认真开展工作") and not found.hold("")
    assert not found.without(["……我们认真开展了河道保洁工作张三李四王五负责……"]).hold("我们认真开展了河道保洁工作")
    assert found.mask("说：我们认真开展了河道。") == "说：█████████。"


def test_an_import_respects_it(place: Place, tmp_path: Path) -> None:
    export = tmp_path / "all.jsonl"
    assert place.run("export", "--format", "jsonl", "-o", str(export))[0] == 0
    new = open_archive(tmp_path / "new.db")
    wanted = Wanted(ADDRESS)
    takedown.begin(new, wanted, plan(new, wanted))
    takedown.complete(new, tmp_path / "new.db", tmp_path / "warc")
    count = imports.import_(new, export, Progress())
    assert count == len(place.texts([], outside=True)) // len(TEXTS) - 1
    assert not new.conn.execute("SELECT 1 FROM documents WHERE url = ?", (ADDRESS,)).fetchone()


def test_a_reader_that_holds_on_is_named_and_waited_for(place: Place) -> None:
    gone = place.ids(ADDRESS) + place.ids(f"{OTHER}/a/77.html")
    removed, kept = place.texts(gone), place.texts(gone, outside=True)
    place.db.conn.execute("PRAGMA busy_timeout = 100")
    reader = sqlite3.connect(place.archive, isolation_level=None)
    reader.execute("BEGIN")
    assert reader.execute("SELECT count(*) FROM documents").fetchone()
    with pytest.raises(ArchiveError, match="holds on to its old state"):
        place.take_down(name=ADDRESS, copies=True)
    assert any("free pages" in problem for problem in place.problems()) and not place.ids(ADDRESS)
    reader.close()
    place.complete()
    assert leaks(place.data, removed, kept) == {} and place.problems() == []
