"""The clean originals in texts/*.txt: how a file is read, and how a near-duplicate of one is written."""

import re
from pathlib import Path
from random import Random

from sample.model import Text

FOLDER = Path(__file__).parent / "texts"

# Stock sentences that re-users of a text slip in: they say nothing, as in the copies on template sites.
FILLERS = (
    "回顾这段时间的工作，成绩的取得离不开大家的共同努力。",
    "对此，有关人员多次碰头商量，逐项明确了责任人和完成时限。",
    "从实际效果看，这一做法得到了多数同志的认可。",
    "相应的台账和影像资料已按要求整理归档。",
    "在推进过程中，我们注意边干边总结，及时纠正偏差。",
    "个别环节进度偏慢，随后安排专人盯办，问题得到解决。",
    "这项工作虽然琐碎，却直接关系到群众的切身感受。",
    "为防止走过场，过后又组织了一次回头看。",
)


class TextError(Exception):
    """A text file is not in the agreed form; str() says which and why."""


def load(folder: Path = FOLDER) -> tuple[Text, ...]:
    """Every text of the folder, by file name."""
    return tuple(parse(path) for path in sorted(folder.glob("*.txt")))


def parse(path: Path) -> Text:
    """One file: header lines `name: value`, a line `---`, then one paragraph a line."""
    head, rule, body = path.read_text("utf-8").partition("\n---\n")
    fields = dict(line.split(":", 1) for line in head.splitlines() if ":" in line)
    paragraphs = tuple(line.strip() for line in body.splitlines() if line.strip())
    if not rule or not paragraphs or "title" not in fields:
        raise TextError(f"{path}: no title line, no '---' line or no paragraph")
    value = {name: fields.get(name, "").strip() for name in ("title", "genre", "signed_by", "signed_on", "keep")}
    keep = tuple(k.strip() for k in value["keep"].split(" | ") if k.strip())
    return Text(path.stem, value["title"], value["genre"], value["signed_by"], value["signed_on"], keep, paragraphs)


def sentences(paragraph: str) -> list[str]:
    """The sentences of a paragraph, each with its end mark."""
    return re.findall(r"[^。！？]+[。！？]?[”』）]*", paragraph)


def near_copy(text: Text, rng: Random, share: float) -> Text:
    """The text with about `share` of its sentences changed, dropped or followed by a filler."""
    body = [sentences(p) for p in text.unsigned]
    places = [(i, j) for i, row in enumerate(body) for j, s in enumerate(row) if len(s) >= 12 and s.endswith("。")]
    chosen = rng.sample(places[1:], max(1, round(len(places) * share)))
    for place in chosen:
        i, j = place
        body[i][j] = _reworded(body[i][j], rng)
    paragraphs = tuple(p for p in ("".join(row) for row in body) if p) + text.signature
    return text.with_paragraphs(paragraphs, edited=round(len(chosen) / len(places), 2))


def _reworded(sentence: str, rng: Random) -> str:
    numbers = list(re.finditer(r"(?<![\d.年月])\d{1,3}(?![\d.%年月日:：—])", sentence))
    way = rng.choice(("number", "filler", "drop"))
    if way == "number" and numbers:
        match = rng.choice(numbers)
        return sentence[: match.start()] + str(int(match[0]) + rng.randint(1, 9)) + sentence[match.end() :]
    if way == "drop":
        return ""
    return sentence + rng.choice(FILLERS)


def redate(title: str, year: int) -> str | None:
    """The title with a later year put in, as farms do each spring; None where it names no year."""
    found = re.search(r"(?<!\d)20\d\d(?=年)", title)
    if not found or "—" in title or len(re.findall(r"20\d\d", title)) != 1:
        return None
    return title[: found.start()] + str(year) + title[found.end() :]
