"""Texts that a unit did not write as they stand: spun, generated, scrambled, or with a stranger's words in them.

Each word here is legal alone, so a text is labelled only by several cues of several kinds; then every cue is marked.
Nothing is turned back: which word stood there is a guess.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from pipelines.document import Spot

SPUN_WORDS, SPUN_KINDS = 3, 2  # sure words at least, of so many kinds: one alone is a typo (chosen)
GENERATED = 3  # weight of the cues from which a text is called generated (chosen)
SCRAMBLED = 3  # torn sentences (chosen)
SPAM = 300  # characters of a line of advertisement, at most (chosen)
BRAND = 3  # times that a stranger's name must stand inside clauses (phenomena, row HIJACK)

# Synonym rot that no writer produces: 发展 -> 开展, 服务 -> 效劳, 文明 -> 礼貌, 责任 -> 职责 (phenomena, row SPIN).
_ABILITIES = (
    "工作",
    "业务",
    "教学",
    "组织",
    "协调",
    "管理",
    "创新",
    "执行",
)  # of 工作能力, written 工作潜力 or 工作本事
# Every alternative begins with a character, so that the search can skip to it.
_SPUN = re.compile(
    r"科学开展观|可持续开展|安康(?:开展|成长|教育|发展|档案|检查|体检|知识|生活|状况)|又好又快开展|跨越式开展|和谐开展"
    r"|经济(?:社会)?开展(?=[的,。、;和速水])|开展中国家|第一消费力|原那么|否那么|规那么(?=[的,。、])"
    r"|效劳(?:群众|意识|质量|水平|中心|态度|大局|对象|工作|社会|行业|业|于民|经济|体系|平台|窗口)|公共效劳|公益效劳|优质效劳|热情效劳"
    r"|根底(?:设施|教育|工作|知识|建设|数据|医疗|台账|信息)|根本(?:情况|医疗|养老|公共|完成|形成|信息|农田|功|建成|达到)"
    r"|专工程(?:标|资|整|治|管|建|申)|实在(?:落实|加强|做好|抓好|提高|保障|维护|推进|履行|增强|解决)"
    r"|精神礼貌|礼貌(?:城市|单位|创[立建]|行业|窗口|社区|村镇|户|城区|校园|风尚)|职责(?:心|感)|用心性"
    r"|必须的(?:成[绩效]|进步|差距|作用)|超多的|,个性是(?=[在对要近今去党青])|用心主动|用心响应|到达了?预期|贴合(?:规定|条件|要求)|潜力建设|本事建设|"
    + "|".join(f"{what}(?:潜力|本事)(?=[,。、;和得的有])" for what in _ABILITIES)
    + r""
    r"|带给了?(?:有力|优质|坚强|可靠)?(?:服务|保障|保证|支撑|支持|帮忙)|自我的(?:工作|岗位|职责|本职|思想|能力|业务)|严格要求自我"
    r"|重要好处|深远好处|〞(?=[^〝]{0,20}”)|持续(?:共产党员)?先进性|理解监督"
)
_HOME = ("安康市", "安康学院", "安康地区", "汉滨", "安康日报")  # where 安康 is a place

_BRACKETED = re.compile(
    r"[\[【(<](?:您的|你的|请?填写|此处|插入|具体|公司|单位|学校|部门)?(?:姓名|名称|名字|日期|数字|数据|单位名称|公司名称|部门名称|职位|内容|金额|年份|百分比)[\]】)>]"
)
_ASSISTANT = re.compile(
    r"作为(?:一[个名款])?(?:AI|人工智能)(?:语言)?(?:模型|助手)|以下是(?:我)?(?:为您|为你|根据您|按照您)[^。\n]{0,20}(?:撰写|生成|草拟|写)的"
    r"|(?:希望|愿)(?:这[篇份]|以上|本)(?:范文|总结|报告|内容)[^。\n]{0,12}(?:对您|满足您|符合您)|本文将(?:呈现|从|围绕|为您|通过)[^。\n]{1,40}(?:篇|方面|角度|维度)"
    r"|当然可以[,!。]|(?:您|你)可以根据(?:实际|具体)情况(?:进行)?(?:修改|调整)"
)
_PRESENTS = re.compile(r"本文将(?:呈现|为您|围绕|从|通过)[^。\n]{1,40}(?:篇|方面|角度|维度)")
_ASSISTANT_SAYS = ("AI", "人工智能", "以下是", "本文将", "当然可以", "可以根据", "对您", "满足您", "符合您")
_MARKDOWN = re.compile(r"^#{1,5} ?(?=[^#\s])|\*\*[^*\n]{1,40}\*\*|^[-*] (?=\*\*)|^(?:---|\*\*\*)$", re.M)
_FORMULAIC = re.compile(
    r"不仅是[^。;\n]{2,40}更是[^。;\n]{2,40}(?:途径|体现|保障|关键|过程|基石|举措|力量)|从[^。,\n]{2,12}(?:维度|视角)(?:出发|来看)?|多维度|全方位、多层次、宽领域"
    r"|综上所述|值得注意的是|总而言之"
)
_FORMULA_SAYS = ("不仅是", "维度", "视角", "全方位、", "综上所述", "值得注意的是", "总而言之")
_COUNT = re.compile(r"\d(?=[个名人次件场份万亿%户元年月日项家])")
_NOBODY = re.compile(r"(?:XX|xx|××)(?:名|位|次|个)?(?:幼儿|学生|员工|同学|老师|活动|项目|公司|单位)")
_BULLET = re.compile(
    r"^(?:[-*·•]|\d{1,2}[.、]|[一二三四五六七八九十]、|\([一二三四五六七八九十\d]\))?\s?(?:\*\*)?([^:。,\n]{2,12}):(?:\*\*)?[^\n]{20,}$",
    re.M,
)

_HEADS_CUT = ("学", "针", "通", "经", "随", "根", "按", "关", "由")  # of 学习, 针对, 通过 … before 为了
_IN_CLAUSE = re.compile(r"[一二三四五六七八九]、(?=[在对要我将把从通以])")
_BEFORE_CLAUSE = frozenset("我的是在和将把与")
_TORN = re.compile(r"(?:的(?![确士])|了(?!解|不|如|然)|们|着(?![力手眼重实]))[\u4e00-\u9fff]{2}")

_BETS = re.compile(
    "威廉希尔|九州体育(?![馆场局中公])|亚博(?![会览物])|开云体育(?![馆场局中公])|乐鱼体育|万博体育(?![馆场局中公])|皇冠体育(?![馆场])|皇冠足球|新葡京|澳门金沙|金沙娱乐|太阳城娱乐|永利娱乐|银河娱乐|必威|bet365|Bet365|BET365|188bet|188Bet|188BET"
    "|百家乐|真人娱乐|时时彩|北京赛车|棋牌游戏|老虎机|六合彩|足球投注|体育投注|博彩公司|彩票平台|娱乐城|ag真人|AG真人|开元棋牌|永利皇宫|华体会|米乐"
)
_SELLS = re.compile(r"官[方网]|app|下载|平台|注册|登录|登入|入口|开户|网址|手机版|客户端|送彩金|首页|娱乐|投注", re.I)
_POLICE = re.compile(r"打击|查处|赌博|公安|治安|派出所|诈骗|侦破|禁赌|反诈|整治|涉赌")
_PINYIN = re.compile(r"[A-Z]{3,9} [A-Z]{2,9}(?=[\u4e00-\u9fff])")
_CAPITALS = re.compile(r" (?<=[A-Z] )[A-Z]")  # in every such pair; a search for it skips to the space
_SYLLABLES = re.compile(r"(?:(?:[ZCS]H|[BPMFDTNLGKHJQXRZCSWY])?[AEIOU]{1,3}(?:NG|[NR])?){1,4}")  # of pinyin
_SITE_TITLE = re.compile(r"[“\"]?[\u4e00-\u9fffA-Za-z\d]{2,14}_(?:官方网站|官网|首页|平台|app下载|手机版)[:]?[”\"]?")
_NAME_SPOILT = re.compile(r"习近平[xX×](?=[\s\u4e00-\u9fff])(?!月)")
_CITY = re.compile(r"市([\u4e00-\u9fff]{2})[区县市]")


def spun_word(text: str) -> Iterator[Spot]:
    """`科学开展观`, `效劳群众`, `原那么`: synonyms against plagiarism checks. Leaves 安康市 and one such word."""
    found = [match for match in _SPUN.finditer(text) if not (match.group().startswith("安康") and _is_place(text))]
    if len(found) >= SPUN_WORDS and len({match.group() for match in found}) >= SPUN_KINDS:
        evidence = f"one of {len(found)} words that only spinning puts there"
        yield from (Spot(*match.span(), "spun", f"{evidence}: {match.group()}") for match in found)


def _is_place(text: str) -> bool:
    return any(name in text for name in _HOME)


def presented(page: str) -> bool:
    """Whether a page (folded) presents its texts as an assistant does: 本文将呈现数篇…. Its frame may be cut since."""
    return "本文将" in page and _PRESENTS.search(page) is not None


def generated_text(text: str, presented: bool = False) -> Iterator[Spot]:
    """Placeholders, markdown, an assistant's phrases, balanced formulas. Leaves official prose: it is formulaic too."""
    cues = [
        (2, "a placeholder", list(_BRACKETED.finditer(text))),
        (3, "an assistant's phrase", _where(_ASSISTANT, text, _ASSISTANT_SAYS)),
        (2, "markdown", _where(_MARKDOWN, text, ("**", "#", "---"))),
        (1, "a masked nobody", _where(_NOBODY, text, ("XX", "xx", "××"))),
    ]
    if presented or any(found for _, _, found in cues):  # balanced formulas alone are anybody's
        cues.append((1, "a balanced formula", _where(_FORMULAIC, text, _FORMULA_SAYS)))
        yield from _labelled([cue for cue in cues if cue[2]], presented * 3, _is_faceless(text))


def _labelled(cues: Sequence[tuple[int, str, list[re.Match[str]]]], page: int, faceless: bool) -> Iterator[Spot]:
    """Every cue, where their kinds and weights are enough for the label, with what page and shape weigh."""
    kinds = len(cues) + (page > 0) + faceless
    if kinds >= 2 and sum(weight for weight, _, _ in cues) + page + faceless >= GENERATED:
        for _, what, found in cues:
            yield from (Spot(*match.span(), "generated", f"{what}, one of {kinds} kinds of cues") for match in found)


def _where(pattern: re.Pattern[str], text: str, words: Sequence[str]) -> list[re.Match[str]]:
    """The matches of a pattern each of which holds one of `words`: most texts have none of them."""
    return list(pattern.finditer(text)) if any(word in text for word in words) else []


def _is_faceless(text: str) -> bool:
    """A long text of bullets built alike, without anything that is counted."""
    return len(text) > 600 and len(_BULLET.findall(text)) >= 4 and len(_COUNT.findall(text)) <= len(text) // 800


def scrambled_sentence(text: str) -> Iterator[Spot]:
    """`学为了`, `下边是我一、在新生开学前`: two texts run together. Leaves 第一、二、三产业, and a typo or two."""
    found = [
        (m.start(), m.end()) for m in _IN_CLAUSE.finditer(text) if text[m.start() - 1 : m.start()] in _BEFORE_CLAUSE
    ]
    end = -1
    for line in text.split("\n"):
        start, end = end + 1, end + 1 + len(line)
        if line.startswith("为了", 1) and line[0] in _HEADS_CUT:
            found.append((start, start + 3))
        elif line[:1] in "的了们着" and (torn := _TORN.match(line)):
            found.append((start, start + torn.end()))
    if len(found) >= SCRAMBLED:
        evidence = f"one of {len(found)} sentences without their beginning"
        yield from (Spot(*span, "scrambled", evidence) for span in found)


def foreign_brand(text: str) -> Iterator[Spot]:
    """A gambling site's line before a genuine page, and its name where a common word stood. Leaves police reports."""
    found = list(_BETS.finditer(text))
    if not found or _POLICE.search(text):
        return
    lines: dict[int, int] = {}  # beginning of a line -> how many sites it names
    for match in found:
        begin = text.rfind("\n", 0, match.start()) + 1
        lines[begin] = lines.get(begin, 0) + 1
    for start, named in lines.items():
        end = text.find("\n", start)
        end = len(text) if end < 0 else end
        if (
            end - start < SPAM
            and "。" not in text[start:end]
            and (named > 1 or _SELLS.search(_BETS.sub("", text[start:end])))
        ):
            yield Spot(start, end, "hijacked", f"a line that names {named} gambling sites and sells")
    yield from _repeated(found, BRAND, "a gambling site inside clauses")


def replaced_word(text: str) -> Iterator[Spot]:
    """A stranger's name where a common word stood (学院 -> JIUZHOU TIYU), `斗门珠海市斗门区`, `习近平X`."""
    if _CAPITALS.search(text):
        found = [match for match in _PINYIN.finditer(text) if all(map(_SYLLABLES.fullmatch, match.group().split()))]
        yield from _repeated(found, BRAND, "letters inside clauses")
    if "_" in text:
        yield from _repeated(_where(_SITE_TITLE, text, ("_官", "_首页", "_平台", "_app", "_手机")), 2, "a site's title")
    for match in _NAME_SPOILT.finditer(text):
        yield Spot(*match.span(), "hijacked", f"a name that a replacement ran into: {match.group()}")
    for match in _CITY.finditer(text):
        if match[1] in (text[match.start() - 4 : match.start() - 2], text[match.start() - 5 : match.start() - 3]):
            yield Spot(
                match.start() - 2, match.end(), "hijacked", f"{match[1]} was replaced by its full name, inside it"
            )


def _repeated(found: Sequence[re.Match[str]], least: int, what: str) -> Iterator[Spot]:
    """The matches of one and the same word, if it stands there `least` times."""
    times = Counter(match.group() for match in found)
    for match in found:
        if times[match.group()] >= least:
            yield Spot(*match.span(), "hijacked", f"{what}, {times[match.group()]} times: {match.group()}")


RULES = (spun_word, generated_text, scrambled_sentence, foreign_brand, replaced_word)
