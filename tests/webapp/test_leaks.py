"""A stranger who asks a real server for everything never gets a word of a hidden article.

The server opens the internal half too, for staff, so nothing but the code of each route stands
between a stranger and what is hidden.
"""

from collections.abc import Iterator
from functools import partial
from itertools import product
from statistics import median
from time import perf_counter
from urllib.parse import quote

import pytest
from git_folder import commit_all, git
from leak_site import (
    HIDDEN,
    PUBLIC,
    Stranger,
    canaries,
    canary,
    leaks,
    links_in,
    typed_words,
    write_site,
)
from server_process import Server, index, serving, wait_until

from kb.settings import Settings
from webapp import create_app

SECONDS_TO_FOLLOW = 2.0
# Each worker has some of so many kept connections.
STRANGERS = 12
JSON = {"Content-Type": "application/json"}
FORMATS = ("", ".md", ".json", ".txt", ".xml", ".html", "/", ".png")


def publish(folder) -> None:
    git(folder / "articles", "init", "-q")
    # With days, so that the articles stand on the page of what is new and in the feed.
    commit_all(folder / "articles", "2026-11-01")
    index(folder)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("leaks")
    write_site(folder, former="audience: public")
    publish(folder)
    return folder


@pytest.fixture(scope="module")
def server(folder) -> Iterator[Server]:
    """A server whose former articles have turned internal while it was serving."""
    with serving(folder, workers=2) as server:
        there = [Stranger(server.port) for _ in range(STRANGERS)]
        former = canary("former", 0)
        # All of them have seen it, so that every worker has it in its caches.
        assert all(former in each.ask("GET", "/sitemap.xml")[1] for each in there)
        assert all(each.ask("GET", f"/en/articles/{former}")[0] == 200 for each in there)
        write_site(folder)
        publish(folder)
        for each in there:
            wait_until(partial(is_gone, each, former), SECONDS_TO_FOLLOW)
        yield server
        for each in there:
            each.close()


def is_gone(stranger: Stranger, word: str) -> bool:
    status, said = stranger.ask("GET", f"/en/articles/{word}")
    return status == 404 and not leaks(said) and word not in stranger.ask("GET", "/sitemap.xml")[1]


def routes(folder) -> Iterator[str]:
    """Yield every address that the application has, with what is hidden in each of its places."""
    settings = Settings.load(None, {}, {"index": folder / "var/index"})
    app = create_app(settings)
    words = [canary(kind, 0) for kind in HIDDEN]
    for rule in app.url_map.iter_rules():
        if "GET" not in (rule.methods or ()):
            continue
        for word in (*words, *(f"{word}alias" for word in words), *PUBLIC):
            places = {name: "en" if name == "locale" else word for name in rule.arguments}
            with app.test_request_context():
                built = rule.build(places)
            if built:
                yield from (f"{built[1]}{ending}" for ending in FORMATS)


def searches() -> Iterator[str]:
    locales = ("en", "vi", "zh-Hant")
    words = list(typed_words())
    for word, locale in product(words, locales):
        q = quote(word)
        yield f"/{locale}/search?q={q}"
        yield f"/api/v1/search?q={q}&locale={locale}&limit=50&audience=internal"
        yield f"/api/v1/search?q={q}&locale={locale}&limit=50"
        yield f"/api/v1/complete?q={q}&locale={locale}&limit=50&marked=1"
    for word in canaries():
        yield f"/en/search?q=password&topic={word}&page=2"
        yield f"/en/search/explain?q=password&key=en/{word}"
        yield f"/agent?q={word}"


def crawl(stranger: Stranger) -> int:
    """Follow every link from the home page; return how many pages there are."""
    seen: set[str] = set()
    ahead = ["/", "/en/", "/sitemap.xml", "/robots.txt", "/llms.txt", "/en/search?q=password"]
    while ahead:
        path = ahead.pop()
        if path in seen:
            continue
        seen.add(path)
        _, said = stranger.ask("GET", path)
        assert not leaks(said), path
        ahead += links_in(said)
    return len(seen)


@pytest.fixture
def stranger(server) -> Iterator[Stranger]:
    stranger = Stranger(server.port)
    yield stranger
    stranger.close()


def test_no_link_leads_to_a_hidden_article(stranger):
    assert crawl(stranger) > 20


def test_what_is_new_names_public_articles_only(stranger):
    for path in ("/en/new", "/en/feed.xml"):
        _, said = stranger.ask("GET", path)
        assert all(slug in said for slug in PUBLIC), path
        assert not leaks(said), path


def test_no_address_in_any_format_shows_a_hidden_article(stranger, folder):
    asked = list(dict.fromkeys(routes(folder)))
    assert len(asked) > 300
    for path in asked:
        status, said = stranger.ask("GET", path)
        assert status < 500, path
        assert not leaks(said), path


def test_no_search_completion_or_spelling_knows_a_hidden_word(stranger):
    for path in searches():
        status, said = stranger.ask("GET", path)
        assert status < 500, path
        assert not leaks(said), path


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "OPTIONS", "HEAD"])
def test_no_other_method_shows_a_hidden_article(stranger, folder, method):
    for path in list(dict.fromkeys(routes(folder)))[:: len(FORMATS)]:
        status, said = stranger.ask(method, path)
        assert status < 500, path
        assert not leaks(said), path


def test_no_message_is_answered_from_a_hidden_article(stranger):
    for word in canaries():
        for audience in ("", ', "audience": "internal"'):
            body = f'{{"message": "Hello, the {word} password?", "locale": "en"{audience}}}'
            status, said = stranger.ask("POST", "/api/v1/answers", body, JSON)
            assert status < 500
            assert not leaks(said)


@pytest.mark.parametrize("name", ["audience", "preview", "X-Forwarded-User", "Remote-User"])
def test_no_header_makes_a_stranger_one_of_the_staff(stranger, name):
    for path in ("/agent", "/agent/reports", "/api/v1/search?q=password", "/en/"):
        _, said = stranger.ask("GET", path, headers={name: "admin"})
        assert not leaks(said), path


def test_what_is_hidden_is_not_told_by_the_time_that_a_404_takes(stranger):
    """Asked in turn, neither of the two takes longer than the other more often than not."""
    hidden, unknown = f"/en/articles/{canary('internal', 1)}", "/en/articles/qznothinghere01xv"
    slower, times = 0, {hidden: [], unknown: []}
    for turn in range(300):
        pair = (hidden, unknown) if turn % 2 else (unknown, hidden)
        for path in pair:
            start = perf_counter()
            assert stranger.ask("GET", path)[0] == 404
            times[path].append(perf_counter() - start)
        slower += times[hidden][-1] > times[unknown][-1]
    assert 90 < slower < 210
    assert 0.7 < median(times[hidden]) / median(times[unknown]) < 1.4
