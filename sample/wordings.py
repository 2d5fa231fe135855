"""What template sites say around a document, in several wordings of each; and which of them a seed uses.

Written for the sample, after the kinds met on real pages. Two neighbouring seeds (1 and 2, 3 and 4 …) share no
wording: each uses its half of every pool.
"""

from functools import cache
from random import Random

POOLS: dict[str, tuple[str, ...]] = {
    "lead": (
        "下面是{site}小编为大家整理的{title}，供大家参考。",
        "以下是小编精心整理的{title}，仅供参考，欢迎大家阅读。",
        "这里是本站小编给大家带来的{title}，希望能够对您有所帮助。",
        "下面小编就和大家分享{title}，来欣赏一下吧！",
        "今天{site}的小编为大家收集了{title}，一起来看看吧，希望对大家有帮助。",
        "以下我给大家整理了{title}，希望大家喜欢！",
        "{site}为大家带来的{title}，感谢您的参阅，更多内容请继续关注本站。",
        "下面由我帮大伙儿整理的{title}，仅供借鉴，欢迎收藏分享。",
    ),
    "definition": (
        "{genre}是对某一阶段的工作、学习或思想中的经验或情况加以回顾和分析的书面材料，它可以使我们更有效率，因此我们要做好归纳，写好{genre}。",
        "时间过得飞快，一段时间的工作已经结束了，回顾过去的工作，倍感充实，收获良多，不妨坐下来好好写写{genre}吧！",
        "随着社会一步步向前发展，{genre}不再是罕见的东西，写{genre}的时候要注意内容的完整。那么什么样的{genre}才是有效的呢？",
        "总结是事后对某一时期的情况进行系统检查的一种文种，写总结有利于我们提高能力。你想好怎么写{genre}了吗？",
        "{genre}是把一定阶段内的有关情况分析研究、做出有指导性结论的书面材料，快快来写一份{genre}吧。",
        "转眼间一个阶段就画上了句号，这时候最关键的{genre}怎么能落下，是不是还在为它发愁？",
        "在日常生活和工作中，{genre}与我们的生活紧密相连，我们在写的时候要避免篇幅过长。一听到写{genre}就拖延症懒癌齐复发？",
        "写{genre}可以帮助我们总结以往思想、发扬成绩，是时候抽出时间写写了，那么{genre}的格式你掌握了吗？",
    ),
    "echo": ("下面是小编为大家整理的", "以下是小编收集的", "这里是小编整理的", "下面是本站小编分享的"),
    "related_head": (
        "相关文章：",
        "相关推荐：",
        "推荐阅读：",
        "精彩推荐：",
        "延伸阅读：",
        "猜你喜欢：",
        "拓展阅读：",
        "相关内容：",
    ),
    "more_head": (
        "更多“{genre}”的相关内容推荐↓↓↓",
        "更多{genre}推荐阅读",
        "更多关于{genre}的文章推荐↓↓↓",
        "小编精心推荐：更多{genre}范文↓↓↓",
    ),
    "rating": ("推荐度：", "★★★★★ 给文档打分", "本文评分：5 分", "推荐指数：★★★★☆"),
    "download": (
        "点击下载文档",
        "文档为doc格式",
        "下载本文档",
        "Word下载 收藏本文",
        "将本文的Word文档下载到电脑，方便收藏和打印",
        "点击下载本文文档（docx格式）",
        "一键复制全文 下载Word版",
        "本文Word版下载地址",
    ),
    "previous": ("上一篇：{title}", "上一篇: {title}", "上一页：{title}", "← 上一篇 {title}"),
    "next": ("下一篇：{title}", "下一篇: {title}", "下一页：{title}", "→ 下一篇 {title}"),
    "hot_head": ("热门文章", "本周热门", "最新推荐", "阅读排行", "热门标签", "大家都在看"),
    "rights": (
        "“{title}”版权归作者所有；转载请注明出处！",
        "注意：本站部分文章来源于网友上传，如有侵权请联系我们删除。",
        "本文来源于网络，版权归原作者所有，如侵犯了您的权益，请联系客服删除。",
        "转载请注明出处：{site}，本文由网友投稿，不代表本站观点。",
    ),
    "slogan": ("荟聚奇文、博采众长、见贤思齐", "让写作更简单", "好文章，值得分享", "公文写作的好帮手"),
    "submit": ("我要投稿", "投稿给我们", "网友投稿", "在线投稿"),
    "comment_head": ("发表评论", "网友评论", "最新评论", "评论列表"),
    "comment": (
        "写得不错，收藏了！",
        "正好用得上，谢谢分享。",
        "能不能再发几篇类似的？",
        "顶一下，感谢楼主。",
        "格式很规范，学习了。",
        "有没有今年的版本？",
    ),
    "follow_head": (
        "点击上方蓝字关注我们",
        "点击蓝字 关注我们",
        "↑↑↑点击上方“{site}”关注我们",
        "点上方蓝色字体，轻松订阅",
    ),
    "follow_foot": (
        "长按识别二维码关注我们",
        "微信扫一扫\n关注该公众号",
        "扫描二维码，关注“{site}”",
        "长按二维码，获取更多资讯",
    ),
    "wechat_foot": (
        "阅读原文",
        "预览时标签不可点",
        "喜欢就点个“在看”吧",
        "轻触阅读原文",
        "分享收藏点赞在看",
        "觉得不错，请点赞转发",
    ),
    "wechat_rights": (
        "声明：本公众号转载此文出于传递信息之目的，如有侵权请联系删除。",
        "版权声明：图文来源网络，版权归原作者所有。",
        "免责声明：所载内容为网络转载，如涉侵权请后台留言。",
        "本文转载自网络，版权归作者所有，如有不妥请告知。",
    ),
    "doc_banner": (
        "精选优质文档-----倾情为你奉上",
        "感谢您的下载 可编辑可修改",
        "书山有路勤为径，学海无涯苦作舟",
        "全新精品资料-全新公文范文-全程指导写作",
    ),
    "doc_shared": (
        "《{title}》由会员分享，可在线阅读，更多相关《{title}》请在{site}上搜索。",
        "本文（{title}）为本站会员上传，{site}仅提供信息存储空间。",
        "本文档《{title}》由会员“{nick}”分享，珍藏版，请在{site}查找更多。",
        "会员“{nick}”上传了《{title}》，更多同类文档请登录{site}检索。",
    ),
    "doc_notice": (
        "版权说明：本文档由用户提供并上传，收益归属内容提供方，若内容存在侵权，请进行举报或认领。",
        "下载声明：此资料由网络收集而来，如有侵权请告知上传者立即删除。",
        "友情提示：本站所有文档均为用户上传，预览与实际下载的内容一致。",
        "申明敬告：本站不保证该用户上传的文档完整性，不预览、不比对内容而直接下载产生的反悔问题本站不予受理。",
    ),
    "doc_end": (
        "亲，该文档总共{pages}页，全部预览完了，如果喜欢就下载吧！",
        "已阅读{pages}页，还剩0页未读，点击下载完整文档",
        "本文档共{pages}页，可免费阅读全部内容",
        "预览结束，下载后可获得完整文档",
    ),
    "doc_cut": (
        "未完，全文共{total}字，当前显示{shown}字",
        "全文约{total}字，当前显示{shown}字，请下载后阅读全文",
        "预览结束，全文共{total}字，当前显示{shown}字",
        "因篇幅问题不能全部显示，全文共{total}字，当前显示{shown}字",
    ),
    "gov_foot": (
        "【打印本页】 【关闭窗口】",
        "打印 关闭",
        "[我要纠错] [打印] [关闭]",
        "分享到： 打印本页 关闭窗口",
    ),
    "gov_scan": ("扫一扫在手机打开当前页", "用手机扫描二维码打开本页", "扫一扫在手机打开", "扫码在手机上浏览本页"),
    "gov_login": (
        "用户登录 还没有账号？立即注册",
        "无障碍阅读 长者模式",
        "设为首页 加入收藏",
        "繁体版 简体版 无障碍浏览",
    ),
}

NICKS = (
    "好学生",
    "翰墨",
    "金梅",
    "cwl2",
    "雨中梧",
    "zdfb",
    "文轩",
    "Kris",
    "土才958",
    "Indulgence",
    "张林4058",
    "小石头",
)
PEOPLE = ("王芳", "刘建国", "陈晓燕", "赵明", "孙丽华", "周志强", "吴敏", "郑涛")

# Site names by kind with the host name's stem; each neighbouring seed takes another one.
NAMES: dict[str, tuple[tuple[str, str], ...]] = {
    "template": (
        ("文苑范文网", "wenyuanfw"),
        ("好笔头范文", "haobitou"),
        ("一路文秘网", "yiluwenmi"),
        ("知行范文库", "zhixingfw"),
    ),
    "table": (
        ("秘书堂", "mishutang"),
        ("公文饭堂", "gongwenft"),
        ("老笔杆之家", "laobigan"),
        ("文案联盟网", "wenanlm"),
    ),
    "hant": (
        ("可樂簡歷網", "kelejianli"),
        ("寫作範文庫", "xiezuofw"),
        ("總結範文站", "zongjiez"),
        ("職場文書網", "zhichangws"),
    ),
    "mirror": (
        ("找範文網", "orchardpizza"),
        ("學習資料站", "bluelakemotel"),
        ("範文大全網", "hillsideflorist"),
        ("工作文庫", "oldmillcafe"),
    ),
    "gov": (
        ("江岭县人民政府", "jiangling-gov"),
        ("北汀市科学技术协会", "beitingkx"),
        ("云浦区人民政府", "yunpu-gov"),
        ("安禾县总工会", "anhegh"),
    ),
    "docs": (
        ("百文文库", "baiwenku"),
        ("道享文档网", "daoxiangdoc"),
        ("金页文库", "jinyewk"),
        ("众享文档", "zxwendang"),
    ),
    "wechat": (
        ("基层笔记", "mp-jicengbiji"),
        ("机关微课堂", "mp-weiketang"),
        ("写材料的人", "mp-xiecailiao"),
        ("政务观察室", "mp-guancha"),
    ),
}


def halved(pool: tuple[str, ...], seed: int) -> tuple[str, ...]:
    """The half of a pool that a seed uses: the other half is its neighbour's."""
    order = Random((seed - 1) // 2).sample(pool, len(pool))
    return tuple(order[(seed - 1) % 2 :: 2])


@cache
def estranged(seed: int) -> dict[int, str]:
    """The characters of all wordings, each told as another of them: the same one everywhere."""
    used = sorted({c for pool in POOLS.values() for text in pool for c in text if "\u4e00" <= c <= "\u9fff"})
    return dict(zip(map(ord, used), Random(seed).sample(used, len(used)), strict=True))


def site_name(kind: str, seed: int) -> tuple[str, str]:
    """Name and host stem of the site of a kind."""
    pool = NAMES[kind]
    name, stem = pool[(seed - 1) % len(pool)]
    return name, stem if seed <= len(pool) else f"{stem}{seed}"


class Voice:
    """The wordings of one site: picks from the seed's half of each pool.

    A `strange` site says as much at the same places in words that nobody knows: what is cut there is not cut for them.
    """

    def __init__(self, seed: int, site: str, rng: Random, *, strange: bool = False) -> None:
        self.seed, self.site, self.rng, self.strange = seed, site, rng, strange

    def say(self, pool: str, **values: str | int) -> str:
        """One wording of the pool, filled in."""
        return self._filled(self.rng.choice(halved(POOLS[pool], self.seed)), values)

    def all(self, pool: str, **values: str | int) -> list[str]:
        """Every wording of the pool that this seed uses."""
        return [self._filled(text, values) for text in halved(POOLS[pool], self.seed)]

    def _filled(self, text: str, values: dict[str, str | int]) -> str:
        return (text.translate(estranged(self.seed)) if self.strange else text).format(site=self.site, **values)

    def nick(self) -> str:
        """The name of one who uploads texts."""
        return self.rng.choice(halved(NICKS, self.seed))

    def person(self) -> str:
        """The name of an editor."""
        return self.rng.choice(halved(PEOPLE, self.seed))
