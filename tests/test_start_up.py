"""What a command imports before it works: the corridor and its libraries take a second, and most restore nothing."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
HEAVY = "pipelines.process, pipelines.learn, trafilatura, pyarrow, jieba, sklearn, pypinyin, ray, aiohttp, spidermon"
VERBS = "import archive.__main__; from archive import verbs; [verbs.load(name) for name in verbs.NAMES]"
# As `scrapy crawl` does: every command's module, all spiders, what the settings name.
CRAWL = """
from scrapy.utils.misc import load_object, walk_modules
from crawler import settings
for name in settings.COMMANDS_MODULE, *settings.SPIDER_MODULES:
    walk_modules(name)
for name in *settings.EXTENSIONS_BASE, *settings.EXTENSIONS, *settings.DOWNLOADER_MIDDLEWARES, *settings.ITEM_PIPELINES:
    load_object(name)
"""


@pytest.mark.parametrize("imports", [VERBS, CRAWL], ids=["the verbs", "a crawl"])
def test_nothing_heavy_is_imported_by_a_command_that_has_not_begun(imports: str) -> None:
    code = f"{imports}\nimport sys\nprint(*sorted(set('{HEAVY}'.split(', ')) & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.split() == []
