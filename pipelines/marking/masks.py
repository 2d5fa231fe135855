"""Masks: what a site put where a number, a date or a name stood (`20xx年`, `x件`, `**同志`, `20xx0亩`).

A mask before a unit is a number's, before a noun or in the place of one a name's; a blind replace of years leaves half
a number. Masks are content: nothing is repaired, and no masked year is ever a year. Every rule first asks for the rare
characters that it is about: most texts have none.
"""

import re
from collections.abc import Iterator

from pipelines.document import Spot

# What counts or measures something, where a number must stand before it; not the first half of 个人, 名单, 人民, 号召 …
UNIT = (
    r"(?:[万亿](?!家灯火)|元|人次|人(?![民大才员们口生物力事类文])|名(?![单称字誉校师优])|份|个(?![人别性体])|件|场|次|期(?![间末中望刊])|户|亩|吨"
    r"|年(?![轻级纪])|月|日(?![常益报])|%|‰|公里|千米|平方(?:米|公里)|立方米?|公顷|米|篇|家(?![庭长人属])|所(?![有以谓在长])|台(?![账风长])|册"
    r"|项(?!目)|天|届|块|位(?!于)|条(?![件例款])|处(?![理长于分罚室级置])|头(?![条部脑])|只(?![有是要])|例(?![会如行])|批(?![评准示复])"
    r"|种(?![植类子养])|辆|套|张(?!贴)|幅(?!度)|座(?!谈)|支(?![部持队书行付出委援撑])|轮(?![流训换岗])|口(?![号头岸腔语味碑罩径才红])|棵|株|公?斤|千克"
    r"|小时|分钟|分(?![别析配为子享散开布公部局会行校类])|级(?!别)|季度|岁|周年?|节(?![目约日能水])|堂|门(?![诊户口])|课时|学时|栋|幢"
    r"|间(?![隔接断])|起(?![来到草步点初先因义诉码伏始身源])|宗(?![旨教])|本(?![报校年人市县局院镇乡村次月周期身来科着级])|页|章(?!程)|床|对(?![于象照比方外内待手付此])|[千百](?=[余多元人份亩户米册吨斤公万])|十(?=[余多])"
    r"|(?<=[机话梯剧][*xX×])部|[金银铜](?=[xX×*]|[,。、的])|[方顶床单](?=[,。;、])|[车家户针头班件台批组例架艘师课门枪本册]次|[千兆毫厘微]?(?:瓦时?|伏安?|克(?![服难])|升(?![级学旗华温起高至到]))|双|桌|艘|[美欧]元|袋|箱|瓶|盒|盏|枚|封|道(?![路德理])"
    r"|(?<![带打画标加有注写,。;:、(“\n][*×])号(?![召码称角])|层(?![次面级])|以上|以下|左右|倍|个?百分点|年级|等奖|成(?![立功果员为本长绩效就])|度(?![过假夏])|方面|大(?=[类项块板亮])"
    r"|通(?=电话)|笔(?![记名迹者试])|眼(?![睛光前中泪镜看])|根(?![据本源治])|担(?![任保当负心])|颗|粒|匹|票(?![据房选价子])|尾(?![声随])|羽|桶|罐|筐|捆|碗|垛|车皮|昼夜|尺|两(?=[重银])"
    r"|趟|遍|番|点(?=意见|建议|要求|体会|计划|内容|措施)|[至到~—-](?=[xX×*\d.]{1,6}[%‰一-鿿])|时(?=[xX×*\d]{0,2}分|许)|点(?=[xX×*\d]{1,2}分|钟))"
)
_NAMED = (
    "副?(?:[省市县区镇乡村局校院部科处主]长|主任|书记|主席|经理|总|秘书长)|省|市|县|区|镇|乡|街道|村|社区|局|学校|中学|小学|同志|公司|单位|科协"
    "|妇联|残联|党委|部门|[一二三四五六七八九](?:中(?![心国央间期层旬])|小(?![时组型学区]))|办事处|派出所|医院|大学|学院|幼儿园|协会|委员会|银行|集团|先生|女士|老师|医师"
    "|人民(?:政府|医院|法院|检察院)|(?:中心|实验|希望|第[一二三])(?:小学|中学|医院|卫生院|幼儿园)|卫生院|敬老院|研究[所院]|检察院|支部|总支"
    "|党组|工会|商会|学会|联合会|厅(?!级)|厂|法院|杯(?!子)|路(?![上边])|大道|小区|公园|广场|水库|园区|开发区|农场|林场|专业|班(?![子级主次组会])"
    "|组(?![织长建成合员])|系(?![统列数])|项目部|工程(?!师)|队(?![伍员长])|同学|师傅|教授|博士|医生|护士|董事长"
    "|大桥|水电站|变电站|[所站队园行厂社科处会庭]长|街(?!头)|巷(?!道)|庄|屯|河(?!道)|湖(?!边)|车间|[支分]行|分公司|酒店|饭店|宾馆|超市|商场|大厦|合作社|供销社"
    "|信用社|党[支总]部?|团委|电视台|日报|晚报|报社|杂志社|出版社|机场|码头|车站|高速|铁路|公路|基地|煤矿|寺|塔(?!吊)|家庭农场"
)
SENTENCE = 100  # characters on either side of a blank in which its sentence shows itself
_MASKS = "xX×*○_□■※△"
_LETTERS = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")
_DIGITS = frozenset("0123456789")
# Surnames that are no function words and end few other words (of the two hundred commonest).
_SURNAMES = frozenset(
    "钱严易黎乔贺赖龚樊兰殷陶洪翟倪芦俞鲁葛伍韦申尤毕聂焦柳邢岳齐梅莫庄祝涂谷祁耿牟詹凌靳欧甄阳裴屈鲍覃霍翁柯阮桂闵冉辜向"
    "王李张刘陈杨赵黄周吴徐孙胡朱林何郭马罗梁宋郑谢韩唐冯董程曹袁邓傅沈曾彭吕苏卢蒋蔡贾丁魏薛阎潘杜戴夏钟汪姜范姚谭廖邹熊陆郝孔崔康邱秦顾侯邵孟"
)

# Bold marks of generated pages, not masks: around a whole line, or around words that are no noun of a mask.
_BOLD_LINE = re.compile(r"^([^\n*]{0,8})\*{2,3}([^*\n]{2,60})\*{2,3}([:。]?)$", re.M)
_BOLD = re.compile(
    rf"(?<!\*)\*\*(?!\*|{_NAMED}|{UNIT})([^*\n,。;]{{1,40}})(?<!\*)\*\*(?!\*|[件名户万亿%]|个(?![人别性体])|家[机企单])"
)

_HALF = re.compile(
    r"20[012][xX]0{1,3}(?=[余多]?(?:[个起件人元亩米]|平方))|20(?:[xX]{2}|__|\*\*|××)(?:\d{1,8}(?![\d.]*年)|(?=[余多]?(?:份|人次|亩|米|册|人|名|户|元|本)|[余多]个))"
)
_HALF_AMOUNT = re.compile(
    r"[\d\[xX×_](?:(?<=\d)[xX_]{4}(?=米|元|人|亩)|(?<=\[)20\]20号"
    rf"|(?<![A-Za-z\d*_×][xX×_])(?:(?<=[xX×])[xX×]{{0,2}}|(?<=_)_)0{{1,3}}(?=[余多]?{UNIT}))"
)
# Begins with a class, which a search skips to.
_RUN = re.compile(
    r"[xX×*_○□■※△](?:(?<=[xX×*_※])[xX×*_※]*|(?<=△)△*|(?<=○)(?<![一二三四五六七八九十○]○)○*(?![一二三四五六七八九十○])|(?<=[□■])[□■]{0,3})"
)
_IN_CLASS = re.compile(
    r"(?:\(([xX×*]{1,2})\)(?=班|号|中队)|(?:(?<=年级)|(?<=[初高][一二三]))([xX×*]{1,2})(?=班)|(?:星期|(?<![人长员师任记])周)([xX×])(?![A-Za-z]|说|介绍|告诉|表示|等人|家|同[学志])|([xX×]{1,2}:[xX×]{2})(?![A-Za-z]))"
)
_HAN_BEFORE = re.compile("[一二三四五六七八九十百千]{1,4}$")
# A mask that a lesson or a form speaks of: inside quotation marks, behind a word for forms.
# A quotation of nothing but a mask and a form of address.
_ADDRESS = re.compile(r"[^”\n]{1,4}(?:同志|先生|女士|老师)”")
_SPOKEN_OF = re.compile(
    r"(?:模[板版]|格式|写[成作为]|填[写成为]?|标题|开头|抬头|落款|例如|比如|样式|范本|表述|统一为|改为|习惯用|书写)[^。“《\n]{0,8}[“《][^”》\n]{0,20}$"
)
_HAN_YEAR = re.compile(r"二[〇○零]$")
_BLANK = re.compile(r"_{3,}[年月]_?_?月?$")
_FORM = re.compile(r"年_{3}")  # the blanks of a form's date
_DECIMAL = re.compile(r"[.·][xX×*○※□■]{1,8}(?![A-Za-z.])")
_REST = re.compile(rf"(?:\.\d{{1,2}}|,[xX×*\d]{{3}}|\d{{1,3}})(?=[余多]?{UNIT})")  # what a mask left of a number
_DATE = re.compile(r"([./-])[xX×*]{1,2}\1[xX×*]{1,2}(?![\dA-Za-z])")  # behind a masked year
_SOME_YEAR = re.compile(r"(?:19|20)(?:某{1,2}(?:年某{1,2}月(?:某{1,2}日)?|(?!\d))|[〇○]{2}(?=年))")
_PHONE = re.compile(r"0(?<!\d0)\d{2,3}-[xX*]{5,8}(?![A-Za-z\d])")
_IN_CLASS_SIGN = re.compile(r"\([xX×*]|[级一二三][xX×*]班|期[xX×]|周[xX×]|:[xX×]")  # each has one, and few texts have
# Signs that stand for a number only where a date or a unit proves it: O, ?, — and ….
_STRANGE = (
    re.compile(rf"O(?<![A-Za-z\d]O)(?:O{{1,3}}(?=[余多]?{UNIT})|(?=[年月日人个件次名万户]))"),
    re.compile(rf"\?(?<![\d?]\?)(?:\?{{1,3}}(?=[余多]?{UNIT})|(?=[月日]))"),
    *(re.compile(rf"{century}(?:\d?\?{{1,2}}|[—…]{{1,2}})(?=年)") for century in ("19", "20")),
    *(
        re.compile(
            rf"{sign}{sign}?(?:(?=(?:年[—…]{{1,2}})?月[—…]{{1,2}}日?)|(?<=[年月]{sign})(?=[月日])"
            rf"|(?<=[一-鿿]{sign}{sign})(?=人次|[万亿]元|%|公里|平方米|余[人名份万]))"
        )
        for sign in "—…"
    ),
)
_PERSONAL_SIGN = re.compile(r"[xX×*][xX×*]{2,11}\d")
_PERSONAL = re.compile(r"(?<![\dA-Za-z])\d{3,6}[xX×*]{3,12}\d{2,4}(?![\dA-Za-z])")  # 138****1234
_YEARS = re.compile(r"(?:19|20)\d?")
_COUNTED = re.compile(rf"[余多]?{UNIT}|余(?!额)|\s{{1,2}}[年月日]")
_NOUN = re.compile(_NAMED)
_SOMEBODY = re.compile("某某")
_SOME_NUMBER = re.compile("某某(?=[万亿]元|元|人次|平方米|公里|[万亿]吨|[万亿]亩|%)")
# One 某 names nobody, unless the text masks others: 某镇某某村, 王某反映.
_SOME_PLACE = re.compile(
    r"某(?<![某我本市县区镇村局校]某)(?=省|市|县|区|镇|乡|村|社区|局|学校|中学|小学|卫生|公司|厂|大学)"
    r"|(?<=某[市县区镇乡])某(?=县|区|镇|乡|村|社区|局|街道)|某(?!某)(?<![我本某]某)(?=企业|银行|[一-鿿]{2,4}(?:公司|厂|学院|医院|饭店|酒店|超市))"
    rf"|[{''.join(sorted(_SURNAMES))}]某(?![某些种个项日年月人事处地时类家])"
)
_CIRCLES = re.compile(rf"(?<![一二三四五六七八九十百千\d〇])〇{{2,4}}(?={_NAMED})|(?<![A-Za-z\d])O{{2,4}}(?={_NAMED})")
# A number without a unit: what it is the number of stands before it.
_BEFORE_NUMBER = re.compile(
    "(?:达到?|增长|下降|提高|上升|减少|约|近|共计?|累计|超过|突破|占|第|得分|排名|百分之|[¥$])$"
)
_ORGANISATION = re.compile(
    "[一-鿿]{1,5}?(?:公司|集团|厂|合作社|商店|超市|饭店|酒店|宾馆|医院|学校|中学|小学|学院|幼儿园|银行|支行|协会|林场|农场|事务所|企业|研究院)"
)
_QUOTED = re.compile("[一-鿿]{1,12}[”》](?!里|中的|字|这|乘)")  # “XX香菇”, 《××教育》
_SOMEBODY_ACTS = re.compile("出席|主持|参加|带队|负责|[、,](?:某某|[\u4e00-\u9fff]{2,3}[、,等])|等")
_BEFORE_NAME = re.compile(r"(?:我叫|我是|(?:姓名|述职人|汇报人|报告人|总结人|发言人|签名)\s{0,4}:\s{0,4})$")
_AMONG_NAMES = re.compile(r",[男女]|(?:、[xX×*]{2,3}){0,4}等(?:领导|同志|人)")
# What two signs in the place of a word are, if not a name: a type, a shape, a sign that is spoken of.
_NO_NAME_BEHIND = re.compile("染色体|网(?![络格])|型|码(?!头)|光|轴|形|射线|证书|符|版|系列|[)》]")
_NO_NAME_BEFORE = re.compile("(?:打|画|型号|代号|编号|公式|变量|版本|[A-Za-z0-9(《])$")
_POST = re.compile(
    "(?:书记|支书|主任|经理|[校局院所站部处科镇乡县市区村厂]长|同志|老师|医生|护士|司机|[事责头承报系系持害疑人]人|村民|居民|教师|学生|[队社]员|人员|干部|党员|主席|会长|代表|师傅)$"
)
# Behind a post that one man has, any surname: 负责人向×高, 副班长许×.
_NAMED_MAN = re.compile(
    "(?:[事责头承报系持害疑]人|书记|主任|经理|主席|[校局院所站部处科镇乡县市区村厂班组队排连]长|村民|居民|司机)"
    r"[^\W用对给把与和说的有在是为被让请拿以从到就都也还带看每A-Za-z0-9]$"
)
_BEFORE_PLACE = frozenset("在到由与赴经从往")
_ENDS_CLAUSE = ",。;、:!?)”』」\n"


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
        yield Spot(*match.span(), "numbers_half_masked", f"a year's mask in a number: {_around(plain, *match.span())}")


def masked_number(text: str) -> Iterator[Spot]:
    """`20xx年`, `x件`, `x.xx万亩`. Leaves 10×10, X光, xx网, D座, blank forms (____) and bold marks."""
    if _has_masks(text):
        yield from _numbers(text)
    found = [match.span() for strange in _STRANGE for match in strange.finditer(text)]
    if any(cue in text for cue in ("0某", "9某", "0〇", "0○", "某某")):
        found += [match.span() for some in (_SOME_YEAR, _SOME_NUMBER) for match in some.finditer(text)]
    for start, end in found:
        yield Spot(start, end, "numbers_masked", f"a mask where a number stood: {_around(text, start, end)}")


def _numbers(text: str) -> Iterator[Spot]:
    """Numbers of a text that has masks."""
    plain = _without_bold(text)
    done = 0
    for match in _RUN.finditer(plain):
        start, end = _number(plain, *match.span())
        if done <= start < end and not _is_spoken_of(plain, start):
            done = end
            yield Spot(start, end, "numbers_masked", f"a mask where a number stood: {_around(plain, start, end)}")
    for match in _IN_CLASS.finditer(text) if _IN_CLASS_SIGN.search(text) else ():
        start, end = match.span(match.lastindex or 0)
        yield Spot(start, end, "numbers_masked", f"a mask of a class, a day or a time: {match.group()}")
    for match in _PERSONAL.finditer(text) if _PERSONAL_SIGN.search(text) else ():
        yield Spot(*match.span(), "numbers_masked", f"a mask in a person's number: {match.group()}")
    for match in _PHONE.finditer(text) if "-" in text else ():
        yield Spot(*match.span(), "numbers_masked", f"a mask in a telephone number: {match.group()}")


def masked_name(text: str) -> Iterator[Spot]:
    """`xx市科协`, `某某县`, `**同志`, `总经理XX`. Leaves 我市某单位, 吴某, XX染色体 and web addresses."""
    spots: list[tuple[int, int]] = []
    plain = text
    if _has_masks(text):
        plain = _without_bold(text)
        spots += (_name(plain, *match.span()) for match in _RUN.finditer(plain))
    if "某某" in text:
        spots += (_somebody(plain, *match.span()) for match in _SOMEBODY.finditer(plain))
    if "〇〇" in text or "OO" in text:
        spots += (match.span() for match in _CIRCLES.finditer(plain))
    if any(start < end for start, end in spots) or _SOME_YEAR.search(text):
        spots += (match.span() for match in _SOME_PLACE.finditer(plain))
    for start, end in spots:
        if start < end and not _is_spoken_of(plain, start):
            yield Spot(start, end, "names_masked", f"a mask where a name stood: {_around(plain, start, end)}")


RULES = (half_masked_number, masked_number, masked_name)


def _number(text: str, start: int, end: int) -> tuple[int, int]:
    """The number that the run of mask characters `text[start:end]` stands in; an empty span where it masks none."""
    begin, run = _digits_before(text, start), text[start:end]
    digits, before = text[begin:start], text[begin - 1 : begin] if begin else ""
    if _HAN_YEAR.search(text, max(0, start - 2), start) and text.startswith("年", end):
        return start - 2, end
    of_year = _YEARS.fullmatch(digits) is not None
    if "_" in run and (end - start > 2 or _BLANK.search(text, max(0, start - 8), start)):
        filled = of_year and text.startswith("年", end) and not _FORM.match(text, end)
        return (begin, end) if filled or _in_prose(text, start, end) else (0, 0)
    if run[-1] in "xX×*○※□■" and before not in _LETTERS and before != "." and (rest := _DECIMAL.match(text, end)):
        told = run[-1] in "xX×※" or _COUNTED.match(text, rest.end())
        return (begin, rest.end()) if told else (0, 0)
    if end - start > 4:
        if not digits and (_is_han(before) or before in "、,") and end - start <= 8 and _COUNTED.match(text, end):
            return start, end
        personal = len(digits) >= 3 and run.strip("xX*") == "" and before not in _LETTERS  # of a telephone, an identity
        return (begin, end) if personal and text[end : end + 1] not in _LETTERS else (0, 0)
    if of_year and not text[end : end + 1].isdigit():
        rest = _DATE.match(text, end)
        return begin, rest.end() if rest else end
    if digits:
        if text[end : end + 1] in ("-", "—", "~") and text[end + 1 : end + 2] in _DIGITS:
            return 0, 0  # 3x-5
        whole = before not in _LETTERS and before not in (".", "×", "*") and len(digits) < 4 and run != "_"
        return (begin, end) if whole and _COUNTED.match(text, end) else (0, 0)
    if not _stands_free(before):
        return 0, 0
    if part := _REST.match(text, end):
        return (start, part.end()) if end - start > 1 or part[0][0] in ".," else (0, 0)
    lone = run == "_" and (not _is_han(before) or text.startswith("头", end))  # a stray line
    if lone or not _is_counted(text, start, end):
        return 0, 0
    tens = _HAN_BEFORE.search(text, max(0, start - 4), start)  # 四十×岁
    return (tens.start() if tens else start), end


def _is_counted(text: str, start: int, end: int) -> bool:
    """Whether a unit stands behind a mask, or a clause ends there that told a number."""
    if _COUNTED.match(text, end):
        return True
    ends = text[end : end + 1] in _ENDS_CLAUSE  # the text's end too
    return ends and _BEFORE_NUMBER.search(text, max(0, start - 3), start) is not None


def _name(text: str, start: int, end: int) -> tuple[int, int]:
    """The name that a run of mask characters stands for; an empty span where it masks none."""
    before, behind, length = text[start - 1 : start], text[end : end + 1], end - start
    if not _stands_free(before) or behind in _LETTERS or behind in _DIGITS or _is_counted(text, start, end):
        return 0, 0
    if "_" in text[start:end]:
        named = length <= 4 and _NOUN.match(text, end) and before not in ("(", " ") and _in_sentence(text, start, end)
        return (start, end) if named else (0, 0)
    if (length <= 6 if "*" not in text[start:end] else length <= 4) and _NOUN.match(text, end):
        return _with_surname(text, start), end
    if length > 1 and (_BEFORE_NAME.search(text, max(0, start - 14), start) or _AMONG_NAMES.match(text, end)):
        return start, end
    return (_with_surname(text, start), end) if _stands_for_a_word(text, start, end) else (0, 0)


def _stands_for_a_word(text: str, start: int, end: int) -> bool:
    """Whether two to five signs stand where a sentence wants a name: after a word, before another or a clause's end."""
    before, behind, length = text[start - 1 : start], text[end : end + 1], end - start
    if before in _SURNAMES or _NAMED_MAN.search(text, max(0, start - 3), start):
        return length <= 2 and not _NO_NAME_BEHIND.match(text, end)
    if "*" in text[start:end]:  # stars hide other words as well
        place = before in _BEFORE_PLACE or _POST.search(text, max(0, start - 3), start) is not None
        return 2 <= length <= 4 and _is_han(behind) and (place or _ORGANISATION.match(text, end) is not None)
    if before in ("《", "“"):
        return 2 <= length <= 3 and text[start] not in "□○" and _QUOTED.match(text, end) is not None
    of_sentence = (_is_han(behind) or before == behind == "、") and before in "、。,;:\n"
    return (
        2 <= length <= 5
        and (of_sentence or (_is_han(before) and (_is_han(behind) or behind in _ENDS_CLAUSE)))
        and not _NO_NAME_BEHIND.match(text, end)
        and not _NO_NAME_BEFORE.search(text, max(0, start - 2), start)
        and not (before in "为是成叫" and behind == "的")
    )


def _somebody(text: str, start: int, end: int) -> tuple[int, int]:
    """某某 with the surname before it, before a noun, or after a label."""
    with_surname = _with_surname(text, start)
    named = with_surname < start or _NOUN.match(text, end) or _BEFORE_NAME.search(text, max(0, start - 14), start)
    named = named or _SOMEBODY_ACTS.match(text, end) or _ORGANISATION.match(text, end)
    polite = text.endswith("尊敬的", 0, start)
    return (with_surname, end) if named or polite else (0, 0)


def _is_spoken_of(text: str, start: int) -> bool:
    """Whether a mask stands in quotation marks behind a word for forms: a lesson shows it, nobody hid anything."""
    if text.startswith("“", start - 1) and start and _ADDRESS.match(text, start):
        return True
    return _SPOKEN_OF.search(text, max(0, start - 40), start) is not None


def _with_surname(text: str, start: int) -> int:
    named = text[start - 1 : start] in _SURNAMES or _NAMED_MAN.search(text, max(0, start - 3), start)
    return start - 1 if start and named else start


def _in_prose(text: str, start: int, end: int) -> bool:
    """Whether a blank of a sentence hides a number: a word before it, a unit behind it, no form around it."""
    counted = _is_han(text[start - 1 : start]) and _COUNTED.match(text, end) is not None
    return counted and _in_sentence(text, start, end)


def _in_sentence(text: str, start: int, end: int) -> bool:
    """Whether the line around a blank is prose, and no form."""
    before, behind = text[max(0, start - SENTENCE) : start], text[end : end + SENTENCE]
    line = before[before.rfind("\n") + 1 :] + behind.partition("\n")[0]
    return len(line) > 20 and "," in line and line.rstrip().endswith(("。", ";", "!"))


def _digits_before(text: str, at: int) -> int:
    """Where the digits begin that stand directly before `at`."""
    while at > 0 and "0" <= text[at - 1] <= "9":
        at -= 1
    return at


def _stands_free(before: str) -> bool:
    """Whether a mask is not the tail of a word, a number or another mask."""
    return before not in _LETTERS and before not in _DIGITS and not (before and before in "×*_.")


def _is_han(character: str) -> bool:
    return "一" <= character <= "鿿"


def _has_masks(text: str) -> bool:
    return any(mask in text for mask in _MASKS)


def _without_bold(text: str) -> str:
    if "**" not in text:
        return text
    return _BOLD.sub(r"  \1  ", _BOLD_LINE.sub(r"\1  \2  \3", text))


def _around(text: str, start: int, end: int) -> str:
    return text[max(0, start - 6) : end + 4].replace("\n", "⏎")
