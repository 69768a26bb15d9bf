"""Votes below an article: by keyboard, with the script in place and without any."""

import pytest
from browser_checks import accessibility_problems
from playwright.sync_api import expect

ARTICLE = "/en/articles/track-parcel"


@pytest.fixture
def plain_page(browser):
    """A page of a browser that runs no scripts."""
    context = browser.new_context(java_script_enabled=False)
    yield context.new_page()
    context.close()


def press_until_focused(page, control, key="Tab"):
    for _ in range(60):
        if control.evaluate("element => element === document.activeElement"):
            return
        page.keyboard.press(key)
    pytest.fail("the keyboard does not get there")


def test_a_vote_by_keyboard_stays_on_the_page_and_is_thanked_for(page, site):
    page.goto(site + ARTICLE)
    press_until_focused(page, page.get_by_role("button", name="Yes"))
    page.keyboard.press("Enter")
    status = page.locator("#feedback [role=status]")
    expect(status).to_have_text("Thank you for telling us.")
    expect(page.get_by_role("region", name="Was this helpful?")).to_be_focused()
    assert page.url == site + ARTICLE
    assert accessibility_problems(page) == []


def test_a_no_goes_on_to_its_reason_by_keyboard(page, site):
    page.goto(site + ARTICLE)
    press_until_focused(page, page.get_by_role("button", name="No"))
    page.keyboard.press("Space")
    expect(page.get_by_role("group", name="What is the matter?")).to_be_visible()
    expect(page.locator("#feedback")).to_be_focused()
    assert accessibility_problems(page) == []
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowDown")
    expect(page.get_by_label("It is hard to understand")).to_be_checked()
    page.keyboard.press("Tab")
    page.keyboard.type("Step two.")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#feedback [role=status]")).to_have_text(
        "Thank you. The writers of this article will read that."
    )
    expect(page.locator("#feedback fieldset")).to_have_count(0)


def test_a_vote_that_does_not_arrive_can_be_sent_again(page, context, site):
    page.goto(site + ARTICLE)
    yes = page.get_by_role("button", name="Yes")
    context.set_offline(True)
    yes.press("Enter")
    expect(page.locator("#feedback [role=status]")).to_contain_text("Please try again.")
    expect(yes).to_be_focused()
    context.set_offline(False)
    yes.press("Enter")
    expect(page.locator("#feedback [role=status]")).to_contain_text("Thank you")


def test_without_scripts_a_vote_leads_back_to_where_it_was_given(plain_page, site):
    page = plain_page
    page.goto(site + ARTICLE)
    page.get_by_role("button", name="No").press("Enter")
    page.wait_for_url(f"{site}{ARTICLE}?thanks=no#feedback")
    expect(page.locator("#feedback")).to_be_in_viewport()
    expect(page.locator("#feedback [role=status]")).to_contain_text("Thank you")
    page.get_by_label("Something is missing").press("Space")
    page.get_by_label("Anything else?").fill("The map.")
    page.get_by_role("button", name="Send").press("Enter")
    page.wait_for_url(f"{site}{ARTICLE}?thanks=no_why#feedback")
    page.get_by_role("link", name="Change your answer").press("Enter")
    page.wait_for_url(f"{site}{ARTICLE}#feedback")
    page.get_by_role("button", name="Yes").press("Enter")
    page.wait_for_url(f"{site}{ARTICLE}?thanks=yes#feedback")


@pytest.mark.parametrize("locale", ["vi", "zh-Hant"])
def test_thanks_speak_the_language_of_the_page(page, site, locale):
    page.goto(f"{site}/{locale}/articles/track-parcel")
    page.locator("#feedback button[value=no]").click()
    expect(page.locator("#feedback fieldset")).to_be_visible()
    assert "Thank" not in page.locator("#feedback").inner_text()
