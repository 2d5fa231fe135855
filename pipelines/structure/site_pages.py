"""Pages that a site has about itself: who it is, how to reach it, what it disclaims, how its readers log in.

They stand in the frame of its articles and are written in sentences, so that only what they are called and what they
speak of tells them apart. Both must agree: a unit may well write of its 联系方式, and a summary of a 帮助中心.
"""

import re

from pipelines.script import fold

# What such a page is called, and nothing else. Chosen from the menus and feet of the systems that sites run on.
_NAMES = re.compile(
    r"(?:关于|联系|加入)(?:我们|本站|本网|本网站)|联系(?:方式|客服)|(?:网站|本站|本网|平台)(?:声明|说明|简介|介绍|地图|导航|公告|规则)"
    r"|(?:版权|免责|法律|隐私|责任)(?:权?声明|说明|条款|政策|保护|协议)|(?:隐私权?|用户|会员|注册|服务|使用|网站服务|网站使用)(?:政策|协议|条款|须知|规则)"
    r"|站点地图|友情链接|广告(?:服务|合作|投放|联系)|商务合作|版权投诉|侵权(?:投诉|处理)|投稿(?:须知|指南|说明)|(?:使用|新手|用户)?帮助(?:中心)?"
    r"|常见问题(?:解答)?|意见反馈|(?:在线)?留言(?:板|本)?|诚聘英才|(?:会员|用户)(?:登[录陆]|注册|中心)|积分(?:规则|说明)|充值(?:中心|说明)"
    r"|about(?: us)?|contact(?: us)?|disclaimer|privacy(?: policy)?|terms of (?:use|service)|site ?map|help|faq",
    re.I,
)
_AROUND = re.compile(r"[\s_\-|–—·>»:：]+")
# What it speaks of: the site and its readers. A summary speaks of its unit.
_SPEAKS = (
    re.compile(r"本(?:网?站|网|平台|公司)"),
    re.compile(r"网站|页面|网页"),
    re.compile(r"用户|会员|网友|站长|访客"),
    re.compile(r"转载|版权|侵权|著作权"),
    re.compile(r"如果您|请您|欢迎您|您的|与我们联系|联系我们|来信"),
    re.compile(r"QQ|E-?mail|邮箱|客服", re.I),
    re.compile(r"登[录陆]|注册|下载|上传|积分|帖子|论坛"),
)
ENOUGH = 3  # kinds of such words: a paragraph about a unit's own website has two; chosen


def site_page(page_title: str, text: str) -> str:
    """What a page about the site itself is called by its title; '' for a page of another kind."""
    name = _AROUND.split(fold(page_title).strip())[0]
    return name if _NAMES.fullmatch(name) and _kinds(fold(text)) >= ENOUGH else ""


def _kinds(text: str) -> int:
    return sum(1 for words in _SPEAKS if words.search(text))
