"""Near duplicates of questions, across accents and scripts, the same in any order."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.reports.same_questions import ALIKE, Asked, find, group, is_same_question, wording_id, words

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


def asked(*texts, locale="en"):
    return [
        Asked(text, locale, f"visitor {number}", NOW + timedelta(minutes=number))
        for number, text in enumerate(texts)
    ]


def wordings(questions):
    return [each.wordings for each in group(questions)]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param("đặt lại mật khẩu", "dat lai mat khau", id="accents"),
        pytest.param("Đổi mật khẩu thế nào?", "đổi mật khẩu", id="words without meaning"),
        pytest.param("重設密碼", "重设密码", id="scripts"),
        pytest.param("怎麼重設密碼", "重設密碼", id="Chinese words without meaning"),
        pytest.param("how do I reset my password", "reset password", id="a whole sentence"),
        pytest.param("reset passwords", "Password resetting", id="order, endings, capitals"),
        pytest.param("café wifi", "cafe wifi", id="French accent"),
        pytest.param("print two pages per sheet", "print pages per sheet", id="one word more"),
    ],
)
def test_questions_that_are_one(one, other):
    assert len(group(asked(one, other))) == 1


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param("reset password", "reset printer", id="half the words"),
        pytest.param("đổi mật khẩu", "đổi địa chỉ", id="Vietnamese"),
        pytest.param("重設密碼", "重設印表機", id="Chinese"),
        pytest.param("refund", "return", id="other words"),
    ],
)
def test_questions_that_are_two(one, other):
    assert len(group(asked(one, other))) == 2


def test_a_group_says_what_there_is_to_know_of_its_questions():
    one, two = asked("mật khẩu", locale="vi"), asked("mat khau", "x", "mat khau", locale="en")
    found, _ = group([*one, two[0], two[2]._replace(visitor="visitor 0"), two[1]])
    assert (found.wording, found.wordings) == ("mat khau", ("mat khau", "mật khẩu"))
    assert (found.count, found.visitors, found.locales) == (3, 1, ("en", "vi"))
    assert (found.first_seen, found.last_seen) == (NOW, NOW + timedelta(minutes=2))


def test_groups_that_were_asked_most_often_are_first_and_unknown_visitors_are_not_counted():
    found = group([each._replace(visitor="") for each in asked("refund", "invoice", "invoice")])
    assert [(each.wording, each.visitors) for each in found] == [("invoice", 0), ("refund", 0)]


def test_an_id_stays_when_another_wording_becomes_more_frequent():
    questions = asked("mật khẩu wifi", "mat khau wifi cafe", "mat khau wifi cafe")
    (before,) = group(questions[:1])
    (after,) = group(questions)
    assert after.id == before.id
    assert after.wording != before.wording


def test_the_id_of_any_wording_leads_to_its_group():
    groups = group(asked("print two pages per sheet", "print pages per sheet", "refund"))
    assert find(groups, wording_id("print pages per sheet")) == groups[0]
    assert find(groups, groups[1].id) == groups[1]
    assert find(groups, "000000000000") is None


def test_questions_without_a_word_are_in_no_group():
    assert group(asked("", "???", "🙃")) == []


def test_many_thousand_questions_are_grouped_in_a_moment():
    questions = asked(*(f"question{n % 400} about thing{n // 400} please" for n in range(8_000)))
    assert sum(each.count for each in group(questions)) == 8_000


VOCABULARY = st.sampled_from(
    ["reset", "password", "mật", "mat", "khẩu", "密碼", "密码", "wifi", "a"]
)
QUESTIONS = st.lists(st.lists(VOCABULARY, max_size=5).map(" ".join), max_size=20)


@given(QUESTIONS, st.randoms(use_true_random=False))
def test_groups_do_not_depend_on_the_order_of_the_questions(texts, random):
    questions = asked(*texts)
    shuffled = random.sample(questions, len(questions))
    assert group(shuffled) == group(questions)


@given(QUESTIONS)
def test_every_question_is_in_one_group_and_like_others_there(texts):
    groups = group(asked(*texts))
    members = [wording for each in groups for wording in each.wordings]
    assert sorted(members) == sorted({text for text in texts if words(text)})
    assert len({each.id for each in groups}) == len(groups)
    for each in groups:
        sets = [words(wording) for wording in each.wordings]
        alike = [[len(a & b) / len(a | b) >= ALIKE for b in sets] for a in sets]
        assert any(map(all, alike)), "one of them is like all others"


@given(st.text())
def test_any_text_can_be_grouped(text):
    assert len(group(asked(text, text))) <= 1


@pytest.mark.parametrize(
    ("earlier", "later", "same"),
    [
        ("re", "Reset", True),
        ("mật  kh", "mat khau", True),
        ("重設密", "重设密码", True),
        ("reset", "preset", False),
        ("", "reset", False),
    ],
)
def test_a_text_that_goes_on_is_the_same_question(earlier, later, same):
    assert is_same_question(earlier, later) == is_same_question(later, earlier) == same
