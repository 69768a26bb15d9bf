"""Pages for what went wrong: each has a status, a sentence and a search box."""

import logging

import pytest

from webapp import create_app

SEARCH_BOX = '<input id="q" name="q"'


@pytest.mark.parametrize(
    ("path", "lang", "words"),
    [
        ("/nope", "en", "We cannot find this page"),
        ("/en/articles/nope", "en", "We cannot find this page"),
        ("/vi/articles/khong-co", "vi", "Không tìm thấy trang này"),
        ("/zh-Hant/x/y", "zh-Hant", "找不到這個頁面"),
        ("/en/topics/nope", "en", "We cannot find this page"),
        ("/xx/", "en", "We cannot find this page"),
        ("/en/articles/" + "a/" * 900 + "a", "en", "We cannot find this page"),
        ("/en/articles/..%2f..%2fetc%2fpasswd", "en", "We cannot find this page"),
        ("/media/nope.png", "en", "We cannot find this page"),
        ("/media/nope.js", "en", "We cannot find this page"),
    ],
)
def test_what_is_not_there_is_a_404_with_a_search_box(client, path, lang, words):
    response = client.get(path)
    assert response.status_code == 404
    assert f'<html lang="{lang}"' in response.text
    assert words in response.text
    assert SEARCH_BOX in response.text


def test_an_error_page_outside_a_locale_speaks_the_readers_language(client):
    response = client.get("/nope", headers={"Accept-Language": "zh-TW"})
    assert '<html lang="zh-Hant"' in response.text
    assert "Accept-Language" in response.vary


def test_a_method_that_is_not_allowed_says_which_are(client):
    response = client.post("/en/search")
    assert response.status_code == 405
    assert "GET" in response.headers["Allow"]
    assert SEARCH_BOX in response.text


@pytest.mark.parametrize("path", ["/en/", "/vi/search?q=x", "/zh-Hant/articles/a", "/sitemap.xml"])
def test_without_an_index_every_page_is_a_503_with_a_search_box(client_without_index, path):
    response = client_without_index.get(path)
    assert response.status_code == 503
    assert response.headers["Retry-After"]
    assert SEARCH_BOX in response.text


def test_an_unexpected_error_is_a_500_that_tells_nothing(settings, caplog):
    class Broken:
        def __getattr__(self, name):
            raise RuntimeError("secret detail")

    client = create_app(settings, engine=Broken()).test_client()
    with caplog.at_level(logging.CRITICAL):
        response = client.get("/api/v1/search?q=x")
    assert response.status_code == 500
    assert "secret" not in response.text


def test_an_unexpected_error_of_a_page_has_a_search_box(settings, engine):
    class HalfBroken:
        def __getattr__(self, name):
            return getattr(engine, name)

        def articles(self, *_args, **_options):
            raise RuntimeError("secret detail")

    response = create_app(settings, engine=HalfBroken()).test_client().get("/vi/")
    assert response.status_code == 500
    assert SEARCH_BOX in response.text
    assert "secret" not in response.text
    assert "Đã xảy ra lỗi ở phía chúng tôi" in response.text
