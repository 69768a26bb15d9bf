"""Synonym files: what is a rule, what is wrong with a line, and what a query finds by them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.article import Article
from kb.queries.synonyms import (
    MAX_OTHERS,
    MAX_PAIRS,
    MAX_RULES,
    MAX_SIDES,
    MAX_WORDS,
    Synonyms,
    compile_rules,
    read_rules,
)
from kb.search import Query
from kb.testing import MemoryEngine
from kb.words.analysis import analyzer_for


def rules_of(text: str) -> list[tuple[tuple[str, ...], tuple[str, ...]]]:
    rules, problems = read_rules(text.encode(), "en.txt")
    assert problems == []
    return [(rule.asked, rule.meant) for rule in rules]


def problems_of(text: str | bytes, locale: str = "en") -> list[str]:
    data = text if isinstance(text, bytes) else text.encode()
    rules, problems = read_rules(data, f"{locale}.txt")
    return list(map(str, [*problems, *compile_rules(rules, analyzer_for(locale)).problems]))


def said(typed: str, text: str, locale: str = "en") -> list[tuple[int, int, tuple[str, ...]]]:
    analyzer = analyzer_for(locale)
    rules, _ = read_rules(text.encode(), f"{locale}.txt")
    synonyms = Synonyms(compile_rules(rules, analyzer).table)
    tokens = analyzer.tokens(typed)
    return list(synonyms.said(tokens, accents_differ=analyzer.is_vietnamese))


def found(typed: str, synonyms: str, *titles: str, locale: str = "en") -> list[str]:
    articles = [
        Article(f"a{n}", locale, title, "", audience="public") for n, title in enumerate(titles)
    ]
    engine = MemoryEngine(articles, synonyms={locale: synonyms})
    hits = engine.search(Query(typed, locale), audience="public").hits
    return [hit.title for hit in hits]


def test_rules_comments_and_blank_lines_are_read():
    text = "\ufeff# comment\n\na, b c , d\r\nC# => see sharp  # why\n登入，登錄、登陸\n"
    assert rules_of(text) == [
        (("a", "b c", "d"), ("a", "b c", "d")),
        (("C#",), ("see sharp",)),
        (("登入", "登錄", "登陸"), ("登入", "登錄", "登陸")),
    ]


@pytest.mark.parametrize(
    ("line", "found"),
    [
        (b"alone", "a rule needs two sides"),
        (b"a => b => c", "two arrows"),
        (b"a => ", "'' has no word"),
        (b"a, !!", "'!!' has no word"),
        (b"Cards, card", "'Cards' and 'card' are the same to the search"),
        (b"caf\xc3 => coffee", "not UTF-8 text"),
        (b"x" * 5_000, "the line is too long"),
        (b", ".join(b"w%d" % n for n in range(MAX_SIDES + 1)), "a rule has at most 20"),
        (b"a => " + b"b " * (MAX_WORDS + 1), "more than 12 words"),
    ],
)
def test_a_line_that_cannot_match_is_reported_and_the_others_are_kept(line, found):
    problems = problems_of(b"good, fine\n" + line + b"\nbad, poor\n")
    assert len(problems) == 1
    assert problems[0].startswith("en.txt:2: ")
    assert found in problems[0]
    rules, _ = read_rules(b"good, fine\n" + line + b"\nbad, poor\n", "en.txt")
    assert len(compile_rules(rules, analyzer_for("en")).rules) == 2


def test_accents_and_script_are_no_difference_to_the_search():
    assert "are the same to the search" in problems_of("mật khẩu, mat khau", "vi")[0]
    assert "are the same to the search" in problems_of("設定, 设定", "zh-Hant")[0]


def test_a_rule_that_an_earlier_one_masks_is_reported():
    assert problems_of("a, b\nB => A\na => c\n") == [
        "en.txt:2: en.txt:1 says this already. Remove the rule."
    ]


def test_rules_in_a_circle_are_applied_once():
    assert said("a", "a => b\nb => c\nc => a\n") == [(0, 1, ("b",))]


def test_too_many_rules_are_reported_once():
    text = "\n".join(f"a{n} => b{n}" for n in range(MAX_RULES + 5))
    rules, problems = read_rules(text.encode(), "en.txt")
    assert len(rules) == MAX_RULES
    assert [problem.line for problem in problems] == [MAX_RULES + 1]


def test_too_many_synonyms_of_one_word_are_reported():
    problems = problems_of("\n".join(f"a => b{n}" for n in range(MAX_OTHERS + 2)))
    assert [problem.split(": ")[0] for problem in problems] == ["en.txt:21", "en.txt:22"]


def test_rules_with_too_many_pairs_are_reported_once():
    a_rule = MAX_SIDES * (MAX_SIDES - 1)
    sides = [", ".join(f"w{n}x{m}" for m in range(MAX_SIDES)) for n in range(1_000)]
    rules, _ = read_rules("\n".join(sides).encode(), "en.txt")
    made = compile_rules(rules, analyzer_for("en"))
    assert MAX_PAIRS - 2 * a_rule < sum(map(len, made.table.values())) <= MAX_PAIRS
    (problem,) = made.problems
    assert problem.line == len(made.rules) + 1
    assert str(problem).startswith(f"en.txt:{problem.line}: the rules list more than 100,000 pairs")


@given(st.binary(max_size=200))
def test_any_bytes_are_read_without_an_error(data):
    rules, _ = read_rules(data, "en.txt")
    compile_rules(rules, analyzer_for("vi"))


@given(st.lists(st.lists(st.sampled_from("abcd"), min_size=1, max_size=3), max_size=6), st.data())
def test_stretches_are_in_order_do_not_overlap_and_are_the_longest(sides, data):
    text = "\n".join(f"{' '.join(side)} => z{n}" for n, side in enumerate(sides))
    typed = data.draw(st.lists(st.sampled_from("abcde"), max_size=8))
    keys = {tuple(side) for side in sides}
    expected, place = [], 0
    while place < len(typed):
        ends = [end for end in range(len(typed), place, -1) if tuple(typed[place:end]) in keys]
        if ends:
            expected.append((place, ends[0]))
        place = ends[0] if ends else place + 1
    assert [(start, end) for start, end, _ in said(" ".join(typed), text)] == expected


@pytest.mark.parametrize(
    ("locale", "typed", "rules", "title"),
    [
        ("en", "cancel membership", "membership => subscription", "Cancel a subscription"),
        ("en", "sign in", "log on, sign in", "Log on to your account"),
        ("en", "log on", "log on, authenticate", "How to authenticate"),
        ("en", "Memberships", "membership => subscription", "Cancel a subscription"),
        ("vi", "quên mk", "mk => mật khẩu", "Quên mật khẩu"),
        ("vi", "ko vào dc", "ko => không\ndc => được", "Không vào được tài khoản"),
        ("vi", "dang ky tai khoan", "đăng ký, mở", "Mở tài khoản"),
        ("zh-Hant", "怎麼退費", "退款, 退費", "怎麼退款"),
        ("zh-Hant", "怎么退费", "退款, 退費", "怎麼退款"),
        ("zh-Hant", "refund", "refund => 退款", "怎麼退款"),
    ],
)
def test_an_article_is_found_by_the_other_words(locale, typed, rules, title):
    titles = ("Opening hours 開放時間", title, "Giờ mở cửa thư viện")
    assert found(typed, rules, *titles, locale=locale)[:1] == [title]
    assert found(typed, "", *titles, locale=locale)[:1] != [title] or " " in typed


def test_what_was_typed_stays_before_its_synonyms():
    titles = ("Cancel a membership", "Cancel a subscription")
    assert found("cancel subscription", "membership, subscription", *titles) == [
        "Cancel a subscription",
        "Cancel a membership",
    ]


def test_one_way_is_not_both_ways():
    assert found("subscription", "membership => subscription", "Your membership") == []


def test_accents_that_differ_are_other_words_in_vietnamese():
    assert said("bạn", "bán => mua", "vi") == []
    assert said("ban", "bán => mua", "vi") == [(0, 1, ("mua",))]
    assert said("bán", "ban => mua", "vi") == [(0, 1, ("mua",))]


def test_a_word_with_a_synonym_is_not_called_a_mistake():
    articles = [Article("a", "vi", "Không mở được", "kho", audience="public")]
    engine = MemoryEngine(articles, synonyms={"vi": "khog => không"})
    results = engine.search(Query("khog", "vi"), audience="public")
    assert results.did_you_mean is None
    assert [hit.slug for hit in results.hits] == ["a"]


def test_the_other_words_are_marked():
    articles = [Article("a", "en", "Log on to your account", "", audience="public")]
    engine = MemoryEngine(articles, synonyms={"en": "log on, sign in"})
    (hit,) = engine.search(Query("sign in", "en"), audience="public").hits
    assert hit.title_html.startswith("<mark>Log</mark>")
