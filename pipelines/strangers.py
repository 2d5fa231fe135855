"""Pages that stand where a document stood: a domain for sale, a server's own words, a guard at the door, a takeover.

An old school's domain that expires is bought for its name: its addresses then answer with betting, under titles that
may still be the school's. Each rule asks who speaks. A unit that cracks down on betting, or registers its domains,
writes about them in sentences with figures; a page that is one of these things offers itself to whoever reads it.
"""

import re
from collections.abc import Sequence

from pipelines.script import count_han, fold

NOTICE = 60  # characters of a line that a server or a guard says; longer ones are somebody's prose (chosen)
REST = 60  # Han characters beside one such line, at most: more is a document (as `gate.SCRAP`)
REST_OF_MORE = 300  # the same beside two lines that say different things
LONGEST_NOTICE = 600  # Han characters of a page that may be one, with all that a registrar or a guard adds (chosen)
SHARE = 0.4  # of a text's Han characters that offer something, from which it is taken over (chosen)
TOKENS = 3  # different words of one trade at least

# What only the page itself can say, by the code of the reason. A line is tried as a whole.
NOTICES = {
    "parked": re.compile(
        r"(?:[该此本]|您(?:所?访问|正在访问|查看)的|当前)(?:网站|站点|域名|主机|空间|页面)[^。;]{0,16}"
        r"(?:出售|转让|待售|过期|到期|欠费|未备案|尚未备案|没有备案|暂停|停用|关停|未绑定|停放|注册成功|正在建设)"
        r"|^[^。;]{0,24}域名(?:出售|转让|交易|停放|拍卖|抢注|到期|过期)[^。;]{0,20}$"
        r"|域名[^。;]{0,8}(?:正在|可以?|诚意|低价)(?:出售|转让)|(?:购买|求购|竞价)(?:[此该本]|这个)域名"
        r"|(?:this|the)\s+(?:web)?(?:site|domain)(?:\s+name)?\s+(?:\S+\s+)?(?:is|may be|has|was)\s+(?:\S+\s+){0,2}"
        r"(?:for sale|expired|parked|registered|suspended)|buy\s+this\s+domain|domain\s+(?:parking|for\s+sale)"
        r"|(?:sedo|hugedomains|afternic|parkingcrew|bodis|dan\.com)\b",
        re.I,
    ),
    "server-page": re.compile(
        r"^(?:恭喜[,!]?\s*)?(?:您的)?(?:站点|网站|主机|空间)(?:创建|开通|部署|搭建)成功|没有找到(?:对应的)?站点|站点不存在"
        r"|(?:没有|未)(?:将)?(?:[此该]|您的)?域名(?:或ip)?(?:绑定|解析)|^(?:默认|index\.html)[^。]{0,12}(?:首页|页面|系统自动生成)"
        r"|welcome\s+to\s+(?:nginx|openresty|tengine|centos|caddy|iis)|it\s+works!|(?:apache2?|nginx|http\s+server)[^。]{0,24}"
        r"(?:default|test)\s+page|iis\s+windows\s+server|数据库(?:连接|链接)(?:错误|失败|出错)|database\s+(?:connection\s+)?error"
        r"|error\s+establishing\s+a\s+database|server\s+error\s+in|fatal\s+error:|^http\s+(?:error|status)\s+[45]\d\d"
        r"|^[45]\d\d\s+(?:forbidden|bad\s+gateway|service\s+(?:temporarily\s+)?unavailable|internal\s+server\s+error|gateway)"
        r"|^(?:网站|系统|本站)(?:正在)?(?:维护|升级|改版|建设)(?:中|当中)[^。]{0,16}[。!.…]*$",
        re.I,
    ),
    "blocked": re.compile(
        r"访问(?:的?频率)?(?:过于|太过?|过)(?:频繁|快|高)|请求(?:过于|太过?|过)(?:频繁|快|多)|操作(?:过于|太过?)频繁"
        r"|^[^。;]{0,12}(?:安全|人机|身份|滑动|滑块|图形)(?:身份)?验证(?:码|中心|页面)?[^。;]{0,12}$"
        r"|请(?:先|您)?(?:完成|通过|进行|输入)[^。;]{0,12}验证|拖动[^。;]{0,8}滑块|向右滑动|按住滑块|点击按钮进行验证"
        r"|(?:检查|检测|验证|确认)您?的?(?:浏览器|访问环境|是否(?:是|为)(?:真人|人类|机器人))|浏览器安全检查"
        r"|您的(?:请求|访问|ip)[^。;]{0,16}(?:拦截|阻断|禁止|封禁|限制|拉黑|威胁|攻击)|当前(?:访问|请求)[^。;]{0,12}(?:拦截|攻击|异常)"
        r"|网站防火墙|(?:云盾|安全狗|加速乐|创宇盾|云加速|云锁|护卫神|网站卫士)[^。;]{0,16}(?:拦截|防护|提示|验证|保护)"
        r"|请(?:先)?(?:开启|启用|打开)[^。;]{0,10}(?:javascript|cookie)|(?:enable|turn\s+on)\s+javascript"
        r"|just\s+a\s+moment|attention\s+required|checking\s+(?:if\s+the\s+site|your\s+browser)|ddos\s+protection\s+by"
        r"|verify(?:ing)?\s+(?:that\s+)?you\s+are\s+(?:a\s+)?human|(?:cf-)?ray\s+id|access\s+denied|too\s+many\s+requests",
        re.I,
    ),
}

# What a trade sells, in words that no summary needs often.
TRADES = {
    "betting": (
        "威廉希尔 新葡京 葡京 太阳城 金沙 永利 银河国际 威尼斯人 牛牛 娱乐城 娱乐场 百家乐 老虎机 六合彩"
        " 时时彩 北京赛车 轮盘 二八杠 捕鱼达人 捕鱼游戏 bet365 bet36 kaiyun leyu 乐鱼 开云 亚博 九洲体育"
        " 九州体育 米兰体育 爱游戏 华体会 半岛体育 星空体育 必威 万博 皇冠体育 博彩 下注 投注 赔率 真人娱乐"
        " 真人荷官 真人视讯 荷官 彩金 首存 返水 电子游艺 电竞竞猜 电竞投注 体育竞猜 棋牌游戏 棋牌娱乐 棋牌平台"
        " pg电子 ag真人 体育app 体育官网 体育在线 体育平台 体育官方 彩票平台 彩票app 彩票官网 玩家 提款 出款"
    ),
    "pornography": (
        "无码 有码 av在线 av女优 av天堂 国产精品 久久精品 久久综合 久久热 人妻 熟女 少妇 欧美性 欧美激情"
        " 欧美一区 亚洲一区 亚洲无码 亚洲综合 成人视频 成人电影 成人影院 成人小说 成人网站 黄色视频 黄色网站"
        " 黄色电影 三级片 毛片 黄片 自拍偷拍 啪啪 裸聊 同城约"
    ),
    "loans": (
        "秒批 秒下款 秒到账 秒过 黑户 白户 征信花 不看征信 无视征信 网贷 贷款口子 套现 代还 空放 零用贷"
        " 急用钱 凭身份证 无抵押 当天放款 私人借贷 私人放款 私人贷款 信用卡提额 花呗 白条 下款"
    ),
    "forgery": (
        "代开发票 代开各类发票 代开增值税 刻章 毕业证 学历证 学位证 驾驶证 办证 私服 外挂 代孕 伟哥 迷药 壮阳 代写论文"
    ),
}
_WORDS = {trade: tuple(words.split()) for trade, words in TRADES.items()}
# Betting took its names from places, and places have kept them; 上下注重 is no bet.
_PLACES = ("葡京", "太阳城", "金沙", "永利", "银河国际", "威尼斯人", "牛牛")
_ELSEWHERE = {
    **dict.fromkeys(_PLACES, "(?![镇村乡街路社小区县江河湖湾岛遗花广大超])"),
    "皇冠体育": "(?!用品)",
    "下注": "(?<!上下注)(?![重意册销])",
}
_TRADE = {
    trade: re.compile(
        "|".join(re.escape(word) + _ELSEWHERE.get(word, "") for word in sorted(words, key=len, reverse=True))
    )
    for trade, words in _WORDS.items()
}
INVITES = re.compile(
    r"官网|官方(?:网站|平台|入口)|app|下载|登[录陆]|注册|入口|网址|开户|首页|欢迎|首存|存送|即送|赠送|信誉|首选|在线|点击|客服|微信"
    r"|加q|qq|电话|免费|体验|优惠|充值|提现|代理|加盟|办理|您|随时|www\.|24小时|玩法|试玩|观看|播放|更新",
    re.I,
)
# Whoever says so speaks of a trade, and is not of it.
SPEAKS_OF = re.compile(
    r"打击|破获|抓获|查处|查获|整治|专项|涉[案赌黄嫌]|冻结|清理|清查|取缔|案件|[元次个起名人条家][。,;]|赌博|赌资|扫黄|诈骗|骗[局子取]|被骗"
    r"|不法|违法|违规|犯罪|嫌疑|举报|危害|警[方惕示察]|民警|禁止|严禁|远离|拒绝|抵制|曝光|防范|治安|公安|法院|检察|屏蔽|封堵|劝[阻返]"
    r"|体育彩票|福利彩票|[体福]彩|公益金|购彩|理性"
)


def stranger(page_title: str, found: Sequence[str]) -> str:
    """Why a page of these folded lines is somebody else's, code first; '' where it may be a document."""
    title, text = fold(page_title).lower(), "\n".join(found).lower()
    han = count_han(text)
    return (_notice(title, found) if han <= LONGEST_NOTICE else "") or _takeover(title, text, han)


def _notice(title: str, found: Sequence[str]) -> str:
    """What a server, a registrar or a guard says, where the page says little else.

    Leaves the document that reports of such pages: its other lines say more.
    """
    said: dict[str, str] = {}
    rest = 0
    for line in found:
        hit = _said(line) if len(line) <= NOTICE else None
        if hit:
            said.setdefault(hit[1], hit[0])
        else:
            rest += count_han(line)
    if hit := _said(title[:NOTICE]):
        said.setdefault(hit[1], hit[0])
    if not said or rest > (REST if len(said) == 1 else REST_OF_MORE):
        return ""
    words, code = next(iter(said.items()))
    return f"{code}: the page says {words}"


def _said(folded: str) -> tuple[str, str] | None:
    """The code of a notice, and its words."""
    for code, pattern in NOTICES.items():
        if hit := pattern.search(folded):
            return code, " ".join(hit.group().split())
    return None


def _takeover(title: str, text: str, han: int) -> str:
    """A trade that most of a text offers. Leaves the genuine text under a line of advertisement, which a rule cuts."""
    for trade, words in _WORDS.items():
        if sum(word in text for word in words) < TOKENS:  # a tenth of the cost of an expression, on every page
            continue
        pattern = _TRADE[trade]
        met = set(pattern.findall(text))
        offers = sum(count_han(line) for line in text.split("\n") if _offers(line, pattern))
        if len(met) >= TOKENS and offers >= SHARE * han:
            under = "" if pattern.search(title) else " under the title of a unit"
            return f"hijacked: {trade}{under}, {offers} of {han} Chinese characters, {len(met)} words of it"
    return ""


def _offers(line: str, trade: re.Pattern[str]) -> bool:
    """Whether a line names a trade and invites to it. Leaves a report of it, and streets and shops of that name."""
    return bool(trade.search(line) and INVITES.search(line)) and not SPEAKS_OF.search(line)
