"""Nothing of an article that the public may not read reaches the public, by any road.

Every hidden article carries a canary of its own in each of its fields; then everything is
asked for with everything that could bring one out, and bytes and headers are searched.
"""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from html import escape
from urllib.parse import quote, unquote

import pytest
from sample_site import LOCALES, TOPICS, sample_articles

from kb.article import Article
from kb.search import Topic
from kb.testing import MemoryEngine
from webapp import create_app

NOW = datetime.now(UTC)
KINDS = {
    "internal": {"audience": "internal"},
    "draft": {"status": "draft"},
    "archived": {"status": "archived"},
    "future": {"publish_at": NOW + timedelta(days=3)},
    "expired": {"expire_at": NOW - timedelta(days=3)},
}
FIELDS = [
    "title",
    "body",
    "tag",
    "topic",
    "alias",
    "description",
    "question",
    "link",
    "slug",
    "owner",
    "heading",
]


def canary(kind, number, field):
    return f"qz{kind}{number}{field}xv"


def hidden_article(kind, number, locale):
    def mine(field):
        return canary(kind, number, field)

    article = Article(
        slug=f"{mine('slug')}",
        locale=locale,
        title=f"How do I {mine('title')} a password?",
        body=f"Parcel {mine('body')} [text](https://{mine('link')}.example)\n\n"
        f"## Refund {mine('heading')}\n\nMore {mine('body')} password.",
        description=f"About {mine('description')}",
        questions=(f"Password {mine('question')}?",),
        tags=(mine("tag"),),
        topic=mine("topic"),
        owner=mine("owner"),
        aliases=(mine("alias"),),
        audience="public",
        # In the family of a public article: translations and hreflang must not name it.
        translation_key="reset-password" if number == 0 else "",
        path=f"{locale}/{mine('topic')}/{mine('slug')}.md",
    )
    return replace(article, **KINDS[kind])


def hidden_articles():
    for kind in KINDS:
        for number in range(20 if kind == "internal" else 5):
            yield hidden_article(kind, number, LOCALES[number % 3])


@pytest.fixture(scope="module")
def both(settings):
    """One client with the hidden articles and one over a site that never had them."""
    hidden = list(hidden_articles())
    topics = {
        locale: (*TOPICS[locale], *(Topic(a.topic, a.title) for a in hidden)) for locale in LOCALES
    }
    with_hidden = MemoryEngine([*sample_articles(), *hidden], topics=topics)
    without = MemoryEngine(sample_articles(), topics=TOPICS)
    return tuple(
        create_app(settings, engine=engine).test_client() for engine in (with_hidden, without)
    )


def words():
    """Return what a curious person would type: canaries, halves of them, shared words."""
    for kind in KINDS:
        for field in FIELDS:
            whole = canary(kind, 0, field)
            yield whole
            yield whole[:-1]
            yield whole[:-4]
        yield f"qz{kind}"
    yield from ("qz", "password", "parcel", "refund", '"How do I"', "audience:internal")
    yield from ("status:draft", "tag:qzinternal0tagxv", "*", "a", "mật khẩu", "密碼")


def paths():
    for locale in LOCALES:
        yield from (f"/{locale}/", f"/{locale}/search", f"/{locale}/opensearch.xml")
        yield from (f"/{locale}/topics/{topic}" for topic in ("account", "parcels", "billing"))
        yield f"/{locale}/articles/reset-password"
        yield f"/api/v1/articles/{locale}/reset-password"
        for word in words():
            yield f"/{locale}/search?q={quote(word)}"
            yield f"/{locale}/search?q={quote(word)}&topic=account&page=2"
            yield f"/api/v1/search?q={quote(word)}&locale={locale}&limit=50"
            yield f"/api/v1/complete?q={quote(word)}&locale={locale}&limit=50"
    yield from ("/", "/sitemap.xml", "/robots.txt", "/healthz", "/readyz", "/api/v1/openapi.json")


def hidden_paths():
    for kind in KINDS:
        for number in range(3):
            for locale in LOCALES:
                slug, alias, topic = (
                    canary(kind, number, field) for field in ("slug", "alias", "topic")
                )
                yield f"/{locale}/articles/{slug}"
                yield f"/{locale}/articles/{alias}"
                yield f"/{locale}/topics/{topic}"
                yield f"/api/v1/articles/{locale}/{slug}"
                yield f"/api/v1/articles/{locale}/{alias}"
                yield f"/{locale}/search?q=password&topic={topic}"
                yield f"/api/v1/search?q=password&locale={locale}&topic={topic}"


def told(response):
    """Return all that a response says, without what was typed and what differs every time."""
    headers = "\n".join(f"{name}: {value}" for name, value in response.headers)
    return headers + "\n" + response.text


def without_echo(text, path):
    """Take out what the requester sent; the site may say that back."""
    typed = path.partition("q=")[2].partition("&")[0]
    plain = unquote(typed)
    for form in (typed, plain, quote(plain, safe=""), escape(plain)):
        if "qz" in form:
            text = text.replace(form, "")
    return text


def test_no_road_leads_to_a_canary(both):
    client, _ = both
    count = 0
    for path in paths():
        response = client.get(path)
        assert response.status_code in {200, 302}, path
        text = without_echo(told(response), path)
        assert "qzinternal" not in text, path
        assert not any(f"qz{kind}" in text for kind in KINDS), path
        count += 1
    assert count > 1_000


def test_what_is_hidden_is_told_from_what_never_was_by_nothing(both):
    with_hidden, without = both
    for path in hidden_paths():
        first, second = with_hidden.get(path), without.get(path)
        assert first.status_code == second.status_code, path
        if first.is_json and "took_ms" in first.text:
            one, other = ({**answer.json, "took_ms": 0} for answer in (first, second))
            assert one == other, path
        else:
            assert first.data == second.data, path
            del first.headers["Date"], second.headers["Date"]
            assert dict(first.headers) == dict(second.headers), path


def test_scores_counts_and_spelling_are_those_of_the_public_articles_alone(both):
    with_hidden, without = both
    for locale in LOCALES:
        for word in words():
            path = f"/api/v1/search?q={quote(word)}&locale={locale}&limit=50"
            one, other = ({**each.get(path).json, "took_ms": 0} for each in (with_hidden, without))
            assert one == other, path


def test_internal_draft_and_unknown_give_one_and_the_same_404(both):
    client, _ = both
    unknown = client.get("/en/articles/never-was")
    for kind in KINDS:
        hidden = client.get(f"/en/articles/{canary(kind, 0, 'slug')}")
        assert hidden.status_code == 404
        assert hidden.data == unknown.data
        assert dict(hidden.headers) == dict(unknown.headers)


def test_no_argument_changes_the_audience(both):
    client, _ = both
    for name in ("audience", "status", "preview", "draft", "access", "internal", "token"):
        path = f"/api/v1/search?q=password&locale=en&{name}=internal"
        assert "qzinternal" not in client.get(path, headers={f"X-{name}": "internal"}).text
