"""Who stands before a site, told from small pages of the site itself: only the first makes a whole host wait."""

import pytest

from pipelines.decode import decode
from pipelines.document import Page
from pipelines.view import look

AT_HOME = "".join(f"<li><a href=/a{n}.html>工作总结{n}</a>" for n in range(8))
GUARDS = {
    "too often": ("安全验证", "<p>您的访问过于频繁，请完成验证后继续访问。</p><p>事件编号：20261</p>"),
    "too often, with the site's menu": (
        "提示",
        "<a href=/>返回网站首页</a> <a href=/x/>通知公告</a> <a href=/y/>政务公开</a> <a href=/z/>办事指南</a>"
        "<p>您的访问过于频繁，请稍后再试！</p>",
    ),
    "a captcha": (
        "安全验证",
        "<form><p>请输入验证码<input name=code><img alt=验证码><input type=hidden name=t value=1>"
        "<input type=submit></form>",
    ),
    "a slider": ("人机验证", "<p>人机身份验证</p><p>请按住滑块，拖动到最右边</p><input type=range>"),
    "a service that names itself": (
        "Just a moment...",
        "<p>Checking your browser before accessing</p><p>Ray ID: 7d0a</p>"
        + "".join(f"<a href=https://www.cdn.example/{n}>Performance and security {n}</a>" for n in range(4)),
    ),
    "no script, no page": ("请稍候", "<p>请开启JavaScript并刷新该页</p>"),
    "a firewall": ("访问被拦截", "<p>您的请求可能存在威胁，已被网站防火墙拦截</p><p>如有疑问请联系网站管理员</p>"),
}  # fmt: skip
LOOK_ALIKES = {
    "a login": ("用户登录", "<p>用户名<input><p>密码<input type=password><p>请输入验证码<input>"),
    "a notice with a comment box": (
        "关于报送工作总结的通知",
        "<h1>关于报送工作总结的通知</h1><p>各单位：请于6月1日前报送工作总结。</p>"
        "<form><textarea></textarea><p>请输入验证码<input><input type=submit></form>",
    ),
    "a notice with comments": (
        "关于报送工作总结的通知", "<p>各单位：请于6月1日前报送工作总结。</p><p>发表评论</p><p>请输入验证码<input></p>",
    ),
    "a guestbook": (
        "留言板", "<a href=/a1.html>某单位1年工作总结汇报</a><p>留言板</p><p>请输入图形验证码<input></p>",
    ),
    "a letter box": ("局长信箱", "<p>姓名<input type=text><p>电话<input type=tel><p>请输入验证码<input type=text>"),
    "a list with a banner": ("工作总结列表", f"<p>请开启JavaScript以获得更好体验</p><ul>{AT_HOME}</ul>"),
    "a list with a search box": ("工作总结列表", f"<ul>{AT_HOME}</ul><p>搜索<input><img alt=图形验证码></p>"),
    "a list of its own addresses in full": (
        "工作总结列表",
        "<p>请开启JavaScript</p>" + AT_HOME.replace("href=/", "href=http://www.site.test/"),
    ),
}  # fmt: skip


def guard(title: str, body: str) -> str:
    page = f"<html><head><meta charset=utf-8><title>{title}</title></head><body>{body}</body></html>"
    return look(decode(Page("http://www.site.test/q", page.encode(), "text/html; charset=utf-8"))).guard


@pytest.mark.parametrize("name", GUARDS)
def test_a_guard_is_told(name: str) -> None:
    assert guard(*GUARDS[name]).startswith("blocked: ")


@pytest.mark.parametrize("name", LOOK_ALIKES)
def test_a_page_of_the_site_itself_is_no_guards(name: str) -> None:
    assert guard(*LOOK_ALIKES[name]) == ""
