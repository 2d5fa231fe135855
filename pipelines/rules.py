"""The cutting rules for frame noise: one small function each, named as the ledger, the counts and the cases name it.

A rule looks at one line (folded: Simplified, half width) and says on what evidence it is frame noise, or ''. The
caller adds the second kind of evidence, the position: `HEAD` rules are asked above the first paragraph of a
document, `TAIL` rules below the last, `ANYWHERE` rules match a whole line that no document contains.
"""

import re
from collections.abc import Callable

from pipelines.lines import Line

Rule = Callable[[Line], str]

SHORT = 80  # characters: the longest info line of 425 pages has 74

# Who speaks on a template site, and what it does there.
_AGENT = r"(?:小编|本站|本网|编辑|笔者为|[\w.]{1,8}网(?!站上|络)|范文之家|文库|我(?=[给为帮]))"
_COLLECT = r"(?:整理|收集|搜集|搜罗|分享|带来|提供|准备|推荐|汇编|汇总|编写|精选|收藏|奉上|介绍)"
_POLITE = re.compile(
    r"(?:[供仅].{0,8}(?:参考|借鉴|阅读|学习|查阅|下载)|希望.{0,12}(?:帮助|喜欢|帮到|参考|有用|启发)|欢迎.{0,8}(?:阅读|借鉴|参考|收藏|查阅|光临|来到)"
    r"|对.{0,8}有所?帮助|一起来?看看|快来|感谢您?的?(?:参阅|阅读|关注|光临)|更多(?:内容|范文|精彩)|大家喜欢|来欣赏)"
)
_DOCUMENT = re.compile(r"总结|汇报|报告|计划|体会|述职|范文|文章|材料|资料|内容|方案|模板")
_LEAD = re.compile(rf"(?:下面|以下|这里|接下来|今天|为此|现在|特地?|由|是|[,。?!]|^).{{0,16}}?{_AGENT}.{{0,24}}{_COLLECT}")
# A site that names itself: `某某网为大家带来的…`. Performers and volunteers bring things too: only with politeness and a genre.
_FOR_YOU = re.compile(rf"[为给帮](?:大家|各位|您|大伙儿?|你们?|网友).{{0,6}}{_COLLECT}.{{0,60}}")
_DEFINITION = re.compile(
    r"(?:总结|报告|汇报|计划|述职报告|心得体会|心得).{0,6}(?:是指?|是对|是在|是事后|是把|就是).{4,80}(?:书面材料|过程|文种|文体|文书|回顾|分析)"
    r"|写(?:好)?(?:总结|报告|心得|计划).{0,20}(?:有利于|能够|可以|怎么|技巧)"
    r"|(?:快快来写|不妨坐下来|好好准备|抽出时间写|让我们.{0,6}写|开始动笔|该怎么写|如何写|怎么写|想好怎么|你(?:知道|会|想|是否|还在).{0,24}(?:写|总结|报告|吗))"
    r"|(?:不再是罕见|越来越多地?(?:使用|用到|接触)).{0,20}"
)
_POLITE_LINE = re.compile(rf"^(?:希望|欢迎|但愿|仅供|供|感谢|谢谢|祝).{{0,30}}(?:参考|借鉴|帮助|喜欢|阅读|查阅|光临|下载|浏览|收藏|分享)")

_ADDRESSED = re.compile(r"领导|上级|社会各界|:$|\d")  # whom a unit speaks to; a template site speaks to 大家

_BREADCRUMB = re.compile(r"(?:您?的?(?:当前|现在|所在)?(?:位置|页面)(?:[::]|是)|^首页\s*[>»›/|·])")
_SEPARATOR = re.compile(r"[>»›→]|\s[/|·]\s")
_TIME = re.compile(r"(?:更新|发布|发表|上传|录入|创建|编辑|添加|整理)?(?:时间|日期|于)\s*:\s*(?:\d{2,4}|$|[^\u4e00-\u9fff])")
_DATE = re.compile(r"(?:20|19)\d\d\s*[-/.年]\s*\d{1,2}\s*[-/.月]\s*\d{1,2}")
_META = re.compile(
    r"(?:浏览|点击|阅读|访问|查看)(?:量|次数|率|数)?\s*[::]?\s*[\d.]+|人气\s*[::]?|来源\s*[::]|作者\s*[::]|编辑\s*[::]|责任编辑|稿件来源|"
    r"我要投稿|收藏本文|下载本文|字号|字体|大\s*中\s*小|打印|分享|评论|关注|纠错|手机版|扫一扫|上传者|文档编号|格式\s*[::]|页数\s*[::]|大小\s*[::]|栏目\s*[::]|分类\s*[::]|类型\s*[::]|标签\s*[::]|原创"
)
_META_PAIR = re.compile(r"^(?:-\s*)?(?:文档)?(?:格式|大小|页数|编号|上传者|上传时间|浏览|下载|分类|价格|所需积分|栏目|标签|类型|关键词|上传人|上传用户|下载次数|文件类型|页码|字数)\s*[::]\s*\S{0,30}$")
_RELATED = re.compile(
    r"^[-*·◆■▼●>【\[]?\s*(?:[^。;]{0,40}?(?:的|】|\"|”)?)?(?:更多)?.{0,20}?(?:相关|推荐|精彩|热门|延伸|拓展|猜你|最新|精选|随机|大家都在看|看了.{0,6}还)"
    r".{0,6}(?:文章|阅读|推荐|内容|链接|范文|喜欢|文档|资料|资讯|栏目|专题|搜索|标签|新闻|在看|热文|看了)[::↓]*[】\]]?$"
)
_RELATED_BARE = re.compile(r"^[-*·◆■●\s]*(?:相关推荐|推荐阅读|相关阅读|延伸阅读|相关文章|猜你喜欢|热门推荐|精彩推荐|热门文章|热门标签|最新文章|文章推荐|拓展阅读|热门范文|推荐文章|相关范文|热点推荐|热门搜索|本周热门|点击排行|人气排行|阅读排行|热文排行|最新范文|为您推荐|为你推荐)[::↓]*$")
_DATED_TITLE = re.compile(r"^.{4,50}?[\s(\[]*(?:20\d\d-)?\d{2}-\d{2}[)\]]*$")
_TEASER = re.compile(r"(?:\.{3,6}|…{1,2})(?:\s*[\[【(]?(?:查看|阅读|更多|详细|全文|详情).{0,6})?$")
_NEIGHBOUR = re.compile(r"^[<>«»←→\s\[【]*[上下]\s*一?\s*(?:篇|页|条|章)\s*(?:文章|[:>»→\]】\s]|$)|^(?:没有了|返回列表|返回首页|返回顶部|首页|上一页|下一页|末页|尾页)(?:\s+\S{1,4})*$|^(?:上一页)?\s*\d{1,2}\s*/\s*\d{1,2}\s*(?:下一页)?$|^[\[(]?(?:上一页|下一页|首页|尾页|\d{1,2})[\])]?(?:\s+[\[(]?(?:上一页|下一页|尾页|末页|\d{1,2})[\])]?)+$")
_COPYRIGHT = re.compile(
    r"转载.{0,8}(?:注明|出处)|版权归.{0,16}所有|版权所有|侵(?:权|犯).{0,20}(?:删除|联系|告知)|本站(?:部分|所有|内容|文章|仅|会员|用户)|仅提供信息存储|copyright|©|icp[备证]?\d*|公网安备|"
    r"(?:免责|版权|下载|特别|郑重)声明|申明敬告|本站不(?:保证|承担|代表|予)|^(?:友情|温馨)提示:?.{0,12}(?:本站|本文档|文档|下载)|不代表本站|来(?:源|自)于?(?:网络|互联网|网友)(?:上传|收集|整理|投稿)?|网络收集|由(?:用户|会员|网友)(?:自行)?(?:上传|分享|提供)|(?:会员|用户|网友)[“\"].{1,14}[”\"](?:上传|分享|为你整理|提供)|更多(?:同类|相关).{0,60}(?:搜索|检索|登录)",
    re.I,
)
_WIDGET = re.compile(
    r"^(?:推荐度|推荐指数|评分|打分|评论|我要评论|发表评论|网友评论|点赞|赞|在看|踩|顶|收藏|举报|投诉|打赏|喜欢|有用|没用|分享到?|分享给朋友|转发|关注我们|返回顶部|加入收藏|复制|打印|关闭|下载|立即下载|免费下载|打印本页|关闭窗口|回到顶部)[::]?[\s\d()★☆]*$"
    r"|点击下载(?:文档|本文|全文)?|下载本文档|下载全文|word(?:文档)?下载|下载(?:该|此)?word|收藏本文|文档为?docx?格式|推荐度[::]|"
    r"^将本文的?word|^\d+\s*(?:人|次)?(?:点赞|收藏|喜欢|阅读|评论)$|已阅读\d+页|亲,该文档总共|^(?:本|该)文档共\d+页|^(?:本文)?评分[::]|^第\d+页\s*/?\s*共\d+页$|预览时标签不可点|"
    r"^[\s★☆]{3,}(?:.{0,8}打分)?$|^\(?\d+票\)?$|^(?:qq空间|新浪微博|微信|朋友圈|腾讯微博|人人网)(?:\s+(?:qq空间|新浪微博|微信|朋友圈|腾讯微博|人人网))*$",
    re.I,
)
_FOLLOW = re.compile(
    r"(?:扫一扫|扫描|长按|识别|点击).{0,12}(?:二维码|关注|上方蓝字|蓝字|下方名片)|微信扫一扫|点击.{0,4}阅读原文|^阅读原文$|关注(?:我们|本公众号|公众号).{0,16}|点.{0,3}(?:上方|蓝色|蓝字).{0,12}(?:订阅|关注)|"
    r"^(?:点分享|点收藏|点点赞|点在看|收录于话题.*|继续滑动看下一个|轻触阅读原文|知道了|取消|允许|视频|小程序|赞|在看|分享|留言)$|微信号?\s*[::]\s*\w+|点个在看|喜欢就.{0,8}(?:在看|分享|点赞)|赞,?轻点两下取消赞"
)
_SCRIPT = re.compile(r"^[\s\"')\]};,]+$|^\d{1,3}\s+\d{5,}$|^(?:var|function|document\.|window\.|\$\(|jQuery)|^</?\w+[^>]*>$|^/\w{1,6}>$|^[()\"\d\s]*\"[()\"\d\s]*\);?$|^\{\{?\w+\}?\}$")
_LOGIN = re.compile(r"^(?:用户)?(?:登录|登陆|注册|退出)(?:[|/\s]*(?:登录|注册|投稿|收藏|会员|充值|vip|找回密码))*$|立即注册|还没有账号|忘记密码|网站地图|设为首页|加入收藏|联系我们|关于我们|意见反馈", re.I)
_PROMO = re.compile(r"精选优质文档|倾情为你奉上|书山有路勤为径|感谢您的下载|精品资料.{0,6}全新公文|^图片\d*$|独家原创.{0,8}精品文档|精品文档,?欢迎下载|用手机扫描|移动端[::]|移动版|手机版|app下载|打开app")
_EDITOR = re.compile(r"^[(\[【]?(?:责任|网站|本文|文字|图文|执行|值班)?(?:编辑|校对|录入|审核|作者|来源|整理|供稿|上传)(?:人|者|员)?\s*:")
_TOC = re.compile(r"^(?:-\s*)?(?:本文|文章|内容)?(?:目录|导航|提纲|导读)[::…]*$")


def breadcrumb(line: Line) -> str:
    """`当前位置：首页 > 总结`. Takes a short line with separators and no sentence; leaves 位于 and 位置 in prose."""
    if len(line.text) > SHORT or line.is_prose:
        return ""
    separators = len(_SEPARATOR.findall(line.folded))
    if _BREADCRUMB.search(line.folded) and (separators or line.link_share > 0.3):
        return f"a path of {separators + 1} channels after a place word"
    return f"a path of {separators + 1} channels" if separators >= 2 and line.folded.startswith("首页") else ""


def info_line(line: Line) -> str:
    """Time, source, clicks, nickname under the title. Leaves 来源 and 时间 in sentences and in lists of a plan."""
    if len(line.text) > SHORT or line.is_prose:
        return ""
    if _META_PAIR.search(line.folded):
        return "a field of the site's own record"
    cues = len(set(_META.findall(line.folded))) + bool(_TIME.search(line.folded)) + bool(_DATE.search(line.folded))
    words = re.sub(r"[\d\s:/.\-年月日|,()\[\]]", "", line.folded)
    bare = _DATE.search(line.folded) is not None and len(words) < 12 and not line.folded.endswith("日")
    ends_empty = re.search(r"(?:时间|日期|来源|作者|于)\s*:\s*$", line.folded) is not None
    return f"{cues} fields of a page's record, no sentence" if cues >= 2 or bare or ends_empty else ""


def lead_in(line: Line) -> str:
    """`下面是小编为大家整理的…，供大家参考`: who collects, and politeness. Leaves 现将…总结如下 and 下面我讲三点意见."""
    lead = _LEAD.search(line.folded)
    named = lead and _DOCUMENT.search(line.folded, lead.start())
    # 我 may be the document's own speaker: only with the name of a genre is it a collector.
    polite = _POLITE.search(line.folded)
    if not lead and polite and (found := _FOR_YOU.search(line.folded)) and _DOCUMENT.search(found.group()):
        lead = named = found
    if lead and (named or ("我" not in lead.group() and polite)):
        return f"a collector speaks to readers: {line.text[lead.start() : lead.end()]}"
    if len(line.text) < 60 and _POLITE_LINE.search(line.folded) and not _ADDRESSED.search(line.folded):
        return "a wish to readers"
    return ""


def definition(line: Line) -> str:
    """`总结是…的书面材料`: what the genre is. Only the caller may cut it, before a lead-in or a part heading."""
    found = _DEFINITION.search(line.folded)
    return f"says what the genre is: {found.group()[:30]}" if found else ""


def generic(line: Line) -> str:
    """Spun filler: no number, no unit. Only the caller may cut it, directly before a lead-in."""
    named = re.search(r"\d|[一二三四五六七八九十百千两]{2}|[省市县区镇乡村局委会校院厂司站所社馆]", line.folded)
    return "no number and no unit in it" if not named and len(line.text) < 250 else ""


def related_head(line: Line) -> str:
    """The heading of a list of other articles. The caller wants that list, or the page's edge."""
    if len(line.text) > SHORT or line.folded.endswith("。"):
        return ""
    if _RELATED_BARE.search(line.folded):
        return "the heading of a list of other articles"
    return "ends as the heading of a list of other articles" if _RELATED.search(line.folded) else ""


def dated_title(line: Line) -> str:
    """`上半年工作总结05-10`: a title with the day of its publication."""
    return "a title with a day" if not line.is_prose and _DATED_TITLE.search(line.folded) else ""


def teaser(line: Line) -> str:
    """The beginning of another article, cut off with dots."""
    return "ends in dots" if _TEASER.search(line.folded) else ""


def neighbour(line: Line) -> str:
    """`上一篇：…`. Leaves 上一年, 下一步打算."""
    return "a link to the next article" if len(line.text) < SHORT and _NEIGHBOUR.search(line.folded) else ""


def copyright_note(line: Line) -> str:
    """Rights, disclaimers, registration numbers of the site."""
    found = _COPYRIGHT.search(line.folded)
    return f"speaks of rights: {found.group()}" if found and len(line.text) < 200 else ""


def widget(line: Line) -> str:
    """Rating, download, share and reading widgets."""
    return "a widget's caption" if len(line.text) < 50 and _WIDGET.search(line.folded) else ""


def follow_us(line: Line) -> str:
    """`点击上方蓝字关注我们`, `预览时标签不可点`."""
    found = _FOLLOW.search(line.folded)
    return f"asks readers to follow: {found.group()}" if found and len(line.text) < 60 else ""


def script_debris(line: Line) -> str:
    """What a broken script leaves: `");`, `40 3310010`, `{{title}}`."""
    return "no words, only script" if len(line.text) < 40 and _SCRIPT.search(line.folded) else ""


def login(line: Line) -> str:
    """The site's menu for its members."""
    return "the site's own menu" if len(line.text) < 40 and _LOGIN.search(line.folded) else ""


def pipe_list(line: Line) -> str:
    """`述职报告范文 | 述职报告格式 |`: names of genres between bars. Leaves table rows of a document."""
    pieces = [piece for piece in re.split(r"\s*[|｜]\s*", line.folded) if piece]
    named = sum(_DOCUMENT.search(piece) is not None for piece in pieces)
    return f"{named} of {len(pieces)} names of genres between bars" if len(pieces) >= 3 and named * 3 >= len(pieces) * 2 else ""


def editor(line: Line) -> str:
    """`责任编辑：某某` below the text: of the page's record. The caller asks it below the document only."""
    return "names the page's editor" if len(line.text) < 30 and _EDITOR.search(line.folded) else ""


def promotion(line: Line) -> str:
    """Slogans of document farms."""
    return "a document farm's slogan" if len(line.text) < 60 and _PROMO.search(line.folded) else ""


def table_of_contents(line: Line) -> str:
    """The heading of a list of parts. The caller wants every item again as a heading."""
    return "heading of a list of parts" if _TOC.search(line.folded) else ""


HEAD: tuple[Rule, ...] = (breadcrumb, info_line, lead_in, copyright_note, widget, follow_us, script_debris, login, promotion, neighbour, pipe_list)
TAIL: tuple[Rule, ...] = (neighbour, copyright_note, widget, follow_us, script_debris, login, promotion, editor, pipe_list, dated_title, breadcrumb, lead_in)
ANYWHERE: tuple[Rule, ...] = (promotion, script_debris)


def first_evidence(rules: tuple[Rule, ...], line: Line) -> tuple[str, str]:
    """The first rule that takes the line, and its evidence; ('', '') if none does."""
    for rule in rules:
        evidence = rule(line)
        if evidence:
            return rule.__name__, evidence
    return "", ""
