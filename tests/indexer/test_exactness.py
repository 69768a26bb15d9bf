"""Our sums are those that Whoosh itself finds in the same index with `limit=None`."""

import random
from pathlib import Path

import pytest
from article_folder import ArticleFolder, article

from indexer.store import read_segments
from kb.queries.query import ParsedQuery, parse
from kb.words.analysis import analyzer_for
from tests.benchmarks.exactness import CLOSE, OurIndex, WhooshIndex, compared, measured, plain

pytestmark = pytest.mark.usefixtures("shared_pool")

WORDS = {
    "en": "reset resetting password passwords parcel invoice refund the how it's account mail 2fa",
    "vi": "đặt lại mật khẩu mặt bưu kiện hóa hoá đơn hoàn tiền của là thẻ wifi duong đường",
    "zh-Hant": "重設 密碼 密码 包裹 發票 退款 的 如何 帳戶 wifi reset 2 郵件 號碼",
}
UPDATES = 5


def some(chance: random.Random, locale: str, count: int) -> str:
    return " ".join(chance.choices(WORDS[locale].split(), k=count))


def text(chance: random.Random, locale: str) -> str:
    """Return an article; some are longer than what Whoosh counts exactly in its one byte."""
    parts = [f"{some(chance, locale, chance.choice((0, 5, 40, 150, 600)))}."]
    for _ in range(chance.choice((0, 1, 3))):
        parts.append(f"## {some(chance, locale, 3)}\n\n{some(chance, locale, 30)}.")
    fields = {
        "questions": f'["{some(chance, locale, 4)}", "{some(chance, locale, 6)}"]',
        "tags": f'["{some(chance, locale, 1)} {chance.randrange(9)}"]',
    }
    fields["search"] = f"{{boost: {chance.choice((1.0, 1.0, 0.5, 2.0))}}}"
    return article(f'"{some(chance, locale, chance.randint(1, 5))}"', "\n\n".join(parts), **fields)


def updated(folder: ArticleFolder, chance: random.Random, locale: str) -> Path:
    """Return an index that came about in several updates, with articles changed and removed."""
    for number in range(30):
        folder.put(f"{locale}/x/{number}.md", text(chance, locale))
    folder.update()
    for update in range(UPDATES - 1):
        for _ in range(3):
            folder.put(f"{locale}/x/{chance.randrange(40)}.md", text(chance, locale))
        for name in chance.sample(sorted((folder.articles / locale / "x").glob("*.md")), update):
            name.unlink()
        folder.update()
    return folder.current / "public" / locale


def query(chance: random.Random, locale: str) -> ParsedQuery:
    typed = some(chance, locale, chance.choice((1, 2, 3, 6, 12)))
    return plain(parse(typed, analyzer_for(locale)))


@pytest.mark.parametrize("locale", ["en", "vi", "zh-Hant"])
@pytest.mark.parametrize("seed", range(2))
def test_every_document_scores_as_whoosh_says_in_the_same_order(folder, seed, locale):
    chance = random.Random(f"{seed} {locale}")
    path = updated(folder, chance, locale)
    entries = read_segments(path)
    assert len(entries) > 1
    assert any(entry.deleted for entry in entries)
    theirs = WhooshIndex(path)
    ours = OurIndex(path, theirs.first_documents())
    for _ in range(30):
        asked = query(chance, locale)
        found, expected = ours.scores(asked), theirs.search(theirs.query(asked))
        assert expected
        difference = compared(found, expected)
        assert difference.error <= CLOSE
        assert difference.same_order
    theirs.close()


def test_a_word_that_nobody_has_finds_nothing_on_either_side(folder):
    folder.put("en/x/a.md", article("Card", "A card."))
    folder.update()
    path = folder.current / "public/en"
    theirs = WhooshIndex(path)
    ours = OurIndex(path, theirs.first_documents())
    for typed, documents in (("zebra", 0), ("card", 2), ("zebra card", 2)):
        asked = plain(parse(typed, analyzer_for("en")))
        assert len(ours.scores(asked)) == len(theirs.search(theirs.query(asked))) == documents
    theirs.close()


def test_a_comparison_sees_what_differs():
    found = [(3, 2.0), (1, 1.0), (2, 1.0)]
    assert compared(found, found).error == 0
    assert compared(found, [(3, 2.0), (2, 1.0 + 1e-9), (1, 1.0)]).same_order
    assert compared(found, [(3, 2.0), (1, 1.0)]).error == 1
    assert compared(found[:2], found).error == 1
    assert compared(found, [(3, 2.0), (1, 1.0), (2, 1.1)]).error > 0.05
    assert not compared(found, [(1, 2.0), (3, 1.5), (2, 1.0)]).same_order


def test_the_benchmark_reports_what_was_compared(folder, tmp_path):
    for number in range(6):
        title = f"Reset your password number {number}"
        folder.put(f"en/x/{number}.md", article(title, "Choose a new password. " * 80))
    folder.update()
    figures = measured(folder.root, "en", tmp_path / "no sets", 5)
    assert figures.keys() == {"title", "three words"}
    for kind in figures.values():
        assert kind["questions"] == kind["same_order"] > 0
        assert kind["error"] <= CLOSE
        assert kind["whoosh_p50"] > 0
