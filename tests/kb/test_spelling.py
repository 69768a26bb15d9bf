"""One edit: what it is, and that an index finds exactly the words that are one edit away."""

import string

from corpora import reader_of
from hypothesis import given
from hypothesis import strategies as st

from kb.article import Article
from kb.queries.spelling import is_one_edit

SHORT = st.text("abcđ", max_size=6)
WORDS = st.text("abc", min_size=3, max_size=6) | st.text("abđ漢", min_size=3, max_size=4).filter(
    lambda word: "漢" not in word
)


def edits(word: str, letters: str) -> set[str]:
    """Return all that one insertion, deletion, replacement or swap makes of a word."""
    cuts = [(word[:i], word[i:]) for i in range(len(word) + 1)]
    made = {a + b[1:] for a, b in cuts if b}
    made |= {a + b[1] + b[0] + b[2:] for a, b in cuts if len(b) > 1}
    made |= {a + letter + b[1:] for a, b in cuts if b for letter in letters}
    made |= {a + letter + b for a, b in cuts for letter in letters}
    return made - {word}


def index(*words: str, locale: str = "en"):
    titles = [" ".join(words[n : n + 5]) for n in range(0, len(words), 5)]
    return reader_of([Article(f"a{n}", locale, title, "") for n, title in enumerate(titles)])


@given(SHORT, SHORT)
def test_one_edit_is_an_insertion_a_deletion_a_replacement_or_a_swap(a, b):
    assert is_one_edit(a, b) == (b in edits(a, a + b))


@given(SHORT, st.data())
def test_every_edit_is_one(word, data):
    other = data.draw(st.sampled_from(sorted(edits(word, "abx"))))
    assert is_one_edit(word, other)
    assert is_one_edit(other, word)


@given(st.lists(WORDS, min_size=1, max_size=20, unique=True), WORDS)
def test_exactly_the_words_one_edit_away_are_found(words, typed):
    found = index(*words).one_edit_from("exact", typed)
    near = {word for word in words if word in edits(typed, "abcđ")}
    assert {term for term, _ in found} == near
    assert all(number == 1 for _, number in found)
    assert found == sorted(found, key=lambda row: (-row[1], row[0]))


@given(st.integers(3, 30), st.data())
def test_long_words_have_neighbours_too(length, data):
    word = data.draw(st.text(string.ascii_lowercase, min_size=length, max_size=length))
    near = [each for each in sorted(edits(word, "qz")) if 3 <= len(each) <= 30]
    chosen = data.draw(st.lists(st.sampled_from(near), min_size=1, max_size=10, unique=True))
    reader = index(word, *chosen)
    assert {term for term, _ in reader.one_edit_from("exact", word)} == set(chosen)


def test_frequent_neighbours_come_first_then_the_alphabet():
    reader = index("card", "care", "cards", "cart", "x", "cart")
    assert reader.one_edit_from("exact", "car") == [("cart", 2), ("card", 1), ("care", 1)]


def test_vietnamese_is_spelled_without_accents():
    reader = index("khẩu", locale="vi")
    assert reader.one_edit_from("loose", "khauu") == [("khau", 1)]
