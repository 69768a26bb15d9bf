"""Articles come back from the spool as they went in, however many there are."""

import pytest

from indexer.article_spool import MEMORY_BYTES, ArticleSpool
from kb.article import Article


def an_article(slug: str, body: str) -> Article:
    return Article(slug=slug, locale="vi", title="Tiêu đề", body=body, path=f"vi/{slug}.md")


def test_articles_come_back_from_memory_and_from_the_file():
    spool = ArticleSpool()
    # More than is kept in memory.
    articles = {("s", f"{n}.md"): an_article(str(n), f"{n} đường " * 20_000) for n in range(40)}
    for identity, each in articles.items():
        spool[identity] = each
        assert spool[identity] == each
    assert sum(len(each.body) for each in articles.values()) > MEMORY_BYTES
    assert dict(spool) == articles
    assert list(spool) == list(articles)
    assert len(spool) == 40


def test_an_article_can_be_replaced_and_taken_out():
    spool = ArticleSpool()
    spool["s", "a.md"] = an_article("a", "first")
    spool["s", "b.md"] = an_article("b", "other")
    spool["s", "a.md"] = an_article("a", "second")
    assert spool["s", "a.md"].body == "second"
    assert spool.pop(("s", "b.md")).body == "other"
    assert ("s", "b.md") not in spool
    with pytest.raises(KeyError):
        spool["s", "b.md"]
