"""Numbers and names that a page no longer tells truly: masked, masked by a blind replace, lost, or overwritten.

Only what the text itself shows. Plausible false numbers (2023户) cannot be told from true ones: for those a host has
`HostKnowledge.numbers_untrusted`. Nothing is repaired here, and no masked year is ever a year. Every rule first asks
for the rare character that it is about: most texts have none.
"""

import re
from collections import defaultdict
from collections.abc import Iterator

from pipelines.document import Spot

# What counts or measures something, where a number must stand before it; not the first half of 个人, 名单, 人民, 号召 …
_UNIT = (
    r"(?:万|亿|元|人次|人(?![民大才员们口生物力事类文])|名(?![单称字誉校师优])|份|个(?![人别性体])|件|场|次|期(?![间末中望刊])|户|亩|吨"
    r"|年(?![轻级纪])|月|日(?![常益报])|%|‰|公里|千米|平方(?:米|公里)|立方米?|公顷|米|篇|家(?![庭长人属])|所(?![有以谓在])|台(?![账风])|册"
    r"|项(?!目)|天|届|块|位(?!于)|条(?![件例款])|处(?![理长于分罚室级置])|头(?![条部脑])|只(?![有是要])|例(?![会如行])|批(?![评准示复])"
    r"|种(?![植类子养])|辆|套|张(?!贴)|幅(?!度)|座(?!谈)|支(?![部持队书行付出委援撑])|轮(?![流训换岗])|口(?![号头岸腔])|棵|株|公?斤|千克"
    r"|小时|分(?![别析配为子享散开布公部局会行校类])|级(?!别)|季度|岁|周年?|节(?![目约日能水])|堂|门(?![诊户口])|课时|学时|栋|幢|间(?![隔接断])|起(?![来到草步点])|宗(?![旨教])|本|页|章(?!程))"
)
_NAMED = (
    "省|市|县|区|镇|乡|街道|村|社区|局|学校|中学|小学|同志|总书记|书记|主席|公司|单位|科协|妇联|残联|党委|部门"
    "|[一二三四五六七八九]中(?![心国央])|办事处|派出所|医院|大学|学院|幼儿园|协会|委员会|银行|集团|先生"
    "|女士|老师|校长|院长|局长|主任|医师|人民(?:政府|医院|法院|检察院)|(?:中心|实验|希望|第[一二三])(?:小学|中学|医院|卫生院|幼儿园)"
    "|卫生院|敬老院|研究[所院]|检察院|支部|总支|党组|工会|商会|学会|联合会|厅(?!级)|厂|法院|杯(?!子)|路(?![上边])|大道|小区|公园|广场"
    "|水库|园区|开发区|农场|林场|专业|班(?![子级主次组会])|组(?![织长建成合员])|系(?![统列数])|项目部|工程(?!师)|队(?![伍员长])|同学|师傅|教授|博士|医生|护士|经理|董事长|[部科处省镇乡村]长"
)
_MASKS = "xX×*○_"
_LETTERS = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")
_DIGITS = frozenset("0123456789")
# Bold marks of generated pages (**个人总结**), not masks.
_BOLD = re.compile(r"\*\*(?=[^*\n]{2,60}\*\*)|(?<=[^*\n])\*\*(?=$)", re.M)

_HALF = re.compile(
    r"20(?:[xX]{2}|__|\*\*|××)(?:\d{1,8}(?![\d.]*年)|(?=[余多]?(?:份|人次|亩|米|册|人|名|户|元|本)|[余多]个))"
)
_HALF_AMOUNT = re.compile(r"\d[xX_]{4}(?=米|元|人|亩)|\[20\]20号")
_RUN = re.compile(r"[xX×*○_]+")
_BLANK = re.compile(r"_{3,}[年月]_?_?月?$")
_DECIMAL = re.compile(r"\.[xX]{1,8}(?![A-Za-z])")
_SOME_YEAR = re.compile(r"(?:19|20)(?:某{1,2}(?!\d)|[〇○]{2}(?=年))")
_PHONE = re.compile(r"(?<!\d)0\d{2,3}-[xX*]{5,8}(?![A-Za-z\d])")
_YEARS = re.compile(r"(?:19|20)\d?")
_COUNTED = re.compile(rf"[余多]?{_UNIT}|\s{{1,2}}[年月日]")
_AMOUNT = re.compile(r"[余多]?(?:万|亿|元|人|名|个|份)")
_NAME = re.compile(rf"(?:[xX×*○]{{1,4}}|某某)(?={_NAMED})")
# A mask that no noun follows is a name by what stands before it, or as one of several.
_NAME_ALONE = re.compile(r"[xX×*某][xX×*某]{0,2}(?![A-Za-z\d*])")
_BEFORE_NAME = re.compile(r"(?:我叫|我是|(?:姓名|述职人|汇报人|报告人|总结人|发言人|签名)\s{0,4}:\s{0,4})$")
_BEHIND_NAME = re.compile(r"(?:、[xX×*]{2,3}){0,4}等(?:领导|同志|人)")

_BARE_PERCENT = re.compile(r"[%‰]")
_BEFORE_PERCENT = re.compile(r"[达占为增长降高低到至率约了由从]$|占[^,。;\n]{1,8}的$")
_BARE_AMOUNT = re.compile(r"(?:亿元|万元|亿|公斤|万吨|万亩|万人)(?=[,。;、]|$)", re.M)
_BEFORE_AMOUNT = re.compile(
    r"(?:共|约|产[值量]|增加值|总[产值]|人口|投资|投入|收入|资金|总额|利润|税收|存款|贷款|余额|面积|同比增长)(?:达到?|为|共|约)?$"
)
# Patterns begin with the rare character: Python searches for a plain one many times as fast as for alternatives.
_BARE_MONEY = re.compile("元(?:(?<=[入值润资出达为到加长收少]元)(?=[,。;])|(?<=[余多][万亿]元))")
_BEFORE_MONEY = re.compile(
    r"(?:(?:收入|产值|利润|工资|支出)(?:达到?|为|(?:增加|提高|上升)到)?|比[^,。;\n]{1,6}(?:增加|增长|增收|减少))元$"
    r"|(?:投资|投入|资金|筹资|争取)(?:达|共|约)?[余多][万亿]元$"
)
_BARE_COUNT = re.compile(r"余(?:人次|人|名|份|本|册|户|次|场|件|万元|亩)")
_COUNTABLE = (
    *("群众", "人员", "党员", "资料", "图书", "学生", "农户", "专家", "会议", "活动", "培训", "资金", "投入", "讲座"),
    *("宣传单", "接待", "发放", "检查", "受益"),
)
_MADE = "|".join(rf"(?<={verb}{done}个)" for verb in ("建成", "新建", "创建", "成立", "覆盖") for done in ("", "了"))
_BARE_MADE = re.compile(
    rf"个(?:(?:{_MADE})(?![人别性体案])|(?<=[辖设有、及]个)(?=乡|镇|行政村|自然村|村民小组|社区|街道))"
)
# What is counted, by what counts it: 召开会议次，培训人次，支出元。
_BARE = re.compile(
    "|".join(f"{unit}(?=[,。;])" for unit in ("人次", *"次场份册块本张元")) + r"|的元(?:增加|提高|上升|下降)到元"
)
_COUNTED_BY = {
    "人次": ("培训", "受益", "参加", "参与", "接待", "服务", "受教育", "宣传", "群众", "学生", "党员", "干部"),
    "次": ("会议", "活动", "讲座", "检查", "演出", "竞赛"),
    "场": ("活动", "讲座", "演出", "报告会", "培训班"),
    **dict.fromkeys("份册块本张", ("资料", "图书", "传单", "手册", "展板", "材料")),
    "元": ("收入", "支出", "节约", "资金", "投入", "产值", "补贴"),
}
BARE = 2  # times: once may be an elliptic phrase (chosen)
_SHARE = re.compile(r"占[^,。;\n]{1,8}的\d{1,2}(?=[,。;](?!\d))")

_BARE_YEAR = re.compile(r"年(?=1?\d月)")
_SINCE = ("截止", "截至", "自", "从", "到", "于")
_HALF_YEAR = re.compile(r"20\d月\d{1,2}日")
_HEADLESS = re.compile(r"\n[,、](?=[一-鿿])")
_NO_DATE = re.compile(r"(?:于|自|从|截至|截止)(年月日?)(?=[召开举行至到起,、在])")
_STRIPPED = re.compile(r"20\d{5}(?=\s{0,8}(?:\n|\Z))")

_LONG_YEAR = re.compile(
    r"20[012]\d(?:20[012]\d|0\d\d)年|20[012]\d(?!00)\d{1,2}年(?!以?前|历史|左右)|20[012]\d0?%|20[12]\d{3}(?=床|个村|个乡|所学校|个百分点)"
)
_SWALLOWED = re.compile(r"(20[12]\d)\d{0,3}(?=万|亿|元|户|床|人|亩|份|名|吨|处|个|条|册|台|公里)")


def half_masked_number(text: str) -> Iterator[Spot]:
    """`20xx0亩`, `发放药品20__人次`: a blind replace took a count for a year. Leaves 20xx年."""
    if not _has_masks(text) and "[20]20号" not in text:
        return
    plain = _without_bold(text)
    for match in _HALF.finditer(plain):
        start = _digits_before(plain, match.start())
        yield Spot(
            start, match.end(), "numbers_half_masked", f"a year's mask in a number: {plain[start : match.end() + 2]}"
        )
    for match in _HALF_AMOUNT.finditer(plain):
        yield Spot(*match.span(), "numbers_half_masked", f"a year's mask in a number: {_around(plain, match)}")


def masked_number(text: str) -> Iterator[Spot]:
    """`20xx年`, `x件`, `x.xx万亩`. Leaves 10×10, X光, xx网, D座, blank forms (____) and bold marks."""
    if _has_masks(text):
        plain = _without_bold(text)
        for match in _RUN.finditer(plain):
            start, end = _masked(plain, *match.span())
            if start < end:
                evidence = f"a mask where a number stood: {_around(plain, match)}"
                yield Spot(start, end, "numbers_masked", evidence)
    for match in _SOME_YEAR.finditer(text) if any(cue in text for cue in ("0某", "9某", "0〇", "0○")) else ():
        yield Spot(*match.span(), "numbers_masked", f"a mask where a number stood: {_around(text, match)}")
    for match in _PHONE.finditer(text) if "-" in text else ():
        yield Spot(*match.span(), "numbers_masked", f"a mask in a telephone number: {match.group()}")


def _masked(text: str, start: int, end: int) -> tuple[int, int]:
    """The number that the run of mask characters `text[start:end]` stands in; an empty span where it masks none."""
    begin, run = _digits_before(text, start), text[start:end]
    digits, before = text[begin:start], text[begin - 1 : begin] if begin else ""
    if "_" in run and (end - start > 2 or _BLANK.search(text, max(0, start - 8), start)):
        return 0, 0  # a blank to fill in, or the month after a blank for the year
    if run[-1] in "xX" and before not in _LETTERS and (rest := _DECIMAL.match(text, end)):
        return begin, rest.end()
    if end - start > 4:
        personal = len(digits) >= 3 and run.strip("xX*") == "" and before not in _LETTERS  # of a telephone, an identity
        return (begin, end) if personal and text[end : end + 1] not in _LETTERS else (0, 0)
    if _YEARS.fullmatch(digits) and not text[end : end + 1].isdigit():
        return begin, end
    if digits:
        counted = end - start > 1 and run.strip("xX") == "" and before not in _LETTERS and len(digits) < 4
        return (begin, end) if counted and _AMOUNT.match(text, end) else (0, 0)
    return (start, end) if _stands_free(before) and _COUNTED.match(text, end) else (0, 0)


def _digits_before(text: str, at: int) -> int:
    """Where the digits begin that stand directly before `at`."""
    while at > 0 and "0" <= text[at - 1] <= "9":
        at -= 1
    return at


def _stands_free(before: str) -> bool:
    """Whether a mask is not the tail of a word, a number or another mask."""
    return before not in _LETTERS and before not in _DIGITS and not (before and before in "×*_.")


def masked_name(text: str) -> Iterator[Spot]:
    """`xx市科协`, `某某县`, `**同志`. Leaves 我市某单位, 吴某 and web addresses."""
    if _has_masks(text) or "某某" in text:
        plain = _without_bold(text)
        for match in _NAME.finditer(plain):
            before = plain[match.start() - 1 : match.start()]
            if _stands_free(before):
                yield Spot(*match.span(), "names_masked", f"a mask where a name stood: {_around(plain, match)}")
        for match in _NAME_ALONE.finditer(plain):
            if _is_name(plain, *match.span()):
                yield Spot(*match.span(), "names_masked", f"a mask where a name stood: {_around(plain, match)}")


def _is_name(text: str, start: int, end: int) -> bool:
    """Whether a mask stands for a person: after 我叫 or a label, in 尊敬的xx总, before 等领导."""
    if text.endswith("尊敬的", 0, start) and text.startswith("总", end):
        return True
    if end - start < 2 or "某" in text[start:end].strip("某"):
        return False
    behind = "某" not in text[start:end] and _BEHIND_NAME.match(text, end) is not None
    return behind or _BEFORE_NAME.search(text, max(0, start - 14), start) is not None


def lost_number(text: str) -> Iterator[Spot]:
    """What follows a number follows none: `同比增长%`, `产值共亿元，`, `群众余人次`. Leaves 产值达亿元企业."""
    for match in _BARE_PERCENT.finditer(text) if "%" in text or "‰" in text else ():
        before, after = text[match.start() - 1 : match.start()], text[match.end() : match.end() + 1]
        alone = "一" <= before <= "鿿" and before != "号" and after != "" and after in ",。;、以"
        if match.start() and (alone or _BEFORE_PERCENT.search(text[max(0, match.start() - 10) : match.start()])):
            yield Spot(*match.span(), "numbers_lost", f"a share without its number: {_around(text, match)}")
    for match in _BARE_AMOUNT.finditer(text):
        if _BEFORE_AMOUNT.search(text[max(0, match.start() - 8) : match.start()]):
            yield Spot(*match.span(), "numbers_lost", f"a unit without its number: {_around(text, match)}")
    for match in _BARE_COUNT.finditer(text) if "余" in text else ():
        if text.endswith(_COUNTABLE, 0, match.start()):
            yield Spot(*match.span(), "numbers_lost", f"a count without its number: {_around(text, match)}")
    for match in _BARE_MONEY.finditer(text):
        if found := _BEFORE_MONEY.search(text, max(0, match.start() - 16), match.end()):
            start = match.start() - (2 if found[0][-3:-2] in ("余", "多") else 0)
            yield Spot(start, match.end(), "numbers_lost", f"a unit without its number: {_around(text, match)}")
    for match in _BARE_MADE.finditer(text):
        yield Spot(*match.span(), "numbers_lost", f"a unit without its number: {_around(text, match)}")
    bare = [m for m in _BARE.finditer(text) if text.endswith(_COUNTED_BY.get(m.group(), ""), 0, m.start())]
    for match in bare if len(bare) >= BARE else ():
        yield Spot(*match.span(), "numbers_lost", f"a unit without its number, one of {len(bare)}: {match.group()}")
    for match in _SHARE.finditer(text) if "占" in text else ():
        yield Spot(*match.span(), "numbers_lost", f"a share without its sign: {match.group()}")


def lost_date(text: str) -> Iterator[Spot]:
    """A date without its year or its signs: `截止年9月30日`, `205月7日`, `2022211`. Leaves 今年10月, 出生年月日."""
    for match in _BARE_YEAR.finditer(text):
        if text.endswith(_SINCE, 0, match.start()):
            yield Spot(*match.span(), "numbers_lost", f"a year without its number: {_around(text, match)}")
    for match in _HALF_YEAR.finditer(text):
        if not text[match.start() - 1 : match.start()].isdigit():
            yield Spot(*match.span(), "numbers_lost", f"a year cut short: {match.group()}")
    for match in _HEADLESS.finditer(text):
        if match.start() and text[match.start() - 1] in "。!?…":
            yield Spot(
                match.end() - 1, match.end(), "numbers_lost", f"the line has lost its beginning: {_around(text, match)}"
            )
    for match in _NO_DATE.finditer(text) if "年月" in text else ():
        yield Spot(*match.span(1), "numbers_lost", f"a date without its numbers: {_around(text, match)}")
    for match in _STRIPPED.finditer(text):
        line = text[text.rfind("\n", 0, match.start()) + 1 : match.start()]
        if not line.strip():
            yield Spot(*match.span(), "numbers_lost", f"a date without 年, 月 and 日: {match.group()}")


def false_number(text: str) -> Iterator[Spot]:
    """A year written over part of another number: `202223年`, `20230%`, and several of one year (`20230万`, `12023户`).

    Leaves a single amount that happens to hold a year (20230万元), and 20000年前.
    """
    if "20" not in text:
        return
    for match in _LONG_YEAR.finditer(text):
        if text[match.start() - 1 : match.start()] not in "0123456789." or not match.start():
            yield Spot(*match.span(), "numbers_corrupt", f"no such year, share or count: {match.group()}")
    swallowed: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for match in _SWALLOWED.finditer(text):
        start = _digits_before(text, match.start())
        if match.end() - start > 4 and text[start - 1 : start] != ".":
            swallowed[match[1]].append((start, match.end()))
    for year, found in swallowed.items():
        if len({text[start:end] for start, end in found}) > 1:
            evidence = f"{year} stands inside {len(found)} numbers of the text"
            yield from (Spot(start, end, "numbers_corrupt", evidence) for start, end in found)


RULES = (half_masked_number, masked_number, masked_name, lost_number, lost_date, false_number)


def _has_masks(text: str) -> bool:
    return any(mask in text for mask in _MASKS)


def _without_bold(text: str) -> str:
    return _BOLD.sub("  ", text) if "**" in text else text


def _around(text: str, match: re.Match[str]) -> str:
    return text[max(0, match.start() - 6) : match.end() + 4].replace("\n", "⏎")
