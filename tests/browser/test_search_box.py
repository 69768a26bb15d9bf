"""The search box as a combobox: by keyboard, pointer, input method, and without JavaScript."""

import re

import pytest
from browser_checks import accessibility_problems, layout_shift
from playwright.sync_api import expect

DEBOUNCE_MS = 120


@pytest.fixture
def home(page, site):
    page.goto(f"{site}/en/")
    return page


@pytest.fixture
def box(home):
    return home.get_by_role("combobox", name="Search the help center")


@pytest.fixture
def options(home):
    return home.get_by_role("option")


def test_search_works_by_keyboard_only(home, box, options):
    home.keyboard.press("/")
    expect(box).to_be_focused()
    home.keyboard.insert_text("pass")
    expect(options.first).to_be_visible()
    expect(box).to_have_attribute("aria-expanded", "true")
    expect(options.first).to_have_attribute("aria-selected", "false")
    home.keyboard.press("ArrowDown")
    expect(options.first).to_have_attribute("aria-selected", "true")
    expect(box).to_have_attribute("aria-activedescendant", options.first.get_attribute("id"))
    expect(box).to_be_focused()
    expect(box).to_have_value("pass")
    home.keyboard.press("Enter")
    home.wait_for_url(re.compile(r"/en/articles/"))
    expect(home.locator("h1")).to_be_visible()


def test_enter_without_a_chosen_option_searches(home, box, options):
    box.fill("password")
    expect(options.first).to_be_visible()
    home.keyboard.press("Enter")
    home.wait_for_url(re.compile(r"/en/search\?q=password$"))
    home.keyboard.press("Tab")
    expect(home.locator("h1")).to_contain_text("2 results")


def test_arrows_go_around_and_leave_the_text_alone(home, box, options):
    box.fill("pass")
    expect(options.first).to_be_visible()
    count = options.count()
    home.keyboard.press("ArrowUp")
    expect(options.nth(count - 1)).to_have_attribute("aria-selected", "true")
    home.keyboard.press("ArrowDown")
    expect(box).not_to_have_attribute("aria-activedescendant", re.compile("."))
    for _ in range(count):
        home.keyboard.press("ArrowDown")
    expect(options.nth(count - 1)).to_have_attribute("aria-selected", "true")
    home.keyboard.press("Home")
    home.keyboard.type("x")
    expect(box).to_have_value("xpass")


def test_escape_closes_then_clears_then_leaves(home, box, options):
    box.fill("pass")
    expect(options.first).to_be_visible()
    home.keyboard.press("Escape")
    expect(options.first).to_be_hidden()
    expect(box).to_have_value("pass")
    home.keyboard.press("ArrowDown")
    expect(options.first).to_be_visible()
    home.keyboard.press("Escape")
    home.keyboard.press("Escape")
    expect(box).to_have_value("")
    home.keyboard.press("Escape")
    expect(box).not_to_be_focused()


def test_tab_leaves_and_closes(home, box, options):
    box.fill("pass")
    expect(options.first).to_be_visible()
    home.keyboard.press("Tab")
    expect(options.first).to_be_hidden()
    expect(home.get_by_role("button", name="Search")).to_be_focused()


@pytest.mark.parametrize("keys", ["/", "Control+k", "Meta+k"])
def test_shortcuts_lead_to_the_box(home, box, keys):
    home.keyboard.press(keys)
    expect(box).to_be_focused()
    expect(box).to_have_value("")


@pytest.mark.parametrize("field", ["input", "textarea", "div contenteditable"])
@pytest.mark.parametrize("keys", ["/", "Control+k"])
def test_shortcuts_are_not_stolen_from_other_fields(home, box, field, keys):
    home.evaluate(
        """field => {
             const element = document.createElement(field.split(" ")[0]);
             if (field.includes(" ")) element.contentEditable = "true";
             element.id = "other";
             document.querySelector("main").prepend(element);
             element.focus();
           }""",
        field,
    )
    home.keyboard.press(keys)
    expect(home.locator("#other")).to_be_focused()
    expect(box).not_to_be_focused()


def test_a_slash_can_be_typed_into_the_box(home, box):
    box.focus()
    home.keyboard.type("a/b")
    expect(box).to_have_value("a/b")


def test_nothing_happens_while_an_input_method_is_composing(page, site):
    page.goto(f"{site}/zh-Hant/")
    asked = []
    page.on(
        "request", lambda request: asked.append(request.url) if "complete" in request.url else 0
    )
    box = page.locator("#q")
    box.focus()
    session = page.context.new_cdp_session(page)
    for text in ("ㄇ", "ㄇㄧ", "密"):
        session.send(
            "Input.imeSetComposition", {"text": text, "selectionStart": 1, "selectionEnd": 1}
        )
        page.wait_for_timeout(DEBOUNCE_MS + 60)
    assert asked == []
    for key in ("Enter", "ArrowDown", "Escape", "/"):
        prevented = box.evaluate(
            """(input, key) => !input.dispatchEvent(new KeyboardEvent("keydown",
                 {key, isComposing: true, bubbles: true, cancelable: true}))""",
            key,
        )
        assert not prevented, key
    session.send("Input.insertText", {"text": "密碼"})
    expect(page.get_by_role("option").first).to_be_visible()
    expect(box).to_have_value("密碼")
    assert len(asked) == 1


def test_only_the_last_of_quick_keys_is_asked_and_late_answers_are_dropped(home, box, options):
    asked = []

    def slow_for_short(route):
        asked.append(route.request.url)
        if route.request.url.endswith("q=pa"):
            home.wait_for_timeout(400)
        route.continue_()

    home.route("**/api/v1/complete*", slow_for_short)
    home.clock.install(time=0)
    home.clock.pause_at(1000)
    box.press_sequentially("pa")
    with home.expect_request("**/api/v1/complete*q=pa"):
        home.clock.run_for(DEBOUNCE_MS)
    box.press_sequentially("ssword")
    home.clock.run_for(DEBOUNCE_MS)
    expect(options.first).to_contain_text("password")
    home.wait_for_timeout(500)
    assert [url.rpartition("q=")[2] for url in asked] == ["pa", "password"]
    expect(home.locator("[role=option] mark").first).to_have_text("password")


def test_escape_also_stops_an_answer_that_is_under_way(home, box, options):
    def slow(route):
        home.wait_for_timeout(300)
        route.continue_()

    home.route("**/api/v1/complete*", slow)
    with home.expect_request("**/api/v1/complete*"):
        box.fill("pass")
    box.press("Escape")
    expect(box).to_have_value("")
    home.wait_for_timeout(600)
    expect(options).to_have_count(0)


def test_a_screen_reader_is_told_how_many_there_are(home, box, options):
    box.fill("pass")
    expect(options.first).to_be_visible()
    count = options.count()
    expect(home.get_by_role("status")).to_have_text(f"{count} suggestion{'s' if count > 1 else ''}")
    box.fill("qqqqqq")
    expect(home.get_by_role("status")).to_have_text("No suggestions")


def test_suggestions_are_grouped_by_kind_accessible_and_move_nothing(home, box, options):
    moved_by_opening_the_page = layout_shift(home)
    box.fill("pass")
    expect(options.first).to_be_visible()
    home.keyboard.press("ArrowDown")
    assert home.get_by_role("group", name="Articles").count() == 1
    assert home.get_by_role("group", name="Also asked as").count() == 1
    assert layout_shift(home) == moved_by_opening_the_page
    for scheme in ("light", "dark"):
        home.emulate_media(color_scheme=scheme)
        assert accessibility_problems(home) == [], scheme


def test_folded_matches_are_marked_where_they_stand(page, site):
    page.goto(f"{site}/vi/")
    page.locator("#q").fill("mat khau")
    marks = page.locator("[role=option] mark")
    expect(marks.first).to_be_visible()
    assert {text.lower() for text in marks.all_inner_texts()} == {"mật", "khẩu"}


def test_a_click_opens_the_article(home, box, options):
    box.fill("pass")
    options.first.click()
    home.wait_for_url(re.compile(r"/en/articles/"))


def test_a_touch_opens_the_article(browser, site):
    context = browser.new_context(
        viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True
    )
    page = context.new_page()
    page.goto(f"{site}/en/search?q=refund")
    page.locator("#q").tap()
    page.locator("#q").fill("pass")
    page.get_by_role("option").first.tap()
    page.wait_for_url(re.compile(r"/en/articles/"))
    context.close()


def test_going_back_shows_the_search_again(home, box, options):
    box.fill("password")
    box.press("Enter")
    home.wait_for_url(re.compile(r"search\?q=password"))
    home.locator(".hit a").first.click()
    home.wait_for_url(re.compile(r"/en/articles/"))
    home.go_back()
    expect(home.locator("h1")).to_contain_text("results for")
    expect(home.locator("#q")).to_have_value("password")


@pytest.mark.parametrize(
    ("locale", "typed"), [("en", "password"), ("vi", "mat khau"), ("zh-Hant", "密碼")]
)
def test_everything_works_without_javascript(browser, site, locale, typed):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{site}/{locale}/")
    assert page.locator("#q").get_attribute("role") is None
    page.locator("#q").fill(typed)
    page.locator("#q").press("Enter")
    page.wait_for_url(re.compile(rf"/{locale}/search\?q="))
    page.locator(".hit a").first.click()
    page.wait_for_url(re.compile(rf"/{locale}/articles/"))
    expect(page.locator("h1")).to_be_visible()
    page.locator(".menu summary").click()
    page.locator(".menu a[lang=en]").click()
    page.wait_for_url(re.compile(r"/en/articles/"))
    context.close()


def test_sections_of_an_article_can_be_linked(page, site):
    page.goto(f"{site}/vi/articles/reset-password")
    link = page.locator(".prose h2 .copy").first
    link.click()
    assert "#" in page.url
    assert page.evaluate("document.querySelector(':target') !== null")
