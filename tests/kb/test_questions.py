"""The questions that have to find an article, as files hold them."""

from datetime import UTC, datetime

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from kb.article import Article
from kb.writing.questions import (
    MAX_BYTES,
    MAX_CHARS,
    MAX_QUESTIONS,
    Question,
    read_questions,
    unanswerable,
)

PATH = "articles/_questions/en.yml"
NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
LOCALES = ("en", "vi")


def read(text: str | bytes) -> tuple[list[Question], list[str]]:
    data = text.encode() if isinstance(text, str) else text
    questions, problems = read_questions(data, PATH, "en", LOCALES)
    return questions, [str(problem) for problem in problems]


def test_a_question_names_its_article_by_slug_key_or_address():
    names = ("get-a-refund", "en/get-a-refund", "/en/articles/get-a-refund")
    for name in names:
        questions, problems = read(f"- question: I was charged twice\n  article: {name}\n")
        assert not problems
        assert questions == [Question("I was charged twice", "en", "en/get-a-refund", PATH, 1, 2)]


def test_all_fields_are_read_with_their_lines():
    text = """\
# Money
- article: get-a-refund
  question: "Refund: when?"
  rank: 1
  audience: internal
  note: asked every day

- question: Do you ship to the moon?
  article: none
"""
    questions, problems = read(text)
    assert not problems
    refund = Question(
        "Refund: when?", "en", "en/get-a-refund", PATH, 3, 2, 1, "internal", "asked every day"
    )
    assert questions == [refund, Question("Do you ship to the moon?", "en", "", PATH, 8, 9)]


def test_a_question_stays_as_it_was_typed():
    questions, _ = read("- question: no\n  article: 1.10\n- question: Quên MK ko\n  article: a\n")
    assert [(each.text, each.key) for each in questions] == [
        ("no", "en/1.10"),
        ("Quên MK ko", "en/a"),
    ]


def test_an_empty_file_asks_nothing():
    assert read("") == read("# later\n") == ([], [])


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        pytest.param("question: a\narticle: b\n", 1, "not a list", id="mapping"),
        pytest.param("- just a text\n", 1, "not a question with an article", id="text"),
        pytest.param("- question: a\n", 1, "no article. Write its slug, or none", id="no article"),
        pytest.param("- question: a\n  article:\n", 2, "no article", id="empty article"),
        pytest.param("- article: b\n", 1, "no question", id="no question"),
        pytest.param("- article: b\n  question: '  '\n", 2, "no question", id="blank question"),
        pytest.param("- question: [a]\n  article: b\n", 1, "question is not a text", id="list"),
        pytest.param("- question: a\n  artcle: b\n", 2, "unknown field artcle", id="misspelt"),
        pytest.param("- question: a\n  article: vi/b\n", 2, "vi/b is not in en", id="language"),
        pytest.param("- question: a\n  article: b\n  rank: 0\n", 3, "rank is not", id="rank 0"),
        pytest.param("- question: a\n  article: b\n  rank: ²\n", 3, "rank is not", id="rank ²"),
        pytest.param("- question: a\n  article: b\n  rank: 11\n", 3, "rank is not", id="rank 11"),
        pytest.param("- question: a\n  article: none\n  rank: 1\n", 3, "a rank of none", id="none"),
        pytest.param(
            "- question: a\n  article: b\n  audience: staff\n", 3, "unknown audience", id="audience"
        ),
        pytest.param(
            "- {question: a, article: b}\n- {question: A, article: c}\n",
            2,
            "the question of line 1 is there again",
            id="twice",
        ),
        pytest.param(
            f"- question: {'a' * (MAX_CHARS + 1)}\n  article: b\n", 1, "longer than", id="long"
        ),
        pytest.param("- question: a: b\n  article: c\n", 1, "holds a colon", id="colon"),
        pytest.param("- &a {question: a}\n- *a\n", 1, "anchor or alias", id="alias"),
        pytest.param("- question: !!python/name:os.system\n", 1, "a YAML tag", id="tag"),
        pytest.param("- " + "[" * 50 + "\n", 1, "nested more than", id="deep"),
        pytest.param("- question: a\n\tarticle: b\n", 2, "not valid YAML", id="tabulator"),
        pytest.param(b"- question: \xff\n", 1, "not UTF-8", id="bytes"),
        pytest.param(b" " * (MAX_BYTES + 1), 1, "longer than 256 KiB", id="too large"),
    ],
)
def test_a_writer_is_told_where_and_what(text, line, said):
    questions, problems = read(text)
    assert len(problems) == 1
    assert problems[0].startswith(f"{PATH}:{line}: ")
    assert said in problems[0]
    assert len(questions) <= 1


def test_one_wrong_question_does_not_stop_the_others():
    questions, problems = read("- question: a\n  article: b\n- 1\n- question: c\n  article: d\n")
    assert [each.key for each in questions] == ["en/b", "en/d"]
    assert len(problems) == 1


def test_more_questions_than_anybody_can_have_written_are_not_asked():
    row = "- {{question: a{0}, article: b}}\n"
    questions, problems = read("".join(row.format(n) for n in range(MAX_QUESTIONS + 1)))
    assert len(questions) == MAX_QUESTIONS
    assert problems[0].startswith(f"{PATH}:{MAX_QUESTIONS + 1}: there are more than")


WORDS = st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=20)


@given(st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
def test_whatever_a_file_holds_it_is_read_or_explained(data):
    questions, problems = read_questions(data, PATH, "en", LOCALES)
    assert all(problem.line >= 1 for problem in problems)
    assert all(each.text and each.line >= 1 for each in questions)


@given(st.lists(st.fixed_dictionaries({"question": WORDS, "article": WORDS, "rank": WORDS})))
def test_what_yaml_can_write_is_read_or_explained(items):
    questions, problems = read(yaml.safe_dump(items, allow_unicode=True))
    assert len(questions) + len(problems) in (len(items), 1)


def article(slug: str, **fields: object) -> Article:
    return Article(slug, "en", slug, "", **{"audience": "public", **fields})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("name", "said"),
    [
        pytest.param(
            "gone", "there is no article en/gone. Name one by its slug, or none", id="unknown"
        ),
        pytest.param("theer", "there is no article en/theer. Write there, or none", id="misspelt"),
        pytest.param("old", "there is no article en/old any more. Write moved", id="alias"),
        pytest.param("draft", "en/draft is not shown now", id="draft"),
        pytest.param("early", "en/early is not shown now", id="scheduled"),
        pytest.param("staff", "en/staff is internal. Add `audience: internal`", id="internal"),
        pytest.param("kept-out", "en/kept-out is kept out of the search", id="excluded"),
    ],
)
def test_an_article_that_no_search_can_find_is_wrong_at_its_line(name, said):
    questions, _ = read(f"- question: a\n  article: {name}\n- question: b\n  article: there\n")
    articles = [
        article("there"),
        article("moved", aliases=("/en/articles/old",)),
        article("draft", status="draft"),
        article("early", publish_at=datetime(2027, 1, 1, tzinfo=UTC)),
        article("staff", audience="internal"),
        article("kept-out", exclude=True),
    ]
    wrong = dict(unanswerable(questions, {each.key: each for each in articles}, NOW))
    assert [str(error).startswith(f"{PATH}:2: {said}") for error in wrong.values()] == [True]
