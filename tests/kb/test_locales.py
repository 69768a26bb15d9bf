"""One spelling for each locale, and what a browser's wish comes down to."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.locales import fallbacks, language, negotiate, normalise

OFFERED = ("en", "vi", "zh-Hant")


@pytest.mark.parametrize(
    ("written", "tag"),
    [
        ("en", "en"),
        ("EN-us", "en-US"),
        ("pt_br", "pt-BR"),
        ("zh-TW", "zh-Hant"),
        ("zh-HK", "zh-Hant"),
        ("zh-MO", "zh-Hant"),
        ("zh-hant-tw", "zh-Hant"),
        ("zh_CN", "zh-Hans"),
        ("zh-SG", "zh-Hans"),
        ("zh-Hans-HK", "zh-Hans"),
        ("zh", "zh"),
        ("sr-latn-rs", "sr-Latn-RS"),
        ("es-419", "es-419"),
        ("vi-x-private", "vi"),
        ("de-1996", "de-1996"),
    ],
)
def test_a_tag_has_one_spelling(written, tag):
    assert normalise(written) == tag
    assert normalise(tag) == tag


@pytest.mark.parametrize(
    "nonsense", ["", "e", "english", "en-", "-en", "en--US", "../en", "en/x", "1", "*", "x" * 99]
)
def test_what_is_no_tag_is_refused(nonsense):
    with pytest.raises(ValueError, match="not a language tag"):
        normalise(nonsense)


@pytest.mark.parametrize(
    ("tag", "chain"),
    [
        ("pt-BR", ("pt-BR", "pt")),
        ("zh-TW", ("zh-Hant", "zh", "zh-Hans")),
        ("zh-CN", ("zh-Hans", "zh", "zh-Hant")),
        ("zh", ("zh", "zh-Hans", "zh-Hant")),
        ("vi", ("vi",)),
    ],
)
def test_the_chain_goes_from_near_to_far(tag, chain):
    assert fallbacks(tag) == chain


def test_the_language_is_the_first_part():
    assert language("zh-TW") == "zh"


@pytest.mark.parametrize(
    ("header", "chosen"),
    [
        ("zh-TW,zh;q=0.9,en;q=0.8", "zh-Hant"),
        ("zh-CN", "zh-Hant"),
        ("vi-VN, en;q=0.5", "vi"),
        ("en;q=0.4, vi;q=0.6", "vi"),
        ("en-GB", "en"),
        ("de, *;q=0.1", "en"),
        ("en;q=0, *", "vi"),
        ("de", None),
        ("", None),
        ("en;q=nan", None),
        ("en; q = 0.5", "en"),
        (";;;,,,;q=1,\x00,en", "en"),
        ("en;q=0", None),
    ],
)
def test_the_best_offer_is_chosen(header, chosen):
    assert negotiate(header, OFFERED) == chosen


def test_a_bare_language_is_content_with_a_region_of_it():
    assert negotiate("pt", ["en", "pt-BR"]) == "pt-BR"


@given(st.text(max_size=300))
def test_no_header_raises(header):
    assert negotiate(header, OFFERED) in (*OFFERED, None)


@given(st.text(alphabet="enzhviHantTW-_019 x", max_size=20))
def test_normalising_twice_changes_nothing(text):
    try:
        tag = normalise(text)
    except ValueError:
        return
    assert normalise(tag) == tag
