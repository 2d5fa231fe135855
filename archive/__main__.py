"""`python -m archive VERB`: one verb a function, each named as what it calls. Exit status 0, or one clear line."""

import errno
import json
import os
import re
import sqlite3
import sys
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from sqlite_utils import Database

from archive import (
    explain,
    explain_html,
    export,
    families,
    imports,
    ingest,
    lineage,
    lookup,
    phenomena,
    progress,
    provenance,
    rebuild,
    report,
    search,
    serve,
    show,
    summary,
    verify,
)
from archive.cite import STYLES
from archive.condition import Filters
from archive.counts import handled
from archive.errors import ArchiveError
from archive.exports.corpus import Options, parts
from archive.options import with_archive_id, with_filters
from archive.rows import Row
from archive.store import counts, is_immutable, is_read_only, open_archive
from archive.summary import command

DEFAULT = "data/archive.db"
CANONICAL = "\0"  # no document is called so
HINT = re.compile(r"python -m archive (?!--archive)")


class Verbs(click.Group):
    """Turns what goes wrong in a verb into one line."""

    def invoke(self, ctx: click.Context) -> object:
        """Run the verb."""
        try:
            return super().invoke(ctx)
        except ArchiveError as error:
            raise click.ClickException(_runnable(str(error), ctx.params["archive"])) from error
        except sqlite3.DatabaseError as error:
            raise click.ClickException(_damaged(error, ctx)) from error
        except OSError as error:
            if error.errno == errno.EPIPE:  # a reader that has seen enough, such as `head`; click knows what to do
                raise
            _drop_output()
            where = f"{os.fsdecode(error.filename)}: " if error.filename else "cannot write: "
            raise click.ClickException(where + (error.strerror or str(error))) from error


def _runnable(text: str, archive: Path) -> str:
    """A sentence whose commands are those of this archive."""
    return HINT.sub(lambda _: f"{command(archive)} ", text)


def _damaged(error: sqlite3.DatabaseError, ctx: click.Context) -> str:
    """What to do where SQLite gives up; another writer is no damage."""
    archive, verb = ctx.params["archive"], ctx.invoked_subcommand
    if "locked" in str(error) or "busy" in str(error):
        return f"the archive {archive} is busy: another command writes to it. Try again when it is done."
    look = "" if verb == "verify" else f"{command(archive)} verify says what is wrong. "
    return (
        f"the archive {archive} is damaged: {error}. {look}Restore a copy of it, or make a new one from the captures: "
        f"python -m archive --archive NEW ingest {_warc_dir(archive, ctx.params['warc_dir'])}"
    )


def _drop_output() -> None:
    """What could not be written must not be tried again when Python ends."""
    with suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _warc_dir(archive: Path, warc_dir: Path | None) -> Path:
    return warc_dir or archive.parent / "warc"


class Place:
    """Which archive a command works on."""

    def __init__(self, archive: Path, warc_dir: Path | None) -> None:
        self.archive = archive
        self.warc_dir = _warc_dir(archive, warc_dir)

    def open(self, *, create: bool = False, write: bool = False) -> Database:
        """The archive; a reading verb makes none, and is content with one that it may not write to."""
        db = open_archive(self.archive, create=create)
        if (create or write) and is_read_only(db):
            db.close()
            raise ArchiveError(f"the archive {self.archive} cannot be written to: no permission")
        return db


@click.group(cls=Verbs, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.option(
    "--archive",
    type=click.Path(path_type=Path, dir_okay=False),
    default=DEFAULT,
    envvar="ARCHIVE",
    show_default=True,
    show_envvar=True,
    help="The database.",
)
@click.option(
    "--warc-dir",
    type=click.Path(path_type=Path, file_okay=False),
    envvar="WARC_DIR",
    show_envvar=True,
    help="Where captures are kept.  [default: warc/ beside the database]",
)
@click.pass_context
def main(ctx: click.Context, archive: Path, warc_dir: Path | None) -> None:
    """Restored work summaries, and the proof of what each of them was restored from."""
    ctx.obj = Place(archive, warc_dir)


@main.command("ingest")
@click.argument("paths", nargs=-1, required=True, metavar="PATH...")
@click.pass_obj
def ingest_verb(place: Place, paths: tuple[str, ...]) -> None:
    """Archive files: HTML, text, WARC, and folders of them.

    What is in the archive already is not taken twice. Paths that cannot be read are named, and the others archived
    all the same; the exit status is 1 then.
    """
    if "" in paths:
        raise ArchiveError("a PATH is empty. Name a file or a folder.")
    db = place.open(create=True)
    done = ingest.ingest(db, place.warc_dir, paths, progress.for_terminal())
    if done.files:
        click.echo(summary.ingested(db, place.archive, place.warc_dir, done))
    for unfit in done.unfit:
        click.echo(f"Error: {unfit}", err=True)
    if done.unfit:
        sys.exit(1)


@main.command("show")
@click.argument("name", metavar="ID")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line, all columns.")
@click.option("--hans", is_flag=True, help="In Simplified characters.")
@click.option(
    "--evidence", is_flag=True, help="What is known of it, with the words that tell it, in place of the text."
)
@click.option(
    "--reading", is_flag=True, help="With masked and lost words as its copies have them, where they prove it."
)
@click.option(
    "--diff",
    "other",
    is_flag=False,
    flag_value=CANONICAL,
    metavar="[OTHER]",
    help="What differs from another copy: OTHER, or the one that stands for its family.",
)
@click.option("--cite", type=click.Choice(list(STYLES)), help="How to cite it, in place of the text.")
@click.option("--prov", is_flag=True, help="How it came to be, as W3C PROV-JSON, in place of the text.")
@with_archive_id
@click.pass_obj
def show_verb(place: Place, /, name: str, archive_id: str, cite: str | None, prov: bool, **how: Any) -> None:
    """Print a document.

    ID is a document's id, the beginning of one, an id that it had once, ID@VERSION, the address of a page, or the
    path of an ingested file; a page gives all its documents.
    """
    db = place.open()
    answer = lookup.documents(db, name)
    if answer.note:
        click.echo(answer.note, err=True)
    if cite:
        click.echo(STYLES[cite](answer.documents, archive_id))
    elif prov:
        click.echo(provenance.provenance(db, answer.documents, archive_id))
    else:
        _print(db, answer.documents, **how)


def _print(
    db: Database,
    documents: Sequence[Row],
    *,
    as_json: bool,
    hans: bool,
    evidence: bool,
    reading: bool,
    other: str | None,
) -> None:
    """Documents on the screen, one after the other."""
    for number, document in enumerate(documents):
        if other is not None:
            _diff(db, document, other, as_json)
        elif as_json:
            click.echo(json.dumps(show.as_object(document), ensure_ascii=False))
        elif evidence:
            click.echo(show.evidence(document, lookup.facts(db, document)))
        else:
            click.echo(
                ("\n" + "─" * 40 + "\n" if number else "")
                + show.shown(document, lookup.path(db, document["fetch_id"]), hans=hans, reading=reading)
            )
            if reading and not document.get("reading"):
                click.echo(f"{document['id']}: no copy proves a masked or lost word of it", err=True)


def _diff(db: Database, document: Row, name: str, as_json: bool) -> None:
    """Print what differs between a document and another copy."""
    other = lookup.counterpart(db, document) if name == CANONICAL else lookup.documents(db, name).documents[0]
    found = lineage.pieces(str(document["text_hans"]), str(other["text_hans"]))
    if as_json:
        known = {
            "first": document["id"],
            "second": other["id"],
            "changes": [asdict(p) for p in found if p.kind != "same"],
        }
        click.echo(json.dumps(known, ensure_ascii=False))
    else:
        click.echo(show.diff(document, other, found))


@main.command("explain")
@click.argument("name", metavar="ID")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
@click.option("--html", "as_html", is_flag=True, help="One HTML file that needs nothing beside it, in colour.")
@click.option("-o", "--output", type=click.Path(dir_okay=False), help="Where to write it.  [default: the screen]")
@click.pass_obj
def explain_verb(place: Place, name: str, as_json: bool, as_html: bool, output: str | None) -> None:
    """Print a page's text with every edit and its rule.

    [-cut-]‹round/rule›, [-before-]{+after+}‹round/rule›, {~damaged~}‹kind› where damage stays; evidence below the line
    where it is new. White space that was cut is
    shown as ␣ (space), □ (full-width space), ⏎ (new line), → (tab). ID is what `show` takes. With --html, the rule and
    the evidence of an edit are shown where the mouse or the keyboard points at it.
    """
    if as_json and as_html:
        raise ArchiveError("--json and --html are two forms. Give one of them.")
    if output == "":
        raise ArchiveError("-o names no file. Give one, or - for the screen.")
    if output not in (None, "-"):
        export.refuse(Path(str(output)), place.archive, place.warc_dir)
    ledger = explain.ledger(place.open(), name)
    form = explain.to_json if as_json else explain_html.page if as_html else explain.explained
    text = form(ledger)
    if output in (None, "-"):
        click.echo(text)
        return
    plain = text if as_json or as_html else click.unstyle(text)
    export.save(Path(str(output)), lambda out: out.write(f"{plain}\n".encode()))
    how = ": open it in a browser" if as_html else ""
    click.echo(f"{len(ledger.edits):,} edits written to {output}{how}", err=True)


@main.command("search")
@click.argument("query", nargs=-1, required=True)
@with_filters
@click.option("--limit", type=click.IntRange(1), default=20, show_default=True, help="Documents to print.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
@click.pass_obj
def search_verb(place: Place, query: tuple[str, ...], filters: Filters, limit: int, as_json: bool) -> None:
    """Find documents that hold all words of QUERY, best first.

    Simplified and Traditional characters find each other. "Words in quotes" stand together; a word of Latin
    letters is matched whole.
    """
    chosen = filters.condition()
    db, words = place.open(), " ".join(query)
    if not search.expression(words):
        raise ArchiveError(f"there is no word to search for in {words!r}")
    hits = search.search(db, words, limit, chosen)
    for hit in hits:
        click.echo(_json_hit(hit) if as_json else _hit(hit))
    if not as_json:
        found = search.count(db, words, chosen)
        click.echo(f"{found:,} found" + (f", {len(hits)} shown" if found > len(hits) else ""), err=True)


@main.command("stats")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
@click.pass_obj
def stats_verb(place: Place, as_json: bool) -> None:
    """Print figures of the archive: pages, documents, rejections, what was cut by which rule."""
    db = place.open()
    figures = json.dumps(asdict(counts(db)), ensure_ascii=False)
    click.echo(figures if as_json else summary.stats(db, place.archive, place.warc_dir))


@main.command("report")
@click.option(
    "-o", "--output", type=click.Path(dir_okay=False), help="The file.  [default: report.html beside the archive]"
)
@click.pass_obj
def report_verb(place: Place, output: str | None) -> None:
    """Write what the archive holds, what it refused and what nobody must conclude from it, with plots.

    One HTML file that needs nothing beside it: open it in a browser, print it, or put it beside an export.
    """
    if output == "":
        raise ArchiveError("-o names no file. Give one, or - for the screen.")
    target = output or str(place.archive.with_name("report.html"))
    if target != "-":
        export.refuse(Path(target), place.archive, place.warc_dir)
    page = report.report(place.open(), place.archive.name)
    if target == "-":
        click.echo(page)
        return
    export.save(Path(target), lambda out: out.write(f"{page}\n".encode()))
    click.echo(f"Report written to {target}: open it in a browser", err=True)


@main.command("rules")
@click.option("--json", "as_json", is_flag=True, help="One JSON list.")
@click.pass_obj
def rules_verb(place: Place, as_json: bool) -> None:
    """Print what template sites do to documents, code by code, and what is done about it.

    Each is repaired, cut, marked, or left for a reason, by the rules and kinds that are named, with how often each of
    them acted in this archive. Without an archive the counts are blank.
    """
    known = place.archive.exists()
    figures = handled(place.open()) if known else {}
    click.echo(phenomena.to_json(figures) if as_json else phenomena.table(figures, Console()))
    if not known:
        click.echo(f"Counts are blank: there is no archive at {place.archive}.", err=True)


@main.command("export")
@click.option("--format", "form", type=click.Choice(list(export.FORMATS)), required=True, help="What to write.")
@with_filters
@click.option("--mask-pii", is_flag=True, help="Mask identity, mobile and bank numbers, e-mail addresses and plates.")
@click.option("--partition", metavar="KEYS", help="Divide Parquet into folders, by some of host,year,month.")
@click.option(
    "--tokens", type=click.Choice(["jieba", "character"]), default="jieba", help="What cuts words.", show_default=True
)
@click.option("--raw-cells", is_flag=True, help="CSV without an apostrophe before what a spreadsheet would compute.")
@with_archive_id
@click.option("-o", "--output", type=click.Path(), required=True, help="The file or folder; - for the screen.")
@click.pass_obj
def export_verb(place: Place, /, form: str, filters: Filters, partition: str | None, output: str, **how: Any) -> None:
    """Write documents to a file or folder, all columns, in the order of their ids, with a manifest.

    CONDITION compares columns of documents with values: = != < <= > >= LIKE, IN (…), BETWEEN … AND …, IS NULL,
    joined by AND, OR, NOT and parentheses; text values stand in single quotes. CSV is UTF-8 with a byte order mark,
    as Excel wants it. The same archive and the same options give the same bytes.
    """
    if not output:
        raise ArchiveError("-o names no file. Give one, or - for the screen.")
    options = Options(filters, parts(partition or ""), **how)
    filters.condition()
    if output != "-":
        export.refuse(Path(output), place.archive, place.warc_dir)
    db = place.open()
    if output == "-":
        export.write(db, place.warc_dir, form, sys.stdout.buffer, options)
    else:
        count = export.export(db, place.warc_dir, form, Path(output), options, progress.for_terminal())
        click.echo(f"{count:,} documents written to {output}", err=True)


@main.command("import")
@click.argument("path", type=click.Path(path_type=Path, dir_okay=False, exists=True), metavar="EXPORT")
@click.pass_obj
def import_verb(place: Place, path: Path) -> None:
    """Make a new archive of an export (JSON Lines or Parquet).

    Documents are searched, shown, cited and exported as they were; what proves them, captures and ledgers, stays with
    the archive that they came from. Exporting them again gives the same bytes. Families are those of the old archive,
    until `families --rebuild` compares what is here.
    """
    count = imports.import_(place.open(create=True), path, progress.for_terminal())
    click.echo(f"{count:,} documents imported from {path}")


@main.command("rebuild")
@click.option(
    "--learn", is_flag=True, help="First learn anew what the hosts repeat; else each page's recorded knowledge."
)
@click.pass_obj
def rebuild_verb(place: Place, learn: bool) -> None:
    """Restore every page again from its capture: after a change of the rules, or of the software.

    Documents that come out differently keep their old version. Captures, old versions and retired ids stay.
    """
    db = place.open(write=True)
    done = rebuild.rebuild(db, place.warc_dir, progress=progress.for_terminal(), learn=learn)
    added = done.added
    click.echo(
        f"{done.pages:,} pages restored again: {added.unchanged:,} documents as they were, "
        f"{added.changed:,} changed, {added.new:,} new, {added.retired:,} retired"
    )
    _fail(place, done.problems)


@main.command("families")
@click.option("--rebuild", "anew", is_flag=True, help="Compare all documents anew: after a change of the rules.")
@click.pass_obj
def families_verb(place: Place, anew: bool) -> None:
    """Settle which documents are copies of each other, and which copy stands for its family.

    A crawl and an ingest do it at their end; this makes good one that was killed before it did. Documents of a family
    have one `family_id`; `canonical` is 1 for the one that stands for it.
    """
    db = place.open(write=True)
    find = families.rebuild if anew else families.settle
    found = find(db, progress.for_terminal())
    click.echo(
        f"{found.documents:,} documents looked at; {found.members:,} in {found.families:,} families of copies now"
    )


@main.command("verify")
@click.pass_obj
def verify_verb(place: Place) -> None:
    """Check everything: WARC digests, every page's ledger, references, the index.

    Prints a line for everything that is wrong; the exit status is 1 then.
    """
    problems = list(verify.verify(place.open(), place.warc_dir, progress.for_terminal()))
    _fail(place, problems)
    click.echo("Nothing is wrong: captures, ledgers, references and index fit.")


@main.command("serve")
@click.option("--port", type=click.IntRange(1, 65535), default=8001, show_default=True, help="On 127.0.0.1.")
@click.option("--open", "browser", is_flag=True, help="Open it in a browser.")
@click.pass_obj
def serve_verb(place: Place, port: int, browser: bool) -> None:
    """Browse and search the archive in Datasette, on this machine only."""
    db = place.open()
    fixed = is_immutable(db)
    db.close()
    sys.exit(serve.serve(place.archive, port, browser=browser, immutable=fixed))


def _fail(place: Place, problems: list[str]) -> None:
    for problem in problems:
        click.echo(f"Error: {_runnable(problem, place.archive)}", err=True)
    if problems:
        sys.exit(1)


def _hit(hit: search.Hit) -> str:
    document = hit.document
    facts = [str(document[name]) for name in ("id", "genre", "signed_by", "signed_on") if document[name]]
    title = click.style(_coloured(hit.title) or "(no title)", bold=True)
    return f"{title}\n  {click.style(' · '.join(facts), dim=True)}\n  {_coloured(hit.snippet)}"


def _coloured(text: str) -> str:
    """Hits in colour; on paper in brackets."""
    marks = ("\x1b[33m", "\x1b[39m") if sys.stdout.isatty() else ("【", "】")
    return text.replace(search.OPEN, marks[0]).replace(search.CLOSE, marks[1])


def _json_hit(hit: search.Hit) -> str:
    plain = hit.snippet.replace(search.OPEN, "【").replace(search.CLOSE, "】")
    names = ("id", "url", "title", "genre", "script", "published_on", "signed_by", "signed_on", "status", "score")
    return json.dumps({**{name: hit.document[name] for name in names}, "snippet": plain}, ensure_ascii=False)


if __name__ == "__main__":
    main(prog_name="python -m archive")
