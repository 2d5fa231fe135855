"""Documents as words: vertical text (Sketch Engine, CWB) and CoNLL-U, cut by jieba or by character.

Words are cut on the folded text (Simplified, half width), which the dictionary knows, and given as published: folding
keeps every character in its place. Each has its folded form beside it, so that one query finds both scripts.
"""

import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import BinaryIO, NamedTuple

from archive.errors import ArchiveError
from archive.exports.corpus import Corpus
from archive.rows import Row
from pipelines.script import fold

SENTENCE = re.compile(r"[^。！？!?…]*(?:[。！？!?…]+[”’」』）)》\"']*|$)")
UNIT = re.compile(r"[0-9A-Za-z]+(?:[.,:%-][0-9A-Za-z]+)*%?|\S")  # what `character` leaves whole: a number, a Latin word
CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
STRUCTURE = (
    *("id", "version", "title", "genre", "script", "url", "signed_by", "signed_on", "era_from", "era_to", "title_year"),
    *("organisation", "org_level", "org_field", "place_code", "province", "prefecture", "county"),
    *("status", "quality", "family_id", "canonical"),
)


class Token(NamedTuple):
    """A word as published, its folded form, and whether white space follows."""

    form: str
    folded: str
    spaced: bool


Cut = Callable[[str], Iterator[str]]  # a folded text in pieces that put together are the text


def vertical(corpus: Corpus, out: BinaryIO) -> None:
    """A word a line with its folded form behind a tab; <doc>, <head>, <p> and <s> around them."""
    cut = cutter(corpus.options.tokens)
    for row in corpus:
        known = " ".join(f'{name}="{_attribute(row[name])}"' for name in STRUCTURE)
        lines = [f"<doc {known}>"]
        if row["title"]:
            lines += ["<head>", *_lines(str(row["title"]), cut), "</head>"]
        for paragraph in _paragraphs(row):
            lines += ["<p>", *_lines(paragraph, cut), "</p>"]
        out.write("\n".join([*lines, "</doc>", ""]).encode())


def conllu(corpus: Corpus, out: BinaryIO) -> None:
    """CoNLL-U without analysis: forms, and in MISC the folded form where it differs, and where no space follows."""
    cut = cutter(corpus.options.tokens)
    for row in corpus:
        head = [f"# newdoc id = {row['id']}", f"# title = {_in_a_line(str(row['title']))}", f"# url = {row['url']}"]
        for number, paragraph in enumerate(_paragraphs(row), 1):
            head.append(f"# newpar id = {row['id']}-p{number}")
            for sentence_number, sentence in enumerate(sentences(paragraph), 1):
                found = [*tokens(sentence, cut)]
                name = f"# sent_id = {row['id']}-p{number}-s{sentence_number}"
                out.write("\n".join([*head, name, *_sentence(found), "", ""]).encode())
                head = []


def notes(corpus: Corpus) -> dict[str, object]:
    """What the words were cut by, for the manifest."""
    return {"tokens": describe(corpus.options.tokens)}


def describe(name: str) -> dict[str, str]:
    """A tokenizer, with its version and the digest of its dictionary."""
    if name == "character":
        return {"by": name, "pattern": UNIT.pattern}
    import jieba

    words = Path(jieba.__file__).with_name("dict.txt").read_bytes()
    return {"by": name, "version": version("jieba"), "dictionary": f"sha256:{sha256(words).hexdigest()}", "HMM": "on"}


def cutter(name: str) -> Cut:
    """What cuts words: `jieba`, or `character`."""
    if name == "jieba":
        return _jieba()
    if name == "character":
        return lambda text: iter(UNIT.findall(text))
    raise ArchiveError(f"--tokens: there is no {name!r}. There are: jieba, character")


@lru_cache(maxsize=1)  # loading its dictionary takes a second
def _jieba() -> Cut:
    """jieba with the dictionary that the manifest names: not as another program changed it, nor from the copy that
    jieba would keep in a folder where anybody may write."""
    import jieba

    known = jieba.Tokenizer()
    known.FREQ, known.total = known.gen_pfdict(known.get_dict_file())
    known.initialized = True

    def cut(text: str) -> Iterator[str]:
        yield from known.cut(text, HMM=True)

    return cut


def sentences(paragraph: str) -> list[str]:
    """A paragraph in sentences, each with its closing marks."""
    return [one for one in SENTENCE.findall(paragraph) if one.strip()]


def tokens(text: str, cut: Cut) -> Iterator[Token]:
    """The words of a text, in order; white space is none."""
    view = fold(text)
    at = 0
    found: list[tuple[int, int]] = []
    for piece in cut(view):
        at = view.index(piece, at)
        found += [(at + match.start(), at + match.end()) for match in re.finditer(r"\S+", piece)]
        at += len(piece)
    starts = [start for start, _ in found[1:]] + [len(text)]
    for (start, end), following in zip(found, starts, strict=False):
        form = CONTROL.sub("\ufffd", text[start:end])
        yield Token(form, CONTROL.sub("\ufffd", view[start:end]), following > end)


def _paragraphs(row: Row) -> list[str]:
    return [line for line in str(row["text"]).split("\n") if line.strip()]


def _lines(text: str, cut: Cut) -> Iterator[str]:
    for sentence in sentences(text):
        yield "<s>"
        yield from (f"{_entities(token.form)}\t{_entities(token.folded)}" for token in tokens(sentence, cut))
        yield "</s>"


def _sentence(found: list[Token]) -> Iterator[str]:
    yield "# text = " + "".join(token.form + " " * token.spaced for token in found).rstrip(" ")
    for number, token in enumerate(found, 1):
        misc = [] if token.folded == token.form else [f"Folded={_misc(token.folded)}"]
        misc += [] if token.spaced or number == len(found) else ["SpaceAfter=No"]
        yield "\t".join([str(number), token.form, *"_" * 7, "|".join(misc) or "_"])


def _misc(value: str) -> str:
    """A value of MISC, where | divides."""
    return value.replace("\\", "\\\\").replace("|", "\\p")


def _attribute(value: object) -> str:
    return _entities(_in_a_line("" if value is None else str(value))).replace('"', "&quot;")


def _entities(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _in_a_line(text: str) -> str:
    return CONTROL.sub("\ufffd", " ".join(text.split()))
