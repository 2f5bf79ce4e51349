"""The browser harness itself: a page in trouble must not pass."""

import pytest
from playwright.sync_api import Page, Route

from tests.browser import Watch, axe

GOOD = """<!doctype html><html lang="zh-Hans"><title>邻里</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<main><h1>今天</h1><p>王奶奶，早上好。</p></main></html>"""
PALE = GOOD.replace("<p>", '<p style="color:#ccc;background:#fff">')
POLICY = {"content-security-policy": "default-src 'none'; script-src 'self'"}


def serve(page: Page, html: str, status: int = 200, **headers: str) -> None:
    """Answer ``/harness/`` with this page, whatever the product says."""

    def answer(route: Route) -> None:
        route.fulfill(status=status, body=html, content_type="text/html; charset=utf-8", headers=headers)

    page.route("**/harness/", answer)
    page.goto("/harness/")


def test_a_good_page_passes_under_a_strict_policy(phone: Page) -> None:
    serve(phone, GOOD, **POLICY)
    axe(phone)
    assert phone.evaluate(
        "[innerWidth, navigator.language, Intl.DateTimeFormat().resolvedOptions().timeZone]"
    ) == [
        390,
        "zh-CN",
        "Asia/Shanghai",
    ]


def test_pale_words_are_found(desk: Page) -> None:
    serve(desk, PALE)
    with pytest.raises(AssertionError, match="color-contrast"):
        axe(desk)


@pytest.mark.parametrize(
    ("html", "complaint"),
    [
        (GOOD.replace("</main>", "</main><script>document.title = 'x'</script>"), "Content-Security-Policy"),
        (PALE, "Content-Security-Policy"),
    ],
    ids=["inline script", "inline style"],
)
def test_a_broken_policy_is_noticed(desk: Page, watch: Watch, html: str, complaint: str) -> None:
    serve(desk, html, **POLICY)
    with pytest.raises(AssertionError, match=complaint):
        watch.assert_clean()
    watch.allow("Content.Security.Policy")


def test_script_errors_and_failed_answers_are_noticed(desk: Page, watch: Watch) -> None:
    serve(desk, GOOD.replace("</main>", "</main><script>throw new Error('lost')</script>"), status=503)
    with pytest.raises(AssertionError, match=r"503 .*/harness/"):
        watch.assert_clean()
    watch.allow("503")
    with pytest.raises(AssertionError, match="lost"):
        watch.assert_clean()
    watch.allow("lost")
