"""What answers a customer's message, held against every engine."""

import re
from dataclasses import replace
from datetime import timedelta
from html import unescape

import pytest
from engines import NOW, article, plain

from kb.answers.suggestions import Message, Suggestions
from kb.search import MAX_LIMIT, SearchEngine

LONG = " ".join(f"Line {n} of the rules is about nothing in particular." for n in range(60))
ARTICLES = [
    article(
        "password",
        "Reset your password",
        "## In the app\n\nOpen the settings. Choose a new secret word.\n\n"
        "## By mail\n\nAsk for a link. The link arrives within ten minutes.",
        translation_key="password",
        verified_on=NOW.date(),
        topic="account",
    ),
    article(
        "password-vi",
        "Đặt lại mật khẩu",
        "Mở phần cài đặt rồi chọn mật khẩu mới.",
        locale="vi",
        translation_key="password",
    ),
    article("refund", "Get a refund", f"{LONG} Refunds take <five> days by bank. {LONG}"),
    article("refund-vi", "Yêu cầu hoàn tiền", "Tiền được hoàn trong năm ngày.", locale="vi"),
    article("parking", "Parking for visitors", "Visitors park behind the house."),
    article("late", "Fees for late invoices", "A late invoice costs a fee.", expire_at=NOW),
    article("soon", "Lottery", "The lottery ends today.", expire_at=NOW + timedelta(hours=1)),
    article("left-out", "Zeppelin", "A zeppelin flies.", exclude=True),
    article("desk", "Voucher codes for colleagues", "Give a voucher.", audience="internal"),
    article("hello", "Voucher thanks", "Here is your voucher.", audience="internal", kind="reply"),
    article("title-only", "Submarine timetable", ""),
]
MAIL = """Hi team,

hope you are well! {question}

Best regards,
Maria Lopez
+44 20 7946 0018

On Monday, Support wrote:
> Parking for visitors is behind the house.
"""


@pytest.fixture(scope="session")
def desk(kind, engines) -> SearchEngine:
    return engines.of(kind, ARTICLES)


def ask(engine, text, locale="en", audience="public", limit=5) -> Suggestions:
    return engine.answers(Message(text, locale, limit), audience=audience)


def slugs(found: Suggestions) -> list[str]:
    return [answer.slug for answer in found.answers]


def test_the_passage_comes_with_its_section_and_with_why(desk):
    found = ask(desk, "When does the link arrive to reset my password?")
    first = found.answers[0]
    assert (first.key, first.heading, first.anchor) == ("en/password", "By mail", "by-mail")
    assert first.passage == "Ask for a link. The link arrives within ten minutes."
    assert "<mark>link</mark>" in first.passage_html
    assert {"password", "link", "arrive", "reset"} <= set(first.why)
    assert (first.title, first.topic, first.locale) == ("Reset your password", "account", "en")
    assert (first.verified, first.verified_on) == (True, NOW.date())
    assert (first.audience, first.kind) == ("public", "article")
    assert found.state == "sure"
    assert found.confidence == first.confidence > 0.6
    assert found.language == "en"
    assert found.generation == desk.state(audience="public").generation


def test_what_the_customer_did_not_ask_is_not_searched_for(desk):
    found = ask(desk, MAIL.format(question="How do I reset my password?"))
    assert found.asked == ("How do I reset my password?",)
    assert slugs(found)[0] == "password"
    assert "parking" not in slugs(found)


def test_a_passage_is_whole_sentences_that_cover_the_question(desk):
    first = ask(desk, "How many days does a refund take by bank?").answers[0]
    assert "Refunds take <five> days by bank." in first.passage
    assert len(first.passage) <= 300
    assert first.passage.endswith(".")
    assert "&lt;five&gt;" in first.passage_html
    assert unescape(re.sub(r"</?mark>", "", first.passage_html)) == first.passage


def test_an_article_found_by_its_title_alone_is_an_answer(desk):
    first = ask(desk, "submarine timetable").answers[0]
    assert (first.slug, first.heading) == ("title-only", "")
    assert first.why == ("submarine", "timetable")


@pytest.mark.parametrize("text", ["zxqv wvut", "Who painted the ceiling of the chapel?"])
def test_a_question_that_nothing_answers_is_told_so(desk, text):
    found = ask(desk, text)
    assert found.state == "none"
    assert found.confidence < 0.3


@pytest.mark.parametrize("text", ["", " \n\t", "??? !!!", "\x00\ud800", "👍👍"])
def test_a_message_without_words_has_no_answers(desk, text):
    assert replace(ask(desk, text), asked=(), generation="", language="") == Suggestions()


def test_confidence_falls_with_the_place(desk):
    found = ask(desk, "refund or password or parking", limit=MAX_LIMIT)
    confidences = [answer.confidence for answer in found.answers]
    assert len(confidences) >= 3
    assert confidences == sorted(confidences, reverse=True)
    assert all(0 <= confidence <= 1 for confidence in confidences)


@pytest.mark.parametrize("limit", [-1, 0, 1])
def test_one_answer_at_least_is_given(desk, limit):
    assert len(ask(desk, "refund password parking", limit=limit).answers) == 1


def test_how_sure_it_is_does_not_hang_on_how_many_are_wanted(desk):
    few, many = (ask(desk, "late password refund", limit=limit) for limit in (1, 9))
    assert (few.state, few.confidence, few.evidence) == (
        many.state,
        many.confidence,
        many.evidence,
    )


@pytest.mark.parametrize("locale", ["en", "vi"])
def test_answers_are_in_the_language_of_the_message_first(desk, locale):
    found = ask(desk, "Làm sao để đặt lại mật khẩu của tôi?", locale)
    assert found.language == "vi"
    assert found.answers[0].key == "vi/password-vi"
    assert [answer.key for answer in found.elsewhere] == ["en/password"]
    english = found.elsewhere[0]
    assert english.passage.startswith("Open the settings.")
    assert english.confidence == found.answers[0].confidence


def test_a_reader_whose_locale_has_no_articles_gets_those_of_the_message(desk):
    found = ask(desk, "Làm sao để đặt lại mật khẩu của tôi?", "fr")
    assert found.answers[0].key == "vi/password-vi"


@pytest.mark.parametrize("text", ["lottery", "late invoices fee", "zeppelin"])
def test_what_cannot_be_found_is_no_answer(kind, engines, text):
    clock = engines.clock(NOW + timedelta(hours=2))
    engine = engines.of(kind, ARTICLES, clock=clock)
    assert not {"soon", "late", "left-out"} & set(slugs(ask(engine, text)))


def test_internal_articles_and_replies_are_for_staff(desk):
    asked = "Do you have a voucher?"
    assert not {"desk", "hello"} & set(slugs(ask(desk, asked)))
    found = {answer.slug: answer for answer in ask(desk, asked, audience="internal").answers}
    assert (found["desk"].audience, found["desk"].kind) == ("internal", "article")
    assert found["hello"].kind == "reply"


@pytest.mark.parametrize(
    "text", ['refund -days "no such phrase"', "«refund» – days", "refund 「退款」"]
)
def test_signs_of_the_search_box_mean_nothing_in_a_message(desk, text):
    assert slugs(ask(desk, text))[0] == "refund"


def test_the_end_of_an_endless_message_is_not_read(desk):
    text = "I like it very much here. " * 2_000 + "How do I reset my password?"
    assert ask(desk, text).state == "none"


def test_a_passage_says_the_same_as_its_html(desk):
    for text in ("password", "refund five days", "đặt lại mật khẩu", "visitors park"):
        for answer in ask(desk, text).answers:
            assert plain(answer.passage_html) == answer.passage
