"""Random articles and queries in three languages, small enough to be counted by hand."""

import random
from collections.abc import Sequence
from datetime import date

from hypothesis import strategies as st
from naive import material, terms_of

from kb.article import Article
from kb.queries.query import ParsedQuery, Slot, Term, Variant, Way
from kb.segments.arrays import Array
from kb.segments.batch import BatchBuilder, Selection
from kb.segments.reader import IndexReader
from kb.segments.segment_writer import Built, make_segment
from kb.words.analysis import analyzer_for

LOCALES = ("en", "vi", "zh-Hant")
# Few words, so that they meet; with stop words, inflections, accents and neighbours in spelling.
WORDS = {
    "en": "reset resetting resets card cards care cart renew renewed the how loan loans pasword "
    "password passwords passwordless account accountant it's 2fa x",
    "vi": "mật khẩu khau mặt đặt lại đường dương duong thẻ the của là hoà hòa tài khoản wifi 5g",
    "zh-Hant": "密碼 密码 重設 圖書館 如何 的 開放 時間 wifi reset 還書 借 書 2 可以 罰款",
}
# Texts of several lines, and how they are shown in one.
LINES = (
    ("Day: Hours\nMonday: closed", "Day: Hours · Monday: closed"),
    ("Choose one:\nRed\nBlue", "Choose one: Red · Blue"),
    ("It is open.\nCome in!", "It is open. Come in!"),
    ("日期：時間\n星期一：休館", "日期：時間 · 星期一：休館"),
    ("kb index\nkb serve", "kb index · kb serve"),
)
_MARKS = ("", "", "", "", ",", "?", " -", "。", "\n")


def words(chance: random.Random, locale: str, most: int) -> str:
    """Return up to `most` words with marks between them."""
    some = chance.choices(WORDS[locale].split(), k=chance.randint(0, most))
    return " ".join(word + chance.choice(_MARKS) for word in some).strip()


def article(chance: random.Random, locale: str, number: int) -> Article:
    """Return a random article of any shape: without body, with many passages, boosted."""
    body = [words(chance, locale, 40)]
    for _ in range(chance.choice((0, 0, 1, 3))):
        heading = words(chance, locale, 3).replace("\n", " ")
        body.append(f"## {heading}\n{words(chance, locale, chance.choice((0, 10, 400)))}")
    return Article(
        slug=f"a{number}",
        locale=locale,
        title=words(chance, locale, 5).replace("\n", " "),
        body="\n".join(body),
        questions=tuple(words(chance, locale, 6) for _ in range(chance.choice((0, 0, 1, 2)))),
        tags=tuple(words(chance, locale, 2) for _ in range(chance.choice((0, 0, 1, 2)))),
        aliases=tuple(f"old{chance.randrange(4)}" for _ in range(chance.choice((0, 0, 1)))),
        topic=chance.choice(("", "x", "y")),
        translation_key=f"t{chance.randrange(4)}",
        audience="public",
        boost=chance.choice((1.0, 1.0, 1.0, 0.5, 2.0)),
        exclude=chance.random() < 0.1,
        verified_on=chance.choice((None, None, date(2026, 11, 10))),
    )


def corpus(chance: random.Random, locale: str, size: int) -> list[Article]:
    """Return random articles in random order of their keys."""
    return [article(chance, locale, n) for n in chance.sample(range(10 * size), size)]


def typed(chance: random.Random, locale: str) -> str:
    """Return what somebody may type: words, quotes, a minus, an unfinished word."""
    parts = []
    for _ in range(chance.choice((1, 1, 2, 3, 8))):
        text = words(chance, locale, 3)
        parts.append(chance.choice((text, text, text, f'"{text}"', f"-{text}")))
    text = " ".join(parts)
    return text[: max(1, len(text) - chance.choice((0, 0, 1, 2)))]


def query(chance: random.Random, locale: str) -> ParsedQuery:
    """Return a query that no parser makes: any terms, weights, variants."""
    analyzer = analyzer_for(locale)

    def term() -> Term:
        terms = terms_of(words(chance, locale, 4), analyzer)
        stream = chance.choice(list(terms))
        text = chance.choice(terms[stream] or ["absent"])
        return Term(stream, text, chance.choice((1.0, 0.15, 0.5)))

    def slot() -> Slot:
        variants = tuple(
            Variant(term(), chance.choice((0.7, 0.8, 1.0)))
            for _ in range(chance.choice((0, 0, 1, 3)))
        )
        # An article that holds one term of a word holds the first.
        first = term()
        others = tuple(Variant(term(), 0.3) for _ in range(chance.choice((0, 0, 2))))
        weight, counts = chance.choice((1.0, 0.15)), chance.random() < 0.7
        return Slot((first,), weight, counts, variants, related=() if variants else others)

    def sayable() -> Slot:
        named = term()
        ways = tuple(
            Way(
                # A way holds at least one word, not only what adds to a score.
                (slot()._replace(counts=True), *(slot() for _ in range(chance.choice((0, 1, 2))))),
                chance.choice((1.0, 0.8)),
            )
            for _ in range(chance.choice((2, 2, 3)))
        )
        return Slot((named,), ways=ways)

    def group() -> tuple[Term, ...]:
        return tuple(term() for _ in range(chance.choice((1, 1, 2))))

    return ParsedQuery(
        "",
        tuple(chance.choice((slot, slot, sayable))() for _ in range(chance.randint(1, 5))),
        required=tuple(group() for _ in range(chance.choice((0, 0, 0, 1)))),
        excluded=tuple(group() for _ in range(chance.choice((0, 0, 0, 1)))),
    )


def built(articles: Sequence[Article]) -> Built:
    """Return one segment of these articles."""
    return make_segment(Selection([batch_of(articles)]), analyzer_for(articles[0].locale))


def batch_of(articles: Sequence[Article]) -> dict[str, Array]:
    """Return these articles on their way into a segment."""
    builder = BatchBuilder()
    for each in articles:
        builder.add(material(each))
    return builder.batch()


def reader_of(articles: Sequence[Article], segments: int = 1) -> IndexReader:
    """Return an index of these articles, spread over some segments."""
    parts = [articles[number::segments] for number in range(segments)]
    return IndexReader((built(part).arrays, ()) for part in parts if part)


def reader_without(articles: Sequence[Article], gone: set[str], segments: int = 1) -> IndexReader:
    """Return an index in which some of the articles are deleted, by their keys."""
    whole = reader_of(articles, segments)
    return IndexReader(
        (segment.arrays, [n for n, key in enumerate(segment.keys) if key in gone])
        for segment in whole.segments
    )


seeds = st.integers(0, 2**32 - 1).map(random.Random)
locales = st.sampled_from(LOCALES)
