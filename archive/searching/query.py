"""How a reader's query is read: words, phrases, AND, OR, NOT, parentheses, a leading minus; and nothing else.

    科普 活动                  both words
    科普 OR 科協               either
    科普 NOT 计划, 科普 -计划  the first without the second
    "annual report"            a phrase; “…” and 「…」 do as well
    (科普 OR 科协) -计划       parentheses, ASCII or full-width

Operators are whole words in capitals; `and` and 或 are words to search for. A parenthesis, a minus or a Chinese
quotation mark inside a word is punctuation (工作总结（五）, 2019-2020), as is everything else: no word is syntax of
SQLite by accident. A query that asks for nothing, or for what cannot be told, is an `ArchiveError` of one line.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from archive.errors import ArchiveError
from archive.searching.words import segment

MOST = 250  # tokens of a query: SQLite opens a cursor for each; chosen, a long sentence has a hundred
PHRASES = 32  # of a query: the texts of frequent words are looked through for each; chosen
DEEPEST = 30  # parentheses in parentheses: SQLite's parser holds 100, and is given two for one; chosen
SHAPES = str.maketrans("（）－＂", '()-"')
TOKEN = re.compile(
    r"""\s*(?:(?P<minus>-(?=[^\s)-]))
    | (?P<open>\() | (?P<close>\))
    | ["“„‟「『﹁](?P<quoted>[^"”“‟」』﹂]*)["”“‟」』﹂]?  # without a closing one it holds to the end
    | (?P<operator>(?:AND|OR|NOT)(?![^\s()"]))
    | (?P<word>[^\s()"](?:[^\s()"]|\([^\s()"]*\))*))""",  # a word holds the parentheses that are opened in it
    re.X,
)


class QueryError(ArchiveError):
    """What is no query: a sentence in English, and what the interface knows it by."""

    def __init__(self, code: str, message: str, **values: object) -> None:
        super().__init__(message.format(**values))
        self.code = code
        self.values = values


@dataclass(frozen=True, slots=True)
class Phrase:
    """Tokens in a row, a space between."""

    tokens: str


@dataclass(frozen=True, slots=True)
class Not:
    """What must not be there."""

    node: "Node"


@dataclass(frozen=True, slots=True)
class All:
    """What must be there together."""

    nodes: "tuple[Node, ...]"


@dataclass(frozen=True, slots=True)
class Any:
    """Of which at least one must be there."""

    nodes: "tuple[Node, ...]"


Node = Phrase | Not | All | Any


@dataclass(frozen=True, slots=True)
class Query:
    """A query that was understood."""

    node: Node
    match: str  # for SQLite's MATCH
    phrases: tuple[str, ...]  # the tokens of each phrase that is wanted, for highlighting

    @property
    def excludes(self) -> bool:
        """Whether there is something that an answer must not hold."""
        return " NOT " in self.match

    def holds(self, has: Callable[[str], bool]) -> bool:
        """Whether a document is an answer that has these phrases and no others."""
        return _holds(self.node, has)


def parse(text: str) -> Query:
    """What `text` asks for. Raises `ArchiveError`, a sentence, where that cannot be told."""
    tokens = [*_tokens(text)]
    if not any(kind == "phrase" for kind, _ in tokens):
        raise QueryError("no_word", "there is no word to search for in {text!r}", text=text[:60])
    if len(tokens) + sum(value.count(" ") for _, value in tokens) > MOST:
        raise QueryError(
            "too_long", "more than {most} characters and words to search for. Shorten the query", most=MOST
        )
    if sum(kind == "phrase" for kind, _ in tokens) > PHRASES:
        raise QueryError("too_many", "more than {most} words to search for. Shorten the query", most=PHRASES)
    node = _Parser(tokens).whole()
    wanted, match = compiled(node)
    if not wanted:
        raise QueryError("unbounded", "the query does not say what must be there. Add a word to search for")
    return Query(node, match, tuple(dict.fromkeys(_wanted(node))))


def _tokens(text: str) -> Iterator[tuple[str, str]]:
    """Kind and value; what holds no word is left out."""
    # Some keyboards type é as two characters, and texts have it as one.
    for match in TOKEN.finditer(unicodedata.normalize("NFC", text).translate(SHAPES)):
        kind = str(match.lastgroup)
        if kind in ("quoted", "word"):
            if phrase := segment(match[kind]):
                yield "phrase", phrase
        else:
            yield {"minus": "NOT", "operator": match[kind]}.get(kind, kind), ""


class _Parser:
    """Recursive descent; a method for each level of precedence."""

    def __init__(self, tokens: Sequence[tuple[str, str]]) -> None:
        self.tokens = [*tokens, ("end", "")]
        self.at = 0
        self.depth = 0

    def whole(self) -> Node:
        """The whole query."""
        node = self.alternatives()
        if self.kind == "close":
            raise QueryError(
                "not_opened", "a parenthesis is closed that was not opened. What is meant literally stands in quotes"
            )
        return node

    @property
    def kind(self) -> str:
        """What comes next."""
        return self.tokens[self.at][0]

    def taken(self, kind: str) -> bool:
        """Go past what comes next, where it is that."""
        found = self.kind == kind
        self.at += found
        return found

    def alternatives(self) -> Node:
        """One or more, with OR between."""
        nodes = [self.together()]
        while self.taken("OR"):
            nodes.append(self.together())
        return nodes[0] if len(nodes) == 1 else Any(tuple(nodes))

    def together(self) -> Node:
        """One or more, with AND or nothing between."""
        nodes = [self.one()]
        while self.taken("AND") or self.kind in ("phrase", "open", "NOT"):
            nodes.append(self.one())
        return nodes[0] if len(nodes) == 1 else All(tuple(nodes))

    def one(self) -> Node:
        """A phrase, what stands in parentheses, or the contrary of one."""
        if self.taken("NOT"):
            return Not(self.one())
        if self.taken("open"):
            return self.group()
        kind, value = self.tokens[self.at]
        if kind == "phrase":
            self.at += 1
            return Phrase(value)
        before = self.tokens[self.at - 1][0] if self.at else "end"
        operator = kind if kind in ("AND", "OR") else before
        if operator in ("AND", "OR", "NOT"):
            side = "after it" if operator == "NOT" else "on either side"
            told = f'{{operator}} needs a word {side}; as a word to search for it stands in quotes: "{{operator}}"'
            raise QueryError("operand", told, operator=operator)
        raise QueryError("empty", "no word stands between two parentheses")

    def group(self) -> Node:
        """What stands in parentheses, the first of which is behind us."""
        self.depth += 1
        if self.depth > DEEPEST:
            raise QueryError("too_deep", "more than {most} parentheses stand in one another", most=DEEPEST)
        node = self.alternatives()
        if not self.taken("close"):
            raise QueryError("not_closed", "a parenthesis is not closed. What is meant literally stands in quotes")
        self.depth -= 1
        return node


def compiled(node: Node) -> tuple[bool, str]:
    """`node` for FTS5, and False where it is the contrary of that: FTS5 knows NOT only between two."""
    if isinstance(node, Phrase):
        return True, f'"{node.tokens}"'
    if isinstance(node, Not):
        contrary, match = compiled(node.node)
        return not contrary, match
    parts = [compiled(one) for one in node.nodes]
    wanted = [match for is_wanted, match in parts if is_wanted]
    unwanted = [match for is_wanted, match in parts if not is_wanted]
    if isinstance(node, All):
        return (True, _without(" AND ", wanted, unwanted)) if wanted else (False, _joined(" OR ", unwanted))
    return (False, _without(" AND ", unwanted, wanted)) if unwanted else (True, _joined(" OR ", wanted))


def _joined(operator: str, matches: Sequence[str]) -> str:
    return matches[0] if len(matches) == 1 else f"({operator.join(matches)})"


def _without(operator: str, matches: Sequence[str], others: Sequence[str]) -> str:
    first = _joined(operator, matches)
    return f"({first} NOT {_joined(' OR ', others)})" if others else first


def _wanted(node: Node, wanted: bool = True) -> Iterator[str]:
    """The phrases that an answer holds for being one."""
    if isinstance(node, Phrase):
        if wanted:
            yield node.tokens
    elif isinstance(node, Not):
        yield from _wanted(node.node, not wanted)
    else:
        for one in node.nodes:
            yield from _wanted(one, wanted)


def _holds(node: Node, has: Callable[[str], bool]) -> bool:
    if isinstance(node, Phrase):
        return has(node.tokens)
    if isinstance(node, Not):
        return not _holds(node.node, has)
    some = (_holds(one, has) for one in node.nodes)
    return all(some) if isinstance(node, All) else any(some)
