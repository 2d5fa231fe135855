"""The archive in Datasette: `archive/datasette`, with what follows from the fields of `Document`.

Datasette runs as `python -m datasette` with this project on its path, since its plugins import it. It reads only. On
loopback its owner may ask it any SQL; where others may read it, only the questions that are written down.
"""

import ipaddress
import json
import os
import signal
import socket
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from datasette.utils import parse_metadata, tilde_encode

from archive.errors import ArchiveError
from archive.pages.interface import catalogue
from pipelines.document import COLUMNS

HERE = Path(__file__).parent / "datasette"
HOST = "127.0.0.1"
FACETS = ("genre", "status", "title_year", "script", "signed_by", "damage")  # what a reader asks first stands first
SETTINGS = {
    "facet_time_limit_ms": "1000",  # each takes some 0.2 s of 200,000 documents, more where others read too
    "suggest_facets": "off",  # a scan of the whole table for each column
    "sql_time_limit_ms": "3000",  # a search for a frequent word in 200,000 documents takes 1 to 2 s
    "default_page_size": "50",
    "truncate_cells_html": "120",
    "max_returned_rows": "2000",
    "num_sql_threads": "8",  # so that three long questions do not make everybody wait
}
# Where others may read: no SQL of theirs, and nothing that copies the whole archive in one request.
PUBLIC = {"default_allow_sql": "off", "allow_download": "off", "allow_csv_stream": "off", "max_returned_rows": "500"}
# And nothing that tells of its owner's machine and folders, or of who asked that something be taken down.
PRIVATE = ("crawls", "crawl_counts", "hosts", "takedowns", "tombstones")
WARNING = (
    "Others can read this archive at {host}:{port}. They cannot write, ask SQL of their own or download the whole;\n"
    "there is no password and no encryption here: put a server with TLS before it."
)
WARC = "ARCHIVE_WARC"  # the environment variable in which Datasette finds the folder of captures


@dataclass(frozen=True, slots=True)
class Serving:
    """What is served, where and to whom."""

    archive: Path
    warc_dir: Path
    port: int
    host: str = HOST
    public: bool = False  # to others than the one whose machine it is
    immutable: bool = False  # where SQLite may make no file beside the archive


def serve(what: Serving, *, browser: bool = False) -> int:
    """Run Datasette until it is stopped; its exit status."""
    _allowed(what)
    _free(what.host, what.port)
    if what.public:
        print(WARNING.format(host=what.host, port=what.port), file=sys.stderr)
    with TemporaryDirectory(prefix="archive-datasette-") as folder:
        metadata = Path(folder, "metadata.json")
        metadata.write_text(json.dumps(described(what.archive.stem, public=what.public), ensure_ascii=False), "utf-8")
        command = [*arguments(what, metadata), *(["--open"] if browser else [])]
        process = subprocess.Popen(command, env=_environment(what.warc_dir))
        signal.signal(signal.SIGTERM, lambda *_: process.terminate())  # a service manager asks us, not Datasette
        try:
            return max(0, process.wait())  # a signal that stopped it is no failure
        except KeyboardInterrupt:
            process.wait()
            return 0


def arguments(what: Serving, metadata: Path) -> list[str]:
    """The command line of Datasette."""
    chosen = {**SETTINGS, **(PUBLIC if what.public else {})}
    settings = [word for name, value in chosen.items() for word in ("--setting", name, value)]
    return [
        *(sys.executable, "-m", "datasette", "serve", *(["--immutable"] if what.immutable else []), str(what.archive)),
        *("--host", what.host, "--port", str(what.port), "--metadata", str(metadata)),
        *("--plugins-dir", str(HERE / "plugins"), "--template-dir", str(HERE / "templates")),
        *("--static", f"assets:{HERE / 'static'}"),
        *settings,
    ]


def described(database: str, *, public: bool = False) -> dict[str, object]:
    """The metadata for a database of that name; columns and facets of documents as `Document` declares them."""
    text = (HERE / "datasette.yaml").read_text("utf-8").replace("/archive/", f"/{tilde_encode(database)}/")
    metadata: dict[str, object] = parse_metadata(text)
    databases = metadata["databases"]
    if not isinstance(databases, dict):
        raise ArchiveError(f"{HERE / 'datasette.yaml'}: databases is no mapping")
    known = databases.pop("archive")
    known["tables"]["documents"]["columns"] = {column.name: column.metadata["help"] for column in COLUMNS}
    declared = [column.name for column in COLUMNS if column.metadata["facet"]]
    ordered = sorted(declared, key=lambda name: FACETS.index(name) if name in FACETS else len(FACETS))
    known["tables"]["documents"]["facets"] = [{"counted": name} for name in ordered]  # plugins/facets.py
    for kind in ("tables", "queries"):
        for name, entry in known[kind].items():
            entry.update(_said(f"{kind}.{name}"))
    for table in PRIVATE if public else ():
        known["tables"].setdefault(table, {})["allow"] = False
    ours = {"archive": {"public": public, "warc": {"$env": WARC}}}
    return {**metadata, "databases": {database: known}, "plugins": ours}


def _said(key: str) -> dict[str, str]:
    """Title and description in both languages, for whoever reads the metadata; pages choose one."""
    named = {"title": catalogue().get(key), "description": catalogue().get(f"{key}_about")}
    return {name: f"{entry['en']} · {entry['zh']}" for name, entry in named.items() if entry}


def _environment(warc_dir: Path) -> dict[str, str]:
    root = str(Path(__file__).resolve().parent.parent)
    before = os.environ.get("PYTHONPATH")
    path = os.pathsep.join([root, before] if before else [root])
    return {**os.environ, "PYTHONPATH": path, WARC: str(warc_dir.resolve())}


def _allowed(what: Serving) -> None:
    """Raise `ArchiveError` where others could read what only its owner is meant to."""
    try:
        alone = ipaddress.ip_address(what.host).is_loopback
    except ValueError as error:
        raise ArchiveError(f"--host {what.host} is no address. Give one, such as 127.0.0.1 or 0.0.0.0") from error
    if not alone and not what.public:
        raise ArchiveError(
            f"at {what.host} others can read the archive. If that is meant, say --public: "
            "they cannot write, ask SQL of their own or download the whole"
        )


def _free(host: str, port: int) -> None:
    """Datasette shows a traceback where the port is taken."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise ArchiveError(
                f"port {port} is taken, or {host} is no address of this machine. "
                f"Choose another: python -m archive serve --port {port + 1}"
            ) from error
