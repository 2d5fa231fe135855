"""Numbers that a page no longer tells truly: lost, or overwritten.

Only what the text itself shows. Plausible false numbers (2023户) cannot be told from true ones: for those a host has
`HostKnowledge.numbers_untrusted`. Nothing is repaired here.

What proves a loss is grammar: 第, 百分之, % and a measure stand beside a number, a count word behind one.
"""

import re
from collections import defaultdict
from collections.abc import Iterator

from pipelines.document import Spot
from pipelines.marking.counts import ALONE, AMONG, BESIDE, NUMERALS, Loss, among_many, bare_counts
from pipelines.marking.masks import UNIT

BARE = 2  # losses, of any kind, in a text where a bare count is believed: one alone may be an elliptic phrase (chosen)
EVERY = 1000  # characters to each loss, in such a text (chosen)
DENSE = 400  # characters to each certain loss, in a text where what proves little is believed: 多份, 整改处 (chosen)

# A word that nothing but a number can follow.
_ORDINAL = re.compile(
    "第(?![一二三四五六七八九十百千零〇○两几某])(?<![门及次府落品科等印]第)(?=[一-鿿]|[,。;])(?!纳尔|比利|聂伯|宅|安)"
)
_HUNDREDTH = re.compile("百分之(?![一二三四五六七八九十百千零〇○两几多点若])(?=[一-鿿,。;、])")
_RATIO = re.compile(r":(?<=\d:)(?=[,。;、])")
_OF_RATIO = re.compile(r"比(?:例|率)?(?:为|达到?|约)?\d{1,3}:$")

_BEFORE_PERCENT = re.compile(r"[达占为增长降高低到至率约了由从]$|占[^,。;\n]{1,8}的$")
_CHANGED = ("上", "提", "下", "增", "降")  # 由上年的%上升到
_NOT_OF_PERCENT = frozenset("号写用以叫读")
_AROUND = re.compile("(?:占|达到?|约占|仅占|在)(?:以上|以下|左右)$")  # 参合率达以上
_ANY_AROUND = (re.compile("以[上下](?=[,。;])"), re.compile("左右(?=[,。;])"))
# A clause that ends before the number it was going to tell: 占总数的, 产值达, 完成计划的.
_BREAKS_OFF = re.compile(
    r"的(?=[,。;])(?:(?<=数的)|(?<=口的)|(?<=量的)|(?<=划的)|(?<=务的)|(?<=标的)|(?<=算的)|(?<=积的)|(?<=额的)|(?<=值的))"
)
_OF_SHARE = re.compile(r"(?:占|完成|为)[^,。;\n]{1,14}的$")
_TELLS = (re.compile("达(?=[,。;])(?<=[额值量数率积]达)"), re.compile("为(?=[,。;])(?<=[额值量数率积]为)"))
_BROKEN = re.compile(
    r"\.(?:(?<=[一-鿿]\.)\d{1,4}(?=[%‰万亿元])|(?<=\d\.)(?=[%‰万亿元])"
    r"|(?<=[一-鿿]\.)(?:[%‰]|[万亿](?:亩|吨|美?元|人次|人|户|公里|[立平]方米)?|元|公里))"
)
_SHARE = re.compile(r"占[^,。;\n]{1,8}的\d{1,2}(?:\.\d{1,2})?(?=[,。;](?!\d))")


# A year whose number is gone, by what stands before it and behind it. Leaves 自年初, 由于年久.
_WHEN = tuple(
    (tuple(before.split("|")), re.compile(behind))
    for before, behind in (
        ("\n|,|。|;|:|(", r"1?\d月|,|[至—-](?:年|\d)|以来|[上下]半年|[全我共]|完成"),
        ("\n—|\n-|,—|,-|。—|。-", ""),
        ("自|截止|截至|较|自从|比较", "(?![初底末终中内前会关度薪货龄级轻长幼少老迈均产复满久纪月日])"),
        ("比", "[增减下提上净同少降翻]"),
        ("从|到", r"1?\d月|[,至—-]|开始|[全实]"),
        ("建于|立于", r"1?\d月|[,。;至]"),
        ("于", r"1?\d月|[,至]|[建成正投启竣]"),
    )
)
_YEAR = re.compile(r"年(?<![\d〇○一二三四五六七八九十今去每本当xX×*某]年)")
_BARE_DAYS = (
    re.compile(
        r"月日(?:(?<=[,。;\n]月日)(?=[,上下晚召举开至我全县市区局校大起到、在])|(?<=[\d十]月日)(?![均常报历])|(?<=[于自从至]月日))"
    ),
    re.compile(r"年月(?:(?<=\d年月)日?(?![均份])|(?<=[于自从至止]年月)日?(?=[召开举行至到起,、在]))"),
    *(
        re.compile(f"{unit}(?<=[一-鿿,。;\n]{unit})(?<![{NUMERALS}个]{unit})(?=后|内|以内)")
        for unit in ("小时", "分钟", "个月")
    ),
    re.compile(r"月(?<=[,。;\n]月)(?=[上中下]旬)"),
    *(re.compile(rf"{unit}(?<=[,。;\n]{unit})(?=时间)") for unit in "年天"),
)
_HALF_YEAR = re.compile(r"20\d月\d{1,2}日")
_HEADLESS = re.compile(r"\n[,、](?=[一-鿿])")
_STRIPPED = re.compile(r"20\d{5}(?=\s{0,8}(?:\n|\Z))")

_LONG_YEAR = re.compile(
    r"20[012]\d(?:20[012]\d|0\d\d)年|20[012]\d(?!00)\d{1,2}年(?!以?前|历史|左右)|20[012]\d(?:\d{1,4}(?:\.\d{1,4})?)?%"
    r"|20[12]\d{3}(?=床|个村|个乡|所学校|个百分点)|20[12]\d(?=月|个月)"
)
_LONG_AGE = re.compile(r"年(?<=[1-9]20[012]\d年)")  # 12023年的历史
_SHARE_OF_YEAR = re.compile(r"(20[12]\d)\.\d{1,4}%")  # 2023.4%: believed, unless the year stands in other numbers
_SWALLOWED = re.compile(rf"(20[12]\d)(?P<more>\d{{0,4}})(?:\.\d{{1,4}})?(?=[余多]?{UNIT})(?![年月日号时点至到~—%‰-])")


def lost_number(text: str) -> Iterator[Spot]:
    """What follows a number follows none: `同比增长%`, `修渠公里，`, `第届`. Leaves 产值达亿元企业, 名师, 每户, 其余.

    A count word that stands behind a noun is believed bare where the text has lost others; one that ends many words,
    and 多份, where it has lost many.
    """
    losses = [*_shares(text), *_halves(text), *_broken_off(text), *bare_counts(text)]
    believed = ALONE
    if sum(loss.proof >= BESIDE for loss in losses) >= max(BARE, len(text) / EVERY):
        believed = BESIDE
    if sum(1 if loss.proof == ALONE else 0.5 for loss in losses if loss.proof > AMONG) >= max(BARE, len(text) / DENSE):
        believed = AMONG
        losses += among_many(text)
    done = 0
    for start, end, what, proof in sorted(losses, key=lambda loss: (loss.start, -loss.end)):
        if proof >= believed and start >= done:
            done = end
            yield Spot(start, end, "numbers_lost", f"{what} without its number: {_around(text, start, end)}")


def _shares(text: str) -> Iterator[Loss]:
    for sign in "%‰℃":
        for match in re.finditer(sign, text) if sign in text else ():
            before, after = text[match.start() - 1 : match.start()], text[match.end() : match.end() + 1]
            alone = "一" <= before <= "鿿" and before not in _NOT_OF_PERCENT and after != "" and after in ",。;、以和"
            if text.endswith(("单位为", "单位是", "单位"), 0, match.start()):
                continue  # 比重单位为%
            listed = text.endswith(("%、", "%和", "%与"), 0, match.start()) or (before == "的" and after in _CHANGED)
            if match.start() and (
                alone or listed or _BEFORE_PERCENT.search(text, max(0, match.start() - 10), match.start())
            ):
                yield Loss(*match.span(), "a share")
    for match in _HUNDREDTH.finditer(text) if "百分之" in text else ():
        yield Loss(*match.span(), "a share")
    for match in (found for form in _ANY_AROUND for found in form.finditer(text)):
        if found := _AROUND.search(text, max(0, match.start() - 2), match.end()):
            yield Loss(match.start(), match.end(), f"{found[0]}")


def _halves(text: str) -> Iterator[Loss]:
    """Half of a number, or of what tells one: 产量.万吨, 占总人口的5, 1:。"""
    for match in _BROKEN.finditer(text) if "." in text else ():
        yield Loss(_digits_before(text, match.start()), match.end(), "a half of a number")
    for match in _SHARE.finditer(text) if "占" in text else ():
        yield Loss(*match.span(), "a share without its sign, or")
    for match in _RATIO.finditer(text) if ":" in text else ():
        if _OF_RATIO.search(text, max(0, match.start() - 8), match.end()):
            yield Loss(_digits_before(text, match.start()), match.end(), "a ratio")


def _broken_off(text: str) -> Iterator[Loss]:
    """What wants a number behind it, and has none."""
    for match in _BREAKS_OFF.finditer(text):
        if _OF_SHARE.search(text, max(0, match.start() - 16), match.end()):
            yield Loss(*match.span(), "a clause")
    for match in (found for form in _TELLS for found in form.finditer(text)):
        yield Loss(*match.span(), "a clause")
    for match in _ORDINAL.finditer(text):
        alone = text[match.end()] in ",。;"
        yield Loss(match.start() + (not alone), match.end() + (not alone), "第")


def lost_date(text: str) -> Iterator[Spot]:
    """A date without its year or its signs: `截止年9月30日`, `205月7日`, `2022211`. Leaves 今年10月, 出生年月日."""
    lines = f"\n{text}"  # so that the first line begins like the others
    found = [*_years(lines)]
    found += (match.span() for pattern in _BARE_DAYS for match in pattern.finditer(lines))
    found = [(start - 1, end - 1) for start, end in found]
    for match in _HALF_YEAR.finditer(text):
        if not text[match.start() - 1 : match.start()].isdigit():
            found.append(match.span())
    for match in _HEADLESS.finditer(text):
        if match.start() and text[match.start() - 1] in "。!?…":
            found.append((match.end() - 1, match.end()))
    for match in _STRIPPED.finditer(text):
        if not text[text.rfind("\n", 0, match.start()) + 1 : match.start()].strip():
            found.append(match.span())
    for start, end in found:
        yield Spot(start, end, "numbers_lost", f"a date without its numbers: {_around(text, start, end)}")


def _years(text: str) -> Iterator[tuple[int, int]]:
    for match in _YEAR.finditer(text):
        for before, behind in _WHEN:
            if text.endswith(before, 0, match.start()) and behind.match(text, match.end()):
                yield match.start() - (text[match.start() - 1] in "—-"), match.end()
                break


def false_number(text: str) -> Iterator[Spot]:
    """A year written over part of another number: `202223年`, `20230%`, and several of one year (`20230万`, `12023户`).

    Leaves a single amount that happens to hold a year (20230万元), and 20000年前.
    """
    if "20" not in text:
        return
    impossible: set[str] = set()
    for match in _LONG_YEAR.finditer(text):
        if text[match.start() - 1 : match.start()] not in "0123456789." or not match.start():
            impossible.add(match[0][:4])
            yield Spot(*match.span(), "numbers_corrupt", f"no such year, share or count: {match.group()}")
    for match in _LONG_AGE.finditer(text):
        start = _digits_before(text, match.start())
        impossible.add(text[match.start() - 4 : match.start()])
        yield Spot(start, match.end(), "numbers_corrupt", f"no such year: {text[start : match.end()]}")
    swallowed: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for match in _SWALLOWED.finditer(text):
        start = _digits_before(text, match.start())
        if match.end("more") - start > 4 and text[start - 1 : start] not in (".", "第"):
            swallowed[match[1]].append((start, match.end()))
    for match in _SHARE_OF_YEAR.finditer(text) if swallowed or impossible else ():
        if not text[match.start() - 1 : match.start()].isdigit():
            swallowed[match[1]].append(match.span())
    for year, found in swallowed.items():
        if len({text[start:end] for start, end in found}) > 1 or year in impossible:
            evidence = f"{year} stands inside {len(found)} numbers of the text"
            yield from (Spot(start, end, "numbers_corrupt", evidence) for start, end in found)


RULES = (lost_number, lost_date, false_number)


def _digits_before(text: str, at: int) -> int:
    """Where the digits begin that stand directly before `at`."""
    while at > 0 and "0" <= text[at - 1] <= "9":
        at -= 1
    return at


def _around(text: str, start: int, end: int) -> str:
    return text[max(0, start - 6) : end + 4].replace("\n", "⏎")
