"""The agent console by keyboard: paste, choose, read, say what became of it."""

import re

import pytest
from browser_checks import accessibility_problems, layout_shift, markup_problems
from desk_steps import (
    MESSAGE,
    UNANSWERED,
    ask,
    chosen,
    message_of,
    paste,
    said,
    search,
    until_focused,
)
from playwright.sync_api import expect


def test_the_message_has_the_focus_and_a_pasted_one_is_answered(desk):
    expect(message_of(desk)).to_be_focused()
    paste(desk, MESSAGE)
    expect(chosen(desk)).to_contain_text("How do I reset my password?")
    expect(desk.get_by_role("region", name="Text of the answer")).to_contain_text(
        "How do I reset my password?"
    )
    expect(message_of(desk)).to_be_focused()
    expect(desk.locator(".verdict h2")).to_have_text(re.compile("Sure|Maybe"))
    assert accessibility_problems(desk) == []


def test_answers_are_chosen_by_arrows_and_letters_and_lead_back(desk):
    search(desk, "depot open")
    first = chosen(desk).inner_text()
    desk.keyboard.press("ArrowDown")
    second = chosen(desk).inner_text()
    assert second != first
    expect(chosen(desk)).to_be_focused()
    desk.keyboard.press("k")
    assert chosen(desk).inner_text() == first
    desk.keyboard.press("j")
    assert chosen(desk).inner_text() == second
    desk.keyboard.press("Home")
    desk.keyboard.press("ArrowUp")
    expect(message_of(desk)).to_be_focused()
    desk.keyboard.press("ArrowDown")
    expect(chosen(desk)).to_be_focused()
    desk.keyboard.press("/")
    expect(message_of(desk)).to_be_focused()
    assert message_of(desk).input_value() == "depot open"


def test_tab_leads_through_the_console_and_the_list_is_one_stop(desk):
    search(desk, "depot open")
    message_of(desk).focus()
    until_focused(desk, chosen(desk))
    desk.keyboard.press("Tab")
    until_focused(desk, desk.get_by_role("button", name="Section"))
    assert desk.locator("[role=option][tabindex='0']").count() == 1


def test_a_passage_a_section_and_the_article_are_read_in_the_same_place(desk):
    ask(desk, MESSAGE)
    reading = desk.locator(".reading")
    expect(reading).to_have_attribute("data-level", "passage")
    desk.keyboard.press("ArrowRight")
    expect(reading).to_have_attribute("data-level", "section")
    desk.keyboard.press("Enter")
    expect(reading).to_have_attribute("data-level", "article")
    expect(desk.get_by_role("button", name="Article", exact=True)).to_have_attribute(
        "aria-pressed", "true"
    )
    expect(reading.locator("table")).to_be_visible()
    desk.keyboard.press("ArrowLeft")
    expect(reading).to_have_attribute("data-level", "section")
    expect(chosen(desk)).to_be_focused()


def test_not_helpful_and_used_are_said_with_one_key(desk):
    ask(desk, MESSAGE)
    desk.keyboard.press("n")
    said(desk, "Noted: Not helpful")
    expect(chosen(desk)).to_contain_text("✓ Not helpful")
    desk.keyboard.press("u")
    said(desk, "Noted: Used")
    expect(chosen(desk)).to_contain_text("✓ Used")


def test_an_update_is_asked_for_with_a_reason(desk):
    ask(desk, MESSAGE)
    desk.keyboard.press("w")
    dialog = desk.get_by_role("dialog", name="What has to be updated?")
    expect(dialog.get_by_role("textbox")).to_be_focused()
    assert accessibility_problems(desk) == []
    desk.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(chosen(desk)).not_to_contain_text("✓")
    desk.keyboard.press("w")
    desk.keyboard.type("The button is called Reset now")
    until_focused(desk, dialog.get_by_role("button", name="Send to the writers"))
    desk.keyboard.press("Enter")
    said(desk, "Noted: Needs update")
    expect(chosen(desk)).to_contain_text("✓ Needs update")


def test_no_answer_is_said_and_a_missing_article_reported_without_personal_data(desk):
    paste(desk, UNANSWERED)
    expect(desk.locator(".verdict h2")).to_have_text("No answer")
    expect(chosen(desk)).to_have_count(0)
    assert accessibility_problems(desk) == []
    desk.get_by_role("button", name="Keys").focus()
    desk.keyboard.press("x")
    field = desk.get_by_role("textbox", name="Question that nothing answers")
    expect(field).to_be_focused()
    assert "Do zebras quarrel" in field.input_value()
    assert "bob@example.com" not in field.input_value()
    assert accessibility_problems(desk) == []
    until_focused(
        desk, desk.get_by_role("dialog").get_by_role("button", name="Send to the writers")
    )
    desk.keyboard.press("Enter")
    said(desk, "Sent to the writers")


def test_a_message_without_an_answer_is_searched_in_other_words(desk):
    paste(desk, UNANSWERED)
    desk.get_by_role("button", name="Search in your own words").press("Enter")
    expect(desk.get_by_role("radio", name="Search")).to_be_checked()
    expect(message_of(desk)).to_be_focused()
    desk.keyboard.type("password")
    expect(chosen(desk)).to_contain_text("password")


def test_the_keys_are_listed_and_single_ones_can_be_switched_off(desk):
    ask(desk, MESSAGE)
    desk.keyboard.press("?")
    dialog = desk.get_by_role("dialog", name="Keys")
    expect(dialog).to_be_visible()
    assert accessibility_problems(desk) == []
    switch = dialog.get_by_role("checkbox")
    until_focused(desk, switch)
    desk.keyboard.press("Space")
    desk.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    desk.reload()
    message_of(desk).focus()
    ask(desk, MESSAGE)
    for key in ("n", "c", "w", "x", "?", "/"):
        desk.keyboard.press(key)
    expect(desk.get_by_role("dialog")).to_have_count(0)
    expect(chosen(desk)).to_be_focused()
    expect(chosen(desk)).not_to_contain_text("✓")
    desk.keyboard.press("ArrowRight")
    expect(desk.locator(".reading")).to_have_attribute("data-level", "section")
    desk.get_by_role("button", name="Not helpful").press("Enter")
    said(desk, "Noted: Not helpful")


def test_letters_that_are_typed_are_only_typed(desk):
    ask(desk, MESSAGE)
    desk.keyboard.press("/")
    desk.keyboard.type("cxwnu?/")
    assert message_of(desk).input_value() == "cxwnu?/"
    expect(desk.get_by_role("dialog")).to_have_count(0)


def test_other_languages_are_one_key_away(desk):
    ask(desk, "How do I reset my password?")
    others = desk.get_by_role("group", name="In other languages")
    expect(others).to_be_hidden()
    desk.keyboard.press("g")
    expect(others).to_be_visible()
    expect(chosen(desk)).to_contain_text("Tiếng Việt")
    expect(chosen(desk)).to_be_focused()
    assert accessibility_problems(desk) == []
    desk.keyboard.press("g")
    expect(others).to_be_hidden()
    expect(chosen(desk)).to_contain_text("How do I reset my password?")


def test_filters_narrow_the_search_in_the_same_place(desk):
    search(desk, "password")
    desk.get_by_text("Filters").press("Enter")
    desk.get_by_role("combobox", name="Readers").select_option("internal")
    expect(desk.locator("[role=option]")).to_have_count(1)
    expect(chosen(desk)).to_contain_text("Internal")
    assert accessibility_problems(desk) == []
    desk.get_by_role("checkbox", name="Verified only").check()
    expect(desk.locator(".verdict h2")).to_have_text("No answer")
    expect(desk.get_by_text("The filters hide")).to_be_visible()


def test_what_was_used_stays_in_reach_until_a_new_conversation(desk):
    ask(desk, MESSAGE)
    desk.keyboard.press("c")
    said(desk, "Copied")
    desk.keyboard.press("/")
    ask(desk, "When is depot 3 open?")
    used = desk.get_by_role("navigation", name="Used in this conversation")
    used.get_by_role("button", name="How do I reset my password?").press("Enter")
    expect(desk.locator(".reading h2").first).to_have_text("How do I reset my password?")
    desk.reload()
    expect(used).to_be_visible()
    desk.get_by_role("button", name="New conversation").press("Enter")
    expect(used).to_be_hidden()
    expect(message_of(desk)).to_be_focused()
    expect(message_of(desk)).to_have_value("")
    said(desk, "New conversation")


def test_the_answer_to_an_older_message_never_replaces_a_newer_one(desk):
    held = []

    def hold_first(route):
        if not held:
            held.append(route)
        else:
            route.continue_()

    desk.route("**/agent?*", hold_first)
    paste(desk, "When is depot 3 open?")
    desk.wait_for_timeout(50)
    desk.keyboard.press("Control+A")
    paste(desk, MESSAGE)
    expect(chosen(desk)).to_contain_text("How do I reset my password?")
    held[0].abort()
    desk.wait_for_timeout(100)
    expect(chosen(desk)).to_contain_text("How do I reset my password?")


def test_a_server_that_does_not_answer_is_named_and_the_message_stays(desk):
    desk.context.set_offline(True)
    desk.keyboard.type("password")
    said(desk, "The server does not answer. Try again.")
    assert message_of(desk).input_value() == "password"
    desk.context.set_offline(False)
    desk.keyboard.press("Control+Enter")
    expect(chosen(desk)).to_be_focused()


def test_somebody_who_was_signed_out_is_told_so(desk):
    desk.context.clear_cookies()
    desk.keyboard.type("password")
    said(desk, "You have been signed out. Reload the page to sign in.")
    assert message_of(desk).input_value() == "password"


@pytest.mark.parametrize("width", [1280, 390])
def test_nothing_moves_when_answers_arrive(desk, width):
    desk.set_viewport_size({"width": width, "height": 800})
    desk.reload()
    message_of(desk).focus()
    paste(desk, MESSAGE)
    expect(chosen(desk)).to_be_visible()
    message_of(desk).focus()
    desk.keyboard.press("Control+A")
    paste(desk, "When is depot 3 open?")
    expect(chosen(desk)).to_contain_text("depot")
    assert layout_shift(desk) < 0.001
    assert desk.evaluate("document.documentElement.scrollWidth") <= width


def test_everything_is_there_without_scrolling_the_page(desk):
    ask(desk, MESSAGE)
    assert desk.evaluate("document.documentElement.scrollHeight") <= 800
    for button in desk.locator(".console button[aria-keyshortcuts]").all():
        if button.is_visible():
            expect(button).to_be_in_viewport()


def test_each_single_key_that_acts_is_the_key_of_a_button(desk):
    ask(desk, "How do I reset my password?")
    for key in "jkctmlounwxg?":
        expect(
            desk.locator(f'.console button[aria-keyshortcuts="{key}"]:visible').first
        ).to_be_visible()


def test_without_a_script_messages_are_answered_and_answers_read(browser, signed_in, site):
    context = browser.new_context(storage_state=signed_in, java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{site}/agent?locale=en")
    page.locator("textarea[name=message]").fill(MESSAGE)
    page.get_by_role("button", name="Find answers").press("Enter")
    expect(page.locator(".reading h2").first).to_have_text("How do I reset my password?")
    expect(page.locator("textarea[name=message]")).to_have_value(MESSAGE)
    for button in page.locator("button.needs-js, .tools button").all():
        expect(button).to_be_hidden()
    page.get_by_role("link", name="How do I reset my password?").first.click()
    page.wait_for_url("**/agent/section?**")
    expect(page.locator(".reading h2").first).to_have_text("How do I reset my password?")
    context.close()


@pytest.mark.parametrize("locale", ["vi", "zh-Hant"])
def test_the_console_speaks_the_language_of_its_page(desk, site, locale):
    desk.goto(f"{site}/agent?locale={locale}&q=%E5%AF%86%E7%A2%BC%20password")
    text = desk.locator("body").inner_text()
    for english in ("Answers", "Copy", "Not helpful", "Filters", "New conversation", "Keys"):
        assert english not in text


def test_forced_colours_show_which_answer_is_chosen(desk):
    desk.emulate_media(forced_colors="active")
    ask(desk, MESSAGE)
    message_of(desk).focus()
    outline = chosen(desk).evaluate("element => getComputedStyle(element).outlineStyle")
    assert outline == "solid"


def test_the_nu_checker_finds_nothing_in_the_console_as_the_script_leaves_it(
    desk, checker, tmp_path
):
    states = {
        "answers": lambda: ask(desk, "How do I reset my password?"),
        "others": lambda: desk.keyboard.press("g"),
        "keys": lambda: desk.keyboard.press("?"),
    }
    files = []
    for name, reach in states.items():
        reach()
        desk.wait_for_timeout(200)
        file = tmp_path / f"console-{name}.html"
        html = desk.evaluate("document.documentElement.outerHTML")
        file.write_text(f"<!doctype html>\n{html}", encoding="utf-8")
        files.append(file)
    assert markup_problems(checker, files) == []
