"""`POST /api/v1/answers`: shapes, limits, errors, and who may read what."""

from datetime import UTC, datetime

import pytest
from engines import article
from staff_site import staff_app
from test_openapi import DOCUMENT, check

from kb.testing import MemoryEngine

PATH = "/api/v1/answers"
OPERATION = DOCUMENT["paths"]["/answers"]["post"]
ANSWER_KEYS = [
    "key",
    "locale",
    "slug",
    "title",
    "url",
    "topic",
    "heading",
    "anchor",
    "passage",
    "passage_html",
    "confidence",
    "why",
    "verified",
    "verified_on",
    "audience",
    "kind",
]


def post(client, **body):
    return client.post(PATH, json=body)


@pytest.mark.parametrize(
    "body",
    [
        {"message": "How do I reset my password?"},
        {"message": "How do I reset my password?", "locale": "vi", "limit": 1},
        {"message": "zzzz", "locale": "en", "limit": 50, "audience": "public"},
        {"message": "Hi\n\nwhere is my parcel? \x00\u202e👍\n\nBest\nTom"},
        {"message": "parcel " * 10_000, "locale": None, "limit": None},
    ],
    ids=["plain", "short", "nothing", "odd characters", "long"],
)
def test_real_answers_fit_their_schema(client, body):
    response = post(client, **body)
    assert response.status_code == 200
    schema = OPERATION["responses"]["200"]["content"]["application/json"]["schema"]
    check(response.json, schema)
    assert len(response.json["answers"]) <= (body.get("limit") or 5)


def test_an_answer_has_the_promised_keys_and_leads_to_its_section(client):
    body = post(client, message="How do I reset my password?", locale="en").json
    assert body["confidence"] in ("sure", "maybe")
    assert body["asked"] == ["How do I reset my password?"]
    first = body["answers"][0]
    assert list(first) == ANSWER_KEYS
    assert first["key"] == "en/reset-password"
    assert client.get(first["url"]).status_code == 200
    assert "password" in [word.casefold() for word in first["why"]]


@pytest.mark.parametrize(
    ("body", "message"),
    [
        pytest.param(b"", "JSON", id="empty"),
        pytest.param(b"{", "JSON", id="no JSON"),
        pytest.param(b"\xff\xfe", "JSON", id="no text"),
        pytest.param(b'{"message": "\\ud800"}', "JSON", id="half a character"),
        pytest.param(b"[]", "one JSON object", id="a list"),
        pytest.param(b"{}", "message is missing", id="no message"),
        pytest.param(b'{"message": " "}', "message is missing", id="blank message"),
        pytest.param(b'{"message": 5}', "message has to be a text", id="a number"),
        pytest.param(b'{"message": "a", "limt": 5}', "unknown key 'limt'", id="unknown key"),
        pytest.param(b'{"message": "a", "limit": 0}', "limit has to be", id="limit too small"),
        pytest.param(b'{"message": "a", "limit": 51}', "limit has to be", id="limit too large"),
        pytest.param(b'{"message": "a", "limit": true}', "limit has to be", id="no number"),
        pytest.param(b'{"message": "a", "limit": "5"}', "limit has to be", id="a text"),
        pytest.param(b'{"message": "a", "locale": "xx"}', "unknown locale", id="locale"),
        pytest.param(b'{"message": "a", "audience": "all"}', "audience has to be", id="audience"),
    ],
)
def test_what_cannot_be_meant_is_refused_and_said(client, body, message):
    response = client.post(PATH, data=body, content_type="application/json")
    assert response.status_code == 400
    assert response.json["error"]["code"] == "bad_parameter"
    assert message in response.json["error"]["message"]


def test_a_body_that_is_too_large_is_refused(client):
    response = post(client, message="a" * 300_000)
    assert response.status_code == 413
    assert response.json["error"]["code"] == "too_large"


def test_it_is_asked_by_post_only(client):
    assert client.get(PATH).status_code == 405


def test_without_an_index_it_says_so(client_without_index):
    assert post(client_without_index, message="a").status_code == 503


@pytest.fixture(scope="module")
def staff(tmp_path_factory):
    hidden = article("hidden", "Canary song", "Sing the canary song.", audience="internal")
    return staff_app(tmp_path_factory.mktemp("site"), MemoryEngine([hidden, article("b", "Bird")]))


@pytest.mark.parametrize(
    ("scope", "status"), [(None, 401), ("search:internal", 403), ("answers:internal", 200)]
)
def test_internal_answers_need_a_token_for_them(staff, scope, status):
    headers = {}
    if scope:
        tokens = staff.extensions["kb"].tokens()
        token = tokens.add(
            "agent-ann", scope.partition(":")[0], [scope], days=1, now=datetime.now(UTC)
        )
        headers["Authorization"] = f"Bearer {token}"
    client = staff.test_client()
    body = {"message": "Which canary song?", "audience": "internal"}
    response = client.post(PATH, json=body, headers=headers)
    assert response.status_code == status
    assert ("Canary song" in response.text) == (status == 200)
    public = client.post(PATH, json={"message": "Which canary song?"}, headers=headers)
    assert "Canary" not in public.text.replace("Which canary song?", "")
