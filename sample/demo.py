"""python -m sample.demo: serve the sample web and crawl it, as `make crawl` does.

The crawl is the ordinary `scrapy crawl summaries`, in a process of its own; only what a public crawl must not do is
allowed here: addresses on loopback, and no politeness between pages of a server that is ours.
"""

import os
import subprocess
import sys
from pathlib import Path

import click

from sample.server import Server
from sample.web import PORT, build

ROOT = Path(__file__).parent.parent
DELAY = 0.05  # seconds between requests to one host of the sample


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--seed", default=1, show_default=True, type=click.IntRange(1), help="Which web.")
@click.option("--edition", default=1, show_default=True, help="2: some weeks later, articles corrected.")
@click.option("--port", default=PORT, show_default=True, type=click.IntRange(1, 65535), help="Port on loopback.")
@click.option("--archive", default="data/archive.db", show_default=True, type=click.Path(path_type=Path))
@click.option(
    "--log", default="data/access.log", show_default=True, type=click.Path(path_type=Path), help="Access log."
)
def main(seed: int, edition: int, port: int, archive: Path, log: Path) -> None:
    """Crawl the sample web into an archive."""
    web = build(seed, port, edition=edition)
    log.parent.mkdir(parents=True, exist_ok=True)
    try:
        server = Server(web, log)
    except OSError as error:
        raise click.ClickException(
            f"cannot serve the sample web on 127.0.0.1:{port}: {error.strerror};"
            " end what listens there or choose another --port"
        ) from error
    starts = log.with_name("start_urls.txt")
    starts.write_text("\n".join(web.seeds) + "\n", encoding="utf-8")
    settings = {
        "ARCHIVE": archive,
        "ALLOW_PRIVATE_ADDRESSES": "True",
        "DOWNLOAD_DELAY": DELAY,
        "AUTOTHROTTLE_ENABLED": "False",
        "REVISIT": "all",  # a second crawl looks at every page, though none is due: editions come within minutes
        "HOST_ADDRESSES": '{"*.test": "127.0.0.1"}',
    }
    command = [sys.executable, "-m", "scrapy", "crawl", "summaries", "-a", f"urls_file={starts.resolve()}"]
    for name, value in settings.items():
        command += ["-s", f"{name}={value}"]
    with server:
        done = subprocess.run(command, cwd=ROOT, env=os.environ, check=False)
    sys.exit(done.returncode)


if __name__ == "__main__":
    main()
