"""What an agent does in the console with the keyboard, as steps of tests."""

import pytest
from playwright.sync_api import expect

MESSAGE = (
    "Hello,\n\nHow do I reset my password? You can reach me at "
    "+44 20 7946 0958 or ann.smith@example.com.\n\nBest regards\nAnn Smith"
)
HISTORY = "Who may see the password history of a customer?"
SORRY = "we are sorry for the delay"
UNANSWERED = "Do zebras quarrel about lunch on Saturn? Ask bob@example.com"


def message_of(page):
    return page.get_by_role("textbox", name="Customer’s message, or words to search for")


def chosen(page):
    return page.locator("[role=option][aria-selected=true]")


def said(page, text):
    expect(page.locator("[role=status]")).to_have_text(text)


def paste(page, text):
    page.evaluate("text => navigator.clipboard.writeText(text)", text)
    page.keyboard.press("Control+V")


def ask(page, text):
    """Paste a message and go to its answers."""
    paste(page, text)
    page.keyboard.press("Control+Enter")
    expect(chosen(page)).to_be_focused()


def search(page, text):
    """The same as a search for these words."""
    page.get_by_role("radio", name="Search").check(force=True)
    message_of(page).focus()
    ask(page, text)


def clipboard(page):
    """Return what is on the clipboard, by type."""
    return page.evaluate(
        """async () => {
             const [item] = await navigator.clipboard.read();
             const text = async type => [type, await (await item.getType(type)).text()];
             return Object.fromEntries(await Promise.all(item.types.map(text)));
           }"""
    )


def until_focused(page, control, key="Tab"):
    for _ in range(60):
        if control.evaluate("element => element === document.activeElement"):
            return
        page.keyboard.press(key)
    pytest.fail("the keyboard does not get there")
