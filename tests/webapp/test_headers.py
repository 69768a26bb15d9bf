"""Security headers, caching and compression of every response."""

import gzip

import pytest

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
            assert "Set-Cookie" not in headers, path


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


def test_error_pages_are_not_stored(client):
    assert client.get("/en/nope").headers["Cache-Control"] == "no-store"
