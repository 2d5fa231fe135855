"""Words, marks and characters that a page has lost or swapped, where the text itself proves it.

Filters strike words out, or mask them; a lossy charset leaves question marks; a scanner reads （一） as (-). Only what
no writer could have meant is marked: a typo may be the unit's own and belongs to the record.
"""

import re
import string
from collections.abc import Iterator

from pipelines.document import Spot

_UNREADABLE = re.compile("[\uf700-\uf7ff\ufffd]+")
_MOJIBAKE = re.compile("锟斤拷|烫烫烫|屯屯屯|ï¿½|â€.?|锘")

# `_MASK`, `_PAIR` and the like say whether a text can have what a slower pattern finds: each of their alternatives
# begins with a plain character, to which a search skips.

# A mask over a fixed formula: what stands there is known to everyone, but only a copy can prove it.
_MASKING = "xX*_×w"  # one of them stands in every mask
_MASK = re.compile(r"xx|XX|\*|_|×|ww|的x|的X|届x|届X|十x|十X|二x|二X|忘x|记x")
_PARTY = re.compile(
    r"党的(?:[xX×*_]{1,3})(?=大|届)|党的十[xX×*_]大|[xX×*_]{1,2}(?=中全会)|[二十][xX×*_](?:大|届)(?=[精报一二三四五六七以召,、。])"
)
_FORMULA = re.compile(
    r"[xX×*_]{2,3}(?=总书记|新时代中国特色|同志为核心|为核心的党中央)|[“\"](?:[\s_*xX×]{1,4}[”\"](?=重要思想)|[*xX×]{2,4}[”\"](?!表示|代表|号|符号))"
    r"|(?:不忘|牢记)[xX×*_]{1,3}(?=[,、。;])|(?<![A-Za-z])ww(?=工作|责任|任务|案件)"
)
_FORMULA_WORD = re.compile(r"党的|总书记|新时代|为核心|重要思想|不忘|牢记|ww|大精神|中全会|\*”|x”|X”|×”")
_STARS = re.compile(r"(?<=[\u4e00-\u9fff])\*{2,6}(?=[\u4e00-\u9fff])")
_BOLD = re.compile(r"\*\*[^*\n]{1,60}\*\*")

# A fixed formula with a hole in it: each alternative begins with a plain character, so that no search is slow.
_HOLES = re.compile(
    r"不忘[,、“”\"'`]{0,3}牢记使命|不忘初心[,、]?牢记(?=[,、。;])|学习(?:重要|主义)思想|贯彻(?:重要|主义)思想|落实(?:重要|主义)思想"
    r"|实践重要思想|践行重要思想|理论[和与、]重要思想|以(?:同志)?为核心的党中央|党的大(?=精神|报告|以来|召开|胜利召开)"
    r"|党的届(?=[一二三四五六七]中)|发表了?书面(?=[,。;])|作了?书面(?=[,。;])|个(?<!三个)代表[”\"]?重要思想"
)
_FORGET = frozenset("志念目难终永")  # 永志不忘、牢记使命 is whole

_EMPTY = re.compile(r"(?<!引号)(?<!符号)(?<![用号加])(?:“”|《》)")
_PAIR = re.compile("、、|,,|;;|::|。。|、。|、;|,。|,;|““|””|《《|》》")
_DOUBLED = re.compile(
    r"(?<![,、。;:])(?:、、|,,|;;|::|。。)(?![,、。;:.])|[、,](?=[。;])|“{2,3}|”{2,3}|《《|》》(?!》)"
)
_ODD = re.compile(r"[‚‛]|(?<=”)〞")
_NUMBER = re.compile(r"20[012]\d\d{1,3}号")
_ISSUER = frozenset("发办函委字政教党科组宣监安")

_QUESTION = re.compile(r"\?\?*")  # begins with a plain character, to which a search skips
_UNIT = re.compile(r"[\d万亿千百]\s?[kcm]?m$")
_ASKS = re.compile(r"[吗呢么哪谁几啥嘛吧啊否]|怎|何|多少|难道|岂|为啥|能不能|是不是|有没有|可不可")
_CLAUSE = re.compile(r"[,。;:!?\n]")

_DASH = re.compile(r"(?:\(\s?[-—–]\s?\)|[—–-]、)(?=[\u4e00-\u9fff])")
_DASHES = re.compile(r"\(-|\(—|\(–|\( -|\( —|—、|-、|–、")
_LETTERS = re.compile(r"[12][\dOolI]{3}年")
_ASCII = frozenset(string.ascii_letters + string.digits)
_BEFORE_SELF = ("自", "克", "利", "律", "知", "异")  # 自己经营, 克己经年
_SHAPE_WORD = re.compile("曰|兵乓|乒兵|己经|巳经|末来|囗|仝")
_SHAPES = re.compile(
    r"\d{1,2}月\d{1,2}曰|兵乓|乒兵|己经|巳经|末来(?=[,、。的几])|(?<=[\u4e00-\u9fff])(?:囗|仝)(?=[\u4e00-\u9fff])"
)

_HEADING = re.compile(
    r"(?:(?:专业|事业|经济|社会|全面|持续|健康|快速|协调|产业|科学|和谐|内涵)发|工作(?:总|汇|计|措|思|打|重)|述职报|心得体"
    r"|(?:基本|工作|完成|开展|落实|进展)情|存在(?:的)?问|主要(?:做|措|问|成)|保障措|几点体|经验做|指导思|组织领)$"
)
_LAST = frozenset("发总汇计措思打重报体情问做成施验导织领")
HEADING = 30  # characters of the longest heading that is asked


def undecodable(text: str) -> Iterator[Spot]:
    """Bytes that are no character of the charset (U+F7xx, U+FFFD), and what such bytes were turned into (锟斤拷)."""
    if "\ufffd" in text or not text.replace("\n", "").isprintable():  # private use is never printable
        yield from _unreadable(text)
    if any(sign in text for sign in ("锟", "ï¿", "â€", "烫烫", "屯屯", "锘")):
        for match in _MOJIBAKE.finditer(text):
            yield Spot(*match.span(), "undecodable", f"read in a wrong charset, and saved: {match.group()}")


def _unreadable(text: str) -> Iterator[Spot]:
    for match in _UNREADABLE.finditer(text):
        yield Spot(*match.span(), "undecodable", f"{len(match.group())} unreadable characters")


def censored_word(text: str) -> Iterator[Spot]:
    """`***新时代中国特色社会主义思想`, `党的XX大`: a mask over a fixed formula. Leaves `**同志` and bold marks."""
    if not any(sign in text for sign in _MASKING) or not _MASK.search(text):
        return
    for pattern in (_PARTY, _FORMULA) if _FORMULA_WORD.search(text) else ():
        for match in pattern.finditer(text):
            yield Spot(*match.span(), "censored", f"a mask in a fixed formula: {_around(text, match)}")


def starred_word(text: str) -> Iterator[Spot]:
    """`他是一个****分子`: stars where a word stood that is neither a number's place nor a name's. Leaves bold marks."""
    if "**" in text:
        bold = {at for match in _BOLD.finditer(text) for at in (match.start(), match.end() - 2)}
        for match in _STARS.finditer(text):
            if match.start() not in bold:
                yield Spot(*match.span(), "censored", f"stars between characters: {_around(text, match)}")


def lost_word(text: str) -> Iterator[Spot]:
    """`不忘，牢记使命`, `实践重要思想`, `以同志为核心的党中央`: a fixed formula with a hole, and quotes around nothing.

    Leaves 永志不忘、牢记使命, 以为核心技术, and what speaks of the marks themselves (用引号“”).
    """
    for match in _HOLES.finditer(text):
        if not match.group().startswith("不忘") or text[match.start() - 1 : match.start()] not in _FORGET:
            yield Spot(*match.span(), "words_lost", f"a fixed formula with a hole: {_around(text, match)}")
    if "“”" in text or "《》" in text:
        for match in _EMPTY.finditer(text):
            yield Spot(*match.span(), "words_lost", f"nothing between the marks: {_around(text, match)}")


def doubled_mark(text: str) -> Iterator[Spot]:
    """`贴近实际、、贴近群众`, `，。`, `““十四五””`: two marks where one stands; a word between may be gone.

    Leaves `……`, `！！`, adjacent quotations (`”“`), and marks that no Chinese text doubles by mistake.
    """
    for match in _DOUBLED.finditer(text) if _PAIR.search(text) else ():
        if match.start() and text[match.start() - 1] in _ASCII and match.group()[0] in ":;,":
            continue  # std::vector
        yield Spot(*match.span(), "punctuation", f"two marks where one stands: {_around(text, match)}")
    if "‚" in text or "‛" in text or "〞" in text:
        for match in _ODD.finditer(text):
            yield Spot(*match.span(), "punctuation", f"no quotation mark of Chinese: {_around(text, match)}")


def lost_bracket(text: str) -> Iterator[Spot]:
    """`安委20215号` was 安委〔2021〕5号: the brackets of a document number are gone. Leaves 编号202136号, 第20215号."""
    for match in _NUMBER.finditer(text) if "号" in text else ():
        if match.start() and text[match.start() - 1] in _ISSUER:
            yield Spot(*match.span(), "punctuation", f"a number without brackets: {match.group()}")


def lost_symbol(text: str) -> Iterator[Spot]:
    """`9260万m?`, `新格??，`: a question mark for a character that the charset had not. Leaves questions."""
    if "?" not in text:
        return
    for match in _QUESTION.finditer(text):
        clause = _CLAUSE.split(text[max(0, match.start() - 40) : match.start()])[-1]
        after = text[match.end() : match.end() + 1]
        if _UNIT.search(clause):
            yield Spot(*match.span(), "symbols_lost", f"a unit that ends in a question mark: {_around(text, match)}")
        elif "一" <= clause[-1:] <= "鿿" and (after in ",、。;:" if after else False) and not _ASKS.search(clause):
            yield Spot(*match.span(), "symbols_lost", f"nothing is asked: {_around(text, match)}")


def misread(text: str) -> Iterator[Spot]:
    """`(-)加强领导`, `2O12年`, `3月5曰`, 己经: what a scanner misread, where nothing else can be meant."""
    if any(dash in text for dash in "-—–") and _DASHES.search(text):
        for match in _DASH.finditer(text):
            if match.start() == 0 or text[match.start() - 1] in "\n。;:":
                yield Spot(*match.span(), "misread", f"一 read as a dash: {_around(text, match)}")
    if any(letter in text for letter in "OolI"):
        for match in _LETTERS.finditer(text):
            if not match.group()[:4].isdigit() and not (match.start() and text[match.start() - 1] in _ASCII):
                yield Spot(*match.span(), "misread", f"letters in a year: {match.group()}")
    for match in _SHAPES.finditer(text) if _SHAPE_WORD.search(text) else ():
        if match.group() == "己经" and text[match.start() - 1 : match.start()] in _BEFORE_SELF:
            continue
        yield Spot(*match.span(), "misread", f"no such word: {_around(text, match)}")


def torn_heading(text: str) -> Iterator[Spot]:
    """A heading without its last character: `促进教师专业发`, `一、工作总`. Leaves whole ones, and sentences."""
    end = -1
    for line in text.split("\n"):
        start, end = end + 1, end + 1 + len(line)
        if 2 < len(line) <= HEADING and line[-1] in _LAST and (torn := _HEADING.search(line)):
            yield Spot(start + torn.start(), end, "cut_short", f"ends inside a word: {line}")


RULES = (undecodable, censored_word, lost_word, doubled_mark, lost_bracket, lost_symbol, misread, torn_heading)


def _around(text: str, match: re.Match[str]) -> str:
    return text[max(0, match.start() - 6) : match.end() + 6].replace("\n", "⏎")
