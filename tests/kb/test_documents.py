"""The words of an article as they are kept: those that the analyzer finds, in their places."""

from hypothesis import given
from hypothesis import strategies as st

from kb.article import Article
from kb.segments.documents import Words, words_of
from kb.segments.passages import Passage
from kb.segments.records import head_of
from kb.segments.shape import PARTS
from kb.words.analysis import Token, analyzer_for
from kb.words.characters import tidy

LOCALES = st.sampled_from(["en", "vi", "zh-Hant", "fr", "th", "hi"])
TEXTS = st.one_of(
    st.text(st.characters(exclude_categories=["Cs"]), max_size=40),
    st.text("aAđĐờẫư'’ıİßæœﬁ 1-.½²\u0301\u0323l", max_size=40),
    st.text("漢汉字カﾃﾞがกำ한글ភាសា ab，。पास वर्ड", max_size=40),
).map(tidy)


def tokens_in(words: Words) -> list[list[Token]]:
    """Return the words of each text as the analyzer's tokens."""
    texts, place = [], 0
    for _, _, count in words.texts:
        own = range(place, place + count)
        texts.append(
            [
                Token(
                    words.starts[n],
                    words.ends[n],
                    words.exact[words.numbers[n]],
                    words.loose[words.numbers[n]],
                    not words.loose[words.numbers[n]],
                    bool(words.follows[n]),
                )
                for n in own
            ]
        )
        place += count
    assert place == len(words.numbers) == len(words.follows)
    return texts


@given(LOCALES, TEXTS, st.lists(TEXTS, max_size=2), st.lists(st.tuples(TEXTS, TEXTS), max_size=3))
def test_the_words_kept_are_the_tokens_of_each_text(locale, title, questions, bodies):
    passages = [Passage(heading, "", body, ()) for heading, body in bodies]
    article = Article("a", locale, title, "", questions=tuple(questions), tags=("One tag", "x"))
    analyzer = analyzer_for(locale)
    words = words_of(head_of(article, passages), passages, analyzer)
    texts = [title, *questions, "One tag", "x", *(text for pair in bodies for text in pair)]
    assert tokens_in(words) == [analyzer.tokens(text) for text in texts]
    parts = [(PARTS[part], passage) for part, passage, _ in words.texts]
    assert parts == [
        ("title", -1),
        *[("questions", -1)] * len(questions),
        *[("tags", -1)] * 2,
        *[(part, n) for n in range(len(bodies)) for part in ("heading", "body")],
    ]
    assert len(set(words.exact)) == len(words.exact)
