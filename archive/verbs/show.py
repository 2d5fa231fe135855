"""`show`: a document, and what is known of it."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import click
from sqlite_utils import Database

from archive import lookup, show
from archive.cli import terminal
from archive.cli.completing import ids
from archive.cli.options import with_archive_id
from archive.cli.place import Place
from archive.copies import lineage
from archive.exports import provenance
from archive.exports.cite import STYLES
from archive.rows import Row
from archive.versioning import history

CANONICAL = "\0"  # no document is called so


@click.command("show")
@click.argument("name", metavar="ID", required=False, shell_complete=ids)
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
    help="What differs from another copy: OTHER, or the one that stands for its family. "
    "From another version: @VERSION.",
)
@click.option("--cite", type=click.Choice(list(STYLES)), help="How to cite it, in place of the text.")
@click.option("--prov", is_flag=True, help="How it came to be, as W3C PROV-JSON, in place of the text.")
@with_archive_id
@click.pass_obj
def show_verb(place: Place, /, name: str | None, archive_id: str, cite: str | None, prov: bool, **how: Any) -> None:
    """Print a document.

    ID is a document's id, the beginning of one, an id that it had once, ID@VERSION, the address of a page, or the
    path of an ingested file; a page gives all its documents.
    """
    if name is None:  # in `--diff ID` the option took the only name for OTHER
        name, how["other"] = how["other"], CANONICAL
    if name in (None, CANONICAL):
        raise click.UsageError("Missing argument 'ID'.")
    db = place.open()
    answer = lookup.documents(db, name)
    if answer.note:
        terminal.echo(answer.note, err=True)
    if cite:
        print_ = terminal.echo_json if cite == "csl" else terminal.echo
        print_(STYLES[cite](answer.documents, archive_id))
    elif prov:
        terminal.echo_json(provenance.provenance(db, answer.documents, archive_id))
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
            terminal.echo_json(json.dumps(show.as_object(document), ensure_ascii=False))
        elif evidence:
            terminal.echo(show.evidence(document, lookup.facts(db, document)))
        else:
            terminal.echo(
                ("\n" + "─" * 40 + "\n" if number else "")
                + show.shown(document, lookup.path(db, document["fetch_id"]), hans=hans, reading=reading)
            )
            if reading and not document.get("reading"):
                terminal.echo(f"{document['id']}: no copy proves a masked or lost word of it", err=True)


def _diff(db: Database, document: Row, name: str, as_json: bool) -> None:
    """Print what differs between a document and another copy, or another version of it."""
    if name.startswith("@"):
        name = f"{document['id']}{name}"
    other = lookup.counterpart(db, document) if name == CANONICAL else lookup.documents(db, name).documents[0]
    if other["id"] == document["id"]:
        _versions(document, other, as_json)
        return
    found = lineage.pieces(str(document["text_hans"]), str(other["text_hans"]))
    if as_json:
        known = {
            "first": document["id"],
            "second": other["id"],
            "changes": [asdict(p) for p in found if p.kind != "same"],
        }
        terminal.echo_json(json.dumps(known, ensure_ascii=False))
    else:
        terminal.echo(show.diff(document, other, found))


def _versions(one: Row, other: Row, as_json: bool) -> None:
    """Print what differs between two versions of a document, the older one first."""
    older, newer = sorted((one, other), key=lambda row: int(row["version"] or 1))
    found = history.compare(older, newer)
    if as_json:
        names = {"first": f"{older['id']}@{older['version']}", "second": f"{newer['id']}@{newer['version']}"}
        terminal.echo_json(json.dumps(names | found.as_object(), ensure_ascii=False))
    else:
        terminal.echo(show.versions(older, newer, found))
