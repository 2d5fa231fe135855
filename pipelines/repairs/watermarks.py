"""Names and addresses of a site that it injects in sentences, cut where nothing in the sentence speaks of them.

Proof comes from four places: the page's own host, what the host's other pages showed (`learn`), a closed list of
template sites whose names were met inside sentences of texts that have nothing to do with them, and the page itself,
which names its site in the title, the path and the line of rights (`own_names`).
"""

import re
from collections.abc import Sequence

from pipelines.document import HostKnowledge, Proposal
from pipelines.framing.wordings import any_case
from pipelines.ledger import Draft
from pipelines.lines import PROSE, site_names
from pipelines.script import fold

_ADDRESS = re.compile(r"(?:网站|网址|登录|登陆|官网|邮箱|平台|访问|域名|主页|@|[:：])\s*[(（“\"]?$")
_AS_AGENT = re.compile(
    r"\s*(?:小编|编辑|站长|网友|[为给](?:大家|您|你|各位))"
)  # a lead-in, left whole for its own rule
_AS_POST = re.compile("(?:一职|一角|职务|岗位|这一|[们由是兼]|[一二两三几]?[名位个])")  # 大秘书一职由李明担任
_BEFORE_NAME = re.compile(r"[“\"《「『在向由从与和及对到为是称登录]$")
_SITE_SPEAKS = re.compile("本站|本网(?!格)|版权所有|转载请|网友|小编|侵权|欢迎您|copyright", re.I)
BEFORE_HOST = 40  # characters; an address has fewer before its host (brackets, https://www.): the search begins there
SENTENCE = 16  # characters of a line that may be a sentence with a name in it; shorter ones are headings and lists

# Template sites whose name was seen inside sentences of texts that have nothing to do with them (phenomena, row WM).
BRANDS = (
    "大秘书网",
    "大秘书",
    "论文联盟编辑。",
    "论文联盟",
    "公务员之家版权所有",
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
# An address in brackets that says itself what it sells: (diyifanwen.com); and a title that a farm sets in the text as
# its link: 【-近五年科普工作总结】.
_FARM_ADDRESS = re.compile(
    r"[(\[【](?:https?://)?(?:[a-z0-9-]{1,30}\.){0,2}[a-z0-9-]{0,20}(?:fanwen|wenku|wenmi|zongjie|lunwen|mishu|zuowen|wendang)"
    r"[a-z0-9-]{0,20}\.(?:com|cn|net)(?:\.cn)?/?[)\]】]",
    re.I,
)
_FARM_LINK = re.compile("【-[^】\\n]{4,30}(?:总结|报告|汇报|计划|体会|范文)】")

# Where a page says whose it is: 您的位置：文案网 > 总结; Copyright 2012 文案网 版权所有. Folded.
# Two patterns, each of which begins with characters of its own, so that the search skips to them.
_NAMED_BY_PATH = re.compile(
    r"(?:当前|您的|你的|所在|现在的?)位置:?\s{0,2}(?P<name>[^\s>→»/:|_-]{3,12})\s{0,2}(?:首页)?\s{0,2}[>→»]"
)
_NAMED_BY_RIGHTS = re.compile(
    rf"(?:{any_case('copyright')}|©|\([cC]\))[^\n]{{0,40}}?(?P<name>[\u4e00-\u9fff\d]{{3,12}})\s{{0,2}}"
    rf"(?:版权所有|{any_case('all rights')})"
)
# What a text says of a site that it speaks of, before its name and behind it. 在 and 对 are left out: scripts put the
# name behind them too.
_SPOKEN_BEFORE = re.compile(
    r"(?:[“\"《「『由向从与和及跟被于到、叫我们]|本|登录|登陆|关注|访问|使用|利用|通过|依托|借助|搜索|打开|加入|注册|采用|订阅|下载|来自"
    r"|来源|来源于|名为|简称|创办|运营|建设|建成|开通|开设|推广|搭建|联合|网站|平台|公司|媒体)$"
)
_SPOKEN_AFTER = re.compile(
    r"[”》」』、]|长(?![期年效远达短])|处(?![理于置在罚])|站(?![在起到])|上(?=[发刊查看找搜载公的了,、。])|(?:的?(?:网站|平台|公众号|微信(?:公众|号|平台|小程序)|app|客户端|用户|会员|编辑|首页|栏目|频道|账号|负责人|创始人|粉丝|版权|记者))"
    r"|(?:等(?:网|媒|平)|发布|公布|推出|上线|开通|收录|转载|刊登|刊发|刊载|报道|发表|投稿|运营|创办|成立|注册|下载|成为|是一|是由|点击"
    r"|访问|浏览|提供|整理|搜集|收集)",
    re.I,
)
_INJECTED_BEHIND = re.compile(r"(?:[\u4e00-\u9fff\d”%][,;:。]|[\u4e00-\u9fff]{3}[的了])$")
_GOES_ON = re.compile(r"[\u4e00-\u9fff\d“]")


def watermarks(text: str, tokens: tuple[str, ...], host: str, rule: str, evidence: str) -> list[Proposal]:
    """Each of `tokens` (folded) where it stands inside a sentence. Leaves a line of its own and a quoted name."""
    folded = fold(text)
    found = []
    for token in tokens:
        for match in _as_printed(token, host).finditer(folded):
            if in_sentence(folded, match.start(), match.end(), proven=bool(host)):
                found.append(Proposal(match.start(), match.end(), "", rule, f"{evidence}: {token}"))
    at = folded.lower().find(_bare(host)) if host else -1
    for match in _own_address(host).finditer(folded, max(0, at - BEFORE_HOST)) if at >= 0 else ():
        before = folded[max(0, match.start() - 12) : match.start()]
        bracketed = "(" in match.group() and ")" in match.group()
        taken = any(other.start < match.end() and match.start() < other.end for other in found)
        spoken = taken or _ADDRESS.search(before) is not None
        if not spoken and in_sentence(folded, match.start(), match.end(), proven=bracketed):
            found.append(Proposal(match.start(), match.end(), "", rule, f"the page's own host: {host}"))
    return found


def own_names(page_title: str, page: str) -> tuple[str, ...]:
    """What a page calls its site, folded, in title, path and line of rights: names in the shape of a template site's.

    Leaves a name that the document's own title has: that page is about it.
    """
    folded = fold(page)
    paths = _NAMED_BY_PATH.finditer(folded) if "位置" in folded else ()
    said = sorted((*paths, *_NAMED_BY_RIGHTS.finditer(folded)), key=lambda m: m.start())
    named = [name for m in said for name in site_names(f"页_{m['name']}")]
    title, titled = fold(page_title), site_names(page_title)
    names = dict.fromkeys([*sorted(titled), *named])
    return tuple(name for name in names if title.count(name) <= (name in titled))


def own_watermarks(text: str, names: Sequence[str], host: str) -> list[Proposal]:
    """The page's own site's names inside sentences, where one stands as only a script puts it: `…,文案网在校内…`.

    Leaves them all where the text speaks of the site once, a line of their own, and where the site itself speaks.
    """
    found: list[Proposal] = []
    folded = fold(text)
    for name in names:
        places = [m for m in _as_printed(name, host).finditer(folded) if _in_prose(folded, m)]
        foreign = sum(_is_foreign(folded, m) for m in places)
        # What follows may be a site's work by chance (…，文案网发布图文186篇): once beside two that cannot be.
        spoken = any(_is_named(folded, m) for m in places)
        acts = sum(_is_before_its_work(folded, m) for m in places)
        if foreign and not spoken and acts * 2 <= foreign:
            evidence = f"the page's own site stands {len(places)} times in sentences that do not speak of it: {name}"
            found += [Proposal(m.start(), m.end(), "", "watermark", evidence) for m in places]
    return found


def _in_prose(text: str, match: re.Match[str]) -> bool:
    """In a sentence of the document: neither a line of the site's own, nor one where it speaks to its readers."""
    first, last = text.rfind("\n", 0, match.start()) + 1, text.find("\n", match.end())
    line = text[first : last if last >= 0 else len(text)]
    sentence = len(line) >= SENTENCE and PROSE.search(line) is not None
    return sentence and not _SITE_SPEAKS.search(line) and not _AS_AGENT.match(text, match.end())


def _is_named(text: str, match: re.Match[str]) -> bool:
    before = text[max(0, match.start() - 6) : match.start()].rpartition("\n")[2]
    return not match.group().startswith("(") and _SPOKEN_BEFORE.search(before) is not None


def _is_before_its_work(text: str, match: re.Match[str]) -> bool:
    return not match.group().startswith("(") and _SPOKEN_AFTER.match(text, match.end()) is not None


def _is_foreign(text: str, match: re.Match[str]) -> bool:
    """Behind a mark or a 的 inside a sentence that goes on with no work of a site's, or in brackets of its own."""
    before = text[max(0, match.start() - 4) : match.start()]
    between = _INJECTED_BEHIND.search(before) is not None and _GOES_ON.match(text, match.end()) is not None
    return (between and not _is_before_its_work(text, match)) or match.group().startswith("(")


def _as_printed(name: str, host: str) -> re.Pattern[str]:
    """A name as scripts print it: bare, in brackets, with the site's address behind it."""
    address = rf"(?:[ ,]?(?:www\.|m\.|wap\.)?{re.escape(_bare(host))})?" if host else ""
    printed = rf"{re.escape(name)}{address}"
    return re.compile(rf"\({printed}\)|\[{printed}\]|【{printed}】|{printed}", re.I)


def _own_address(host: str) -> re.Pattern[str]:
    """The host as it stands in a text. Every repetition is bounded: pages hold runs of any length."""
    return re.compile(
        r"[ \xa0]{0,2}[(（\[【]?[ \xa0]{0,2}(?<![a-z0-9.-])(?:https?://)?(?:www\.|m\.|wap\.)?"
        rf"{re.escape(_bare(host))}(?![a-z0-9-]|\.[a-z0-9])(?::\d{{1,5}})?/?[ \xa0]{{0,2}}[)）\]】]?",
        re.I,
    )


def without_watermarks(draft: Draft, known: HostKnowledge) -> Draft:
    """The draft without the names that its host is known to inject, its page's own, and those of the closed list."""
    names = [name for name in own_names(draft.source.page_title, draft.source.text) if name not in known.watermarks]
    draft = draft.edited("watermarks", own_watermarks(draft.view, names, draft.source.host))
    learned = watermarks(draft.view, known.watermarks, draft.source.host, "watermark", f"injected by {known.host}")
    draft = draft.edited("watermarks", learned)
    draft = draft.edited("watermarks", farm_links(draft.view))
    brands = tuple(dict.fromkeys(_BRAND.findall(fold(draft.view))))
    return draft.edited("watermarks", watermarks(draft.view, brands, "", "watermark", "a template site's name"))


def farm_links(text: str) -> list[Proposal]:
    """A farm's address or link in brackets, inside a sentence that names no site (`我们的(diyifanwen.com)同事`)."""
    if "com" not in text and "cn" not in text and "net" not in text and "【-" not in text:
        return []
    folded = fold(text)
    found = []
    for pattern, evidence in ((_FARM_ADDRESS, "a template site's address"), (_FARM_LINK, "a template site's link")):
        for match in pattern.finditer(folded):
            before = folded[max(0, match.start() - 12) : match.start()]
            named = _ADDRESS.search(before) or before.endswith(("网", "站", "”", "》"))
            if not named and in_sentence(folded, match.start(), match.end()):
                found.append(Proposal(match.start(), match.end(), "", "watermark", f"{evidence}: {match.group()}"))
    return found


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
