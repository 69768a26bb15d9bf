"""Texts that say nearly the same, among many."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.lint.alike import ALIKE, Pair, alike

ENGLISH = (
    "To reset your password, open the sign-in page and choose the link below the form. We send a "
    "message with a new link to your address. Open it within one hour, type the new password twice "
    "and sign in with it on all your devices. If no message comes, look into the folder for junk."
)
CHINESE = (
    "若要重設密碼，請開啟登入頁面並點選表單下方的連結。我們會寄一封含有新連結的郵件到您的信箱。"
    "請在一小時內開啟，輸入兩次新密碼，然後在所有裝置上重新登入。如果沒有收到郵件，請查看垃圾郵件匣。"
)


@pytest.mark.parametrize(
    ("text", "word", "other"),
    [
        pytest.param(ENGLISH, "one hour", "two hours", id="English"),
        pytest.param(CHINESE, "一小時", "兩小時", id="Chinese"),
    ],
)
def test_a_text_with_a_word_changed_is_nearly_the_same(text, word, other):
    filler = [f"{n} something else that nobody wrote twice {n * n}" * 3 for n in range(20)]
    (pair,) = alike([*filler[:10], text, *filler[10:], text.replace(word, other)])
    assert pair[:2] == (10, 21)
    assert ALIKE <= pair.share < 1


def test_case_and_punctuation_do_not_tell_texts_apart():
    assert alike([ENGLISH, ENGLISH.upper().replace(",", " –")]) == [Pair(0, 1, 1.0)]


def test_texts_about_one_subject_are_not_the_same():
    told = (
        "Your password is changed on the sign-in page: choose the link, wait for the message. " * 4
    )
    assert not alike([ENGLISH, told, CHINESE])


def test_short_texts_tell_nothing():
    assert not alike(["See the other page.", "See the other page.", ""])
    assert not alike([])


def shares(texts: list[str]) -> dict[tuple[int, int], float]:
    """Return what all pairs have in common, counted one by one."""
    runs = []
    for text in texts:
        words = text.split()
        runs.append(set(zip(words, words[1:], words[2:], strict=False)))
    return {
        (i, j): len(runs[i] & runs[j]) / len(runs[i] | runs[j])
        for j in range(len(texts))
        for i in range(j)
    }


def test_hundreds_of_texts_are_compared_as_if_one_by_one():
    chance = random.Random(7)
    words = [f"w{n}" for n in range(3_000)]
    texts = []
    for _ in range(60):
        first = chance.choices(words, k=chance.randint(60, 400))
        texts.append(" ".join(first))
        for changes in (1, 4, 12):
            other = list(first)
            for _ in range(changes):
                other[chance.randrange(len(other))] = chance.choice(words)
            texts.append(" ".join(other))
    counted = {pair: share for pair, share in shares(texts).items() if share >= ALIKE}
    found = {(pair.first, pair.second): pair.share for pair in alike(texts)}
    assert found == pytest.approx(counted)


@given(st.lists(st.text(max_size=80).map(lambda text: text * 5), max_size=8))
def test_whatever_the_texts_hold_equal_ones_are_found(texts):
    found = {(pair.first, pair.second): pair.share for pair in alike(texts)}
    assert all(first < second and share <= 1 for (first, second), share in found.items())
    long = [place for place, text in enumerate(texts) if any((place in pair) for pair in found)]
    for place in long:
        for other in long:
            if place < other and texts[place] == texts[other]:
                assert found[place, other] == 1
