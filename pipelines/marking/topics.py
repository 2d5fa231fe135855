"""Parts of a compilation that are no document of its kind: essays, papers, exam notes, notices put in to fill a page.

One cue is never enough: a part must both show another kind of text and stand on a page that promises documents of work.
"""

import re
from collections.abc import Sequence

from pipelines.document import Spot
from pipelines.framing.wordings import GENRES
from pipelines.script import fold

LONG = 200  # characters of the shortest part that is judged by its words (chosen)
OPTIONS = 3  # lines of options, headings or answers that an exam has at least

_PROMISES = re.compile(f"{GENRES}|小结|讲话|方案")
_GENRE_WORDS = re.compile(
    rf"{GENRES}|小结|讲话|发言|方案|范文|心得|材料|要点|感悟|模板|报告|大全|精选|集锦|锦集|合集|通用|优秀|最新|热门|推荐|参考|工作|单位|公司|个人|年度|年终"
)
_HAN = re.compile("[\u4e00-\u9fff]{2,}")
# One of these stands in every document of work, whatever its subject.
_WORK = re.compile(
    "工作|活动|开展|组织|管理|服务|培训|会议|单位|领导|同志|总结|完成|落实|加强|任务|建设|检查|岗位|公司|部门|项目|资金|干部|党员|群众|责任"
    "|制度|万元|亩|%|[村乡镇县区局委会院校](?=[党两干领委])|班级|教学|教研|学期|家长"
)
_OPTION = re.compile(r"^\(?[A-D][.、)]\s?\S", re.M)
_QUESTIONS = re.compile(
    r"^(?:[一二三四五六七八]、)?(?:单项|多项|不定项)?(?:选择|填空|判断|简答|论述|名词解释|阅读理解|案例分析)题"
    r"|^(?:参考)?答案[:解]|^【?解析】?[:]",
    re.M,
)
_PAPER = (
    ("摘要", re.compile(r"^[\[【]?(?:内容)?(?:摘\s?要|提\s?要)[\]】]?\s*[:]|^[\[【]摘要[\]】]", re.M)),
    ("关键词", re.compile(r"^[\[【]?关键[词字][\]】]?\s*[:]", re.M)),
    ("参考文献", re.compile(r"^[\[【]?参考文献[\]】]?\s*[:]?\s*$|\[[JMDC]\]\.", re.M)),
)
_RESEARCH = re.compile("论文|调研|调查|研究|综述|课题|毕业|学术")
_NOTICE = (
    re.compile(r"现(?:将|就)[^。\n]{0,40}通知如下|特此通知"),
    re.compile(r"(?:会议|培训|活动|报到|报名|参会)(?:时间|地点|人员|对象)\s*[:]"),
    re.compile(r"请[^。\n]{0,20}(?:准时|按时)(?:参加|出席|到会|报到)|不得(?:无故)?(?:缺席|请假)|报名(?:截止|方式)"),
)


def off_topic(folded: Sequence[str], page_title: str) -> list[Spot | None]:
    """What each part of a page is off its topic by, as a span over all of it; None for a part that belongs there.

    Leaves single documents, research reports with an abstract, and a part whose words the title has.
    """
    title = fold(page_title)
    if len(folded) < 2 or not _PROMISES.search(title):
        return [None] * len(folded)
    subject = _subject(title)
    return [_judged(text, title, subject) for text in folded]


def _judged(text: str, title: str, subject: frozenset[str]) -> Spot | None:
    why = _exam(text) or _paper(text, title) or _notice(text, title) or _elsewhere(text, subject)
    return Spot(0, len(text), "off_topic", why) if why and text else None


def _exam(text: str) -> str:
    options = len(_OPTION.findall(text)) if "A" in text else 0
    questions = len(_QUESTIONS.findall(text)) if "题" in text or "答案" in text or "解析" in text else 0
    return f"an exam: {options} options, {questions} headings and answers" if options + questions >= OPTIONS else ""


def _paper(text: str, title: str) -> str:
    if "关键" not in text and "参考文献" not in text:
        return ""
    signs = [name for name, sign in _PAPER if sign.search(text)]
    return f"a paper: {'、'.join(signs)}" if len(signs) >= 2 and not _RESEARCH.search(title) else ""


def _notice(text: str, title: str) -> str:
    """A notice of a meeting. Leaves one that reports what it then did: a summary quotes notices."""
    signs = sum(pattern.search(text) is not None for pattern in _NOTICE)
    return f"a notice: {signs} of its signs" if signs >= 2 and "通知" not in title and len(text) < 1500 else ""


def _elsewhere(text: str, subject: frozenset[str]) -> str:
    """No word of the title, and none of work."""
    if len(text) < LONG or not subject or any(pair in text for pair in subject):
        return ""
    return "" if _WORK.search(text) else f"no word of the title and none of work in {len(text)} characters"


def _subject(title: str) -> frozenset[str]:
    """The pairs of characters of a title that say what its documents are about."""
    own = re.split(r"[_|]|-(?=[^-]{2,12}$)", title)[0]
    words = _HAN.findall(_GENRE_WORDS.sub(" ", re.sub(r"[(\[【].*?[)\]】]|\d+", " ", own)))
    return frozenset(word[n : n + 2] for word in words for n in range(len(word) - 1))
