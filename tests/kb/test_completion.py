"""What is offered while somebody types."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.analysis import analyzer_for
from kb.completion import Completer, Entry

ENTRIES = [
    Entry("How do I renew a loan?", "title", 0),
    Entry("Renew a card", "title", 1),
    Entry("Can I renew twice?", "question", 0),
    Entry("Renew online", "heading", 0, "renew-online"),
    Entry("Renew online", "question", 2),
    Entry("renew ONLINE", "heading", 2, "x"),
    Entry("Đổi mật khẩu", "title", 3),
    Entry("Réservation", "title", 4),
]


def offered(typed: str, locale: str = "en", limit: int = 10, entries=ENTRIES, visible=None) -> list:
    completer = Completer(entries, analyzer_for(locale))
    everything = [True] * len(entries)
    return [
        (entry.text, html.replace("<mark>", "[").replace("</mark>", "]"))
        for entry, html in completer.complete(typed, limit, visible or everything)
    ]


def test_texts_that_begin_so_come_first_then_titles_questions_headings():
    assert [text for text, _ in offered("renew")] == [
        "Renew a card",
        "Renew online",
        "Renew online",
        "How do I renew a loan?",
        "Can I renew twice?",
    ]


def test_the_same_text_of_one_article_is_offered_once():
    found = [html for text, html in offered("renew onl")]
    assert found == ["[Renew] [onl]ine", "[Renew] [onl]ine"]


def test_all_whole_words_have_to_be_there_in_any_order():
    assert [text for text, _ in offered("loan renew")] == ["How do I renew a loan?"]
    assert offered("renew zebra") == []
    assert offered("zebra ") == []


def test_a_finished_word_is_not_a_beginning():
    assert offered("ren ") == []
    assert offered("ren")


def test_accents_do_not_matter():
    assert offered("reserv") == [("Réservation", "[Réserv]ation")]
    assert offered("doi mat kh", "vi") == [("Đổi mật khẩu", "[Đổi] [mật] [kh]ẩu")]
    assert offered("đổi mật", "vi") == offered("DOI MAT", "vi")


def test_chinese_is_completed_from_any_place_and_in_either_script():
    entries = [Entry("如何重設密碼？", "title", 0), Entry("密碼規則", "title", 1)]
    for typed in ("密碼", "密码"):
        assert [t for t, _ in offered(typed, "zh-Hant", entries=entries)] == [
            "密碼規則",
            "如何重設密碼？",
        ]


def test_articles_that_are_not_visible_are_not_offered_and_leave_their_place():
    hidden = [False, True, True, True, True]
    assert [text for text, _ in offered("renew", limit=2, visible=hidden)] == [
        "Renew a card",
        "Renew online",
    ]
    assert offered("renew", visible=np.zeros(5, bool).tolist()) == []


def test_the_limit_holds():
    assert len(offered("renew", limit=2)) == 2


@pytest.mark.parametrize("typed", ["", " ", "?!", "\x00", "\ud800", "“"])
def test_nothing_typed_offers_nothing(typed):
    assert offered(typed) == []


def test_markup_is_escaped():
    entries = [Entry("<b>Renew</b> & go", "title", 0)]
    assert offered("renew", entries=entries)[0][1] == "&lt;b&gt;[Renew]&lt;/b&gt; &amp; go"


@given(st.text(st.characters(), max_size=150), st.sampled_from(["en", "vi", "zh-Hant"]))
def test_nothing_typed_raises(typed, locale):
    for text, _ in offered(typed, locale):
        assert text in {entry.text for entry in ENTRIES}


@given(st.sampled_from(ENTRIES), st.data())
def test_every_beginning_of_a_text_completes_to_it(entry, data):
    length = data.draw(st.integers(1, len(entry.text)))
    typed = entry.text[:length].rstrip()
    assert entry.text.casefold() in {text.casefold() for text, _ in offered(typed)}
