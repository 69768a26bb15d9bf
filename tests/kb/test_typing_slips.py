"""Vietnamese typed as Telex or VNI keys."""

from unicodedata import normalize

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.article import Article
from kb.queries.typing_slips import decoded, is_syllable, loosely_decoded, syllables
from kb.search import Query
from kb.testing import MemoryEngine
from kb.words.syllables import tone_placed

TELEX = {"ă": "aw", "â": "aa", "ê": "ee", "ô": "oo", "ơ": "ow", "ư": "uw", "đ": "dd"}
VNI = {"ă": "a8", "â": "a6", "ê": "e6", "ô": "o6", "ơ": "o7", "ư": "u7", "đ": "d9"}
TONES = ("", "\u0301", "\u0300", "\u0309", "\u0303", "\u0323")
TELEX_TONES = dict(zip(TONES, ("", "s", "f", "r", "x", "j"), strict=True))
VNI_TONES = dict(zip(TONES, ("", "1", "2", "3", "4", "5"), strict=True))
VOWELS = frozenset("aăâeêioôơuưy")
SYLLABLES = sorted(syllables())


def keys(letters: str, tone: str, marks: dict[str, str], tones: dict[str, str], last: bool) -> str:
    """Return the keys of a syllable, the tone at the end or right after the last vowel."""
    typed = [marks.get(letter, letter) for letter in letters]
    vowel = max(i for i, letter in enumerate(letters) if letter in VOWELS)
    typed.insert(len(typed) if last else vowel + 1, tones[tone])
    return "".join(typed)


@pytest.mark.parametrize("last", [True, False])
@pytest.mark.parametrize(("marks", "tones"), [(TELEX, TELEX_TONES), (VNI, VNI_TONES)])
@given(st.sampled_from(SYLLABLES))
def test_every_syllable_is_read_back_from_its_keys(marks, tones, last, syllable):
    letters, tone = syllable
    typed = keys(letters, tone, marks, tones, last)
    assert typed == letters or letters + tone in decoded(typed)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("dduwowngf", "đường"),
        ("dduowngf", "đường"),
        ("d9u7o7ng2", "đường"),
        ("d9uo7ng2", "đường"),
        ("mat65", "mật"),
        ("kha63u", "khẩu"),
        ("vieetj", "việt"),
        ("vietej", "việt"),
        ("thuowr", "thuở"),
        ("quowis", "quới"),
        ("quo71i", "quới"),
        ("quawng", "quăng"),
        ("muaw", "mưa"),
        ("nhwng", "nhưng"),
        ("ngoeos", "ngoéo"),
        ("đươngf", "đường"),
        ("mâtj", "mật"),
        ("gif", "gì"),
    ],
)
def test_usual_ways_to_type_are_read(typed, meant):
    assert [normalize("NFC", tone_placed(each)) for each in decoded(typed)] == [meant]


@pytest.mark.parametrize("typed", ["", "text", "windows", "office1", "khau", "mật", "dd", "wifi9"])
def test_what_becomes_no_syllable_is_left(typed):
    assert decoded(typed) == []


def test_a_tone_alone_leaves_the_other_marks_open():
    assert "đương\u0300" in loosely_decoded("duong2")
    assert loosely_decoded("duong") == []


def test_a_closed_syllable_has_two_tones():
    assert is_syllable("mât", "\u0323")
    assert not is_syllable("mât", "\u0300")


@given(st.text("aeouwdsfrxj123456789đơ", max_size=20))
def test_any_keys_give_only_syllables(typed):
    for each in (*decoded(typed), *loosely_decoded(typed)):
        letters = each.rstrip("".join(TONES))
        assert is_syllable(letters, each[len(letters) :])


@pytest.mark.parametrize("typed", ["ddooir maatj khaaur", "d9o6i3 ma65t kha63u", "doi3 mat5 khau3"])
def test_an_article_is_found_by_keys_and_its_words_are_offered(typed):
    articles = [
        Article("a", "vi", "Đổi mật khẩu", "Bấm vào đổi.", audience="public"),
        Article("b", "vi", "Giờ mở cửa", "Thư viện mở cửa.", audience="public"),
    ]
    engine = MemoryEngine(articles)
    results = engine.search(Query(typed, "vi"), audience="public")
    assert [hit.slug for hit in results.hits] == ["a"]


def test_keys_are_offered_as_what_they_mean():
    engine = MemoryEngine([Article("a", "vi", "Đổi mật khẩu", "", audience="public")])
    results = engine.search(Query("đổi maatj khẩu", "vi"), audience="public")
    assert results.did_you_mean == "đổi mật khẩu"


def test_a_word_that_articles_hold_is_not_taken_for_keys():
    articles = [Article("a", "vi", "Reset máy", "rết", audience="public")]
    results = MemoryEngine(articles).search(Query("reset.", "vi"), audience="public")
    assert results.did_you_mean is None
