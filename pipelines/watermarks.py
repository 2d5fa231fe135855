"""Names and addresses of a site that it injects in sentences, cut where nothing in the sentence speaks of them.

Proof comes from three places: the page's own host, what the host's other pages showed (`learn`), and a closed list of
template sites whose names were met inside sentences of texts that have nothing to do with them.
"""

import re

from pipelines.document import HostKnowledge, Proposal
from pipelines.ledger import Draft
from pipelines.script import fold

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


def watermarks(text: str, tokens: tuple[str, ...], host: str, rule: str, evidence: str) -> list[Proposal]:
    """Each of `tokens` (folded) where it stands inside a sentence. Leaves a line of its own and a quoted name."""
    folded = fold(text)
    found = []
    for token in tokens:
        for match in re.finditer(rf"[(（\[【]?{re.escape(token)}[)）\]】]?", folded):
            if in_sentence(folded, match.start(), match.end(), proven=bool(host)):
                found.append(Proposal(match.start(), match.end(), "", rule, f"{evidence}: {token}"))
    for match in _own_address(host).finditer(folded) if host and _bare(host) in folded.lower() else ():
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


def without_watermarks(draft: Draft, known: HostKnowledge) -> Draft:
    """The draft without the names that its host is known to inject, and without those of the closed list."""
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
