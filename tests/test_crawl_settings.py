"""What a setting may be, said in one line before anything starts; and where a run's files are."""

import subprocess
import sys
from pathlib import Path

import pytest
from scrapy.settings import Settings

from crawler import options, settings
from crawler.plan import PlanError, shown
from crawler.show import Places

ROOT = Path(__file__).parent.parent


def given(**values: object) -> Settings:
    made = Settings()
    made.setmodule(settings, priority="project")
    made.setdict(values, priority="cmdline")
    return made


@pytest.mark.parametrize(
    ("name", "value", "wanted"),
    [
        ("WORKERS", "-3", "a whole number from 0"),
        ("MAX_DEPTH", "x", "a whole number from 0"),
        ("MAX_DEPTH", "2.5", "a whole number from 0"),
        ("MAX_ARTICLE_PAGES", "0", "a whole number from 1"),
        ("DOWNLOAD_DELAY", "abc", "a number from 0"),
        ("DOWNLOAD_DELAY", "inf", "a number from 0"),
        ("RESTORE_TIMEOUT", "nan", "a number from 1"),
        ("CONCURRENT_REQUESTS", "0", "a whole number from 1"),
        ("ALLOW_PRIVATE_ADDRESSES", "maybe", "True or False"),
        ("HOST_ADDRESSES", "nojson", "as JSON"),
        ("HOST_ADDRESSES", "5", "as JSON"),
        ("HOST_ADDRESSES", '{"*.test": "home"}', "as JSON"),
        ("LOG_LEVEL", "loud", "one of DEBUG, INFO"),
    ],
)
def test_a_setting_that_cannot_be_is_named_with_what_is_wanted(name: str, value: str, wanted: str) -> None:
    with pytest.raises(PlanError) as error:
        options.check(given(**{name: value}))
    assert str(error.value).startswith(f"{name}={value}: ") and wanted in str(error.value)
    assert "\n" not in str(error.value)


def test_settings_that_can_be_pass() -> None:
    options.check(given())
    options.check(given(WORKERS="3", DOWNLOAD_DELAY="0.5", HOST_ADDRESSES='{"a.cn": "::1"}', EXPECT_NOTHING="True"))


def test_a_setting_that_cannot_be_ends_the_command_with_status_2(tmp_path: Path) -> None:
    words = ["-a", "urls=http://a.test/", "-s", "WORKERS=-3", "-s", f"ARCHIVE={tmp_path / 'archive.db'}"]
    done = subprocess.run(
        [sys.executable, "-m", "scrapy", "crawl", "summaries", *words], cwd=ROOT, capture_output=True, text=True
    )
    assert (done.returncode, done.stderr) == (2, "scrapy crawl: WORKERS=-3: a whole number from 0 is wanted\n")
    assert not list(tmp_path.iterdir())


def test_captures_are_beside_the_database_where_nothing_else_is_said() -> None:
    assert options.warc_dir(given()) == Path("data/warc")
    assert options.warc_dir(given(ARCHIVE="a/b.db")) == Path("a/warc")
    assert options.warc_dir(given(ARCHIVE="a/b.db", WARC_DIR="c")) == Path("c")


def test_commands_are_told_what_they_cannot_know() -> None:
    here = Path.cwd()
    for archive in (Path("data/archive.db"), here / "data/archive.db"):
        assert Places(archive, archive.parent / "warc", None).options() == []
    assert Places(Path("a/b.db"), Path("a/warc"), None).options() == ["--archive", "a/b.db"]
    assert Places(Path("data/archive.db"), Path("c"), None).options() == ["--warc-dir", "c"]


def test_paths_are_shown_from_the_working_folder(tmp_path: Path) -> None:
    assert shown(Path.cwd() / "data" / "urls.txt") == Path("data/urls.txt")
    assert shown(tmp_path / "urls.txt") == tmp_path / "urls.txt"
