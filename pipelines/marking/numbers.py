"""Numbers that a page no longer tells truly: lost, or overwritten.

Only what the text itself shows. Plausible false numbers (2023户) cannot be told from true ones: for those a host has
`HostKnowledge.numbers_untrusted`. Nothing is repaired here.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator

from pipelines.document import Spot
from pipelines.facts.cues import any_of

# Patterns begin with a plain character: Python searches for one many times as fast as for alternatives. What must stand
# before it is looked behind for.
_BEFORE_PERCENT = re.compile(r"[达占为增长降高低到至率约了由从]$|占[^,。;\n]{1,8}的$")
_AMOUNTS = ("亿元", "万元", "亿", "公斤", "万吨", "万亩", "万人")
_BEFORE_AMOUNT = re.compile(
    r"(?:共|约|产[值量]|增加值|总[产值]|人口|投资|投入|收入|资金|总额|利润|税收|存款|贷款|余额|面积|同比增长)(?:达到?|为|共|约)?$"
)
_BARE_MONEY = re.compile("元(?:(?<=[入值润资出达为到加长收少]元)(?=[,。;])|(?<=[余多][万亿]元))")
_BEFORE_MONEY = re.compile(
    r"(?:(?:收入|产值|利润|工资|支出)(?:达到?|为|(?:增加|提高|上升)到)?|比[^,。;\n]{1,6}(?:增加|增长|增收|减少))元$"
    r"|(?:投资|投入|资金|筹资|争取)(?:达|共|约)?[余多][万亿]元$"
)
_BARE_COUNT = re.compile(r"余(?:人次|人|名|份|本|册|户|次|场|件|万元|亩|米|吨|个|家|台|元)")
_NOT_LEFT = "其剩业多盈结富残之年月日天岁一二三四五六七八九十百千万亿几数许尚所有留空劳"  # 其余, 剩余, 业余, 百余 …
_COUNTABLE = (
    *("群众", "人员", "党员", "资料", "图书", "学生", "农户", "专家", "会议", "活动", "培训", "资金", "投入", "讲座"),
    *("宣传单", "接待", "发放", "检查", "受益"),
)
# What is counted, by what counts it: 召开会议次，培训人次，支出元。
_COUNTED_BY = {
    "人次": ("培训", "受益", "参加", "参与", "接待", "服务", "受教育", "宣传", "群众", "学生", "党员", "干部"),
    "次": ("会议", "活动", "讲座", "检查", "演出", "竞赛"),
    "场": ("活动", "讲座", "演出", "报告会", "培训班"),
    **dict.fromkeys("份册块本张", ("资料", "图书", "传单", "手册", "展板", "材料")),
    "元": ("收入", "支出", "节约", "资金", "投入", "产值", "补贴"),
}
_BARE_CHANGE = re.compile("的元(?:增加|提高|上升|下降)到元")
EVERY = 400  # characters to each certain loss, in a text of which more is believed lost (chosen)
BARE = 2  # times: once may be an elliptic phrase (chosen)
# A measure that stands behind a noun: no phrase has it without its number. Leaves 数公里, 每平方米, 单位：万元, 过亿元.
_MEASURES = (
    *(
        "万元",
        "亿元",
        "万美元",
        "亿美元",
        "美元",
        "万亩",
        "亿亩",
        "万吨",
        "亿吨",
        "万户",
        "万头",
        "千瓦时",
        "公里",
        "公斤",
    ),
    *("平方米", "立方米"),
)
_OF_MEASURE = "一二三四五六七八九十百千万亿几数半两多余来上近逾超过破每按以成位方"  # what makes a phrase with it
# A count behind a noun is lost where the text has lost others: its own numbers are gone, or none of them. By the count,
# the characters that make a word with it (一个, 文件, 农户, 专家, 层次 …).
_COUNT = re.compile("(?:[个件户家所台次场份册座处条套期张项篇块亩吨辆岁米棵株盏间]|[课学小]时|分钟|毫米)(?=[,。;、])")
_MORE = re.compile(
    "(?<=[一-鿿])(?<![一二三四五六七八九十百千万亿几许很众更不最诸好太大至繁增颇偏较过居甚])(多[份名户米方亩吨元])"
)
_MANY = "一二三四五六七八九十百千万亿几数半两多余每各整这那哪某另此逐单首本个件户家所台场份册座处条套张项篇块人名头只辆"
_WORDS = {
    "个": "些",
    "件": "文条案事稿信证附软硬邮部零构元要物急配机原来函备试快密抄",
    "次": "层档依再其屡批班名人主场频上下初历车台户",
    "份": "身股月年省备部",
    "册": "手注名画在造清花纪分成",
    "亩": "按论田",
    "吨": "公",
    "辆": "车",
    "岁": "周守",
    "棵": "",
    "株": "植守",
    "盏": "",
    "小时": "",
    "课时": "",
    "学时": "",
    "分钟": "",
    "毫米": "",
}
# Counts that end many words (专家, 舞台, 广场): only behind what they count.
_COUNTED_THINGS = {
    "户": "工庭卡民众困员",
    "家": "店乐业司社厂构点",
    "所": "校院园",
    "台": "机脑箱器备泵",
    "场": "座动出训目",
    "座": "桥库楼塘坝",
    "处": "点患园坝桥施",
    "条": "幅语议规息",
    "套": "房备材具",
    "期": "训刊栏",
    "张": "片证卡单",
    "项": "目程果利度",
    "篇": "稿章文料",
    "块": "板牌",
    "米": "渠墙沟管坝",
    "间": "房舍屋",
}


def _behind(words: Iterable[str], unit: str, more: str = "") -> re.Pattern[str]:
    """`unit` directly behind one of `words`, and before what `more` wants."""
    return re.compile(f"{unit}(?:{'|'.join(f'(?<={word}{unit})' for word in words)}){more}")


_HELP = ("资助", "救助", "培训", "选派", "组织", "吸引", "评选", "表彰", "慰问", "安置", "招收", "录取")
_HELPED = {"名": "单额师优校录", "户": "籍主外均", "个": "人体别性私案", "位": "于置", "家": "庭长属乡禽"}
_MADE = ("建成", "新建", "创建", "成立", "覆盖", "建成了", "新建了", "创建了", "成立了", "覆盖了")
_TOTAL = ("达到", "共有", "共计", "累计", "总计")
_TOTALLED = {
    "个": "人性别体案",
    "件": "数",
    "户": "均籍数主",
    "家": "庭长禽畜具电",
    "所": "有需在以",
    "处": "理罚于置",
    "台": "账阶",
    "次": "数要",
    "场": "地次馆所",
    "条": "件款",
    "名": "师录单额称",
    "项": "目",
}
_CHANGED = tuple(
    verb + done for verb in ("增长", "提高", "下降", "上升", "增加", "降低", "减少") for done in ("", "了")
)
_DONE = (
    *(
        "完成",
        "实施",
        "引进",
        "签订",
        "制定",
        "出台",
        "查处",
        "整改",
        "排查",
        "化解",
        "接待",
        "举办",
        "召开",
        "组织",
        "开展",
    ),
    *("发放", "印发", "编印", "刊发", "上报", "撰写", "走访", "慰问", "检查", "发表", "荣获", "参加", "播出", "张贴"),
)
_PEOPLE = (
    *("党员", "干部", "学生", "教师", "职工", "代表", "专家", "村民", "群众", "农民", "女性", "儿童", "会员", "团员"),
    *("医生", "护士", "人员", "民警", "队员", "志愿者", "委员", "幼儿", "新生", "毕业生"),
)
_SUMMED = ("共计", "合计", "总计", "累计", "一共", "总共", ",共", "。共", ";共", ":共", "人数达", "总数达", "约计")
_RANKED = ("排名", "位居", "名列", "全国", "全省", "全市", "全县", "全区", "全镇", "年级")
_ENDS = "(?=[,。;、])"
# Counts, ordinals, days and shares that stand where no phrase has them without their number.
_FORMS: tuple[tuple[Iterable[str], str, str], ...] = (
    *((_HELP, unit, f"(?=[一-鿿])(?![{no}])") for unit, no in _HELPED.items()),
    *((_TOTAL, unit, f"(?![{no}])") for unit, no in _TOTALLED.items()),
    *((_DONE, unit, _ENDS) for unit in "项个起家户次场期份册篇条批块幅"),
    *((_PEOPLE, unit, _ENDS) for unit in "人名"),
    *((_SUMMED, unit, _ENDS) for unit in "人元户个件次名家亩吨项篇份台条"),
    *(("达", unit, _ENDS) for unit in "元个件次名家亩吨户"),
    *((("历时", "为期", "连续", "持续"), unit, "(?=[,。;、的])") for unit in ("个月", "天", "年", "个多月")),
    *((("每周", "每月", "每年", "每季", "每天", "每日"), unit, _ENDS) for unit in "次场"),
    (_TOTAL, "人次", ""),
    (_MADE, "个", "(?![人别性体案])"),
    *(("第", unit, "") for unit in ("届", "次", "期", "批", "轮", "季度")),
    ("自从", "年", "(?![初底末终中内前关幼少轻复])"),
    ("比较", "年", "(?=减|增|下降|提高|上升|净增|同期)"),
    *((("年满", "年龄", "凡满"), "岁", f"(?={bound})") for bound in ("以上", "以下", "至", "的")),
    (("平均分", "平均高", "平均低", "均分"), "分", "(?=[,。;])"),
    (("偏多", "偏少", "增产", "减产"), "成", _ENDS),
    *(("了", unit, "(?=[一-鿿])") for unit in ("亩", "公里", "吨", "万元", "平方米")),
    (_CHANGED, "倍", "(?![数增])"),
    *(("率达占", bound, "(?=[,。;])") for bound in ("以上", "左右")),
    *((("人均", "亩均", "户均", "日均"), unit, "(?=[,。;])") for unit in ("元", "公斤", "人次", "万元")),
)
_BARE_FORMS = tuple(_behind(*form) for form in _FORMS)
# One pass that finds whether any can match: most texts have none. Marks before a word are too common to ask for.
_BARE_SIGN = any_of(word.lstrip(",。;:") + unit for words, unit, _ in _FORMS for word in words)
_MORE_FORMS = (
    _behind(_RANKED, "第", _ENDS),
    _behind("辖设有、及", "个", "(?=乡|镇|行政村|自然村|村民小组|社区|街道)"),
    _behind(",。;\n", "年", r"(?=1?\d月|,全|,我|,完成|,共)"),
    _behind(",。;\n", "[—-]年", ""),
    *(_behind(",。;\n", "年", f"(?={then})") for then in ("上半年", "下半年")),
    _behind(",。;\n", "月日", "(?=[,召举开至我全县市区局校])"),
    re.compile("个百分点(?<=[一-鿿]个百分点)(?<![一二两三四五六七八九十几数多余半零]个百分点)"),
    *(_behind(",。;", unit, "(?=后|内|以内)") for unit in ("小时", "分钟", "个月")),
)
# A clause that ends before the number it was going to tell: 占总数的, 产值达, 完成计划的.
_BREAKS_OFF = re.compile(
    r"的(?=[,。;])(?:(?<=数的)|(?<=口的)|(?<=量的)|(?<=划的)|(?<=务的)|(?<=标的)|(?<=算的)|(?<=积的)|(?<=额的)|(?<=值的))"
)
_OF_SHARE = re.compile(r"(?:占|完成|为)[^,。;\n]{1,14}的$")
_TELLS = re.compile("[达为](?=[,。;])(?<=[额值量数率积][达为])")
_BROKEN = re.compile(
    r"\.(?:(?<=[一-鿿]\.)\d{1,4}(?=[%‰万亿元])|(?<=\d\.)(?=[%‰万亿元])"
    r"|(?<=[一-鿿]\.)(?:[%‰]|[万亿](?:亩|吨|美?元|人次|人|户|公里|[立平]方米)?|元|公里))"
)
_RATIO = re.compile(r"\d:(?=[,。;、])")
_SHARE = re.compile(r"占[^,。;\n]{1,8}的\d{1,2}(?=[,。;](?!\d))")

_BARE_YEAR = re.compile(r"年(?=1?\d月)")
_SINCE = ("截止", "截至", "自", "从", "到", "于")
_HALF_YEAR = re.compile(r"20\d月\d{1,2}日")
_HEADLESS = re.compile(r"\n[,、](?=[一-鿿])")
_NO_DATE = re.compile(r"(?:于|自|从|截至|截止)(年月日?)(?=[召开举行至到起,、在])")
_STRIPPED = re.compile(r"20\d{5}(?=\s{0,8}(?:\n|\Z))")

_LONG_YEAR = re.compile(
    r"20[012]\d(?:20[012]\d|0\d\d)年|20[012]\d(?!00)\d{1,2}年(?!以?前|历史|左右)|20[012]\d(?:\d{1,4}(?:\.\d{1,4})?)?%"
    r"|20[12]\d{3}(?=床|个村|个乡|所学校|个百分点)|20[12]\d(?=月|个月)"
)
_LONG_AGE = re.compile(r"年(?<=[1-9]20[012]\d年)")  # 12023年的历史
_SHARE_OF_YEAR = re.compile(r"(20[12]\d)\.\d{1,4}%")  # 2023.4%: believed, unless the year stands in other numbers
_SWALLOWED = re.compile(
    r"(20[12]\d)(?P<more>\d{0,4})(?:\.\d{1,4})?(?=万|亿|元|户|床|人|亩|份|名|吨|处|个|条|册|台|公里|平方米|米|件|次|张|天|岁|头|只|场|期|所|家|座|间)"
)


def lost_number(text: str) -> Iterator[Spot]:
    """What follows a number follows none: `同比增长%`, `产值共亿元，`, `群众余人次`. Leaves 产值达亿元企业."""
    certain = [*_lost_shares(text), *_lost_amounts(text)]
    yield from certain
    bare = list(_BARE_CHANGE.finditer(text))
    for unit, words in _COUNTED_BY.items():
        bare += (m for m in _UNITS[unit].finditer(text) if text.endswith(words, 0, m.start()))
    for match in bare if len(bare) >= BARE else ():
        yield Spot(*match.span(), "numbers_lost", f"a unit without its number, one of {len(bare)}: {match.group()}")
    if len(certain) < max(BARE, len(text) / EVERY):
        return
    for match in (*_MORE.finditer(text), *(count for count in _COUNT.finditer(text) if _is_bare(text, count))):
        yield Spot(*match.span(), "numbers_lost", f"a count without its number, as others: {_around(text, match)}")


def _is_bare(text: str, count: re.Match[str]) -> bool:
    """Whether a count stands behind a noun and makes no word with it."""
    before = text[count.start() - 1 : count.start()]
    if things := _COUNTED_THINGS.get(count[0]):
        return before != "" and before in things
    return "一" <= before <= "鿿" and before not in _MANY and before not in _WORDS[count[0]]


_UNITS = {unit: re.compile(f"{unit}(?=[,。;])") for unit in _COUNTED_BY}
_AT_END = "(?=[,。;、\n]|\\Z)"
_ENDING = {unit: re.compile(f"{unit}{_AT_END}") for unit in (*_AMOUNTS, *_MEASURES)}
_ANY_ENDING = re.compile(f"(?:{any_of(_ENDING).pattern}){_AT_END}")


def _lost_shares(text: str) -> Iterator[Spot]:
    for sign in "%‰":
        for match in re.finditer(sign, text) if sign in text else ():
            before, after = text[match.start() - 1 : match.start()], text[match.end() : match.end() + 1]
            alone = "一" <= before <= "鿿" and before not in "号写用以叫读" and after != "" and after in ",。;、以"
            if match.start() and (alone or _BEFORE_PERCENT.search(text[max(0, match.start() - 10) : match.start()])):
                yield Spot(*match.span(), "numbers_lost", f"a share without its number: {_around(text, match)}")
    for match in _BROKEN.finditer(text) if "." in text else ():
        start = _digits_before(text, match.start())
        yield Spot(
            start, match.end(), "numbers_lost", f"a number without its whole or its part: {_around(text, match)}"
        )
    for match in _BREAKS_OFF.finditer(text):
        if _OF_SHARE.search(text, max(0, match.start() - 16), match.end()):
            yield Spot(*match.span(), "numbers_lost", f"a clause ends before its number: {_around(text, match)}")
    for match in _TELLS.finditer(text):
        yield Spot(*match.span(), "numbers_lost", f"a clause ends before its number: {_around(text, match)}")
    for match in _SHARE.finditer(text) if "占" in text else ():
        yield Spot(*match.span(), "numbers_lost", f"a share without its sign: {match.group()}")


def _lost_amounts(text: str) -> Iterator[Spot]:
    ending = " ".join((*_ANY_ENDING.findall(text), ""))  # 万美元 is 美元 too
    for unit in _AMOUNTS:
        for match in _ENDING[unit].finditer(text) if f"{unit} " in ending else ():
            if _BEFORE_AMOUNT.search(text[max(0, match.start() - 8) : match.start()]):
                yield Spot(*match.span(), "numbers_lost", f"a unit without its number: {_around(text, match)}")
    for unit in _MEASURES:
        for match in _ENDING[unit].finditer(text) if f"{unit} " in ending else ():
            before, after = text[match.start() - 1 : match.start()], text[match.end() : match.end() + 1]
            if "一" <= before <= "鿿" and before not in _OF_MEASURE and after in (",", "。", ";", "、"):
                yield Spot(*match.span(), "numbers_lost", f"a measure without its number: {_around(text, match)}")
    for match in _BARE_COUNT.finditer(text) if "余" in text else ():
        before = text[match.start() - 1 : match.start()]
        if text.endswith(_COUNTABLE, 0, match.start()) or ("一" <= before <= "鿿" and before not in _NOT_LEFT):
            yield Spot(*match.span(), "numbers_lost", f"a count without its number: {_around(text, match)}")
    for match in _BARE_MONEY.finditer(text):
        if found := _BEFORE_MONEY.search(text, max(0, match.start() - 16), match.end()):
            start = match.start() - (2 if found[0][-3:-2] in ("余", "多") else 0)
            yield Spot(start, match.end(), "numbers_lost", f"a unit without its number: {_around(text, match)}")
    for form in (*_BARE_FORMS, *_MORE_FORMS) if _BARE_SIGN.search(text) else _MORE_FORMS:
        for match in form.finditer(text):
            yield Spot(*match.span(), "numbers_lost", f"a count without its number: {_around(text, match)}")


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
        if match.end("more") - start > 4 and text[start - 1 : start] != ".":
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


def _around(text: str, match: re.Match[str]) -> str:
    return text[max(0, match.start() - 6) : match.end() + 4].replace("\n", "⏎")
