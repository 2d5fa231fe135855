"""A rebuild: what it says of what changed, by rule; that a rehearsal writes nothing; that a killed one goes on."""

import json
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from archive_cases import outcome, recut, rejected
from archive_files import html, response
from click.testing import CliRunner
from sqlite_utils import Database

from archive import rebuild as module
from archive import rows
from archive.__main__ import main
from archive.checking import repair
from archive.ingest import ingest
from archive.pool import Job
from archive.progress import Progress
from archive.rebuild import Options, rebuild, rehearse, relearn, rules_digest, unfinished
from archive.rows import Stored
from archive.store import Added, open_archive
from archive.verbs.rebuild import lines
from archive.verify import verify
from archive.versioning.ledger_diff import SOURCE
from archive.versioning.rebuilt import Rebuilt
from pipelines.document import Edit, Outcome, Step
from pipelines.fingerprint import content_digest
from pipelines.ledger import replay
from pipelines.process import restore

NAMES = ("a01", "a02", "a03", "a04", "a05")
HOSTS = ("one.test", "one.test", "www.two.test", "two.test", "two.test")


@pytest.fixture
def db(tmp_path: Path) -> Database:
    """Five pages of two sites, from captures."""
    pages = zip(NAMES, HOSTS, strict=True)
    records = [response(f"http://{host}/{name}.html", html(name), number=n) for n, (name, host) in enumerate(pages)]
    (tmp_path / "crawl.warc").write_bytes(b"".join(records))
    db = open_archive(tmp_path / "data" / "archive.db")
    ingest(db, tmp_path / "data" / "warc", (str(tmp_path / "crawl.warc"),), Progress())
    assert db["documents"].count == len(NAMES)
    return db


def warcs(tmp_path: Path) -> Path:
    return tmp_path / "data" / "warc"


def cli(tmp_path: Path, *arguments: str) -> str:
    result = CliRunner().invoke(main, ["--archive", str(tmp_path / "data" / "archive.db"), *arguments])
    assert result.exit_code == 0, result.output
    return result.stdout


def dump(db: Database) -> list[str]:
    return [line for line in db.conn.iterdump() if "documents_fts" not in line]


def bracketed(made: Outcome) -> Outcome:
    """As if a new rule put the last character of a text in brackets, and no other rule touched it."""
    if not made.documents:
        return made
    document = made.documents[0]
    source = made.source.text if made.source else ""
    at = document.source_end - 1
    if any(edit.start <= at < edit.end for edit in made.edits):
        return made
    edit = Edit(at, at + 1, f"[{source[at]}]", (Step("repair", "brackets", source[at], "", "by hand"),))
    edits = tuple(sorted((*made.edits, edit)))
    text = replay(source, edits, document.source_start, document.source_end)
    digest = content_digest(document.title, text)
    changed = replace(document, text=text, text_hans=text, quality=0.5, content_digest=digest)
    return replace(made, edits=edits, documents=(changed,))


def under(rule: Callable[[Outcome], Outcome]) -> Callable[[Iterable[Job]], Iterator[Outcome]]:
    """The corridor with one more rule."""

    def restored(jobs: Iterable[Job]) -> Iterator[Outcome]:
        return (rule(restore(job.article, job.knowledge, job.rules)) for job in jobs)

    return restored


def test_nothing_changed_is_said_as_that(db: Database, tmp_path: Path) -> None:
    done = rebuild(db, warcs(tmp_path))
    assert done.pages == len(NAMES) and done.added == Added(unchanged=len(NAMES))
    assert not done.changed_rules() and not done.columns and not done.rejected
    assert db["document_versions"].count == 0
    assert cli(tmp_path, "rebuild").count("\n") == 1


def test_what_changed_is_counted_by_rule_and_by_column(
    db: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "restored", under(bracketed))
    done = rebuild(db, warcs(tmp_path))
    changed = done.added.changed
    assert changed and done.added == Added(changed=changed, unchanged=len(NAMES) - changed)
    assert db["document_versions"].count == changed, "a version only where the text is another"
    (rule,) = done.changed_rules().items()
    assert rule[0] == "brackets"
    assert (rule[1]["edits_before"], rule[1]["edits_after"]) == (0, changed)
    assert (rule[1]["changed"], rule[1]["documents"], rule[1]["cut"]) == (changed, changed, 0)
    ids = [row["id"] for row in db["document_versions"].rows_where(order_by="id")]
    assert rule[1]["examples"] == ids[:3]
    assert done.columns["text"].documents == done.columns["quality"].documents == changed
    monkeypatch.undo()
    back = rebuild(db, warcs(tmp_path))
    assert {name: known["restored"] for name, known in back.changed_rules().items()} == {"brackets": changed}


def test_a_rehearsal_says_the_same_and_writes_nothing(
    db: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "restored", under(bracketed))
    before = dump(db)
    said = rehearse(db, warcs(tmp_path))
    printed = cli(tmp_path, "rebuild", "--dry-run")
    known = json.loads(cli(tmp_path, "rebuild", "--dry-run", "--json", "--learn"))
    assert dump(db) == before
    assert "would be restored again" in printed and "brackets" in printed and "quality" in printed
    assert known["dry_run"] and known["rules"]["brackets"]["changed"] == said.added.changed
    assert said.as_object() == rebuild(db, warcs(tmp_path)).as_object()


MORE = "<p>另据统计，全年共接待来访群众三百二十一人次，办结率百分之百。</p>"


def captured_meanwhile(tmp_path: Path, name: str, host: str) -> Callable[[Iterable[Job]], Iterator[Outcome]]:
    """The corridor; before its outcomes are stored a crawl in another process stores the page with a sentence more."""
    newer = html(name).replace(b"</div></body>", MORE.encode() + b"</div></body>")
    (tmp_path / "newer.warc").write_bytes(response(f"http://{host}/{name}.html", newer, number=77))
    came: list[bool] = []

    def restored(jobs: Iterable[Job]) -> Iterator[Outcome]:
        found = [*under(lambda made: made)(jobs)]
        if not came:  # it learns, too, and so restores pages again
            came.append(True)
            other = open_archive(tmp_path / "data" / "archive.db")
            ingest(other, warcs(tmp_path), (str(tmp_path / "newer.warc"),), Progress())
            other.close()
        yield from found

    return restored


def newest(db: Database, name: str) -> bool:
    ((text,),) = db.conn.execute("SELECT text FROM documents WHERE url LIKE ?", (f"%/{name}.html",)).fetchall()
    return "办结率百分之百" in text


def test_a_page_that_a_crawl_captures_meanwhile_stays_as_that_left_it(
    db: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "restored", captured_meanwhile(tmp_path, "a02", "one.test"))
    done = rebuild(db, warcs(tmp_path))
    assert newest(db, "a02") and (done.pages, done.newer) == (len(NAMES) - 1, 1)
    assert "1 pages were captured again meanwhile" in "\n".join(lines(done, "restored"))
    monkeypatch.undo()
    assert rebuild(db, warcs(tmp_path)).newer == 0 and newest(db, "a02")


def test_what_is_learned_at_the_end_of_a_crawl_overwrites_none_either(
    db: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with db.conn:  # as if all pages had been restored by what is known no more
        db.conn.execute("INSERT INTO knowledge SELECT 'old', json, created_at, 0 FROM knowledge LIMIT 1")
        db.conn.execute("UPDATE knowledge SET json = '' WHERE id = 'old'")
        db.conn.execute("UPDATE pages SET knowledge_id = 'old'")
    monkeypatch.setattr(module, "restored", captured_meanwhile(tmp_path, "a02", "one.test"))
    relearn(db, warcs(tmp_path))
    assert newest(db, "a02")


def test_a_repair_overwrites_none_either(db: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with db.conn:
        db.conn.execute("UPDATE pages SET source_text = substr(source_text, 2) WHERE url LIKE '%/a02.html'")
    monkeypatch.setattr(repair, "restored", captured_meanwhile(tmp_path, "a02", "one.test"))
    assert not [line for line in repair.repair(db, warcs(tmp_path), Progress()) if "restored again" in line]
    assert newest(db, "a02") and not list(verify(db, warcs(tmp_path)))


def test_a_slice_leaves_the_rest_alone(db: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "restored", under(bracketed))
    assert rehearse(db, warcs(tmp_path), options=Options(site=("one.test",))).pages == 2
    assert rehearse(db, warcs(tmp_path), options=Options(site=("two.test",))).pages == 3
    (one,) = db.conn.execute("SELECT id FROM documents ORDER BY id LIMIT 1").fetchone()
    cli(tmp_path, "rebuild", "--where", f"id = '{one}'")
    assert db.conn.execute("SELECT count(*) FROM documents WHERE quality = 0.5").fetchone() == (1,)
    assert not list(verify(db, warcs(tmp_path)))


def test_a_page_that_is_rejected_now_is_named(db: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refusing(made: Outcome) -> Outcome:
        return replace(made, rejected="too-short: by hand", documents=(), edits=(), gaps=(), marks=(), facts=())

    monkeypatch.setattr(module, "restored", under(refusing))
    done = rebuild(db, warcs(tmp_path))
    assert done.rejected["too-short"].documents == done.retired.documents == len(NAMES)
    printed = cli(tmp_path, "rebuild", "--json")
    assert json.loads(printed)["rejected"] == {}, "once"
    monkeypatch.undo()
    assert rebuild(db, warcs(tmp_path)).accepted["too-short"].documents == len(NAMES)


class Killed(Exception):
    pass


def killed_after(pages: int) -> Callable[[Iterable[Job]], Iterator[Outcome]]:
    def restored(jobs: Iterable[Job]) -> Iterator[Outcome]:
        for n, made in enumerate(under(bracketed)(jobs)):
            if n == pages:
                raise Killed
            yield made

    return restored


def test_a_rebuild_that_was_broken_off_goes_on(db: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "BATCH", 2)
    monkeypatch.setattr(module, "restored", under(bracketed))
    whole = rehearse(db, warcs(tmp_path))
    monkeypatch.setattr(module, "restored", killed_after(3))
    with pytest.raises(Killed):
        rebuild(db, warcs(tmp_path))
    ((number, _, done),) = unfinished(db)
    assert (number, done) == (1, 2), "what was written in whole batches"
    assert any("rebuild 1: broken off after 2 pages" in line for line in verify(db, warcs(tmp_path)))
    monkeypatch.setattr(module, "restored", under(bracketed))
    went_on = rebuild(db, warcs(tmp_path))
    assert went_on.before == 2 and not list(unfinished(db))
    assert {**went_on.as_object(), "pages_done_before": 0} == whole.as_object()
    assert not list(verify(db, warcs(tmp_path)))
    assert rebuild(db, warcs(tmp_path)).before == 0, "the next one begins anew"


def test_under_other_rules_or_options_it_begins_anew(
    db: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "BATCH", 2)
    monkeypatch.setattr(module, "restored", killed_after(3))
    with pytest.raises(Killed):
        rebuild(db, warcs(tmp_path))
    monkeypatch.setattr(module, "restored", under(bracketed))
    assert rebuild(db, warcs(tmp_path), options=Options(site=("one.test",))).before == 0
    assert list(unfinished(db)), "a slice does not do the work of the whole"
    monkeypatch.setattr(module, "rules_digest", lambda: "another release")
    assert rebuild(db, warcs(tmp_path)).before == 0
    assert not list(unfinished(db))


def test_a_rebuild_survives_a_kill(db: Database, tmp_path: Path) -> None:
    """By the kernel, in the middle: what it has written stands, and the next one goes on."""
    program = (
        "import os, signal, sys\nfrom pathlib import Path\nfrom archive import rebuild\n"
        "from archive.store import open_archive\nrebuild.BATCH, again = 1, rebuild.restored\n"
        "def restored(jobs):\n"
        "    for n, made in enumerate(again(jobs)):\n"
        "        if n == 3: os.kill(os.getpid(), signal.SIGKILL)\n"
        "        yield made\n"
        "rebuild.restored = restored\n"
        "rebuild.rebuild(open_archive(Path(sys.argv[1])), Path(sys.argv[2]))\n"
    )
    at = tmp_path / "data"
    done = subprocess.run([sys.executable, "-c", program, str(at / "archive.db"), str(at / "warc")], check=False)
    assert done.returncode == -9
    assert [pages for _, _, pages in unfinished(db)] == [3]
    went_on = rebuild(db, warcs(tmp_path))
    assert (went_on.before, went_on.pages) == (3, len(NAMES)) and not list(verify(db, warcs(tmp_path)))


def test_learning_is_done_once(db: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "BATCH", 1)
    monkeypatch.setattr(module, "restored", killed_after(2))
    with pytest.raises(Killed):
        rebuild(db, warcs(tmp_path), options=Options(learn=True))
    (known,) = (row["knowledge_id"] for row in db["rebuilds"].rows)
    monkeypatch.setattr(module, "learned", None)
    monkeypatch.setattr(module, "restored", under(lambda made: made))
    rebuild(db, warcs(tmp_path), options=Options(learn=True))
    assert {row["knowledge_id"] for row in db["documents"].rows} == {known}


def test_the_digest_of_the_rules_is_stable() -> None:
    assert rules_digest() == rules_digest() and len(rules_digest()) == 16


ONE = "各位领导：今年我们做了许多工作，有成绩也有不足。"
TWO = "第二份材料另起一段，说的是明年的打算和安排。"


def noted(old: Outcome | None, new: Outcome) -> Rebuilt:
    done = Rebuilt()
    done.note(rows.of(old) if old else Stored.nothing(), rows.of(new), Added())
    assert Rebuilt.from_json(done.to_json()).as_object() == {**done.as_object(), "pages_done_before": 1}
    return done


def test_a_change_is_of_the_document_it_stands_in_or_nearest_to() -> None:
    done = noted(outcome(ONE, TWO), recut(outcome(ONE, TWO), "breadcrumb"))
    first = outcome(ONE, TWO).documents[0].id
    assert done.rules["breadcrumb"].examples == [first] and done.rules["breadcrumb"].credited
    assert done.changed_rules()["chrome"]["edits_before"] == 2, "one cut less, without a character of its own"


def test_another_source_text_is_no_rules_doing() -> None:
    done = noted(outcome(ONE), outcome(f"{ONE}补充一句。"))
    assert list(done.rules) == [SOURCE] and done.rules[SOURCE].restored == 5
    assert done.columns["text"].examples == [outcome(ONE).documents[0].id]


def test_a_page_that_is_new_to_the_archive_is_no_change_of_mind() -> None:
    assert not noted(None, rejected("list: 23 links")).rejected
