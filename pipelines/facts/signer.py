"""Who may sign: a unit by its last word, a person by surname, a post with its holder. Reads one line alone."""

import re
from typing import NamedTuple

from pipelines.facts.names import NAME, is_name, is_no_name, is_post_and_name, without_gap
from pipelines.script import fold

SHORT = 14  # characters of a society's name that is no other kind of unit's
LONGEST = 40  # characters of the longest signing line met (two joint units)
LONGEST_SEAL = 16  # characters that a seal or a closing word has at most, by their patterns
TOO_LONG = 150  # characters of a line that cannot sign, seals and several names included: prose, asked for nothing more

# Last words of units that are nothing else.
_SURE = (
    r"协会|学会|研究会|促进会|科协|青协|作协|残协|老协|协|妇联|残联|侨联|文联|社科联|工商联|学联|青联|少工委|关工委|团委|工会|联合会|总会|商会|分会|委员会"
    r"|管委会|村委会|居委会|支委会|妇委会|家委会|组委会|筹委会|业委会|常委会|执委会|党委会|校委会|班委会|社管会|理事会|监事会|董事会|学生会|基金会|慈善会|红十字会|联谊会|校友会|同乡会"
    r"|农会|党委|党组|党总支|总支部?|支部|支委|县委|市委|区委|省委|镇委|乡委|州委|旗委|工委|纪委|编委|政法委|发改委|卫健委|卫计委|计生委|经信委|建委|农委|国资委"
    r"|人大|政协|政府|办事处|办公室|办公厅|领导小组|工作组|中心|中心校|大学|学校|小学|中学|高中|初中|职高|技校|党校|学院|医院|卫生院|法院|检察院|幼儿园|银行|支行|分行|公司|集团"
    r"|管理区|开发区|街道|社区|书院|部队|支队|大队|中队|总队|联社|信用社|合作社|俱乐部|服务队|工作队|志愿者|专班|指挥部|总站|军分区|武装部|事务所|研究所|派出所|教研组|编辑部|项目部"
    r"|图书馆|科技馆|文化馆|博物馆|体育馆|美术馆|档案馆|农场|林场|牧场|煤矿|电厂|药店|酒店|青年志愿者|少年宫|文化宫|分局|总局|课题组|调研组|全体[一-鿿]{2,4}|民革|民盟|民建|民进|农工党|致公党|九三学社|病房|车间|民兵连|书店|监狱|网格|工商联|爱国会"
)
_MEETING = re.compile(
    r"(?:大会|会议|[座洽面]谈会|运动会|报告会|联欢会|晚会|[年例班聚约拜开庙]会|培训会|推进会|部署会|现场会|博览会|研讨会|展会|机会|社会|体会|领会|动员会|交流会|家长会|茶话会|生活会|发布会|招聘会"
    r"|演唱会|音乐会|游园会|总结会|表彰会|分析会|调度会|听证会|评审会|论证会|对接会|宣讲会|学习会|见面会|碰头会|展示会|现场办公会)$"
)
_UNIT = re.compile(rf"(?:{_SURE})$")
_ENDS_LIKE_UNIT = re.compile(r"[厅局处科室部委站所院馆园厂场社队组班办庭段台校团宫矿村镇乡县市区省州旗]$")
# Words that end like a unit and are none.
_NO_UNIT = re.compile(
    r"(?:之处|好处|坏处|长处|短处|深处|难处|益处|用处|惩处|查处|相处|到处|场所|厕所|分组|重组|值班|上班|下班|加班|轮班|培训班|举办|主办|承办|协办|督办|交办|查办|开办|创办"
    r"|筹办|兴办|代办|补办|能办|待办|快办|全部|内部|外部|干部|大部|局部|[中东西南北底]部|阶段|手段|地段|路段|片段|时段|平台|舞台|上台|出台|市场|现场|立场|战场|广场|主场|考场"
    r"|职场|家园|田园|校园|出院|住院|影院|网站|排队|本科|学科|百科|专科|教室|居室|布局|格局|结局|全局|大局|开局|破局|僵局|客厅|餐厅|家庭|城市|农村|山区|地区|园区|景区|小区"
    r"|校区|库区|灾区|城乡|乡村|全[县市区省镇乡村校局院]|我[县市区省镇乡村校局院]|团团|集团化|进社区|进学校|进农村|委托)$"
)
# What a unit does is no part of its name, unless an office or a group is named after it.
_ACT = re.compile(
    r"开展|推动|加强|推进|进入|走进|做好|落实|完成|参加|召开|建立|创建|提高|我们|认真|深入|以及|进一步|不断|继续|努力|有序|实现|促进(?!会)|举办|关于|献给|谨以|感谢|敬请|欢迎|祝愿|总结$|报告$|计划$|名单|情况|活动[一二三四五六七八九十\d]"
)
_NAMED_AFTER_ACT = re.compile(r"(?:办公室|领导小组|指挥部|委员会|专班|工作组|[办局中心会])$")
_HAS_PLACE = re.compile(r"[xX×*某]{2}|[省市县区镇乡州盟旗村校]|^中共|^中国|^共青团|公司|集团")
_BANNED = re.compile(r"[。,;!?%…|\t:=<>]|\d{3,}[-\d]|得票|票$")
_LABEL = re.compile(
    r"(?:述\s{0,2}职\s{0,2}(?:述廉)?(?:人|者)|汇\s?报\s?人|报\s?告\s?人|总\s?结\s?人|演\s?讲\s?[人者]|发\s?言\s?人|讲\s?话\s?人|宣讲人|主讲人|申请人|承诺人|倡议人|致辞人|签\s{0,4}名|署\s{0,4}名"
    r"|姓\s{0,8}名|单\s{0,8}位(?:名称)?|(?:汇报|报告|总结|填报|报送|述职|落款|申报)单位|落\s{0,4}款|填报人|(?:单位|部门|项目)?负责人)(?:[(](?:签名|签字|签章|盖章|公章|章)[)])?\s{0,4}(?::|(?=\s))\x20{0,8}"
)
_NEXT_LABEL = re.compile(r"\s{2,20}[一-鿿]{2,6}\s{0,4}:")  # 姓名：王强　　职务：主席
_SEAL = re.compile(r"\s{0,8}[(]?\s?(?:加盖)?(?:公章|盖章|印章|章|签章|代章|签名|签字)\s?[)]?$")
_ACTS_FOR = re.compile(r"代章\s?[)]?$")
_CLOSING_WORD = re.compile(r"\s{1,4}(?:宣|启|呈|上|报|制|印)$|(?:敬上|谨上|谨启|敬启|敬呈|谨呈|谨识)$")
_CLOSING = re.compile(
    r"(?:特此|此致|敬礼|以上|谢谢|完毕|汇报完|报告完|为盼|妥否|当否|全文完|完$|附[件:]|主送|抄[送报])"
)
_NAMES = re.compile(rf"{NAME}(?:(?:\s{{0,4}}[、,]\s{{0,4}}|\s{{1,8}}){NAME}){{0,5}}")
_PLAIN = re.compile(r"[一-鿿xX×*·\s]{2,20}")  # behind a label and a colon
_UNIT_AND_NAME = re.compile(rf"(?P<unit>\S.{{1,34}}?)\s{{1,8}}(?P<name>{NAME})")
_UNUSUAL = re.compile(
    r"(?![全为让共在向把以与谨祝愿更这那我你])[一-鿿xX×*“”·()\d]+(?<![一二三四五六七八九十\d表录单图料事])"
)
_UNUSUAL_NAME = re.compile(
    r"(?![全为让共在向把以与谨祝愿更这那我你妥])[一-鿿]{2,5}(?<![结告划算绩完谢礼此盼否妥致等略表单题料])"
)
_UNIT_COLON_NAME = re.compile(rf"(?P<unit>[^:]{{3,30}})\s{{0,4}}:\s{{0,4}}(?P<name>{NAME})")
_OPENS, _CLOSES = " \t()[]【】—–―-\u3000（）", " \t\u3000()（）[]【】—–―-"


class Signer(NamedTuple):
    """Who signs in `line[start:end]`."""

    value: str  # as published, without label, seal and the gap in a short name
    start: int
    end: int
    kind: str  # unit | name | post (and a name) | label | seal

    def moved(self, by: int) -> "Signer":
        """The same, found in a piece of the line that begins at `by`."""
        return self._replace(start=self.start + by, end=self.end + by)


def signer(shown: str, folded: str, *, dated: bool = False, closed: bool = False) -> Signer | None:
    """The unit or person that a line consists of. `dated`: beside a date, where a bare name signs too.

    `closed`: between the last sentence and a date, where several names sign, and a unit of no usual name.
    """
    start, end = _trimmed(folded)
    if end - start > TOO_LONG and not _LABEL.match(folded, start, end):
        return None
    if seal := _SEAL.search(folded, max(start, end - LONGEST_SEAL), end):
        end = _end(folded, start, seal.start())
    if label := _LABEL.match(folded, start, end):
        start = label.end()
        if beside := _NEXT_LABEL.search(folded, start, end):
            end = _end(folded, start, beside.start())
    if closing := _CLOSING_WORD.search(folded, max(start, end - LONGEST_SEAL), end):
        end = closing.start()
    bare, value = folded[start:end], shown[start:end]
    kind = _kind(bare, dated=dated, label=label.group().rstrip() if label else "") if bare else ""
    if closed and not kind and bare and (_is_several(bare) or _is_unusual_unit(bare) or _is_unusual_name(bare)):
        kind = "post"
    if not kind:
        return None
    kind = "label" if label else "seal" if seal and _ACTS_FOR.search(seal.group()) else kind
    return Signer(without_gap(value) if is_name(bare) else value, start, end, kind)


def is_labelled(folded: str) -> bool:
    """Whether a folded line begins with a signer's label."""
    return _LABEL.match(folded, _trimmed(folded)[0]) is not None


def is_unit(bare: str, *, dated: bool = False) -> bool:
    """Whether a folded string is a unit's name. `dated`: over a date less is asked of it."""
    if not 3 - dated <= len(bare) <= LONGEST or _BANNED.search(bare) or _NO_UNIT.search(bare) or _CLOSING.match(bare):
        return False
    if _ACT.search(bare) and not _NAMED_AFTER_ACT.search(bare):
        return False
    if _UNIT.search(bare):
        return True
    if dated and bare.endswith("会") and len(bare) <= SHORT:
        return _MEETING.search(bare) is None
    return _ENDS_LIKE_UNIT.search(bare) is not None and (dated or _HAS_PLACE.search(bare[:-1]) is not None)


def _is_several(bare: str) -> bool:
    """Whether it is two persons or more."""
    return _NAMES.fullmatch(bare) is not None and all(is_name(name) for name in re.split(r"[\s、,]+", bare))


def _is_unusual_unit(bare: str) -> bool:
    return 3 <= len(bare) <= 24 and bool(_UNUSUAL.fullmatch(bare) and _HAS_PLACE.search(bare)) and not _ACT.search(bare)


def _is_unusual_name(bare: str) -> bool:
    """Whether it may be a name without a surname of the Han: 扎西; or one that friends use: 小王."""
    return _UNUSUAL_NAME.fullmatch(bare) is not None and not _CLOSING.match(bare) and not is_no_name(bare)


def names_place(shown: str) -> bool:
    """Whether a unit's name says where it is, or masks it: 县科协, and not 办公室."""
    return _HAS_PLACE.search(fold(shown)) is not None


def _kind(bare: str, *, dated: bool, label: str) -> str:
    """What a folded string is: '' where it signs nothing."""
    if len(bare) > LONGEST or _CLOSING.match(bare):
        return ""
    held = _UNIT_COLON_NAME.fullmatch(bare)
    if is_post_and_name(bare) or (held and is_name(held["name"]) and is_unit(held["unit"], dated=dated)):
        return "post"
    if _BANNED.search(bare):
        return ""
    if is_name(bare):
        return "name" if dated or label else ""
    if is_unit(bare, dated=dated):
        return "unit"
    both = _UNIT_AND_NAME.fullmatch(bare)
    if both and is_name(both["name"]) and is_unit(both["unit"], dated=dated):
        return "post"
    return "label" if label and (_NAMES.fullmatch(bare) or (label.endswith(":") and _PLAIN.fullmatch(bare))) else ""


def _trimmed(folded: str) -> tuple[int, int]:
    start = len(folded) - len(folded.lstrip(_OPENS))
    return start, _end(folded, start, len(folded))


def _end(folded: str, start: int, end: int) -> int:
    return start + len(folded[start:end].rstrip(_CLOSES))
