"""What template sites do to a document, code by code, and what is done about each of them here.

The codes are those of the study that the rules rest on: 425 pages of 306 hosts, counted by eye. A code may be treated
in several ways. What handles it is named as the archive names it, so that it can be counted: `breadcrumb` is a rule of
the ledger, `mark:…`, `gap:…`, `damage:…`, `rejection:…` are kinds of these, `column:…` a column of `documents`. A rule
or a kind that no code names fails the build: who adds one says here what it is for.
"""

from dataclasses import dataclass
from typing import NamedTuple


class Handler(NamedTuple):
    """One thing in the archive that shows that a phenomenon was met."""

    kind: str  # edit | mark | gap | damage | rejection | column
    name: str  # as the archive has it


@dataclass(frozen=True, slots=True)
class Treatment:
    """One way in which a phenomenon is answered."""

    how: str  # repaired | cut | marked | left
    by: tuple[Handler, ...]
    because: str = ""  # why it is left; of the others, what is to be said of it


@dataclass(frozen=True, slots=True)
class Phenomenon:
    """A code of the taxonomy."""

    section: str  # of the study: 1A frame, 1B tail, 1C structure, 1D running text, 1E truth of the record
    code: str
    what: str
    marker: str  # how it shows, in the words of the pages; '' where no words mark it
    treatments: tuple[Treatment, ...]


def repaired(*by: str, because: str = "") -> Treatment:
    """The unit's own text is put back."""
    return Treatment("repaired", _handlers(by), because)


def cut(*by: str, because: str = "") -> Treatment:
    """It goes, on evidence."""
    return Treatment("cut", _handlers(by), because)


def marked(*by: str, because: str = "") -> Treatment:
    """The text stays, and what is known of it is recorded."""
    return Treatment("marked", _handlers(by), because)


def left(because: str, *by: str) -> Treatment:
    """Nothing is done to the text, for a reason."""
    return Treatment("left", _handlers(by), because)


def _handlers(names: tuple[str, ...]) -> tuple[Handler, ...]:
    return tuple(Handler(*name.split(":", 1)) if ":" in name else Handler("edit", name) for name in names)


def _row(code: str, what: str, marker: str, *treatments: Treatment) -> Phenomenon:
    section, code = code.split()
    return Phenomenon(section, code, what, marker, treatments)


# Voters of the extraction: what stands outside the article by place, markup, links, what the host repeats, post
# frames, and the furniture that shape and place tell (notices, records, lists).
VOTE = ("position", "markup", "links", "repeated", "thread", "furniture")
_INFO = cut("info_line", *VOTE)
_RELATED = cut("related", "related_line", "dated_title", "teaser", "pipe_list", "comments", *VOTE)

PHENOMENA: tuple[Phenomenon, ...] = (
    # --- 1A: around the body ---------------------------------------------------------------------------------------
    _row(
        "1A NAV",
        "breadcrumb, menu, login box",
        "当前位置：首页 > 工作总结",
        cut("breadcrumb", "channels", "login", "interface", *VOTE),
    ),
    _row(
        "1A CHROME",
        "the site's name and slogans around the article",
        "荟聚奇文、博采众长",
        cut("site_voice", "tail_block", *VOTE),
    ),
    _row(
        "1A TS",
        "time of publication or refresh",
        "更新时间：2023-02-16",
        _INFO,
        marked("column:published_on", because="the day is kept in its column"),
    ),
    _row("1A HIT", "counts of readers", "点击：1089　人气：1.26W", _INFO),
    _row("1A SRC", "source line", "来源：网友投稿", cut("info_line", "source_line", "editor", *VOTE)),
    _row("1A AUTH", "nickname of who uploaded it", "作者：好学生", cut("info_line", "source_line", "editor", *VOTE)),
    _row("1A SHR", "share bar", "分享到：QQ空间 新浪微博", cut("info_line", "widget", "interface", *VOTE)),
    _row("1A CTR", "call for contributions", "我要投稿", cut("info_line", "interface", *VOTE)),
    _row("1A META", "record of a document-sharing site", "格式：DOC　页数：5", _INFO),
    _row(
        "1A TTLR",
        "the title again, in the head or after a paragraph",
        "",
        cut("title_repeat", "title-repeat", "image-alt"),
        repaired("title", because="the line nearest the text moves to its column"),
    ),
    _row("1A LEAD", "an editor's lead-in", "下面是小编为大家整理的…，供大家参考", cut("lead_in", "preface")),
    _row("1A INTRO", "introduction by the site", "导语：…", cut("intro", "lead_in", "preface")),
    _row("1A DEF", "what a summary is, as filler", "总结是…的书面材料", cut("definition")),
    _row(
        "1A BODYECHO",
        "the body's first words, torn off, before the lead-in",
        "…下面是小编为大家整理的",
        cut("body_echo"),
    ),
    _row(
        "1A TOC",
        "list of the parts above the first",
        "本文目录：第一篇… 第二篇…",
        cut("preface", "empty_part", "furniture"),
    ),
    _row("1A DL", "download widget", "点击下载文档", cut("widget", "interface", "promotion", *VOTE)),
    _row(
        "1A VIP",
        "frame of a paid preview",
        "剩余内容登录后查看",
        cut("paywall", "widget", "site_notice"),
        marked("gap:preview", "gap:hole"),
    ),
    _row(
        "1A CPY",
        "rights notice of a document-sharing site",
        "版权说明：本文档由用户提供",
        cut("copyright_note", *VOTE),
    ),
    _row("1A PROMO", "slogans, calls to follow", "精选优质文档—倾情为你奉上", cut("promotion", "follow_us", *VOTE)),
    _row("1A MOBLINK", "link to the mobile page", "移动端：", cut("promotion", "breadcrumb", *VOTE)),
    _row("1A IMG", "placeholder or name of a picture", "图片1", cut("image-alt", "picture")),
    # --- 1B: below the body ----------------------------------------------------------------------------------------
    _row("1B REL", "list of other articles", "某总结05-10（title and day, or a teaser …）", _RELATED),
    _row("1B RELHEAD", "heading of such a list", "【…】相关文章：", _RELATED),
    _row("1B REC0", "such a list above the body", "更多“…”的相关内容推荐↓↓↓", _RELATED),
    _row("1B TAGTAIL", "tags, hot words", "热门标签：", _RELATED),
    _row("1B PN", "previous and next page", "上一篇：", cut("neighbour", *VOTE)),
    _row(
        "1B CPY-tail",
        "rights, disclaimer, registration of the site",
        "版权归…所有；如有侵权请联系删除",
        cut("copyright_note", "site_voice", *VOTE),
    ),
    _row(
        "1B source",
        "source and editor below the text",
        "责任编辑：",
        cut("editor", "source_line", "copyright_note", *VOTE),
    ),
    _row("1B JS", "what a broken script leaves", '40 3310010　");', cut("script_debris")),
    _row("1B HTMLTAG", "escaped tags", "</p>", cut("escaped_tag", "html_tag", "script_debris", "damage:markup")),
    _row("1B ENTITY", "character references", "&ldquo先锋", repaired("entity", "damage:entities")),
    _row("1B FIELD", "field codes of a word processor", 'TOC\\o"1-2"', cut("field_code", "damage:markup")),
    _row("1B TVAR", "template variable that was never filled", "{{title}}", cut("script_debris")),
    _row("1B TVARDROP", "name cut out of a lead-in", "以下是由为您整理", cut("lead_in", "copyright_note")),
    _row("1B BLANKFORM", "blanks to be filled in", "单位：____", left("a form's blanks are its content")),
    _row(
        "1B PAGED",
        "one article over several addresses",
        "第2页 / 共5页",
        repaired("title-repeat", "false_break", "neighbour", because="its pages are joined before anything is cut"),
        marked("gap:page"),
    ),
    _row(
        "1B PAYCUT",
        "hole or end that a pay wall made",
        "此处隐藏15116个字",
        cut("paywall", "damage:preview"),
        marked("gap:hole", "gap:preview", "column:status"),
    ),
    # --- 1C: compilations and structure ----------------------------------------------------------------------------
    _row(
        "1C COMP",
        "several documents on one page",
        "工作总结 篇2",
        repaired("preface", "empty_part", "part_number", "title", because="each part is a document of its own"),
        marked("gap:part"),
    ),
    _row("1C MISM", "parts that are off the page's topic", "[摘要]、答案：、请准时参加", marked("mark:off_topic")),
    _row(
        "1C FLAT", "paragraphs collapsed into one", "…汇报如下：一、…", repaired("glued_heading", "glued_part_heading")
    ),
    _row("1C FLATTER", "the same, of a whole page", "", repaired("glued_heading", "glued_part_heading")),
    _row("1C BRK", "breaks inside sentences", "…大赛，⏎我区获得…", repaired("false_break", "damage:false_breaks")),
    _row(
        "1C CHUNK",
        "numbers that a preview sets every 250 characters",
        "充分发⏎2、挥各级妇联",
        repaired("chunk_number", "damage:chunks"),
    ),
    _row(
        "1C PAGENO",
        "page numbers inside sentences",
        "科普活2动　第3页共8页",
        repaired("page_number", "damage:page_numbers"),
    ),
    _row(
        "1C OCR",
        "spaces between characters",
        "科 普 工 作",
        repaired("inner_space", "damage:spaces"),
        marked("mark:misread"),
    ),
    _row("1C TRUNC", "the end is cut off", "…先进分校、先进工", marked("gap:tail")),
    _row("1C TRUNCHEAD", "begins in a sentence", "、生殖保健…", marked("gap:head")),
    _row("1C TRUNCHEADING", "heading without its last character", "促进教师专业发", marked("mark:cut_short")),
    _row("1C DUP", "the body twice", "", repaired("doubled", "damage:doubled")),
    _row(
        "1C DUPFRAG",
        "sentences twice in a row",
        "20212021年上半年",
        repaired("shadow", because="told by an ordinal, a year, or several such places"),
        left("documents repeat themselves on purpose, too: 落实、落实、再落实"),
    ),
    _row("1C DROPITEM", "items of a list are gone", "1、2、3、6、9", marked("mark:items_missing")),
    _row("1C SCRAMBLE", "sentences of two texts mixed", "下边是我一、在新生开学前…", marked("mark:scrambled")),
    # --- 1D: damage in the running text ----------------------------------------------------------------------------
    _row("1D WMTICK", "stray ticks", "忙碌的`、辛苦的", repaired("tick", "damage:ticks")),
    _row(
        "1D WM",
        "name of the site inside a sentence",
        "为指导，大秘书认真贯彻",
        repaired("watermark", "damage:watermark"),
    ),
    _row(
        "1D JAMMER", "lines of random signs", "( y5 k, S* L% ?4 m# S", cut("jammer", "script_debris", "damage:jammers")
    ),
    _row(
        "1D PUNCNOISE",
        "commas around every mark",
        "1,、督促…,；",
        repaired("commas_beside_marks", "damage:commas", because="told by their rhythm"),
    ),
    _row("1D HIJACK", "spam of a hijacked host", "", cut("hijack", "repeated", "position"), marked("mark:hijacked")),
    _row("1D ENTREPL", "a brand in the place of a word", "JIUZHOU TIYU", marked("mark:hijacked")),
    _row("1D WRONGREPL", "an entity replaced all over a site", "斗门珠海市斗门区科协", marked("mark:hijacked")),
    _row("1D PY", "readings behind characters", "科協(xié)", repaired("pinyin", "damage:pinyin")),
    _row("1D ENC-A", "lost lead bytes of GBK", "?偨Y = 。總結", repaired("gbk_lost_lead", "damage:bytes")),
    _row(
        "1D ENC-B",
        "readings set inside a character's bytes",
        "科普?qǐng)D書 = 科普圖書",
        repaired("gbk_misaligned_pinyin", "damage:bytes"),
    ),
    _row(
        "1D ENC-C",
        "characters lost to ? or U+FFFD",
        "9260万m?",
        marked("mark:undecodable", "mark:symbols_lost", because="what stood there is not known"),
    ),
    _row(
        "1D TC",
        "Traditional characters made by a machine",
        "工作彙報、後/后",
        left("kept as published; text_hans has it in Simplified characters", "column:text_hans"),
    ),
    _row(
        "1D TWL",
        "words of Taiwan put into a mainland text",
        "社區→社群",
        left("kept as published; text_hans has the mainland's words again", "column:text_hans"),
    ),
    _row(
        "1D HOMO",
        "filtered words spelt otherwise",
        "D建、消-防-隊",
        repaired("masked_word", "homoglyph", "damage:masked_words", "damage:look_alikes", because="closed lists"),
    ),
    _row(
        "1D CENS",
        "names and words masked",
        "***新时代、党的XX大",
        repaired("masked_formula", because="where a formula names one person only"),
        marked("mark:censored", "mark:names_masked"),
    ),
    _row(
        "1D CENSDROP", "words deleted without a trace", "不忘，牢记使命", marked("mark:words_lost", "mark:punctuation")
    ),
    _row(
        "1D MASK",
        "masked years, names and numbers",
        "20xx年、某某县、×件",
        marked("mark:numbers_masked", "mark:names_masked"),
    ),
    _row(
        "1D MASKB",
        "masks laid over parts of numbers",
        "20xx0亩",
        marked("mark:numbers_half_masked", because="never taken for a year"),
    ),
    _row("1D NUMDROP", "numbers deleted", "产值共亿元，同比增长%", marked("mark:numbers_lost")),
    _row("1D DATEDROP", "years and months deleted", "截止年9月30日", marked("mark:numbers_lost")),
    _row(
        "1D NUMCORRUPT",
        "a year written over numbers",
        "100万 → 20230万",
        marked("mark:numbers_corrupt", "damage:numbers_untrusted"),
    ),
    _row("1D SPIN", "synonyms against plagiarism checks", "科学开展观、消费力", marked("mark:spun")),
    _row("1D WRONGCHAR", "typing errors of the source", "腈雨表", left("errors of the original are the record")),
    _row(
        "1D CHARDROP",
        "characters missing in the source",
        "公共生事件急处理",
        left("errors of the original are the record"),
    ),
    _row(
        "1D PUNC",
        "mixed widths, odd and doubled marks",
        "‚三个代表‛",
        repaired("quote", "damage:quotes", because="where both halves of a pair prove it"),
        marked("mark:punctuation"),
        left("widths stay as published; rules read both"),
    ),
    _row("1D PUNCDROP", "quotes and brackets deleted", "安委20215号", marked("mark:punctuation")),
    _row(
        "1D TRANSLATED",
        "machine English",
        "",
        cut("rejection:not-chinese", because="the page is rejected, and its reason kept"),
    ),
    _row("1D AIGEN", "generated text", "本文将呈现数篇…", marked("mark:generated")),
    # --- 1E: truth of the record -----------------------------------------------------------------------------------
    _row(
        "1E STALE",
        "the year of title or page contradicts the text",
        "",
        marked("column:redated", "column:era_from", "column:era_to", "column:url_date", "column:title_year"),
    ),
    _row(
        "1E XDUP",
        "the same document elsewhere, differently damaged",
        "",
        left("copies are not brought together yet; their digests are there to compare", "column:content_digest"),
    ),
    _row(
        "1E SIG",
        "signature and date",
        "某某县科协⏎2024年6月25日",
        marked("column:signed_by", "column:signed_on", because="protected from every tail rule, and read off"),
    ),
)

# What belongs to no code: what the record of a page needs, and pages that are no documents.
BOOKKEEPING: dict[str, tuple[Handler, ...]] = {
    "layout: white space around paragraphs": _handlers(("indent",)),
    "extraction: the site's profile says where the article is": _handlers(("profile",)),
    "a page of another kind": _handlers(
        ("rejection:list", "rejection:explainer", "rejection:site-page", "rejection:too-short")
    ),
    "nothing that can be read came": _handlers(
        tuple(f"rejection:{code}" for code in ("empty-page", "no-page", "not-text", "soft-404", "too-large"))
    ),
    "somebody else's page stands in its place": _handlers(
        tuple(f"rejection:{code}" for code in ("blocked", "hijacked", "parked", "server-page"))
    ),
    "a defect of this software": _handlers(("rejection:rule-failed",)),
}


def codes() -> tuple[str, ...]:
    """All codes, in the order of the study."""
    return tuple(phenomenon.code for phenomenon in PHENOMENA)


def handlers() -> frozenset[Handler]:
    """Everything that handles something, the bookkeeping included."""
    named = {handler for row in PHENOMENA for treatment in row.treatments for handler in treatment.by}
    return frozenset(named.union(*BOOKKEEPING.values()))
