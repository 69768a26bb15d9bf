"""Copying from the agent console: in every form, internal texts and unfilled replies held back."""

from browser_checks import accessibility_problems
from desk_steps import HISTORY, MESSAGE, SORRY, ask, chosen, clipboard, said, search
from playwright.sync_api import expect


def test_a_copy_is_rich_and_plain_at_once_and_counts_as_used(desk):
    ask(desk, MESSAGE)
    desk.keyboard.press("ArrowRight")
    expect(desk.locator(".reading")).to_have_attribute("data-level", "section")
    desk.keyboard.press("c")
    said(desk, "Copied")
    copied = clipboard(desk)
    assert set(copied) == {"text/plain", "text/html"}
    assert "<" not in copied["text/plain"]
    assert "<" in copied["text/html"]
    assert "class=" not in copied["text/html"]
    expect(chosen(desk)).to_contain_text("✓ Copied")
    expect(desk.get_by_role("navigation", name="Used in this conversation")).to_be_visible()


def test_plain_text_markdown_and_link_have_a_key_each(desk):
    ask(desk, MESSAGE)
    desk.keyboard.press("ArrowRight")
    desk.keyboard.press("ArrowRight")
    expect(desk.locator(".reading")).to_have_attribute("data-level", "article")
    desk.keyboard.press("t")
    said(desk, "Copied as plain text")
    assert "1. Choose" in clipboard(desk)["text/plain"]
    desk.keyboard.press("m")
    said(desk, "Copied as Markdown")
    assert "## Ask for the reset mail" in clipboard(desk)["text/plain"]
    desk.keyboard.press("l")
    said(desk, "Link copied")
    copied = clipboard(desk)
    assert copied["text/plain"].startswith("http")
    assert "/en/articles/reset-password" in copied["text/plain"]
    assert f'href="{copied["text/plain"]}"' in copied["text/html"]


def test_an_internal_text_is_copied_only_after_a_question(desk):
    search(desk, HISTORY)
    expect(chosen(desk)).to_contain_text("Internal")
    desk.evaluate("navigator.clipboard.writeText('before')")
    desk.keyboard.press("c")
    dialog = desk.get_by_role("dialog", name="Copy an internal text?")
    expect(dialog.get_by_role("button", name="Cancel")).to_be_focused()
    assert accessibility_problems(desk) == []
    desk.keyboard.press("Enter")
    expect(dialog).to_be_hidden()
    assert clipboard(desk)["text/plain"] == "before"
    expect(chosen(desk)).to_be_focused()
    desk.keyboard.press("c")
    desk.keyboard.press("Tab")
    desk.keyboard.press("Enter")
    said(desk, "Copied")
    assert "second line" in clipboard(desk)["text/plain"]


def test_the_link_of_an_internal_article_is_refused(desk):
    search(desk, HISTORY)
    desk.evaluate("navigator.clipboard.writeText('before')")
    desk.keyboard.press("l")
    said(desk, "Not copied: customers cannot open this article")
    assert clipboard(desk)["text/plain"] == "before"


def test_where_the_clipboard_is_closed_the_old_way_copies(desk):
    ask(desk, MESSAGE)
    desk.evaluate(
        "() => { navigator.clipboard.write = () => Promise.reject(new Error('closed')); }"
    )
    desk.keyboard.press("c")
    said(desk, "Copied")
    assert set(clipboard(desk)) == {"text/plain", "text/html"}


def test_where_nothing_copies_the_text_is_there_selected(desk):
    ask(desk, MESSAGE)
    desk.evaluate(
        """() => {
             navigator.clipboard.write = () => Promise.reject(new Error("closed"));
             document.execCommand = () => false;
           }"""
    )
    desk.keyboard.press("c")
    field = desk.get_by_role("textbox", name="Text to copy")
    expect(field).to_be_focused()
    shown = field.input_value()
    assert shown
    assert desk.evaluate("getSelection().toString()") == shown
    assert accessibility_problems(desk) == []


def test_a_reply_is_not_copied_before_its_variables_are_filled(desk):
    search(desk, SORRY)
    expect(chosen(desk)).to_contain_text("Canned reply")
    first_name = desk.get_by_role("textbox", name="First name")
    expect(first_name).to_be_visible()
    desk.keyboard.press("c")
    said(desk, "Fill in first: First name")
    expect(first_name).to_be_focused()
    assert accessibility_problems(desk) == []
    desk.keyboard.type("Ánh")
    expect(desk.locator(".quote")).to_contain_text("Dear Ánh,")
    chosen(desk).focus()
    desk.keyboard.press("c")
    said(desk, "Copied")
    copied = clipboard(desk)
    assert copied["text/plain"].startswith("Dear Ánh,")
    assert "Your parcel comes tomorrow." in copied["text/plain"]
    assert copied["text/plain"].endswith("Ann Lee")
    assert "<strong>sorry</strong>" in copied["text/html"]


def test_values_of_a_conversation_are_kept_for_the_next_reply(desk):
    desk.evaluate(
        """async () => {
             const script = document.querySelector("script[src$='agent.js']").src;
             (await import(script)).setVariables({"customer.first_name": "Bình"});
           }"""
    )
    search(desk, SORRY)
    expect(desk.get_by_role("textbox", name="First name")).to_have_value("Bình")
    expect(desk.locator(".quote")).to_contain_text("Dear Bình,")
