"""The JSON API: shapes, limits and errors."""

from html import unescape

import pytest

HIT_KEYS = [
    "rank",
    "key",
    "locale",
    "slug",
    "title",
    "heading",
    "anchor",
    "url",
    "topic",
    "score",
    "snippet",
    "verified",
]


def test_search_has_the_promised_shape(client):
    body = client.get("/api/v1/search?q=password&locale=en&limit=1").json
    assert list(body) == (
        [
            "query",
            "locale",
            "total",
            "took_ms",
            "generation",
            "did_you_mean",
            "hits",
            "relaxed",
            "elsewhere",
            "topics",
        ]
    )
    assert list(body["hits"][0]) == HIT_KEYS
    assert (body["query"], body["locale"], body["total"]) == ("password", "en", 2)
    assert body["hits"][0]["rank"] == 1
    assert "<mark>" in body["hits"][0]["snippet"]
    assert client.get(body["hits"][0]["url"]).status_code == 200


def test_ranks_go_on_over_pages(client):
    hits = client.get("/api/v1/search?q=depot&limit=3&offset=3").json["hits"]
    assert [hit["rank"] for hit in hits] == [4, 5, 6]


def test_completions_have_the_promised_shape(client):
    body = client.get("/api/v1/complete?q=pass&locale=en").json
    assert list(body) == ["query", "completions"]
    assert all(list(each) == ["text", "url", "kind"] for each in body["completions"])
    assert {"title", "question"} <= {each["kind"] for each in body["completions"]}


def test_a_completed_heading_names_its_article_and_leads_to_the_heading(client):
    found = client.get("/api/v1/complete?q=holi&locale=en").json["completions"]
    heading = next(each for each in found if each["kind"] == "heading")
    assert heading["text"].endswith(" › Holidays")
    assert heading["url"].endswith("#holidays")


def test_completions_can_have_marks_instead_of_plain_text(client):
    plain = client.get("/api/v1/complete?q=holi&locale=en").json["completions"]
    found = client.get("/api/v1/complete?q=holi&locale=en&marked=1").json["completions"]
    marks = [each["text"].replace("<mark>", "").replace("</mark>", "") for each in found]
    assert [unescape(text) for text in marks] == [each["text"] for each in plain]
    assert any(each["text"].endswith(" › <mark>Holi</mark>days") for each in found)
    assert client.get("/api/v1/complete?q=holi&marked=2").status_code == 400


def test_an_article_comes_with_its_sections_and_translations(client):
    body = client.get("/api/v1/articles/en/reset-password").json
    assert body["verified"] is True
    assert body["updated"] == "2026-11-03"
    assert [other["locale"] for other in body["translations"]] == ["vi", "zh-Hant"]
    assert any(section["heading"] == "Ask for the reset mail" for section in body["sections"])


def test_an_old_address_of_an_article_leads_to_the_present_one(client):
    response = client.get("/api/v1/articles/en/old-password-page")
    assert (response.status_code, response.location) == (301, "/api/v1/articles/en/reset-password")


def test_without_a_locale_the_sites_own_is_searched(client):
    assert client.get("/api/v1/search?q=password").json["locale"] == "en"


def test_a_locale_may_be_spelled_in_another_way(client):
    assert client.get("/api/v1/search?q=密碼&locale=zh-TW").json["locale"] == "zh-Hant"


@pytest.mark.parametrize(
    "arguments",
    [
        "limit=0",
        "limit=51",
        "limit=x",
        "limit=-1",
        "limit=1e1",
        "limit=%D9%A1",
        "limit=" + "9" * 5_000,
        "offset=-1",
        "offset=1001",
        "offset=1.5",
        "locale=de",
        "locale=../etc",
        "locale=" + "a" * 5_000,
    ],
)
def test_a_parameter_that_cannot_be_meant_is_refused(client, arguments):
    response = client.get(f"/api/v1/search?q=x&{arguments}")
    assert response.status_code == 400
    assert response.json["error"]["code"] == "bad_parameter"
    assert set(response.json["error"]) == {"code", "message"}


@pytest.mark.parametrize(
    "typed",
    ["", " ", '"', "AND", "(", "title:", "*", "a" * 50_000, "🙃", "\x00\x1f", "%", "\ud800", "-x"],
)
@pytest.mark.parametrize("path", ["/api/v1/search", "/api/v1/complete", "/en/search"])
def test_nothing_a_person_types_is_an_error(client, path, typed):
    query = {"q": typed.encode("utf-8", "surrogatepass")}
    assert client.get(path, query_string=query).status_code == 200


def test_an_overlong_question_is_cut(client):
    assert len(client.get("/api/v1/search", query_string={"q": "a" * 9999}).json["query"]) == 2_000


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("get", "/api/v1/nope", 404, "not_found"),
        ("get", "/api/v1/articles/en/nope", 404, "not_found"),
        ("get", "/api/v1/articles/xx/refund", 404, "not_found"),
        ("post", "/api/v1/search", 405, "method_not_allowed"),
        ("delete", "/api/v1/articles/en/refund", 405, "method_not_allowed"),
    ],
)
def test_errors_have_one_shape(client, method, path, status, code):
    response = getattr(client, method)(path)
    assert response.status_code == status
    assert response.json["error"]["code"] == code


@pytest.mark.parametrize("path", ["search?q=a", "complete?q=a", "articles/en/refund"])
def test_without_an_index_the_api_says_so(client_without_index, path):
    response = client_without_index.get(f"/api/v1/{path}")
    assert response.status_code == 503
    assert response.json["error"]["code"] == "index_unavailable"
    assert response.headers["Retry-After"]
