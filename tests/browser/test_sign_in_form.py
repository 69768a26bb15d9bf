"""Signing in and out in a real browser: by keyboard, without scripts, and with the cookie kept."""

import re
import shutil
from urllib.parse import urlsplit

import pytest
from browser_checks import accessibility_problems, markup_problems
from playwright.sync_api import expect
from site_server import AGENT, FLAGS, PASSWORD

OTHER_HOST = "help.test"


def type_into_form(page, name, password):
    """Fill in the form where the focus is when it has come up, and send it by Enter."""
    # A browser sets the focus after the page has loaded; keys before that are nobody's.
    expect(page.locator("#name")).to_be_focused()
    page.keyboard.type(name)
    page.keyboard.press("Tab")
    page.keyboard.type(password)
    page.keyboard.press("Enter")


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_one_signs_in_and_out_by_keyboard_and_the_cookie_is_kept(context, page, site, host):
    address = f"http://{host}:{urlsplit(site).port}"
    page.goto(f"{address}/account")
    expect(page).to_have_url(f"{address}/sign-in?next=%2Faccount")
    type_into_form(page, AGENT, PASSWORD)
    expect(page).to_have_url(f"{address}/account")
    (cookie,) = (each for each in context.cookies() if each["name"] == "__Host-kb")
    assert (cookie["secure"], cookie["httpOnly"], cookie["sameSite"]) == (True, True, "Lax")
    assert page.evaluate("document.cookie") == ""
    page.reload()
    expect(page.get_by_role("heading", level=1)).to_have_text("Your account")
    sign_out = page.get_by_role("button", name="Sign out")
    for _ in range(20):
        page.keyboard.press("Tab")
        if sign_out.evaluate("button => button === document.activeElement"):
            break
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{address}/sign-in")
    assert [each["name"] for each in context.cookies() if each["name"] == "__Host-kb"] == []
    page.goto(f"{address}/account")
    expect(page).to_have_url(f"{address}/sign-in?next=%2Faccount")


def test_a_wrong_password_is_announced_and_typed_again(page, site, checker, tmp_path):
    page.goto(f"{site}/sign-in")
    type_into_form(page, AGENT, "a wrong password")
    expect(page.get_by_role("alert")).to_contain_text("do not belong together")
    expect(page.get_by_label("User name")).to_have_value(AGENT)
    password = page.get_by_label("Password")
    expect(password).to_be_focused()
    expect(password).to_have_value("")
    expect(password).to_have_accessible_description(re.compile("do not belong together"))
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        assert accessibility_problems(page) == []
    assert markup_problems(checker, [saved(page, tmp_path / "refused.html")]) == []


def test_no_script_is_needed(browser, site):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{site}/sign-in?next=/account&locale=vi")
    page.get_by_label("Tên đăng nhập").fill(AGENT)
    page.get_by_label("Mật khẩu").fill(PASSWORD)
    page.get_by_role("button", name="Đăng nhập").click()
    expect(page).to_have_url(f"{site}/account")
    context.close()


def test_a_token_is_made_read_and_revoked(agent_page, site, checker, tmp_path):
    page = agent_page
    page.goto(f"{site}/account")
    page.get_by_label("Name of the program").fill("crawler")
    page.get_by_label("Search internal articles").check()
    page.get_by_role("button", name="Make a token").click()
    shown = page.locator("code")
    expect(shown).to_have_text(re.compile(r"^kb_[\w-]{43}$"))
    answer = page.request.get(
        f"{site}/api/v1/search?q=parcel&audience=internal",
        headers={"Authorization": f"Bearer {shown.text_content()}"},
    )
    assert answer.status == 200
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        assert accessibility_problems(page) == []
    page.set_viewport_size({"width": 320, "height": 640})
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    assert markup_problems(checker, [saved(page, tmp_path / "token.html")]) == []
    page.get_by_role("button", name="Revoke crawler").click()
    expect(page.get_by_role("status")).to_contain_text("revoked")


def test_over_plain_http_from_elsewhere_the_page_says_why_nobody_can_sign_in(browser, site):
    to_this_machine = f"--host-resolver-rules=MAP {OTHER_HOST} 127.0.0.1"
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    other = browser.browser_type.launch(executable_path=chromium, args=[*FLAGS, to_this_machine])
    page = other.new_page()
    page.goto(f"http://{OTHER_HOST}:{urlsplit(site).port}/sign-in")
    type_into_form(page, AGENT, PASSWORD)
    expect(page.get_by_role("alert")).to_contain_text("not encrypted (http)")
    assert page.context.cookies() == []
    other.close()


def saved(page, file):
    """Write the page as it stands to a file, for the checker."""
    text = page.evaluate("document.documentElement.outerHTML")
    file.write_text(f"<!doctype html>\n{text}", encoding="utf-8")
    return file
