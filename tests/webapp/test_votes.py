""" "Was this helpful?": what a vote leaves in the store, and who may not vote."""

import re
from html import unescape

import pytest
from stored import votes_in

from kb.article import Article
from kb.testing import MemoryEngine
from webapp import create_app
from webapp.votes import MAX_COMMENT_CHARS, REASONS

PAGE = "/en/articles/refund"
VOTES = "/en/votes/refund"
OURS = {"Sec-Fetch-Site": "same-origin"}


@pytest.fixture
def app(settings, engine, tmp_path):
    stored_here = settings.model_copy(update={"store": str(tmp_path / "kb.sqlite3")})
    return create_app(stored_here, engine=engine)


@pytest.fixture
def client(app):
    return app.test_client()


@pytest.fixture
def votes(app):
    """Return all votes that are stored."""
    return lambda: votes_in(app.extensions["kb"].store.database)


def send(client, path=VOTES, headers=OURS, **form):
    return client.post(path, data=form, headers=headers)


@pytest.mark.parametrize(
    ("locale", "question"),
    [("en", "Was this helpful?"), ("vi", "Bài viết này có hữu ích không?"), ("zh-Hant", "有幫助")],
)
def test_every_article_asks_whether_it_helped(client, locale, question):
    text = unescape(client.get(f"/{locale}/articles/refund").text)
    assert question in text
    assert f'<form action="/{locale}/votes/refund" method="post">' in text


@pytest.mark.parametrize(("answer", "helpful"), [("yes", True), ("no", False)])
def test_a_vote_is_stored_before_its_reader_is_led_back(client, votes, answer, helpful):
    response = send(client, helpful=answer)
    assert (response.status_code, response.location) == (303, f"{PAGE}?thanks={answer}#feedback")
    assert [(vote["key"], vote["helpful"]) for vote in votes()] == [("en/refund", helpful)]
    assert "Set-Cookie" not in response.headers


def test_a_no_is_asked_for_its_reason_and_may_go_without(client, votes):
    page = client.get(send(client, helpful="no").location).text
    assert re.findall(r'name="reason" value="(\w+)"', page) == list(REASONS)
    response = send(client, helpful="no", reason="unclear", comment="Step 3?")
    assert response.location == f"{PAGE}?thanks=no_why#feedback"
    assert 'name="reason"' not in client.get(response.location).text
    response = send(client, helpful="no", comment="")
    assert response.location == f"{PAGE}?thanks=no_why#feedback"
    assert [(vote["reason"], vote["comment"]) for vote in votes()] == [("", "")]


def test_the_last_vote_of_a_visitor_and_day_counts(client, votes):
    for answer in ("no", "yes", "no", "yes"):
        send(client, helpful=answer)
    assert [vote["helpful"] for vote in votes()] == [True]


def test_another_browser_and_another_article_have_votes_of_their_own(client, votes):
    send(client, helpful="yes")
    send(client, helpful="yes", headers={**OURS, "User-Agent": "Another/1.0"})
    send(client, "/vi/votes/refund", helpful="yes")
    assert [vote["key"] for vote in votes()] == ["en/refund", "en/refund", "vi/refund"]
    assert len({vote["visitor"] for vote in votes()}) == 2


def test_a_comment_is_cut_and_holds_no_personal_data(client, votes):
    send(client, helpful="no", reason="wrong", comment="Write to ann@example.com. " + "x" * 2_000)
    comment = votes()[0]["comment"]
    assert "ann@example.com" not in comment
    assert len(comment) <= MAX_COMMENT_CHARS


def test_a_reason_that_the_form_does_not_offer_is_dropped(client, votes):
    send(client, helpful="no", reason="<script>", comment="")
    send(client, "/vi/votes/refund", helpful="yes", reason="wrong", comment="Nice.")
    assert [(vote["reason"], vote["comment"]) for vote in votes()] == [("", "")] * 2


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        pytest.param({"Sec-Fetch-Site": "cross-site", "Origin": "http://localhost"}, 403, id="no"),
        pytest.param({"Sec-Fetch-Site": "same-site"}, 403, id="another host of the domain"),
        pytest.param({"Sec-Fetch-Site": "none"}, 403, id="no page at all"),
        pytest.param({"Origin": "https://evil.example"}, 403, id="another origin"),
        pytest.param({"Origin": "null"}, 403, id="an origin that hides"),
        pytest.param({"Origin": "http://["}, 403, id="nonsense"),
        pytest.param({}, 403, id="nothing said"),
        pytest.param({"Origin": "http://localhost"}, 303, id="an older browser"),
        pytest.param({"Origin": "https://help.example.com"}, 303, id="behind a proxy"),
    ],
)
def test_only_pages_of_this_site_can_vote(client, votes, headers, status):
    assert send(client, headers=headers, helpful="yes").status_code == status
    assert len(votes()) == (status == 303)


@pytest.mark.parametrize("form", [{}, {"helpful": "maybe"}, {"helpful": ""}])
def test_a_form_without_an_answer_is_refused(client, votes, form):
    assert send(client, **form).status_code == 400
    assert votes() == []


def test_one_address_cannot_send_many_whatever_it_calls_itself(client, votes):
    def vote(number, address):
        headers = {**OURS, "User-Agent": f"Browser/{number}"}
        place = {"REMOTE_ADDR": address}
        return client.post(VOTES, data={"helpful": "yes"}, headers=headers, environ_overrides=place)

    answers = [vote(number, "192.0.2.7") for number in range(40)]
    refused = [response for response in answers if response.status_code == 429]
    assert 9 <= len(refused) <= 10
    assert int(refused[0].headers["Retry-After"]) >= 1
    assert "try again" in refused[0].text
    assert len(votes()) == 40 - len(refused)
    assert vote(0, "192.0.2.8").status_code == 303


def test_nobody_is_thanked_for_a_vote_that_cannot_be_stored(settings, engine):
    gone = settings.model_copy(update={"store": "/proc/nowhere/kb.sqlite3"})
    response = send(create_app(gone, engine=engine).test_client(), helpful="yes")
    assert response.status_code >= 500
    assert "Thank you" not in response.text


def test_an_internal_article_cannot_be_told_from_one_that_does_not_exist(settings):
    article = Article(
        slug="secret", locale="en", title="Complaints", body="Tone.", audience="internal"
    )
    client = create_app(settings, engine=MemoryEngine([article])).test_client()
    secret, nowhere = (
        send(client, f"/en/votes/{slug}", helpful="yes") for slug in ("secret", "nowhere")
    )
    assert secret.status_code == 404
    assert (secret.data, secret.headers) == (nowhere.data, nowhere.headers)


def test_the_page_is_the_same_for_everybody_before_and_after_a_vote(client):
    before = client.get(PAGE)
    send(client, helpful="yes")
    after = client.get(PAGE, headers={"User-Agent": "Another/1.0"})
    assert after.data == before.data
    assert after.headers["ETag"] == before.headers["ETag"]
    assert "Cookie" not in after.headers.get("Vary", "")


@pytest.mark.parametrize("thanks", ["", "maybe", "%3Cscript%3E"])
def test_thanks_for_nothing_is_the_page_as_it_was(client, thanks):
    assert client.get(f"{PAGE}?thanks={thanks}").data == client.get(PAGE).data
