"""What kind of document a text is: by the noun that heads its title, else by what the text says of itself."""

import re

from pipelines.script import fold

# Genres by the noun that heads a title: the last one (计划执行情况的汇报), unless it is only joined on (总结及计划).
_JOINED = re.compile("[及和与暨、—]|以及")
_GENRES = (
    ("述职", re.compile("述职|述廉|述学|履职报告")),
    ("总结", re.compile("总结|小结|回顾")),
    ("汇报", re.compile("汇报|情况报告")),
    ("计划", re.compile("计划(?!生育|财务|单列|经济)|要点|打算|规划(?![局馆]|建设局|和自然)|工作安排|工作思路")),
    ("体会", re.compile("体会|心得|感悟|感想|感言|观后感|读后感")),
    ("讲话", re.compile("讲话|致辞|发言|演讲|主持词")),
    ("方案", re.compile("方案")),
    ("通知", re.compile("通知|通报|请示|批复|公告|公示")),
)
_SAYS = (
    ("述职", re.compile("述职(?:述廉)?(?:报告)?如下|作述职|(?:述职|述廉)完毕|以上述职|^述职人", re.M)),
    ("总结", re.compile("(?:总结|回顾)如下|作(?:如下|一)总结|特此总结")),
    ("汇报", re.compile("汇报如下|报告如下|作(?:如下|一)?汇报|以上汇报|汇报完毕|特此汇报")),
    ("计划", re.compile("(?:计划|安排|打算|要点)如下|制定(?:本|如下)(?:工作)?计划|特制定")),
    ("体会", re.compile("(?:体会|感受|感想|感悟)如下|几点(?:体会|感受|感想)|我的体会")),
)


def genre(title: str, text: str) -> str:
    """总结, 汇报, 述职, 计划, 体会, 讲话, 方案, 通知, 报告, or 其他: by the title, else by what the text says."""
    folded = fold(title)
    named = sorted((m.start(), m.end(), name) for name, words in _GENRES for m in words.finditer(folded))
    if named:
        head = named[0]
        for noun in named[1:]:
            if noun[2] == "述职" or (head[2] != "述职" and not _JOINED.search(folded[head[1] : noun[0]])):
                head = noun
        return head[2]
    opening = fold(text[:600] + "\n" + text[-200:])
    said = [(found.start(), name) for name, words in _SAYS if (found := words.search(opening))]
    return min(said)[1] if said else "报告" if "报告" in folded else "其他"
