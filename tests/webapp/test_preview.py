"""The preview for writers: every state of a file, as all its readers would see it."""

import shutil
from datetime import UTC, datetime, timedelta

import pytest

from kb.settings import Settings
from kb.testing import MemoryEngine
from kb.writing.content import read_content
from webapp import access, create_app
from webapp.preview import workbench

EVENTS = "http://127.0.0.1:4711/"
BAR = "Preview: drafts and internal articles are shown"
LATER = (datetime.now(UTC) + timedelta(days=9)).date().isoformat()
FILES = {
    "en/billing/refund.md": "title: How do I get a refund?\naudience: public\n"
    "questions: [when do I get money back, moon landing]\n",
    "en/billing/pay.md": "title: When do I get money back?\naudience: public\n",
    "en/billing/draft.md": "title: What is new?\naudience: public\nstatus: draft\n",
    "en/billing/later.md": f"title: What comes?\naudience: public\npublish_at: {LATER}\n",
    "vi/billing/staff.md": "title: Nói gì với khách?\naudience: internal\n",
    "en/replies/sorry.md": "title: Say sorry\ntype: reply\naudience: internal\n",
    "en/billing/wrong.md": "title: A: b\n",
}
QUESTIONS = "- question: I want a refund\n  article: refund\n  rank: 1\n"
BODY = """
Ask for it, {{ customer.first_name | 'you' }}.

## Ask for it

<script>alert(1)</script> Ask for your refund.
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("preview") / "articles"
    for path, front_matter in FILES.items():
        picture = "\n![a shelf](shelf.png)\n" if path.endswith("refund.md") else ""
        write(folder / path, f"---\n{front_matter}---\n{BODY}{picture}")
    write(folder / "_questions" / "en.yml", QUESTIONS)
    (folder / "en/billing/shelf.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    write(folder.parent / "secret.md", "---\ntitle: Secret\naudience: public\n---\nsecret")
    (folder / "en/linked.md").symlink_to(folder.parent / "secret.md")
    return folder


@pytest.fixture(scope="module")
def settings(folder):
    return Settings.model_validate(
        {"articles": str(folder), "store": str(folder.parent / "kb.sqlite3")}
    )


@pytest.fixture(scope="module")
def engine(settings):
    return MemoryEngine(each.article for each in read_content(settings.all_sources()).articles)


@pytest.fixture(scope="module")
def app(settings, engine):
    app = create_app(settings, engine=engine, events=EVENTS)
    yield app
    with app.app_context():
        workbench().close()


@pytest.fixture
def client(app):
    return app.test_client()


def write(path, text):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def text_of(client, path):
    response = client.get(f"/preview/{path}")
    assert response.status_code == 200, path
    return response.text


# Whom it is for


def test_without_watch_there_is_no_preview(settings, engine):
    app = create_app(settings, engine=engine)
    client = app.test_client()
    assert not [rule for rule in app.url_map.iter_rules() if "preview" in rule.rule]
    for path in ("/preview/", "/preview/en/billing/refund.md", "/preview-images/x.png"):
        assert client.get(path).status_code == 404
    page = client.get("/en/")
    assert "preview" not in page.text.lower()
    assert "127.0.0.1:4711" not in page.headers["Content-Security-Policy"]
    digest = app.extensions["kb"].assets.digest
    assert client.get(f"/static/{digest}/preview.js").status_code == 404


def test_with_it_every_route_says_whom_it_is_for_and_only_the_preview_is_new(app, settings, engine):
    plain = create_app(settings, engine=engine)
    added = set(app.view_functions) - set(plain.view_functions)
    assert added == {"preview.files", "preview.file", "preview.image"}
    assert {access.visitors_of(app, endpoint) for endpoint in added} == {"everybody"}


@pytest.mark.parametrize("path", ["", "en/billing/draft.md", "vi/billing/staff.md"])
def test_only_a_name_of_this_machine_is_answered(client, path):
    for host in ("127.0.0.1:8000", "localhost:8000", "[::1]:8000"):
        assert client.get(f"/preview/{path}", headers={"Host": host}).status_code == 200
    for host in ("attacker.example", "localhost.attacker.example", "127.0.0.1.nip.io", "10.0.0.1"):
        response = client.get(f"/preview/{path}", headers={"Host": host})
        assert response.status_code == 403
        assert "What is new?" not in response.text


def test_no_cache_keeps_it_and_no_search_engine_lists_it(client):
    for path in ("/preview/", "/preview/en/billing/refund.md", "/preview/nowhere.md"):
        headers = client.get(path).headers
        assert headers["Cache-Control"] == "no-store"
        assert headers["X-Robots-Tag"] == "noindex"


@pytest.mark.parametrize("locale", ["en", "vi", "zh-Hant"])
def test_every_page_says_that_this_is_a_preview_and_may_listen_to_its_events(client, locale):
    for path in (f"/{locale}/", f"/{locale}/nowhere", f"/preview/?locale={locale}"):
        page = client.get(path)
        assert f'data-events="{EVENTS}"' in page.text
        assert (
            "connect-src 'self' http://127.0.0.1:4711;" in page.headers["Content-Security-Policy"]
        )
        assert "script-src 'self';" in page.headers["Content-Security-Policy"]
    assert (BAR in page.text) == (locale == "en")


def test_customers_pages_show_no_more_than_ever(client):
    for path in ("/en/articles/draft", "/vi/articles/staff", "/en/articles/later"):
        assert client.get(path).status_code == 404
    assert "What is new?" not in client.get("/en/search?q=what is new").text


# The list


def test_the_list_shows_every_file_with_its_state_and_its_error(client):
    page = text_of(client, "")
    for path in FILES:
        assert f'href="/preview/{path}"' in page
    for word in ("Draft", "Scheduled", "Internal", "With an error", "Canned reply"):
        assert word in page
    assert "en/billing/wrong.md:2</code> a value that holds a colon." in page
    assert "en/linked.md:1</code> a symbolic link. Put the file itself here." in page


def test_it_is_narrowed_by_path_and_state(client):
    assert 'href="/preview/en/billing/pay.md"' not in text_of(client, "?q=refund")
    drafts = text_of(client, "?only=draft")
    assert 'href="/preview/en/billing/draft.md"' in drafts
    assert 'href="/preview/en/billing/pay.md"' not in drafts
    assert text_of(client, "?only=nonsense&page=99999999&q=%00%ff")


# One file


def test_a_file_is_shown_as_its_customers_would_see_it(client):
    page = text_of(client, "en/billing/draft.md")
    assert "<h1>What is new?</h1>" in page
    assert '<h2 id="ask-for-it">Ask for it</h2>' in page
    assert "alert(1)" not in page
    assert "Customers do not see this." in page
    assert "Was this helpful?" not in page
    assert "Customers do not see this yet." in text_of(client, "en/billing/later.md")
    internal = text_of(client, "vi/billing/staff.md")
    assert '<html lang="vi"' in internal
    assert "Nói gì với khách?" in internal
    published = text_of(client, "en/billing/refund.md")
    assert "Customers" not in published.replace("For customers", "")


def test_it_is_what_lies_on_the_disk_now(client, folder):
    path = folder / "en/billing/pay.md"
    before = path.read_text(encoding="utf-8")
    assert "Write it anew" not in text_of(client, "en/billing/pay.md")
    write(path, before.replace("Ask for it", "Write it anew"))
    assert "Write it anew" in text_of(client, "en/billing/pay.md")
    assert "holds an older state" in text_of(client, "en/billing/pay.md?view=search")
    write(path, before)
    assert "as the file is now" in text_of(client, "en/billing/pay.md?view=search")


def test_agents_see_a_reply_with_what_they_fill_in(client):
    page = text_of(client, "en/replies/sorry.md?view=agents")
    assert "Ask for it, you." in page
    assert "Agents fill in:" in page
    assert "First name (you)" in page


def test_a_file_is_shown_as_a_result_with_the_questions_that_find_it(client):
    page = text_of(client, "en/billing/refund.md?view=search")
    assert "<mark>refund</mark>" in page
    found = page.partition('<ol class="questions">')[2].replace("\n", " ")
    title, money, moon, committed = found.split("<li>         <p><b")[1:5]
    assert "its title" in title
    assert "Place 1" in title
    assert "When do I get money back?" in money
    assert "Before it:" in money
    assert 'href="/preview/en/billing/pay.md?view=search"' in money
    assert "Place 1" in moon
    assert "I want a refund" in committed
    assert "at most 1 was promised" in committed


def test_of_a_draft_it_says_that_nothing_can_find_it(client):
    page = text_of(client, "en/billing/draft.md?view=search")
    assert "<mark>new</mark>" in page
    assert "only what is published now can be found" in page
    assert "Not among the first 50 results" in page


def test_an_error_stands_in_place_of_the_file_and_the_last_state_stays_readable(client, folder):
    page = text_of(client, "en/billing/wrong.md")
    assert "<code>en/billing/wrong.md:2</code> a value that holds a colon." in page
    assert "What to do: Quote it" in page
    path = folder / "en/billing/later.md"
    before = path.read_text(encoding="utf-8")
    assert "<h1>What comes?</h1>" in text_of(client, "en/billing/later.md")
    write(path, before.replace("title:", "titel:"))
    for view in ("article", "agents", "search"):
        page = text_of(client, f"en/billing/later.md?view={view}")
        assert "This file cannot be published as it is" in page
        assert "What comes?" in page.partition("The last state that could be read")[2], view
    write(path, before)
    assert "cannot be published" not in text_of(client, "en/billing/later.md")


def test_an_image_is_shown_from_beside_its_article(client):
    assert 'src="/preview-images/en/billing/shelf.png"' in text_of(client, "en/billing/refund.md")
    image = client.get("/preview-images/en/billing/shelf.png")
    assert image.mimetype == "image/png"
    assert "sandbox" in image.headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    "path",
    [
        "../secret.md",
        "..%2fsecret.md",
        "en/..%2f..%2fsecret.md",
        "en/%2e%2e/%2e%2e/secret.md",
        "en/linked.md",
        "_questions/en.yml",
        "_questions/en.md",
        "en/billing/",
        "en/billing/shelf.png",
        "en/billing/nope.md",
        "en/billing/%00.md",
        "en/billing/%ff.md",
        "%2fetc%2fpasswd",
        "en%5c..%5csecret.md",
        "x" * 5_000 + ".md",
    ],
)
def test_what_is_no_file_of_the_sources_is_not_found(client, path):
    for prefix in ("/preview/", "/preview-images/"):
        if (prefix, path) == ("/preview-images/", "en/billing/shelf.png"):
            continue
        response = client.get(prefix + path)
        assert response.status_code in (404, 308), prefix
        assert "secret" not in response.text.replace("secret.md", "")


def test_a_file_that_has_gone_is_not_found(client, folder):
    path = folder / "en/billing/gone.md"
    shutil.copy(folder / "en/billing/pay.md", path)
    assert text_of(client, "en/billing/gone.md")
    path.unlink()
    assert client.get("/preview/en/billing/gone.md").status_code == 404
