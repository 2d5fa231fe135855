"""WARC files torn at any byte and with any byte flipped: what is whole is read, what is torn is kept aside."""

import shutil
from contextlib import suppress
from pathlib import Path

import pytest
from damaged import NAMES, build, flip, run, texts

from archive import warc
from archive.removing.warc_tombstones import TORN
from archive.warc import OPEN, WarcWriter
from archive.warcs import torn

CUTS = 37  # at every so many bytes a file is cut: a prime, so that all places of a record are met


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file of three captures."""
    at = tmp_path_factory.mktemp("warc")
    writer = WarcWriter(at, "test", {"software": "test"})
    for number in range(3):
        writer.resource(f"http://a.test/{number}", "text/plain", b"text %d" % number, date="2024-01-01T00:00:00Z")
    writer.close()
    (path,) = at.glob("*.warc.gz")
    return path


def ends(path: Path) -> list[int]:
    """Where the records of a file end, the first (warcinfo) with them."""
    places = [capture for _, capture in warc.captures(path.parent, path.name)]
    return [places[0].offset, *(place.offset + place.length for place in places)]


def test_a_file_cut_anywhere_loses_what_is_torn_and_no_more(whole: Path, tmp_path: Path) -> None:
    data, borders = whole.read_bytes(), ends(whole)
    for size in range(1, len(data), CUTS):
        path = tmp_path / f"{size}.warc.gz"
        path.write_bytes(data[:size])
        kept = max((end for end in borders if end <= size), default=0)
        done = torn.cut(path, path.parent)
        aside = path.with_name(path.name + TORN)
        assert path.read_bytes() == data[:kept]
        assert bool(done) == aside.exists() == (kept != size), size
        if done:
            assert aside.read_bytes() == data[kept:size] and aside.name in done
        assert kept == 0 or not warc.check(path)
        assert not torn.cut(path, path.parent), "once"


def test_a_flipped_byte_costs_one_record(whole: Path, tmp_path: Path) -> None:
    borders = ends(whole)
    for at in range(0, borders[-1], CUTS):
        path = tmp_path / f"{at}.warc.gz"
        shutil.copy(whole, path)
        flip(path, at)
        if not (problems := warc.check(path)):
            assert at < borders[0] + 10 or _in_gzip_head(at, borders), "only a member's own flags and time say nothing"
            continue
        hit = next(n for n, end in enumerate(borders) if at < end)
        found = [url for url, _ in warc.captures(path.parent, path.name)]
        assert [url[-1] for url in found] == [str(n) for n in range(3) if n != hit - 1], (at, problems)
        before = path.read_bytes()
        torn.cut(path, path.parent)
        assert hit == 3 or path.read_bytes() == before, "nothing is cut before a record that is whole"


def _in_gzip_head(at: int, borders: list[int]) -> bool:
    """Whether a byte is one of a member's ten first: time, system and flags are not checked by anything."""
    return any(0 <= at - start < 10 for start in (0, *borders))


def test_a_file_that_a_writer_holds_is_left_alone(tmp_path: Path) -> None:
    writer = WarcWriter(tmp_path, "test", {})
    writer.resource("http://a.test/", "text/plain", b"text", date="2024-01-01T00:00:00Z")
    (path,) = tmp_path.glob("*.warc.gz*")
    with path.open("ab") as out:
        out.write(b"\x1f\x8b\x08torn")
    assert not torn.cut(path, path.parent) and not torn.left_open(tmp_path)
    writer.close()


def test_repair_closes_the_files_of_dead_crawls_and_keeps_their_torn_tails(tmp_path: Path) -> None:
    archive = build(tmp_path) / "archive.db"
    (path,) = (tmp_path / "data" / "warc").glob("*.warc.gz*")
    left = path.with_name(path.name + OPEN)
    path.rename(left)
    tail = left.read_bytes()[:40]
    with left.open("ab") as out:
        out.write(tail)
    found = run(archive, "verify")
    assert found.exit_code == 1 and "damaged record at" in found.stderr
    mended = run(archive, "verify", "--repair")
    assert mended.exit_code == 0, mended.output
    assert f"Repaired: WARC: {path.name}: closed" in mended.stdout
    assert path.with_name(path.name + TORN).read_bytes() == tail and path.exists() and not left.exists()


def test_a_torn_tail_that_held_a_capture_is_named(tmp_path: Path) -> None:
    archive = build(tmp_path) / "archive.db"
    before = texts(archive)
    (path,) = (tmp_path / "data" / "warc").glob("*.warc.gz*")
    path.write_bytes(path.read_bytes()[:-100])
    mended = run(archive, "verify", "--repair")
    assert mended.exit_code == 1 and "its torn tail" in mended.stdout
    assert mended.stderr.count("no record at") == 1, "the capture that was torn cannot be made again"
    assert texts(archive) == before and len(before) == len(NAMES), "its document stays"


def test_a_flipped_byte_in_a_capture_is_named_and_the_others_rebuilt(tmp_path: Path) -> None:
    archive = build(tmp_path) / "archive.db"
    before = texts(archive)
    (path,) = (tmp_path / "data" / "warc").glob("*.warc.gz*")
    places = [capture for _, capture in warc.captures(path.parent, path.name)]
    flip(path, places[2].offset + places[2].length // 2)
    found = run(archive, "verify").stderr
    assert (
        f"damaged record at {places[2].offset}" in found
        and f"to {places[3].offset}, where whole records go on" in found
    )
    again = run(archive, "rebuild")
    assert f"{len(NAMES) - 1} pages restored again" in again.stdout and again.exit_code == 1
    assert texts(archive) == before


def test_an_ingest_goes_on_behind_damage(tmp_path: Path) -> None:
    (tmp_path / "old").mkdir()
    (path,) = (build(tmp_path / "old") / "warc").glob("*.warc.gz*")
    places = [capture for _, capture in warc.captures(path.parent, path.name)]
    flip(path, places[2].offset + places[2].length // 2)
    new = tmp_path / "new" / "archive.db"
    done = run(new, "ingest", str(path))
    assert len(texts(new)) == len(NAMES) - 1, done.output
    assert "damaged record" in done.stderr and done.exit_code == 1
    again = run(new, "rebuild")
    assert again.exit_code == 0 and f"{len(NAMES) - 1} pages" in again.stdout, "each is read where its row says"


def test_what_is_whole_is_scanned_whatever_byte_is_flipped(whole: Path, tmp_path: Path) -> None:
    for at in range(0, len(whole.read_bytes()), CUTS):
        path = tmp_path / f"{at}.warc.gz"
        shutil.copy(whole, path)
        flip(path, at)
        sound = {capture.offset: capture.length for _, capture in warc.captures(path.parent, path.name)}
        scanned: dict[int, int] = {}
        with suppress(warc.WarcError):
            scanned.update((record.offset, record.length) for record in warc.scan(path))
        assert sound.items() <= scanned.items(), at
