"""Which character ended in the byte A3 where its first byte is lost: 。(A1 A3) in four cases of five, else one of few.

The characters on both sides decide, and where they do not the character stays lost. Words are those of official
writing, on a folded text; what opens and ends a sentence was counted over the sample texts and filled up by hand.
"""

from pipelines.repairs.gbk import LOST, is_han
from pipelines.repairs.plausible import is_pair

# Characters that end in A3 and are no rarities, with those that make a word before or behind them (folded).
WORDS = {
    "保": ("环确社低医担参投劳安续植农五自难承退城联财", "护障证险持留健安管密洁温卫修养送教姆质值全存守育供有"),
    "海": ("上青沿珠渤东南北黄航近出", "南关外洋拔口淀报域峡岸军淘水鲜底湾运滨滩"),
    "常": ("正经日非通异时往平照常寻", "委务规见年识住态驻抓用德州熟常例说"),
    "校": ("学我全高院党返本技军母建到离入每该各驻林卫", "园长区外内友舍车服徽企级领门医准训庆报风"),
    "專": ("大客师", "业家项题门职栏用利科长员设班车线款制政程户区刊著柜治案注辑任人场"),
    "停": ("暂不关叫居", "靠车课止电产水工业办用留招顿放牌薪滞采机职学战发播"),
    "模": ("规劳楷", "范式拟型具块糊仿"),
    "福": ("幸祝造", "利建州彩田音祉"),
    "希": ("", "望腊"),
    "祝": ("庆", "贺福愿"),
    "担": ("承负分", "任保心当负忧"),
    "罚": ("处惩", "款金"),
    "牵": ("", "头手引线挂涉扯"),
    "遥": ("", "感控远"),
    "迹": ("事痕足奇古遗", ""),
    "剩": ("", "余下"),
    "牛": ("奶肉黄野耕养水", "羊奶肉"),
    "裕": ("富充宽", ""),
    "危": ("", "害房险机重急"),
    "粒": ("颗", ""),
    "梗": ("脑心", "阻塞"),
    "玻": ("", "璃"),
    "桑": ("", "蚕拿园葚"),
    "浚": ("疏", ""),
    "拢": ("靠合聚", ""),
    "疲": ("", "劳惫软于"),
    "埃": ("尘", ""),
    "叮": ("", "嘱"),
    "溃": ("崩", "疡坝"),
    "唬": ("吓", ""),
    "樱": ("", "花桃"),
    "郑": ("", "州重"),
    "颍": ("", "上州河"),
    "纾": ("", "困"),
    "棧": ("客货", "道桥"),
}
# Those of one script only: whether it is the Traditional one.
SCRIPT_OF = {"專": True, "棧": True} | dict.fromkeys("担罚牵遥迹拢溃樱郑颍纾", False)
# What begins a sentence more often than it stands elsewhere, and what begins none.
OPENS = frozenset(
    "三在全我每二四开建为新对老第五经镇与高同其现农接回各从推六清最当今采选这受按争举原一但如虽因由据特首再"
)
NEVER_OPENS = frozenset("很的了们元次名户位件率级得着过之员吗呢吧啊者性化里些么万%,、。;:?!)〉》】·")
SELDOM_OPENS = frozenset("和与及或")
# What ends a sentence more often than elsewhere, and what ends none.
ENDS = frozenset(
    "人了元次成名户来位报改台处半路评份题去条助访训亩复节难果考示划赛升段奖录稳篇边效斤实施强展障好高全能求务"
)
NEVER_ENDS = frozenset(
    "一三二四五六七八九有到在我每是和公县对以由老组要率第经重乡与市们自平其得没就于请均服各从至推六等外正规非幸返确承"
    "环渤沿暂不庆祝痕遗颗疏吓崩尘劳充富裕惩负客耕该驻母楷经日异"
)
NO_END = frozenset(",、;:!?。\n“‘《(〈【")
# What makes a word only where it begins one (我校), not where it ends another (健全).
PREFIXES = frozenset("我全院党本每该各大到中高客")
# Words of these pages whose first character is no part of a word before them.
WHOLE = frozenset(("科普", "科技", "科协", "科研", "科教", "护航", "学习"))
# Weights of that evidence, as logarithms of odds, and what a verdict needs: 1 error in 20.
A_WORD, BOTH, PRIOR = 3.2, 2.0, -1.5
OPENING, NO_OPENING, ENDING, NO_ENDING = 0.8, 2.5, 0.8, 1.8
SURE = 2.0


def lost_character(before: str, after: str, traditional: bool) -> str:
    """The character between folded `before` and `after` that ended in A3; LOST where neither side decides."""
    stop = _stop(before, after)
    weights = {char: _word(char, before, after) - stop for char in _words(before[-1:], after[:1], traditional)}
    best = max(weights, key=lambda char: weights[char], default="")
    odds = weights.pop(best, float("-inf"))
    if odds >= SURE and all(odds >= other + SURE for other in weights.values()):
        return best
    return "。" if stop >= 0 and odds <= -SURE else LOST


def _words(left: str, right: str, traditional: bool) -> list[str]:
    """Those that make a word with a neighbour, in a script of the page."""
    return [
        char
        for char, (ends, begins) in WORDS.items()
        if ((left and left in ends) or (right and right in begins)) and SCRIPT_OF.get(char, traditional) == traditional
    ]


def _word(char: str, before: str, after: str) -> float:
    """The odds of this character, without those of a full stop."""
    ends, begins = WORDS[char]
    left = before != "" and before[-1:] in ends
    right = after != "" and after[:1] in begins and after[:2] not in WHOLE
    weight = PRIOR + A_WORD * (left + right) + BOTH * (left and right)
    # A neighbour that already makes a word on its other side (大學, 科普) is weaker evidence.
    if left and not right and is_pair(before[-2:-1], before[-1:]) and before[-2:-1] != before[-1:]:
        weight -= A_WORD if before[-1:] in PREFIXES else A_WORD / 2
    if right and not left and is_pair(after[:1], after[1:2]):
        weight -= A_WORD / 2
    return weight


def _stop(before: str, after: str) -> float:
    """The odds that a sentence ends here."""
    left, right = before[-1:], after[:1]
    if right and right in NEVER_OPENS:
        weight = -NO_OPENING if is_han(right) else -10.0
    elif right and right in SELDOM_OPENS:
        weight = -OPENING / 2
    else:
        weight = OPENING * (right in OPENS) + OPENING * is_pair(right, after[1:2])
    if not left or left in NO_END:
        return -10.0
    weight += ENDING * (right in ("”", "’", "」", "』"))
    closed = is_pair(before[-2:-1], left)
    return weight + ENDING * (left in ENDS) + ENDING * closed - NO_ENDING * (left in NEVER_ENDS and not closed)
