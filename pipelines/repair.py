"""Reversible damage, undone in the order in which it must be: each step would hide the evidence of the one before.

Entities first, then byte damage (misaligned pinyin before lost lead bytes), then pinyin annotations, then stray
ticks (a backtick may be half of a damaged character), then watermarks and the closed list of masked words.
"""

import html
import re
from collections.abc import Callable

from pipelines.annotations import pinyin
from pipelines.bytes_repair import lost_lead, misaligned_pinyin
from pipelines.document import HostKnowledge, Proposal
from pipelines.ledger import Draft
from pipelines.script import fold
from pipelines.states import Repaired, Stitched

_HAN = "\\u3400-\\u4dbf\\u4e00-\\u9fff"
_ENTITY = re.compile(
    r"&(?:[lr]dquo|[lr]squo|nbsp|amp|lt|gt|quot|middot|mdash|ndash|hellip|times|bull|emsp|ensp|#\d{2,5}|#x[\da-fA-F]{2,5});?"
)
_TICK = re.compile(
    rf"(?<=[{_HAN}])[`´](?=[{_HAN}、，,。])|(?<=的)['.;](?=[{_HAN}])|(?<=的)[`´'](?=[、，,。])|(?<=[{_HAN}])[;；](?=。)"
)
_HALF_STOP = re.compile(rf"(?<=[{_HAN}])(?<![的一二三四五六七八九十])[.;](?=[{_HAN}\n]|$)")
_CLAUSE_END = re.compile(r"[,，。.;；:：!！?？、\n]")
_NEW_CLAUSE = re.compile(
    "[我你您他她它咱]|这[是就也些个]|那[是就么]|但|而|因[为此]|所以|如果|虽然|同时|并且|不过|可是|于是|今后|希望"
)
_QUOTED = re.compile(r"'[^'\n]{1,30}'")
_ADDRESS = re.compile(r"(?:网站|网址|登录|登陆|官网|邮箱|平台|访问|域名|主页|@|[:：])\s*[(（“\"]?$")
_AS_AGENT = re.compile(
    r"\s*(?:小编|编辑|站长|网友|[为给](?:大家|您|你|各位))"
)  # a lead-in, left whole for its own rule
_AS_POST = re.compile("(?:一职|一角|职务|岗位|这一|[们由是兼]|[一二两三几]?[名位个])")  # 大秘书一职由李明担任
_BEFORE_NAME = re.compile(r"[“\"《「『在向由从与和及对到为是称登录]$")

# Template sites whose name was seen inside sentences of texts that have nothing to do with them (phenomena, row WM).
BRANDS = (
    "大秘书",
    "论文联盟",
    "公务员之家",
    "第一范文网",
    "第一文档网",
    "范文先生网",
    "笔耕文化传播",
    "拓松汽车户外网",
    "无忧考网",
    "文秘114",
    "出国留学网",
    "应届毕业生网",
    "瑞文网",
    "短美文网",
    "可可简历网",
)
_BRAND = re.compile("|".join(BRANDS))

# What filters forced writers to spell otherwise; a closed list: nothing else may be restored without a copy.
_MASKED_WORDS = (
    (  # not 维生素D建议, 小D委托, D座
        re.compile(
            r"(?<![A-Za-z0-9小阿素座])(?:[Dd](?=建(?![筑材立设议造成构])|支部|员干部|组织建设|风廉政)"
            r"|(?<=[\u4e00-\u9fff])D(?=委(?![\d托派])|员(?![\d工])))"
        ),
        "党",
    ),
    (re.compile(r"共 产 党"), "共产党"),
    (re.compile(r"消-防-([隊队])-员"), r"消防\1员"),
    (re.compile(r"髙"), "高"),
)


def repair(stitched: Stitched, known: HostKnowledge) -> Repaired:
    """The article with its reversible damage undone."""
    draft = stitched.draft
    rounds: tuple[tuple[str, Callable[[str], list[Proposal]]], ...] = (
        ("entities", entities),
        ("bytes", misaligned_pinyin),
        ("bytes", lost_lead),
        ("pinyin", pinyin),
        ("ticks", ticks),
        ("masked words", masked_words),
    )
    for name, rule in rounds:
        draft = draft.edited(name, rule(draft.view))
    return Repaired(_without_watermarks(draft, known), stitched.gaps)


def repaired_title(page_title: str) -> str:
    """A `<title>` with its damage undone. It is no part of the visible text: nothing of it stands in the ledger."""
    text = page_title
    for rule in (entities, misaligned_pinyin, lost_lead):
        text = _applied(text, rule(text))
    # One title has too few annotations to prove that a page is annotated: it is asked three times over.
    return _applied(text, [cut for cut in pinyin("\n".join([text] * 3)) if cut.end <= len(text)])


def _applied(text: str, proposals: list[Proposal]) -> str:
    for proposal in sorted(proposals, key=lambda p: -p.start):
        text = text[: proposal.start] + proposal.replacement + text[proposal.end :]
    return text


def entities(text: str) -> list[Proposal]:
    """Character references that survived the page (`&ldquo先锋`): they are quotes, not debris."""
    found = []
    for match in _ENTITY.finditer(text):
        plain = html.unescape(match.group() if match.group().endswith(";") else match.group() + ";")
        if plain != match.group():
            found.append(Proposal(match.start(), match.end(), plain, "entity", f"the reference {match.group()}"))
    return found


def ticks(text: str) -> list[Proposal]:
    """A stray ` ' . or ; after 的 (WMTICK). Leaves quotes in pairs, `5'30"`, English, and half-width stops."""
    stops = _HALF_STOP.search(text) is not None or "。" not in text
    quoted = {at for match in _QUOTED.finditer(text) for at in range(*match.span())}
    return [
        Proposal(match.start(), match.end(), "", "tick", f"a stray {match.group()} between characters")
        for match in _TICK.finditer(text)
        if match.group() not in ".;" or not (stops or _is_stop(text, match.start()))
        if match.group() != "'" or match.start() not in quoted
    ]


def _is_stop(text: str, at: int) -> bool:
    """Whether a half-width stop after 的 ends a clause: 是明确的;任务是艰巨的, 中肯的.我喜欢."""
    before, after = _CLAUSE_END.split(text[max(0, at - 40) : at])[-1], text[at + 1 : at + 41]
    clause = _CLAUSE_END.split(after)[0]
    predicate = re.search(r"是.{1,6}的$|^很", before) is not None and re.search("是|有|要|将", clause) is not None
    return predicate or _NEW_CLAUSE.match(clause) is not None


def masked_words(text: str) -> list[Proposal]:
    """`D建` is 党建, `共 产 党` is 共产党: a closed list, nothing is guessed."""
    return [
        Proposal(match.start(), match.end(), match.expand(right), "masked_word", "closed list of masked words")
        for pattern, right in _MASKED_WORDS
        for match in pattern.finditer(text)
    ]


def watermarks(text: str, tokens: tuple[str, ...], host: str, rule: str, evidence: str) -> list[Proposal]:
    """Each of `tokens` (folded) where it stands inside a sentence. Leaves a line of its own and a quoted name."""
    folded = fold(text)
    found = []
    for token in tokens:
        for match in re.finditer(rf"[(（\[【]?{re.escape(token)}[)）\]】]?", folded):
            if in_sentence(folded, match.start(), match.end(), proven=bool(host)):
                found.append(Proposal(match.start(), match.end(), "", rule, f"{evidence}: {token}"))
    for match in _own_address(host).finditer(folded) if host else ():
        before = folded[max(0, match.start() - 12) : match.start()]
        if not _ADDRESS.search(before) and in_sentence(folded, match.start(), match.end()):
            found.append(Proposal(match.start(), match.end(), "", rule, f"the page's own host: {host}"))
    return found


def _own_address(host: str) -> re.Pattern[str]:
    """The host as it stands in a text. Every repetition is bounded: pages hold runs of any length."""
    return re.compile(
        r"[ \xa0]{0,2}[(（\[【]?[ \xa0]{0,2}(?<![a-z0-9.-])(?:https?://)?(?:www\.|m\.|wap\.)?"
        rf"{re.escape(_bare(host))}(?![a-z0-9-]|\.[a-z0-9])(?::\d{{1,5}})?/?[ \xa0]{{0,2}}[)）\]】]?",
        re.I,
    )


def _without_watermarks(draft: Draft, known: HostKnowledge) -> Draft:
    learned = watermarks(draft.view, known.watermarks, draft.source.host, "watermark", f"injected by {known.host}")
    draft = draft.edited("watermarks", learned)
    brands = tuple(dict.fromkeys(_BRAND.findall(fold(draft.view))))
    return draft.edited("watermarks", watermarks(draft.view, brands, "", "watermark", "a template site's name"))


def in_sentence(text: str, start: int, end: int, *, proven: bool = False) -> bool:
    """Whether folded `text[start:end]` stands inside a sentence as nothing that the sentence speaks of.

    `proven`: other pages showed that the token is injected; then only quotation marks protect it.
    """
    line_start, line_end = text.rfind("\n", 0, start) + 1, text.find("\n", end)
    before, after = text[max(line_start, start - 2) : start], text[end : end + 1]
    enough = (line_end if line_end >= 0 else len(text)) - line_start - (end - start) > 12
    if proven:
        return enough and not _AS_AGENT.match(text, end) and before[-1:] not in ("“", "《", "「", "『")
    return (
        enough
        and not _AS_AGENT.match(text, end)
        and not _BEFORE_NAME.search(before)
        and not _AS_POST.match(text, end)
        and after not in ("”", "》", "长", "处", "网", "站", "上")
    )


def _bare(host: str) -> str:
    return host.removeprefix("www.").removeprefix("m.").removeprefix("wap.")
