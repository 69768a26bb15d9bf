"""Sentences in three languages, and marks in safe HTML."""

import html
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.kernels.matches import mark
from kb.words.characters import tidy
from kb.words.text import sentences, written_sentences


@pytest.mark.parametrize(
    "cut",
    [
        ["Open the box.", "Close it."],
        ["Really?!", "Yes!", "No."],
        ["It costs 3.50 euros.", "Use version 2.1 or later."],
        ["Ask Dr. Smith or Prof. Jones.", "He knows."],
        ["See no. 5 and fig. 2 for more.", "Then go."],
        ["Some browsers, e.g. Firefox, i.e. Gecko, work.", "Others too."],
        ["J. R. Smith wrote it.", "She read it."],
        ["Go to https://example.com/a.b?c=d.e!f now.", "Then stop."],
        ["Write to help@example.com.", "We answer."],
        ["He said “Stop.”", "Then he left."],
        ["(It is closed.)", "Come tomorrow."],
        ["1. Open the box.", "2. Close it."],
        ["It was 2025.", "Then it was 2026."],
        ["Wait… and see.", "Done."],
        ["no capital. follows here", "line two"],
        ["Bạn mở hộp.", "Đóng hộp lại!", "Ổn chưa?"],
        ["Thư viện ở TP. Hồ Chí Minh.", "Mở cửa lúc 8.30 giờ."],
        ["Gặp ThS. Lan hoặc TS. Minh.", "Họ biết."],
        ["Giá 70.000 đồng.", "Xem https://vi.example.com/a.b?c."],
        ["打開盒子。", "關上！", "好了嗎？", "好。"],
        ["他說「好。」", "然後走了。"],
        ["（今天休館。）", "明天再來。"],
        ["版本 2.1 以上。", "請見 https://example.com/路徑?a=b 說明。"],
        ["使用 Wi-Fi。", "Then read.", "再看。"],
        ["Day: Hours", "Monday: closed", "Done."],
    ],
)
def test_texts_are_cut_into_sentences(cut):
    separator = "\n" if any(part[-1] not in ".!?。！？」）)”" for part in cut) else ""
    joined = ""
    for part in cut:
        wide = joined[-1:] in tuple("。！？」）")
        joined += (separator or ("" if wide or not joined else " ") if joined else "") + part
    assert [joined[start:end] for start, end in sentences(joined)] == cut


@pytest.mark.parametrize("text", ["", " ", "\n\n", "\t \n"])
def test_nothing_has_no_sentences(text):
    assert sentences(text) == []


@given(st.text(alphabet="aA1. !?。…\n“”\"'()「」e.g.Dr", max_size=80))
def test_sentences_hold_all_of_the_text_in_order(text):
    spans = sentences(text)
    assert "".join("".join(text[a:b] for a, b in spans).split()) == "".join(text.split())
    place = 0
    for start, end in spans:
        assert place <= start < end <= len(text)
        assert text[start:end] == text[start:end].strip()
        place = end


def test_a_long_text_takes_linear_time():
    assert len(sentences("Dr. " * 50_000 + "a. B" * 50_000)) > 1_000
    assert len(sentences("." * 200_000)) == 1
    assert len(sentences(")" * 200_000)) == 1
    assert len(written_sentences("." * 200_000)) == 1
    assert len(written_sentences("a.b" * 50_000 + "http://" * 20_000 + "a@" * 50_000)) == 1


@pytest.mark.parametrize(
    "cut",
    [
        ["i tried it. ", "it fails. ", "why"],
        ["It broke.", "Please help!!", "is it free?", "Yes"],
        ["em mua hàng... mà chưa nhận được. ", "shop xem giúp em v.v. nhé"],
        ["see www.a.com/b?c=d. ", "or a.b@c.de. ", "thanks"],
        ["open invoice.pdf etc. at 5 p.m. today. ", "Dr. No. 5 is version 2.1"],
        ["我打不開!", "怎麼辦?", "請幫忙。", "謝謝"],
        ["https://a.example/b?c=d!e 請問。", "好"],
        ["go to a.example/b?id=5 now"],
    ],
)
def test_what_nobody_proof_read_is_cut_into_sentences_too(cut):
    text = "".join(cut)
    assert [text[a:b] for a, b in written_sentences(text)] == [part.strip() for part in cut]


@given(st.text(alphabet="aA1. !?。…\n“”\"'()「」@/wh:tp.Dr", max_size=80))
def test_sentences_of_any_text_hold_all_of_it_in_order(text):
    spans = written_sentences(text)
    assert "".join("".join(text[a:b] for a, b in spans).split()) == "".join(text.split())


def test_marks_are_put_in_and_all_else_is_escaped():
    assert mark('<b> & "q"', [(0, 3), (6, 9)]) == (
        "<mark>&lt;b&gt;</mark> &amp; <mark>&quot;q&quot;</mark>"
    )
    assert mark("plain", []) == "plain"


@given(st.text(max_size=40).map(tidy), st.lists(st.integers(0, 40), max_size=6))
def test_marking_never_changes_what_is_read(text, places):
    cuts = sorted({min(place, len(text)) for place in places})
    shown = mark(text, list(zip(cuts[::2], cuts[1::2], strict=False)))
    assert html.unescape(re.sub("</?mark>", "", shown)) == html.unescape(html.escape(text))
    assert not re.search("<(?!/?mark>)", shown)
