"""`kb serve --watch` as a writer uses it: a file is saved, and the page in the browser changes."""

import pytest
from browser_checks import accessibility_problems
from site_server import run_kb, serving

LINES = "\n\n".join(f"Line {number} of a long article." for number in range(80))
ARTICLE = """\
---
title: How do I send a parcel?
audience: public
---
Take it to a depot.

{lines}

## At the end

{word} is what it says here.
"""
SECONDS = 30_000


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("watched")
    save(folder, "Before")
    (folder / "articles" / "en" / "parcels" / "draft.md").write_text(
        "---\ntitle: What is new?\nstatus: draft\n---\nA draft.\n", encoding="utf-8"
    )
    return folder


@pytest.fixture(scope="module")
def address(folder):
    with serving(folder, "--watch") as address:
        yield address


def save(folder, word, title="How do I send a parcel?"):
    file = folder / "articles" / "en" / "parcels" / "send.md"
    file.parent.mkdir(parents=True, exist_ok=True)
    text = ARTICLE.format(lines=LINES, word=word).replace("How do I send a parcel?", title)
    file.write_text(text, encoding="utf-8")


def test_what_is_saved_is_seen_where_the_reader_is(page, folder, address):
    said = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.goto(f"{address}/preview/en/parcels/send.md")
    page.locator("#view-agents").focus()
    page.evaluate("window.isTheSamePage = true; scrollTo(0, 900)")
    save(folder, "Afterwards")
    page.get_by_text("Afterwards is what it says here.").wait_for(timeout=SECONDS)
    assert page.evaluate("window.isTheSamePage")
    assert abs(page.evaluate("scrollY") - 900) < 2
    assert page.evaluate("document.activeElement.id") == "view-agents"
    # An error takes the article's place, and goes with the next save.
    save(folder, "Afterwards", title="Parcels: how do I send one?")
    page.get_by_text("a value that holds a colon").wait_for(timeout=SECONDS)
    assert page.get_by_text("Afterwards is what it says here.").count() == 1
    save(folder, "Mended")
    page.get_by_text("Mended is what it says here.").wait_for(timeout=SECONDS)
    assert page.locator(".broken").count() == 0
    assert abs(page.evaluate("scrollY") - 900) < 2
    assert said == []


def test_the_pages_of_customers_follow_when_the_index_does(page, folder, address):
    page.goto(f"{address}/en/articles/send")
    save(folder, "Published")
    page.get_by_text("Published is what it says here.").wait_for(timeout=SECONDS)
    # Whoever is typing is not interrupted.
    page.locator("#q").fill("parcel")
    page.evaluate("window.isTheSamePage = true")
    save(folder, "Later")
    page.wait_for_function(
        "async () => (await (await fetch(location.href)).text()).includes('Later is')",
        timeout=SECONDS,
    )
    assert page.evaluate("window.isTheSamePage")
    page.keyboard.press("Shift+Tab")
    page.get_by_text("Later is what it says here.").wait_for(timeout=SECONDS)


def test_it_is_accessible_and_narrow_and_used_by_the_keyboard(page, address):
    file = f"{address}/preview/en/parcels/draft.md"
    for path in (f"{address}/preview/", file, f"{file}?view=agents", f"{file}?view=search"):
        page.goto(path)
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            assert accessibility_problems(page) == [], (path, scheme)
        page.set_viewport_size({"width": 320, "height": 640})
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, path
    page.goto(f"{address}/preview/")
    page.locator("#path").focus()
    page.keyboard.type("draft")
    page.keyboard.press("Enter")
    page.wait_for_url("**/preview/?q=draft*")
    page.get_by_role("link", name="What is new?").press("Enter")
    page.get_by_role("link", name="In the search").press("Enter")
    page.wait_for_url("**view=search")


def test_without_a_script_a_reload_does_the_same(browser, folder, address):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{address}/preview/en/parcels/send.md")
    save(folder, "By hand")
    page.reload()
    assert page.get_by_text("By hand is what it says here.").count() == 1
    context.close()


def test_it_is_refused_where_others_could_see_it(folder):
    refused = run_kb(folder, "serve", "--watch", "--host", "0.0.0.0")
    assert refused.returncode == 2
    assert "0.0.0.0 is not an address of this machine alone" in refused.stderr
