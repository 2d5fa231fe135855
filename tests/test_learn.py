"""What is learned of a host's numbers; its repeated lines and watermarks are held by the laws of the sample."""

from dataclasses import replace

from pipelines.document import HostKnowledge, Knowledge, Page, PageRules
from pipelines.learn import SourceText, learn
from pipelines.process import restore

TRUE = "全年召开会议12次，培训干部320人，投入资金100万元，惠及群众1000户。"
FALSE = "于202223年完成投资，新建床位1000张，完成率20230%。"
PLAUSIBLE = (
    "全年惠及群众2023户，投入资金20230万元，建成示范点110个，群众反映良好，各项任务全面完成，成效显著，特此报告。"
)


def untrusted(*texts: str) -> bool:
    (host,) = learn(SourceText("a.test", f"总结{n}", f"{text}{n}") for n, text in enumerate(texts)).hosts
    return host.numbers_untrusted


def test_a_host_that_writes_years_over_numbers_is_not_trusted() -> None:
    assert untrusted(FALSE, FALSE, TRUE)
    assert not untrusted(FALSE, TRUE, TRUE), "once may be a typing error"
    assert not untrusted(TRUE, TRUE, PLAUSIBLE)
    assert not untrusted(FALSE, FALSE, *[TRUE] * 20), "and so may a few of many"


def test_no_number_of_such_a_host_is_trusted() -> None:
    page = Page(
        "http://a.test/1.html",
        f"<title>工作总结</title><p>{PLAUSIBLE}{TRUE}{PLAUSIBLE}</p>".encode(),
        "text/html; charset=utf-8",
    )
    known = HostKnowledge("a.test", numbers_untrusted=True)
    (sound,) = restore((page,), Knowledge(), PageRules()).documents
    (document,) = restore((page,), Knowledge((known,)), PageRules()).documents
    (other,) = restore((page,), Knowledge((replace(known, host="b.test"),)), PageRules()).documents
    assert "numbers_untrusted" in document.damage and document.quality < sound.quality == other.quality
