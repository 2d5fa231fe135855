"""Site 4, a mirror on somebody's old domain: Traditional by character table, readings in brackets, bytes lost."""

from sample import damage
from sample.builder import Brief, Builder, Entry, after
from sample.markup import Frag, document
from sample.model import Site


def build(brief: Brief) -> Site:
    """The site. Every fourth body keeps all its byte damage, also what cannot be undone to the last character."""
    make = Builder(brief)
    make.lang = "zh"
    table = damage.reading_table(make.rng_for("readings"))
    entries = [_entry(make, i) for i in range(len(brief.texts))]
    for n, entry in enumerate(entries):
        _article(make, entry, n, entries, table)
    make.lists(entries, "/fanwen/", "/fanwen/list-{n}.html", size=6, heading="工作總結")
    make.home(brief.name, entries[:3], [("工作總結", "/fanwen/")])
    make.robots()
    return make.site


def _entry(make: Builder, index: int) -> Entry:
    text, rng = make.brief.texts[index], make.rng_for(f"entry{index}")
    shown = after(text, rng, 400, 2500)
    digits = "".join(rng.choices("0123456789abcdef", k=16))
    return Entry(text, f"/a2/{shown:%Y%m%d}17/{digits}.html", damage.hant_by_character(text.title), shown)


def _article(make: Builder, entry: Entry, n: int, entries: list[Entry], table: dict[str, str]) -> None:
    spaced, every = n % 6 == 3, n % 4 == 1
    lines: list[str] = []
    shown: list[str] = []
    for paragraph in entry.text.paragraphs:
        hant = damage.hant_by_character(paragraph)
        line, seen = (
            (damage.annotate(hant, table, spaced=True), ()) if spaced else damage.mirror(hant, table, every=every)
        )
        lines.append(line)
        shown += seen
    head, tail = _frame(make, entry, n, entries, table)
    title = damage.annotate(entry.title, table)
    inner = head.html + make.dom.box("body", make.dom.paragraphs(lines)) + tail.html
    url = make.add_html(entry.target, document(title, inner, head=make.head, lang="zh"), modified=f"{entry.shown}")
    kinds = ["hant-table", "readings-spaced" if spaced else "readings"]
    kinds += ["byte-loss-every" if every else "byte-loss"] if shown else []
    notes = [f"{char}({table[char]}" for char in dict.fromkeys("".join(entry.text.paragraphs)) if char in table][:3]
    make.gold(
        entry, [url], (*head.noise, *tail.noise, *shown, *notes), script="hant", damage=tuple(kinds),
        url_date=f"{entry.shown}", published_on=f"{entry.shown}" if n % 2 else "",
    )  # fmt: skip


def _frame(make: Builder, entry: Entry, n: int, entries: list[Entry], table: dict[str, str]) -> tuple[Frag, Frag]:
    """Before and behind the body. What is shown is annotated; what is remembered as noise is not."""
    voice, rng = make.voice_for(entry.target), make.rng_for(entry.target + "frame")
    hant = damage.hant_by_character

    def said(text: str, *, tag: str = "p", role: str = "") -> Frag:
        clean = hant(text)
        return Frag(make.dom.noise(damage.annotate(clean, table), tag=tag, role=role).html, tuple(clean.split("\n")))

    head = said(f"首页 > 范文 > {entry.text.genre}", tag="div", role="crumb")
    head += said("- 相关推荐", tag="div") if n % 3 == 0 else Frag()
    head += Frag(make.dom.title(damage.annotate(entry.title, table)))
    head += said(f"时间：{entry.shown} 14:2{n % 10}:00" if n % 2 else "发布时间：", tag="div", role="info")
    head += said(voice.say("lead", title=entry.text.title)) if n % 3 else Frag()
    others = rng.sample([e for e in entries if e is not entry], 6)
    rows = [(e.target, f"{e.text.title}{e.shown:%m-%d}") for e in others]
    links = make.dom.links([(url, damage.annotate(hant(text), table)) for url, text in rows])
    tail = said(f"【{entry.text.title}】相关文章：") + Frag(links.html, tuple(hant(text) for _, text in rows))
    return head, tail + said(voice.say("rights", title=entry.text.title), tag="div", role="foot")
