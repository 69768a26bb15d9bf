"""The console in other tools: a frame on another origin, Chatwoot, Zendesk, a bookmark."""

import json
import subprocess
from urllib.parse import quote

import pytest
from browser_checks import problems_in_both_schemes
from host_site import host_site
from sample_site import TOPICS, sample_articles
from site_files import commit, write_articles, write_topics
from site_server import CONFIG, served

from kb.events.database import Database
from kb.staff.accounts import Accounts

PASSWORD = "correct horse battery staple"
TRACK = "Hello, how do I track a parcel? Thank you"
FRAMED = """
[embed]
origins = ["{origin}", "http://*.desk.localhost"]
"""
# What Zendesk's script does, as far as a page sees it: values by name, and what was invoked.
SDK = """
  const values = {values};
  window.invoked = [];
  window.ZAFClient = {{ init: () => ({{
    get: async (names) => Object.fromEntries(names.map((name) => [name, values[name]])),
    invoke: async (...said) => {{ window.invoked.push(said); }},
    on: (event, run) => {{ window.changed = run; }},
  }}) }};
"""
SDK_ADDRESS = "https://static.zdassets.com/zendesk_app_framework_sdk/2.0/zaf_sdk.min.js"


@pytest.fixture(scope="module")
def desk():
    with host_site() as origin:
        yield origin


@pytest.fixture(scope="module")
def stranger():
    with host_site() as origin:
        yield origin


@pytest.fixture(scope="module")
def shop(tmp_path_factory, desk):
    folder = tmp_path_factory.mktemp("framed")
    articles = folder / "articles"
    write_articles(articles, sample_articles())
    write_topics(articles, TOPICS)
    commit(articles)
    Accounts(Database(f"sqlite:///{folder / 'var' / 'kb.sqlite3'}")).add("ann", "agent", PASSWORD)
    with served(folder, CONFIG + FRAMED.format(origin=desk)) as address:
        yield address


def app_context(*messages, name="Nguyễn Văn An", number=7):
    """What Chatwoot sends about a conversation: a string of JSON."""
    sender = {"id": 1, "name": name, "email": "an@example.com", "custom_attributes": {}}
    conversation = {
        "id": number,
        "can_reply": True,
        "meta": {"sender": sender, "channel": "Channel::WebWidget", "hmac_verified": False},
        "messages": [
            {"id": place, "content": text, "message_type": kind, "conversation_id": number}
            for place, (kind, text) in enumerate(messages)
        ],
    }
    agent = {"id": 1, "name": "Bo", "email": "bo@example.com"}
    data = {"conversation": conversation, "contact": sender, "currentAgent": agent}
    return json.dumps({"event": "appContext", "data": data})


def open_desk(page, desk, address):
    page.goto(f"{desk}/?frame={quote(address)}")
    return page.frame_locator("iframe[title=Answers]")


def sign_in(frame):
    frame.get_by_label("User name").fill("ann")
    frame.get_by_label("Password").fill(PASSWORD)
    frame.get_by_role("button", name="Sign in").click()
    frame.locator(".console").wait_for()


def framed(page, desk, shop, tool):
    frame = open_desk(page, desk, f"{shop}/embed/{tool}")
    sign_in(frame)
    return frame


def tell(page, context):
    page.evaluate("said => { window.context = said; window.tell(said); }", context)


def paste(page):
    """Return what is on the clipboard, by its type, as the host's editor gets it."""
    page.locator("#reply").click()
    page.keyboard.press("Control+V")
    page.wait_for_function("Object.keys(window.pasted).length")
    return page.evaluate("window.pasted")


def first_answer(frame):
    return frame.locator("li[role=option]").first


def test_a_message_from_chatwoot_is_searched_and_its_answer_copied(page, desk, shop):
    frame = framed(page, desk, shop, "chatwoot")
    page.wait_for_function("window.asked.includes('chatwoot-dashboard-app:fetch-info')")
    tell(page, app_context((0, "Good morning"), (1, "How can I help?"), (0, TRACK), (1, "Hm")))
    first_answer(frame).wait_for()
    assert frame.locator("textarea").first.input_value() == TRACK
    assert "How do I track a parcel?" in first_answer(frame).inner_text()
    frame.locator("button[data-do=rich]").click()
    frame.locator("[role=status]", has_text="Copied").wait_for()
    pasted = paste(page)
    assert "number of the parcel" in pasted["text/plain"]
    assert "number of the parcel" in pasted["text/html"]
    assert "<" in pasted["text/html"]
    assert "<" not in pasted["text/plain"]


def test_a_later_message_is_searched_when_the_agent_comes_back(page, desk, shop):
    frame = framed(page, desk, shop, "chatwoot")
    tell(page, app_context((0, TRACK)))
    first_answer(frame).wait_for()
    box = frame.locator("textarea").first
    box.fill("refund")
    tell(page, app_context((0, TRACK), (1, "One moment")))
    page.wait_for_timeout(200)
    assert box.input_value() == "refund"
    tell(page, app_context((0, TRACK), (0, "I forgot my password")))
    frame.locator("li[role=option]", has_text="password").first.wait_for()
    assert box.input_value() == "I forgot my password"


def test_what_chatwoot_says_otherwise_changes_nothing(page, desk, shop):
    problems = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    frame = framed(page, desk, shop, "chatwoot")
    for said in (
        "not json",
        "{}",
        '{"event": "appContext", "data": {}}',
        app_context(),  # no messages
        app_context((1, TRACK), (2, TRACK), (0, None)),  # nothing from the customer
        {"event": "appContext"},  # an object
    ):
        page.evaluate("said => window.tell(said)", said)
        page.wait_for_timeout(200)
        assert frame.locator("textarea").first.input_value() == "", said
        assert problems == [], said


def test_messages_from_anywhere_else_are_ignored(page, desk, stranger, shop):
    frame = framed(page, desk, shop, "chatwoot")
    # Another frame on the host's page can reach ours.
    page.evaluate(
        """address => new Promise((resolve) => {
             const other = document.createElement("iframe");
             other.src = address;
             other.onload = resolve;
             document.body.append(other);
           })""",
        f"{stranger}/?frame=about:blank",
    )
    other = next(each for each in page.frames if each.url.startswith(stranger))
    other.evaluate("said => parent.frames[0].postMessage(said, '*')", app_context((0, TRACK)))
    page.wait_for_timeout(300)
    assert frame.locator("textarea").first.input_value() == ""
    tell(page, app_context((0, TRACK)))
    first_answer(frame).wait_for()


@pytest.mark.parametrize("tool", ["agent", "chatwoot", "zendesk", "sign-in"])
def test_a_site_that_is_not_in_the_settings_may_not_frame_it(page, stranger, shop, tool):
    said = []
    page.on("console", lambda message: said.append(message.text))
    page.goto(f"{stranger}/?frame={quote(f'{shop}/embed/{tool}')}")
    page.wait_for_timeout(300)
    assert any("frame-ancestors" in line for line in said)
    assert page.frame_locator("iframe").locator(".console, form").count() == 0


def test_what_is_not_for_frames_cannot_be_framed_by_anybody(page, desk, shop):
    for path in ("/en/", "/agent", "/sign-in"):
        said = []
        page.on("console", lambda message, said=said: said.append(message.text))
        page.goto(f"{desk}/?frame={quote(shop + path)}")
        page.wait_for_timeout(200)
        assert any("frame-ancestors" in line for line in said), path


def test_signing_out_inside_a_frame_leads_back_to_the_form(page, desk, shop):
    frame = framed(page, desk, shop, "agent")
    frame.get_by_role("button", name="Sign out").click()
    frame.get_by_label("Password").wait_for()


def zendesk(page, desk, shop, values):
    script = SDK.format(values=json.dumps(values))
    page.route(
        SDK_ADDRESS, lambda route: route.fulfill(body=script, content_type="text/javascript")
    )
    return framed(page, desk, shop, "zendesk")


def said_by(author, role, text, at, kind="text/plain"):
    return {
        "author": {"id": 1, "name": author, "role": role, "avatar": ""},
        "channel": {"name": "web"},
        "message": {"content": text, "contentType": kind},
        "timestamp": f"2026-11-23T09:{at:02}:00.000Z",
        "attachments": [],
    }


def test_a_ticket_of_zendesk_is_searched_and_its_answer_inserted(page, desk, shop):
    values = {
        "ticket.id": 42,
        "ticket.requester.name": "Ann Lee",
        "ticket.requester.email": "ann@example.com",
        "ticket.description": "I forgot my password",
        "ticket.conversation": [
            said_by("Ann Lee", "end-user", f"<p>Hello,</p><p>{TRACK}</p>", 3, "text/html"),
            said_by("Ann Lee", "end-user", "I forgot my password", 1),
            said_by("Bo", "agent", "Where do I get an invoice?", 9),
        ],
    }
    frame = zendesk(page, desk, shop, values)
    first_answer(frame).wait_for()
    assert frame.locator("textarea").first.input_value() == f"Hello,\n{TRACK}"
    frame.get_by_role("button", name="Insert").click()
    frame.locator("[role=status]", has_text="Inserted").wait_for()
    inner = next(each for each in page.frames if each.url.startswith(shop))
    invoked = inner.evaluate("window.invoked")
    assert invoked[0][0] == "resize"
    name, text = invoked[1]
    assert name == "comment.appendText"
    assert "number of the parcel" in text


def test_a_new_ticket_without_a_conversation_takes_the_description(page, desk, shop):
    values = {"ticket.description": "I forgot my password", "ticket.requester.name": None}
    frame = zendesk(page, desk, shop, values)
    first_answer(frame).wait_for()
    assert frame.locator("textarea").first.input_value() == "I forgot my password"


def test_without_zendesks_script_the_console_works_as_everywhere(page, desk, shop):
    page.route(SDK_ADDRESS, lambda route: route.abort())
    frame = framed(page, desk, shop, "zendesk")
    frame.locator("textarea").first.fill(TRACK)
    first_answer(frame).wait_for()
    assert not frame.locator("button[data-do=insert]").is_visible()


def test_names_of_customers_become_variables(page, desk, shop):
    framed(page, desk, shop, "agent")
    inner = next(each for each in page.frames if each.url.startswith(shop))
    script = inner.locator("script[type=module]").get_attribute("src")
    for name, first, last in (
        ("Ann Lee", "Ann", "Lee"),
        ("Nguyễn Văn An", "An", "Nguyễn"),
        ("Nguyen Van An", "An", "Nguyen"),
        ("王小明", "王小明", None),
        ("Maria da Silva", "Maria", "Silva"),
        ("", None, None),
    ):
        found = inner.evaluate(
            "async ([from, name]) => (await import(from)).variablesOf(name, 'a@b.example', 7)",
            [script.replace("agent.js", "embed-names.js"), name],
        )
        assert found.get("customer.first_name") == first, name
        assert found.get("customer.last_name") == last, name
        assert found["customer.email"] == "a@b.example"
        assert found["conversation.id"] == "7"


PAGES = ["/embed/agent", "/embed/chatwoot", "/embed/zendesk", "/agent/tools"]


def signed_in_page(page, shop, path):
    """Open a page outside of any frame, signed in."""
    page.route(SDK_ADDRESS, lambda route: route.fulfill(body="", content_type="text/javascript"))
    page.goto(shop + path)
    if page.get_by_label("Password").count():
        page.get_by_label("User name").fill("ann")
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        page.wait_for_url(f"{shop}{path}*")


@pytest.fixture(scope="module")
def cookies(browser, shop):
    """Who has signed in, inside of frames and outside, keeps these."""
    context = browser.new_context()
    page = context.new_page()
    for path in ("/embed/agent", "/agent/tools"):
        signed_in_page(page, shop, path)
    kept = context.cookies()
    context.close()
    return kept


@pytest.mark.parametrize("locale", ["en", "vi", "zh-Hant"])
@pytest.mark.parametrize("path", PAGES)
def test_the_pages_are_accessible_and_fit_a_narrow_panel(page, shop, cookies, path, locale):
    said = []
    page.on("pageerror", lambda error: said.append(str(error)))
    page.context.add_cookies(cookies)
    page.route(SDK_ADDRESS, lambda route: route.fulfill(body="", content_type="text/javascript"))
    page.goto(f"{shop}{path}?locale={locale}")
    if path != "/agent/tools":
        page.locator("textarea").first.fill(TRACK)
        page.locator("li[role=option]").first.wait_for()
    if locale == "en":
        assert problems_in_both_schemes(page) == []
    page.set_viewport_size({"width": 320, "height": 640})
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    assert said == []


def test_the_nu_checker_finds_nothing(checker, page, shop, tmp_path):
    files = []
    for path in PAGES:
        signed_in_page(page, shop, path)
        for locale in ("en", "vi", "zh-Hant"):
            served_page = page.context.request.get(f"{shop}{path}?locale={locale}")
            assert served_page.ok
            file = tmp_path / f"{path.strip('/').replace('/', '-')}-{locale}.html"
            file.write_bytes(served_page.body())
            files.append(file)
    done = subprocess.run([*checker, *files], capture_output=True, text=True, check=False)
    found = [
        (each["url"].rpartition("/")[2], each["message"], each.get("extract", ""))
        for each in json.loads(done.stdout)["messages"]
        if "“inputmode” attribute is not supported" not in each["message"]
    ]
    assert found == []


def test_the_bookmark_runs_on_other_pages_and_not_on_ours(page, desk, shop):
    signed_in_page(page, shop, "/agent/tools")
    bookmark = page.locator("a[href^=javascript]").get_attribute("href")
    page.locator("a[href^=javascript]").click()
    page.wait_for_timeout(200)
    assert len(page.context.pages) == 1
    page.goto(f"{desk}/?frame=about:blank")
    page.evaluate(
        """text => {
             const reply = document.querySelector("#reply");
             reply.textContent = text;
             getSelection().selectAllChildren(reply);
           }""",
        f"{TRACK} & {'包裹' * 900}",
    )
    with page.expect_popup() as opened:
        page.evaluate("href => location.assign(href)", bookmark)
    popup = opened.value
    popup.wait_for_url(f"{shop}/agent?q=*")
    assert len(popup.url) < 6_200
    assert popup.locator("textarea").first.input_value().startswith(f"{TRACK} & 包裹")
