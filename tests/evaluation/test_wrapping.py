"""Questions are wrapped the same way every time, in their own language, and stay whole."""

import pytest

from kb.evaluation.measures import EvaluationSet, JudgedQuery
from tests.evaluation.messages import PARAGRAPHS, joined
from tests.evaluation.wrapping import wrapped, wrapped_set


@pytest.mark.parametrize("locale", ["en", "vi", "zh-Hans", "zh-Hant"])
def test_a_question_stands_whole_among_other_words(locale):
    texts = set()
    for number in range(50):
        query = JudgedQuery(f"q{number}", locale, "QUESTION?")
        first = wrapped(query)
        assert first == wrapped(query)
        assert first.text.count("QUESTION?") == 1
        assert first.text.index("QUESTION?") > 10
        assert not first.text.endswith("QUESTION?")
        texts.add(first.text)
    assert len(texts) > 20


def test_a_set_keeps_its_judgements():
    query = JudgedQuery("q", "en", "Where?")
    judged = EvaluationSet("s", (), (query,), {"q": {"a": 1}}, frozenset())
    found = wrapped_set(judged)
    assert (found.name, found.grades) == ("s:wrapped", judged.grades)


def test_five_articles_become_one(article_of):
    articles = tuple(article_of(f"a{number}") for number in range(PARAGRAPHS + 1))
    made = joined(EvaluationSet("s", articles, (), {}, frozenset())).articles
    assert [each.slug for each in made] == ["a0", f"a{PARAGRAPHS}"]
    assert made[0].body == "\n\n".join(f"Body of a{number}." for number in range(PARAGRAPHS))


@pytest.fixture
def article_of():
    from kb.article import Article

    def make(slug):
        return Article(slug=slug, locale="en", title="", body=f"Body of {slug}.", audience="public")

    return make
