"""All segments of an index as one: how frequent words are, which begin so, whose articles are."""

import pytest
from corpora import reader_of, reader_without
from hypothesis import given
from hypothesis import strategies as st

from kb.article import Article
from kb.segments.memo import MAX_KNOWN
from kb.segments.reader import IndexReader


def index(*titles: str, segments: int = 1) -> IndexReader:
    articles = [Article(f"a{n}", "en", title, "") for n, title in enumerate(titles)]
    return reader_of(articles, segments)


def test_frequencies_are_by_stream():
    reader = index("cards", "cards of a card", segments=2)
    assert reader.frequency("exact", "cards") == 2
    assert reader.frequency("exact", "card") == 1
    assert reader.frequency("loose", "card") == 2
    assert reader.frequency("pair", "card of") == 1
    assert reader.frequency("exact", "cow") == reader.frequency("pair", "card") == 0


def test_a_word_counts_once_a_document():
    reader = reader_of([Article("a", "en", "card", "card card\n## card\ncard", tags=("card",))])
    found = reader.find("exact", "card")
    assert (found.heads, found.passages, found.documents) == (1, 2, 3)


@pytest.mark.parametrize("segments", [1, 2, 3])
def test_many_terms_tell_what_each_of_them_tells(segments):
    articles = [
        Article(f"a{n}", "en", title, "A card.\n\n## More\n\nMore of it.")
        for n, title in enumerate(("card", "care", "cart", "cart of a dog", "absence"))
    ]
    texts = ["card", "cart", "dog", "absence", "more", "absent"]
    for reader in (reader_of(articles, segments), reader_without(articles, {"en/a4"}, segments)):
        found = [reader.find("exact", text) for text in texts]
        expected = [each.idf if each.documents else 0.0 for each in found]
        assert reader.idfs("exact", texts) == expected
        assert expected[0] > 0 == expected[-1]


@pytest.mark.parametrize("segments", [1, 2, 3])
def test_words_with_a_prefix_come_by_frequency_then_by_the_alphabet(segments):
    words = {"card": 3, "care": 1, "cart": 3, "car": 2, "dog": 9}
    reader = index(*(word for word, count in words.items() for _ in range(count)),
                   segments=segments)  # fmt: skip
    assert reader.with_prefix("exact", "car", 10) == ["card", "cart", "car", "care"]
    assert reader.with_prefix("exact", "car", 2) == ["card", "cart"]
    assert reader.with_prefix("exact", "x", 10) == reader.with_prefix("pair", "car", 10) == []


@given(
    st.lists(st.text("abđ漢", min_size=1, max_size=4), min_size=1, max_size=30),
    st.text("abđ漢", max_size=2),
    st.integers(1, 3),
)
def test_every_word_with_the_prefix_is_there(words, prefix, segments):
    reader = index(*words, segments=segments)
    known = {token for word in words for token in _words(word)}
    found = reader.with_prefix("exact", prefix, 100)
    assert sorted(found) == sorted(word for word in known if word.startswith(prefix))


def _words(text: str) -> list[str]:
    """Return runs of letters, and Han characters one by one."""
    return (
        "".join(f" {char} " if char == "漢" else char for char in text).replace("漢", "汉").split()
    )


def test_an_empty_index_has_no_words_and_no_articles():
    reader = IndexReader(())
    assert reader.frequency("exact", "a") == 0
    assert reader.with_prefix("exact", "", 5) == []
    assert reader.one_edit_from("exact", "card") == []
    assert (reader.articles, reader.number("en/a"), list(reader.heads)) == (0, -1, [])
    assert reader.articles_by("alias", "old") == ([], [])


def test_articles_are_found_by_key_and_give_what_they_hold():
    articles = [
        Article(f"a{n}", "en", f"Title {n}", f"opening {n}\n## head {n}\ntext", topic=f"t{n % 2}")
        for n in range(5)
    ]
    reader = reader_without(articles, {"en/a3"}, segments=2)
    for n, article in enumerate(articles):
        number = reader.number(article.key)
        if n == 3:
            assert number == -1
            continue
        assert reader.key(number) == article.key
        assert reader.head(number).summary.title == article.title
        assert [p.text for p in reader.passages_of(number)] == [f"opening {n}", "text"]
        assert [p.heading for p in reader.passages_of(number)] == ["", f"head {n}"]
        assert reader.topics[reader.topic[number]] == article.topic
    assert [head.summary.slug for _, head in reader.heads] == ["a0", "a1", "a2", "a4"]
    assert reader.number("en/a") == reader.number("en/a33") == reader.number("") == -1


def test_what_is_remembered_of_terms_is_bounded_and_changes_nothing():
    reader = index("card", "care")
    before = reader.find("exact", "card")
    for number in range(MAX_KNOWN + 10):
        assert reader.frequency("exact", f"x{number}") == 0
    assert reader.find("exact", "card").documents == before.documents == 1
