"""The agent console's page and fragments: what they show, to whom, and what is recorded."""

import pytest
from markupsafe import escape
from staff_site import Browser, staff_app
from stored import events_in

from kb.article import Article
from kb.testing import MemoryEngine

MESSAGE = (
    "Hello,\n\nI asked for a new password but the reset mail did not arrive. "
    "Write to ann@example.com or call +44 20 7946 0958.\n\nBest regards\nAnn"
)
ARTICLES = [
    Article(
        slug="reset-password",
        locale="en",
        title="How do I reset my password?",
        body="You can set a new password.\n\n## When the reset mail does not arrive\n\n"
        "Look in the **spam folder**. The reset mail may take ten minutes to arrive.\n\n"
        "- Write to [us](/en/articles/contact).\n",
        topic="account",
        audience="public",
    ),
    Article(
        slug="contact",
        locale="en",
        title="How do I reach a person?",
        body="Write or call us. We answer within a day.",
        topic="company",
        audience="public",
    ),
    Article(
        slug="lost-mailbox",
        locale="en",
        title="A customer has lost the mailbox of the reset mail",
        body="Ask two of the identity questions before you change an address.",
        topic="account",
        audience="internal",
    ),
    Article(
        slug="reset-reply",
        locale="en",
        title="Reply: the reset mail did not arrive",
        body="Dear {{ customer.first_name }},\n\nplease look for the reset mail in the folder "
        "{{ folder | 'Spam' }}.\n\n{{ agent.first_name }}, that is {{ agent.name }}",
        topic="account",
        kind="reply",
        audience="internal",
    ),
    Article(
        slug="reset-password",
        locale="vi",
        title="Làm thế nào để đặt lại mật khẩu?",
        body="Bạn có thể tự đặt lại mật khẩu. Hãy xem thư reset mail trong mục thư rác.",
        topic="account",
        audience="public",
    ),
]
FRAGMENT = {"X-Fragment": "answers", "Sec-Fetch-Dest": "empty"}


@pytest.fixture(scope="module")
def app(tmp_path_factory):
    return staff_app(tmp_path_factory.mktemp("console"), MemoryEngine(ARTICLES))


@pytest.fixture
def agent(app):
    browser = Browser(app)
    browser.come_in("agent-ann")
    browser.token = browser.token_on("/agent")
    return browser


def answers(agent, **form):
    return agent.post("/agent?locale=en", form, token=agent.token, headers=FRAGMENT)


def send(agent, path, **form):
    return agent.post(path, form, token=agent.token, headers={"X-Fragment": "x"})


def newest_event(app):
    store = app.extensions["kb"].store
    store.flush()
    return events_in(store.database)[-1]


def test_only_staff_come_in(app):
    stranger = Browser(app)
    assert stranger.get("/agent").status_code == 303
    assert stranger.get("/agent", headers={"Sec-Fetch-Dest": "empty"}).status_code == 401
    assert stranger.get("/agent/section?key=en/lost-mailbox").status_code == 303
    for path in ("/agent", "/agent/quote", "/agent/events"):
        assert stranger.post(path, {"key": "en/lost-mailbox"}).status_code in (303, 403)


def test_the_page_is_kept_by_no_cache_and_listed_nowhere(agent):
    response = agent.get("/agent?q=password")
    assert response.headers["Cache-Control"] == "no-store"
    assert response.headers["X-Robots-Tag"] == "noindex"
    assert "<script>" not in response.text
    assert "style=" not in response.text


def test_a_message_brings_the_part_of_the_page_that_changes(agent):
    text = answers(agent, message=MESSAGE).text
    assert "<html" not in text
    assert 'data-key="en/reset-password"' in text
    assert 'data-anchor="when-the-reset-mail-does-not-arrive"' in text


def test_without_a_script_the_same_form_brings_the_whole_page(agent):
    text = agent.post("/agent?locale=en", {"message": MESSAGE}, token=agent.token).text
    assert text.startswith("<!doctype html>")
    assert str(escape(MESSAGE.split("\n")[2])) in text
    assert 'class="quote prose' in text


def test_a_bookmark_may_bring_a_question(agent):
    text = agent.get("/agent?q=reset+mail").text
    assert ">reset mail</textarea>" in text
    assert 'data-key="en/reset-password"' in text


def test_a_report_of_a_missing_article_begins_without_personal_data(agent):
    text = answers(agent, message=MESSAGE).text
    shown = text.partition('data-masked="')[2].partition('"')[0]
    assert "reset mail did not arrive" in shown
    assert "ann@example.com" not in shown
    assert "7946" not in shown


def test_what_is_typed_is_text_and_never_markup(agent):
    text = answers(agent, message='password <img src=x onerror="a()"> {{ 7*7 }}').text
    assert "<img" not in text


def test_public_internal_and_reply_are_told_apart_by_a_word(agent):
    text = answers(agent, message="reset mail", mode="search").text
    by_key = {part.partition('"')[0]: part for part in text.split('data-key="')}
    assert 'data-readers="public"' in by_key["en/reset-password"]
    assert "Public</span>" in by_key["en/reset-password"]
    assert 'data-readers="internal"' in by_key["en/lost-mailbox"]
    assert "Internal</span>" in by_key["en/lost-mailbox"]
    assert 'data-readers="reply"' in by_key["en/reset-reply"]
    assert "Canned reply</span>" in by_key["en/reset-reply"]


@pytest.mark.parametrize(
    ("filters", "left"),
    [
        pytest.param({}, {"en/reset-password", "en/lost-mailbox", "en/reset-reply"}, id="none"),
        pytest.param({"audience": "public"}, {"en/reset-password"}, id="public"),
        pytest.param({"audience": "internal"}, {"en/lost-mailbox", "en/reset-reply"}, id="staff"),
        pytest.param({"replies": "1"}, {"en/reset-reply"}, id="replies"),
        pytest.param({"topic": "company"}, set(), id="topic"),
        pytest.param({"language": "vi"}, {"vi/reset-password"}, id="language"),
        pytest.param({"verified": "1"}, set(), id="verified"),
    ],
)
def test_filters_narrow_what_is_found(agent, filters, left):
    text = answers(agent, message="reset mail", mode="search", **filters).text
    own = text.partition('class="others"')[0]
    assert {part.partition('"')[0] for part in own.split('data-key="')[1:]} == left
    text = answers(agent, message="The reset mail did not arrive.", **filters).text
    assert {part.partition('"')[0] for part in text.split('data-key="')[1:]} <= left


def test_an_unknown_filter_or_mode_is_as_if_it_were_not_there(agent):
    text = answers(agent, message="reset mail", mode="x", audience="everybody").text
    assert 'data-key="en/reset-password"' in text


def test_no_answer_says_what_was_searched_for_and_what_to_do(agent):
    text = answers(agent, message="Do you sell zebras?").text
    assert 'class="found none"' in text
    assert "No answer" in text
    assert "Search in your own words" in text
    assert "Report as missing" in text


def test_nothing_asked_is_no_question(app, agent):
    before = newest_event(app) if events_in(app.extensions["kb"].store.database) else None
    assert "idle" in answers(agent, message=" \n ").text
    assert (newest_event(app) if before else None) == before


def test_a_list_of_answers_is_recorded_with_its_state(app, agent):
    answers(agent, message=MESSAGE)
    event = newest_event(app)
    assert (event["kind"], event["surface"], event["audience"]) == ("answered", "agent", "internal")
    assert event["detail"] in ("sure", "maybe", "none")
    assert event["user_name"] == "agent-ann"
    assert "ann@example.com" not in event["text"]
    answers(agent, message="reset mail", mode="search")
    event = newest_event(app)
    assert (event["kind"], event["text"]) == ("searched", "reset mail")


@pytest.mark.parametrize(
    ("level", "held", "not_held"),
    [
        ("passage", "<p>Look in", "ten minutes"),
        ("section", "ten minutes", "set a new password"),
        ("article", "set a new password", "nothing"),
    ],
)
def test_an_answer_is_read_as_passage_section_or_article(agent, level, held, not_held):
    query = {
        "key": "en/reset-password",
        "anchor": "when-the-reset-mail-does-not-arrive",
        "passage": "Look in the <spam> folder.",
        "level": level,
    }
    response = agent.get("/agent/section", query_string=query, headers={"X-Fragment": "reading"})
    assert held in response.text
    assert "<spam>" not in response.text
    assert not_held not in response.text.partition('class="quote')[2]
    whole = agent.get("/agent/section", query_string=query).text
    assert whole.startswith("<!doctype html>")
    assert held in whole


@pytest.mark.parametrize("key", ["", "en/never-was", "xx", "en/" + "a" * 3000])
def test_an_article_that_is_not_there_is_not_found(agent, key):
    assert agent.get(f"/agent/section?key={key}").status_code == 404
    assert send(agent, "/agent/quote", key=key).status_code == 404


def test_a_public_section_is_quoted_in_every_form(agent):
    anchor = "when-the-reset-mail-does-not-arrive"
    made = send(agent, "/agent/quote", key="en/reset-password", anchor=anchor, level="section").json
    assert "<strong>spam folder</strong>" in made["html"]
    assert "**spam folder**" in made["markdown"]
    assert "spam folder" in made["text"]
    assert made["url"] == f"https://help.example.com/en/articles/reset-password#{anchor}"
    assert made["missing"] == []


def test_a_passage_is_quoted_as_it_is_and_an_internal_one_has_no_link(agent):
    made = send(
        agent,
        "/agent/quote",
        key="en/lost-mailbox",
        level="passage",
        passage="Ask two of the identity questions.",
    ).json
    assert made["text"] == "Ask two of the identity questions."
    assert made["url"] is None


def test_a_reply_names_what_it_lacks_and_is_filled_by_the_server(agent):
    form = {"key": "en/reset-reply", "level": "article"}
    made = send(agent, "/agent/quote", **form).json
    assert made["missing"] == ["customer.first_name"]
    made = send(agent, "/agent/quote", **form, **{"v.customer.first_name": "Ánh <b>"}).json
    assert made["missing"] == []
    assert made["text"].startswith("Dear Ánh <b>,")
    assert "Ánh &lt;b&gt;" in made["html"]
    assert "folder Spam" in made["text"]
    assert made["text"].endswith("Ann, that is Ann (agent)")


def test_a_reply_shows_a_field_for_each_variable(agent):
    headers = {"X-Fragment": "reading"}
    text = agent.get("/agent/section?key=en/reset-reply&level=article", headers=headers).text
    assert 'name="v.customer.first_name"' in text
    assert 'name="v.folder" value="" placeholder="Spam"' in text
    assert 'name="v.agent.name" value="Ann (agent)"' in text
    assert 'name="v.agent.first_name" value="Ann"' in text


@pytest.mark.parametrize(
    "form",
    [
        {"kind": "used", "key": "en/reset-password", "detail": "rich"},
        {"kind": "used", "key": "en/reset-password", "detail": "said"},
        {"kind": "clicked", "key": "en/reset-password"},
        {"kind": "flagged", "key": "en/lost-mailbox", "detail": "not_helpful"},
        {"kind": "flagged", "key": "en/contact", "detail": "needs_update", "comment": "Call us"},
        {"kind": "missing", "text": "Do you sell zebras? ann@example.com"},
    ],
)
def test_what_an_agent_says_is_stored_before_it_is_acknowledged(app, agent, form):
    assert send(agent, "/agent/events", **form).status_code == 204
    event = newest_event(app)
    assert event["kind"] == form["kind"]
    assert event["key"] == form.get("key", "")
    assert event["comment"] == form.get("comment", "")
    assert "ann@example.com" not in event["text"]


def test_without_a_script_what_an_agent_says_leads_back(agent):
    response = agent.post(
        "/agent/events", {"kind": "clicked", "key": "en/contact"}, token=agent.token
    )
    assert response.status_code == 303
    assert "Noted." in agent.get(response.headers["Location"]).text


@pytest.mark.parametrize(
    "form",
    [
        {"kind": "answered", "key": "en/contact"},
        {"kind": "used", "detail": "rich"},
        {"kind": "used", "key": "en/contact"},
        {"kind": "used", "key": "en/contact", "detail": "shouted"},
        {"kind": "missing", "key": "en/contact"},
        {},
    ],
)
def test_what_means_nothing_is_refused(agent, form):
    assert send(agent, "/agent/events", **form).status_code == 400


def test_a_request_without_the_token_changes_nothing(app, agent):
    before = len(events_in(app.extensions["kb"].store.database))
    response = agent.post("/agent/events", {"kind": "used", "key": "en/contact"}, token="x")
    assert response.status_code == 403
    assert len(events_in(app.extensions["kb"].store.database)) == before
