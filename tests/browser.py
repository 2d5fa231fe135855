"""A real browser on a real `serve`: fixtures for the tests in `test_browser_*.py`.

A test asks for `reader` (`conftest` hands the fixtures on). What the browser logs as an error, and a request to anybody
but the server of the test, fails the test when it ends, whatever it looked at. With SCREENSHOTS in the environment,
`Reader.shot` writes what is seen into that folder.
"""

import base64
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.parse import quote
from urllib.request import Request, urlopen

import pytest
from archive_files import response
from loopback import free_port
from once import once
from selenium import webdriver
from selenium.webdriver.chrome.options import Options
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.webelement import WebElement

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
DESKTOP, PHONE = (1280, 900), (390, 844)
# Root in a container has no user namespaces and 64 MB of shared memory. No name but the loopback's is ever resolved.
FLAGS = (
    *("--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu", "--hide-scrollbars"),
    *("--disable-background-networking", "--disable-component-update", "--no-first-run", "--lang=en"),
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
)
INSIDE = ("data:", "blob:", "about:")  # addresses that ask nobody
START = 90  # seconds for a server to answer
NAME = "archive"  # of the database
TALL = 4000  # pixels of a page that a screenshot shows
SAMPLE = 40  # articles of the sample web in `served`


@dataclass(frozen=True, slots=True)
class Served:
    """A running `serve`."""

    archive: Path
    port: int

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def get(self, path: str, method: str = "GET", **headers: str) -> tuple[int, dict[str, str], bytes]:
        """Status, headers (names in lower case) and body, without a browser."""
        asked = Request(self.origin + quote(path, safe="/?&=%~+@"), method=method, headers=headers)
        try:
            with urlopen(asked) as found:
                return found.status, _lower(found.headers.items()), found.read()
        except HTTPError as error:
            return error.code, _lower(error.headers.items()), error.read()


def _lower(headers: list[tuple[str, str]]) -> dict[str, str]:
    return {name.lower(): value for name, value in headers}


@contextmanager
def serving(archive: Path, *options: str) -> Iterator[Served]:
    """`python -m archive serve` on a free port, until the block ends."""
    port = free_port()
    command = [sys.executable, "-m", "archive", "--archive", str(archive), "serve", "--port", str(port), *options]
    log = archive.with_name(f"serve-{port}.log")
    with log.open("wb") as told:
        server = subprocess.Popen(command, stdout=told, stderr=told)
    try:
        served = Served(archive, port)
        until = time.monotonic() + START
        while True:
            try:
                served.get("/-/versions.json")
                break
            except (URLError, ConnectionError):
                assert server.poll() is None and time.monotonic() < until, log.read_text("utf-8")
                time.sleep(0.1)
        yield served
    finally:
        server.terminate()
        server.wait(20)


def ingested(folder: Path, *paths: Path) -> Path:
    """An archive of these files, made by `python -m archive ingest`."""
    archive = folder / f"{NAME}.db"
    command = [sys.executable, "-m", "archive", "--archive", str(archive), "ingest", *map(str, paths)]
    subprocess.run(command, check=True, capture_output=True)
    return archive


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A server over articles of the sample web, of all its sites, as a crawl would have brought them."""
    folder = once(tmp_path_factory, "served", sampled)
    with serving(folder / f"{NAME}.db") as running:
        yield running


def sampled(folder: Path) -> None:
    """An archive of articles of all sites of the sample web."""
    from sample.web import PORT, build  # not for every test that asks for no server

    web = build(1, PORT)
    articles = list(dict.fromkeys(gold.urls for gold in web.gold))
    chosen = [url for urls in articles[:: max(1, len(articles) // SAMPLE)] for url in urls]
    records = [
        response(url, web.pages[url].body, kind=web.pages[url].content_type, number=number)
        for number, url in enumerate(chosen, 1)
    ]
    (folder / "sample.warc").write_bytes(b"".join(records))
    ingested(folder, folder / "sample.warc")


@pytest.fixture(scope="session")
def chromium() -> Iterator[webdriver.Chrome]:
    """Debian's chromium, without a window."""
    binary, driver = next(filter(None, map(shutil.which, BROWSERS)), None), shutil.which("chromedriver")
    if not (binary and driver):
        pytest.skip("no browser: apt-get install chromium chromium-driver")
    options = Options()
    options.binary_location = str(binary)
    for flag in FLAGS:
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    browser = webdriver.Chrome(options=options, service=Service(str(driver)))  # a path: Selenium looks for none
    browser.set_page_load_timeout(60)
    yield browser
    browser.quit()


@pytest.fixture
def reader(chromium: webdriver.Chrome, served: Served) -> Iterator["Reader"]:
    """A reader at the home page's door, in daylight, at a desk."""
    one = Reader(chromium, served)
    one.begin()
    yield one
    one.end()


@dataclass(slots=True)
class Reader:
    """Somebody with a browser. `driver` is Selenium's, for what stands not here."""

    driver: webdriver.Chrome
    served: Served
    pardoned: list[str] = field(default_factory=list)  # words of errors that the test means to cause
    _said: list[str] = field(default_factory=list)
    _asked: list[str] = field(default_factory=list)
    _origins: list[str] = field(default_factory=list)

    def begin(self) -> None:
        """Forget what an earlier test left."""
        self.driver.get("about:blank")
        self.driver.execute_cdp_cmd("Network.clearBrowserCookies", {})
        self.driver.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": False})
        self.driver.get_log("browser"), self.driver.get_log("performance")
        self.at(self.served)
        self.window(DESKTOP)
        self.light()

    def at(self, served: Served) -> "Reader":
        """The same reader before another server, which may be asked too."""
        self.served = served
        self._origins.append(served.origin + "/")
        return self

    def open(self, path: str) -> None:
        """Go to an address of the server. A page of itself is loaded anew."""
        self.driver.get(self.served.origin + path)

    def window(self, size: tuple[int, int]) -> None:
        """A window of that size; one of a phone's width is a phone's."""
        phone = size[0] == PHONE[0]
        metrics = {"width": size[0], "height": size[1], "deviceScaleFactor": 2 if phone else 1, "mobile": phone}
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)

    def phone(self) -> None:
        """Read on a phone of 390 by 844."""
        self.window(PHONE)

    def dark(self) -> None:
        """Prefer dark colours."""
        self._scheme("dark")

    def light(self) -> None:
        """Prefer light colours."""
        self._scheme("light")

    def _scheme(self, name: str) -> None:
        features = [{"name": "prefers-color-scheme", "value": name}]
        self.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": features})

    def without_scripts(self) -> None:
        """Switch JavaScript off, as some readers do."""
        self.driver.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})

    def one(self, css: str) -> WebElement:
        """The first element of a selector; a page that a click asked for may still be on its way."""
        self.wait(lambda: self.all(css))
        return self.all(css)[0]

    def all(self, css: str) -> list[WebElement]:
        """All of them."""
        return self.driver.find_elements(By.CSS_SELECTOR, css)

    def wait(self, holds: Callable[[], object], seconds: float = 20) -> None:
        """Until something holds."""
        until = time.monotonic() + seconds
        while not holds():
            assert time.monotonic() < until, "it never came to hold"
            time.sleep(0.05)

    def is_too_wide(self, css: str = "html") -> bool:
        """Whether what a selector names must be moved sideways to be read."""
        one = f"document.querySelector({json.dumps(css)})"
        return bool(self.driver.execute_script(f"return {one}.scrollWidth > {one}.clientWidth + 1"))

    def shot(self, name: str) -> None:
        """The whole page as NAME.png, where SCREENSHOTS names a folder."""
        folder = os.environ.get("SCREENSHOTS")
        if not folder:
            return
        Path(folder).mkdir(parents=True, exist_ok=True)
        size = self.driver.execute_cdp_cmd("Page.getLayoutMetrics", {})["cssContentSize"]
        width = self.driver.execute_script("return window.innerWidth")
        self.window((width, max(int(size["height"]), PHONE[1])) if size["height"] < TALL else (width, TALL))
        png = self.driver.execute_cdp_cmd("Page.captureScreenshot", {"format": "png"})["data"]
        Path(folder, f"{name}.png").write_bytes(base64.b64decode(png))

    def errors(self) -> list[str]:
        """What the console held so far that is an error and was not meant."""
        self._said += [entry["message"] for entry in self.driver.get_log("browser") if entry["level"] == "SEVERE"]
        return [message for message in self._said if not any(word in message for word in self.pardoned)]

    def outside(self) -> list[str]:
        """The addresses that were asked for so far, and are of none of the test's servers."""
        for entry in self.driver.get_log("performance"):
            event = json.loads(entry["message"])["message"]
            if event["method"] == "Network.requestWillBeSent":
                self._asked.append(event["params"]["request"]["url"])
            elif event["method"] in ("Network.webSocketCreated", "Network.webTransportCreated"):
                self._asked.append(event["params"]["url"])
        return [url for url in self._asked if not url.startswith((*self._origins, *INSIDE))]

    def end(self) -> None:
        """Nothing went wrong that a test did not mean, and nobody else was asked."""
        assert (self.errors(), self.outside()) == ([], [])

    def forgive(self) -> None:
        """What a test meant to be wrong is no failure."""
        self.errors(), self.outside()
        self._said.clear(), self._asked.clear()
