"""The list of those who asked not to be archived: what a line means, and that it is never passed over."""

import pytest

from crawler.optout import OptOutError, parse

LIST = """\ufeff# who wrote, and when
school.cn
  *.Hospital.CN   # and all of its hosts
https://x.cn/people/
http://y.cn/a?id=7
中文.cn
http://z.cn
"""


@pytest.mark.parametrize(
    "url",
    ["http://school.cn/", "https://www.school.cn:8443/a", "http://SCHOOL.CN/a", "http://school.cn./", "http://u@a.hospital.cn/",
     "http://x.cn/people/", "https://x.cn:80/people/1.html", "http://y.cn/a?id=7&b=2", "http://中文.cn/", "http://xn--fiq228c.cn/",
     "https://z.cn/any"],
)  # fmt: skip
def test_what_is_listed_is_refused(url: str) -> None:
    assert parse(LIST).refusal(url).startswith("opt-out: ")


@pytest.mark.parametrize(
    "url",
    ["http://myschool.cn/", "http://school.cn.example.org/", "http://x.cn/", "http://x.cn/peopl", "http://www.x.cn/people/",
     "http://y.cn/a?id=8", "http://cn/", "http://example.org/school.cn"],
)  # fmt: skip
def test_what_only_looks_like_it_is_not(url: str) -> None:
    assert parse(LIST).refusal(url) == "" and parse("").refusal(url) == ""


@pytest.mark.parametrize("line", ["a.cn b.cn", "a.cn, b.cn", "*", "me@a.cn", "ht tp://a", "http:///people/", "a*.cn"])
def test_a_line_that_is_not_understood_is_an_error_and_never_passed_over(line: str) -> None:
    with pytest.raises(OptOutError, match="mine, line 2"):
        parse(f"# mine\n{line}\n", "mine")
