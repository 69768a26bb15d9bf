"""Links to the web editor of a forge, for articles that nobody has written yet."""

from datetime import UTC, datetime
from html import unescape
from urllib.parse import parse_qs, urlsplit

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from kb.settings import Settings
from kb.settings_tables import Source
from kb.writing.web_editor import begun
from webapp import create_app
from webapp.links import new_url

GITHUB = "https://github.com/acme/help/new/main?filename=articles/{path}&value={text}"
GITLAB = "https://gitlab.com/acme/help/-/new/main?file_name=articles/{path}"
GITEA = "https://git.example.com/acme/help/_new/main/?filename={source}/{path}&value={text}"
NAMES = {GITHUB: "filename", GITLAB: "file_name", GITEA: "filename"}


def app_with(settings: Settings, engine, **site):
    given = settings.site.model_copy(update=site)
    return create_app(settings.model_copy(update={"site": given}), engine=engine)


@pytest.fixture(scope="module", params=NAMES, ids=["GitHub", "GitLab", "Gitea"])
def app_of_a_forge(request, settings, engine):
    return request.param, app_with(settings, engine, new_url=request.param)


@given(wording=st.text(min_size=1), other=st.text(min_size=1))
def test_a_forge_is_told_the_file_and_what_it_begins_with(app_of_a_forge, wording, other):
    template, app = app_of_a_forge
    wording, other = (text.encode("utf-8", "ignore").decode() or "x" for text in (wording, other))
    with app.test_request_context():
        address = new_url([wording, other], "vi")
    assert address.isascii()
    assert len(address) < 8_000
    asked = parse_qs(urlsplit(address).query, keep_blank_values=True)
    wanted = {NAMES[template], "value"} if "{text}" in template else {NAMES[template]}
    assert set(asked) == wanted
    (path,) = asked[NAMES[template]]
    assert path.startswith("articles/vi/")
    assert path.endswith(".md")
    assert path.count("/") == 2
    if "value" in asked:
        _, front, body = asked["value"][0].split("---\n", 2)
        assert body == "\n"
        assert yaml.safe_load(front)["status"] == "draft"


def test_the_question_becomes_the_title_and_other_wordings_its_questions():
    source = Source(path="articles")
    made = begun(["How: do I  pay?", "pay", "pay", "pay by card"], "en", [source])
    assert (made.source, made.path) == ("articles", "en/how-do-i-pay.md")
    assert made.text == (
        "---\ntitle: 'How: do I  pay?'\nquestions:\n- pay\n- pay by card\nstatus: draft\n---\n\n"
    ).replace("do I  pay", "do I pay")


def test_the_file_lies_where_articles_of_its_language_are():
    sources = [
        Source(path="english", locale="en"),
        Source(path="chinese", name="zh", locale="zh-Hant"),
    ]
    made = begun(["如何變更地址？"], "zh-Hant", sources)
    assert (made.source, made.path) == ("zh", "如何變更地址.md")
    assert begun(["Cách?"], "vi", sources) is None


def test_what_was_asked_cannot_fill_another_gap(settings, engine):
    app = app_with(settings, engine, new_url=GITHUB)
    with app.test_request_context():
        address = new_url(["{path} {source} &value=x#y", '"><b>'], "en")
    value = parse_qs(urlsplit(address).query)["value"][0]
    assert "{path} {source} &value=x#y" in value
    assert '"><b>' in value
    assert not set('"<>{}') & set(address)


def test_readers_are_led_there_only_where_the_settings_say_so(settings, engine):
    path = "/en/search?q=zzzz+%22%3E%3Cb%3E"
    for site in ({}, {"new_url": GITHUB}, {"new_for": "everybody"}):
        assert (
            "Write an article"
            not in app_with(settings, engine, **site).test_client().get(path).text
        )
    app = app_with(settings, engine, new_url=GITHUB, new_for="everybody")
    text = app.test_client().get(path).text
    assert "Write an article" in text
    link = text.partition('class="button" href="https://github.com')[2].partition('"')[0]
    assert 'zzzz "><b>' in parse_qs(urlsplit(unescape(link)).query)["value"][0]
    assert '"><b>' not in text


def test_staff_are_led_there_from_a_question_that_found_nothing(settings, engine):
    row = {
        "wording": "zz <b>?",
        "wordings": ("zz <b>?", "zz & co"),
        "locales": ("vi",),
        "count": 2,
        "visitors": 1,
        "id": "abc",
        "last_seen": datetime.now(UTC),
    }
    for site, expected in (({"new_url": GITHUB}, True), ({}, False)):
        app = app_with(settings, engine, **site)
        with app.test_request_context("/en/"):
            rows = app.jinja_env.get_template("agent/_report_rows.html").make_module(
                {"articles": {}}
            )
            html = str(rows.question_rows([row]))
        assert ("https://github.com/acme/help/new/main?filename=articles/vi/zz-b.md" in html) == (
            expected
        )
        assert "<b>" not in html
