"""A small site on loopback for tests of crawls: as many articles as one wants, and something that happens at one."""

import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from random import Random

import pytest
from loopback import PATIENCE

ROOT = Path(__file__).parent.parent
SAID = [
    "科普活动",
    "会员培训",
    "项目申报",
    "学术交流",
    "基层组织",
    "调研走访",
    "志愿服务",
    "经费管理",
    "文化下乡",
    "义诊",
]
PAGE = "<html><head><meta charset='utf-8'><title>{0}</title></head><body><h1>{0}</h1>{1}</body></html>"
Answer = tuple[int, str]  # status and page


def article(number: int, lines: int = 40) -> str:
    rng = Random(number)
    told = "".join(
        f"<p>{n}、第{rng.randint(1, 4)}季度，我们开展{rng.choice(SAID)}{rng.randint(2, 99)}次，"
        f"服务群众{rng.randint(99, 9999)}人，"
        f"{rng.choice(SAID)}取得了新的进展，完成了年初确定的第{n}项任务。</p>"
        for n in range(1, lines + 1)
    )
    return PAGE.format(f"清河县第{number}小学2019年工作总结", told)


class SmallSite:
    """Serves /1.html to /N.html and their list at /."""

    def __init__(self, articles: int = 6, lines: int = 40) -> None:
        self.articles = articles
        self.asked: list[str] = []
        self.at: dict[str, Callable[[], object]] = {}  # by path: what is done before it is answered
        self.instead: dict[str, Answer] = {}
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                outer.asked.append(self.path)
                outer.at.get(self.path, lambda: None)()
                status, page = outer.instead.get(self.path) or outer.answer(self.path, lines)
                try:
                    self.send_response(status)
                    self.send_header("Content-Type", "text/html; charset=utf-8")
                    self.end_headers()
                    self.wfile.write(page.encode())
                except (BrokenPipeError, ConnectionResetError):  # the crawl did not wait
                    pass

            def log_message(self, format: str, *args: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def answer(self, path: str, lines: int) -> Answer:
        number = path.strip("/").removesuffix(".html")
        if path == "/":
            links = "".join(
                f"<li><a href='/{n}.html'>清河县第{n}小学2019年工作总结</a></li>" for n in range(1, self.articles + 1)
            )
            return 200, PAGE.format("列表", f"<ul>{links}</ul>")
        if number.isdecimal() and 1 <= int(number) <= self.articles:
            return 200, article(int(number), lines)
        return 404, "<h1>404</h1>"

    @property
    def url(self) -> str:
        return f"http://www.small.test:{self.server.server_address[1]}/"

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()


def words(folder: Path, url: str, *more: str) -> list[str]:
    """The command that crawls it into a folder."""
    settings = {"ARCHIVE": folder / "archive.db", "WORKERS": 1, "ALLOW_PRIVATE_ADDRESSES": 1, "DOWNLOAD_DELAY": 0,
                "RETRY_TIMES": 0}  # fmt: skip
    said = [word for name, value in settings.items() for word in ("-s", f"{name}={value}")]
    what = ["-a", f"urls={url}"] if url else []
    return [sys.executable, "-m", "scrapy", "crawl", "summaries", *what, *said, *more]


def crawl(folder: Path, url: str, *more: str, before: str = "") -> "subprocess.CompletedProcess[str]":
    """Crawl it; `before` is Python that the crawl's process runs first."""
    command = words(folder, url, *more)
    if before:
        code = f"{before}\nimport scrapy.cmdline\nscrapy.cmdline.execute({['scrapy', *command[3:]]!r})"
        command = [sys.executable, "-c", code]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=PATIENCE)


def program(name: str, package: str) -> str:
    """A program that a test needs: without it the test is skipped."""
    found = shutil.which(name, path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin")
    if not found:
        pytest.skip(f"needs {name}: apt-get install {package}")
    return found
