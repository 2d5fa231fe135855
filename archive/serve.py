"""The archive in Datasette, on loopback: `archive/datasette`, with what follows from the fields of `Document`.

Datasette runs as `python -m datasette` with this project on its path, since its plugins import it.
"""

import json
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from datasette.utils import parse_metadata, tilde_encode

from archive.errors import ArchiveError
from pipelines.document import COLUMNS

HERE = Path(__file__).parent / "datasette"
FACETS = ("genre", "status", "title_year", "script", "signed_by", "damage")  # what a reader asks first stands first
SETTINGS = {
    "suggest_facets": "off",  # a scan of the whole table for each column
    "sql_time_limit_ms": "3000",  # a search for a frequent word in 200,000 documents takes 1 to 2 s
    "default_page_size": "50",
    "truncate_cells_html": "120",
    "max_returned_rows": "2000",
}


def serve(archive: Path, port: int, *, browser: bool = False, immutable: bool = False) -> int:
    """Run Datasette until it is stopped; its exit status."""
    _free(port)
    with TemporaryDirectory(prefix="archive-datasette-") as folder:
        metadata = Path(folder, "metadata.json")
        metadata.write_text(json.dumps(described(archive.stem), ensure_ascii=False), "utf-8")
        command = [*arguments(archive, metadata, port, immutable=immutable), *(["--open"] if browser else [])]
        process = subprocess.Popen(command, env=_environment())
        signal.signal(signal.SIGTERM, lambda *_: process.terminate())  # a service manager asks us, not Datasette
        try:
            return max(0, process.wait())  # a signal that stopped it is no failure
        except KeyboardInterrupt:
            process.wait()
            return 0


def arguments(archive: Path, metadata: Path, port: int, *, immutable: bool = False) -> list[str]:
    """The command line of Datasette; `immutable` where SQLite may make no file beside the archive."""
    settings = [word for name, value in SETTINGS.items() for word in ("--setting", name, value)]
    return [
        *(sys.executable, "-m", "datasette", "serve", *(["--immutable"] if immutable else []), str(archive)),
        *("--host", "127.0.0.1", "--port", str(port), "--metadata", str(metadata)),
        *("--plugins-dir", str(HERE / "plugins"), "--template-dir", str(HERE / "templates")),
        *("--static", f"assets:{HERE / 'static'}"),
        *settings,
    ]


def described(database: str) -> dict[str, object]:
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
    known["tables"]["documents"]["facets"] = [_facet(name) for name in ordered]
    return {**metadata, "databases": {database: known}}


def _facet(name: str) -> str | dict[str, str]:
    """A column of JSON lists is counted by what the lists hold."""
    return {"array": name} if name == "damage" else name


def _environment() -> dict[str, str]:
    root = str(Path(__file__).resolve().parent.parent)
    before = os.environ.get("PYTHONPATH")
    return {**os.environ, "PYTHONPATH": os.pathsep.join([root, before] if before else [root])}


def _free(port: int) -> None:
    """Datasette shows a traceback where the port is taken."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            raise ArchiveError(
                f"port {port} is taken. Choose another: python -m archive serve --port {port + 1}"
            ) from error
