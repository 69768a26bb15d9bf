"""Security headers, caching and compression of every response."""

import gzip

import pytest

from webapp.delivery import accepts_gzip
from webapp.headers import CONTENT_SECURITY_POLICY

REQUIRED = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}
VALUES = {
    "locale": "en",
    "slug": "refund",
    "topic": "billing",
    "name": "kb.css",
    "digest": "0" * 12,
    "number": "1",
}


def every_path(app):
    with app.test_request_context():
        for rule in app.url_map.iter_rules():
            yield app.url_map.bind("localhost").build(
                rule.endpoint, {name: VALUES[name] for name in rule.arguments}
            )


def test_every_route_sends_the_security_headers(app, client):
    paths = [*every_path(app), "/nope", "/en/articles/nope", "/media/x.png", "/static/0/nope"]
    assert len(paths) > 15
    for path in paths:
        for method in ("get", "post", "options"):
            headers = getattr(client, method)(path).headers
            for name, value in REQUIRED.items():
                assert headers[name] == value, (method, path, name)
            assert "Permissions-Policy" in headers, path
            # Nobody gets a cookie but who is about to sign in.
            assert "Set-Cookie" not in headers or path == "/sign-in", path


def test_errors_of_a_broken_index_send_them_too(client_without_index):
    response = client_without_index.get("/en/")
    assert response.status_code == 503
    assert response.headers["Content-Security-Policy"] == CONTENT_SECURITY_POLICY


def test_the_policy_allows_nothing_inline():
    assert "unsafe" not in CONTENT_SECURITY_POLICY
    assert CONTENT_SECURITY_POLICY.startswith("default-src 'none'; ")


@pytest.mark.parametrize("path", ["/en/", "/en/articles/refund", "/api/v1/search?q=refund"])
def test_an_unchanged_page_is_not_sent_again(client, path):
    first = client.get(path)
    again = client.get(path, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    assert first.headers["Cache-Control"] == "no-cache"


def test_another_query_has_another_etag(client):
    first, second = (client.get(f"/en/search?q={q}").headers["ETag"] for q in ("refund", "depot"))
    assert first != second


def test_text_over_a_kilobyte_is_compressed_for_those_who_take_it(client):
    plain = client.get("/en/")
    packed = client.get("/en/", headers={"Accept-Encoding": "gzip"})
    assert "Content-Encoding" not in plain.headers
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.data) == plain.data
    assert int(packed.headers["Content-Length"]) == len(packed.data)
    assert "Accept-Encoding" in plain.vary


def test_gzip_that_is_refused_is_not_sent(client):
    response = client.get("/en/", headers={"Accept-Encoding": "gzip;q=0, identity"})
    assert "Content-Encoding" not in response.headers


def test_static_files_are_kept_for_ever_under_their_hash_only(app, client):
    digest = app.extensions["kb"].assets.digest
    current = client.get(f"/static/{digest}/kb.css").headers["Cache-Control"]
    other = client.get("/static/000000000000/kb.css").headers["Cache-Control"]
    assert (current, other) == ("public, max-age=31536000, immutable", "no-cache")


@pytest.mark.parametrize("name", ["kb.css", "search.js", "article.js", "favicon.svg"])
def test_static_files_are_packed_once_and_not_sent_again(app, client, name):
    asset = app.extensions["kb"].assets.files[name]
    path = f"/static/{app.extensions['kb'].assets.digest}/{name}"
    plain, packed = client.get(path), client.get(path, headers={"Accept-Encoding": "br, gzip"})
    assert plain.data == asset.content
    assert packed.data == asset.packed
    assert gzip.decompress(packed.data) == plain.data
    assert packed.headers["Content-Encoding"] == "gzip"
    assert plain.headers["ETag"] == packed.headers["ETag"]
    again = client.get(path, headers={"If-None-Match": plain.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    assert "immutable" in again.headers["Cache-Control"]


@pytest.mark.parametrize("encoding", ["identity", "gzip"])
def test_a_head_request_gets_the_headers_of_the_page_alone(app, client, encoding):
    for path in (*every_path(app), "/en/nope", "/en/articles/refund", "/api/v1/articles/en/refund"):
        asked = {"headers": {"Accept-Encoding": encoding}, "query_string": {"q": "refund"}}
        page, head = client.get(path, **asked), client.head(path, **asked)
        assert head.data == b"", path
        assert head.status_code == page.status_code, path
        # The one says how long it took, the other has a token that is new each time.
        if not path.startswith(("/api/v1/search", "/sign-in")):
            assert dict(head.headers) == dict(page.headers), path


def test_equal_answers_have_the_same_etag_although_they_took_another_time(client):
    first, second = (client.get("/api/v1/search?q=refund") for _ in range(2))
    assert first.headers["ETag"] == second.headers["ETag"]
    assert first.json["took_ms"] > 0
    assert list(first.json)[3] == "took_ms"


@pytest.mark.parametrize(
    ("accept_encoding", "taken"),
    [
        pytest.param("gzip, deflate, br, zstd", True, id="a browser"),
        pytest.param("*", True, id="anything"),
        pytest.param("", False, id="nothing said"),
        pytest.param("br;q=1, gzip;q=0", False, id="refused"),
        pytest.param("br, " * 500 + "gzip", True, id="longer than what is remembered"),
    ],
)
def test_who_takes_gzip(accept_encoding, taken):
    assert accepts_gzip(accept_encoding) is taken


def test_error_pages_are_not_stored(client):
    assert client.get("/en/nope").headers["Cache-Control"] == "no-store"
