"""The loops that are used do what numpy's do, also with arrays that no index should hold."""

import json
import shutil
import sysconfig
from zlib import crc32

import numpy as np
import pytest
from command import run, run_anew
from corpora import corpus, locales, query, reader_of, seeds, typed
from hypothesis import given
from hypothesis import strategies as st

from kb import kernels
from kb.kernels import matches, plain
from kb.queries.expansion import expand
from kb.queries.query import parse
from kb.results.scoring import readings_of
from kb.results.snippets import Highlighter
from kb.segments.found import Found, Reading
from kb.segments.shape import STREAMS
from kb.words.analysis import analyzer_for

scores = st.lists(st.sampled_from([-np.inf, -1.0, 0.0, 0.5, 1.0, 2.0]), max_size=40).map(np.array)


def test_the_loops_are_compiled_where_there_is_a_compiler():
    compiler = (sysconfig.get_config_var("CC") or "cc").split()[0]
    assert (shutil.which(compiler) is not None) == kernels.IS_COMPILED


@given(seeds, locales, st.integers(1, 8), st.integers(1, 3))
def test_sums_of_postings_are_the_same(chance, locale, size, segments):
    reader = reader_of(corpus(chance, locale, size), segments)
    slots = [slot for slot in query(chance, locale).slots if not slot.ways]
    readings = [reading for slot in slots for reading in readings_of(slot, reader)[0]]
    for place, segment in enumerate(reader.segments):
        numpys = plain.Postings(segment.arrays)
        for name in ("add", "raise_to"):
            both = np.full((2, reader.passages + 2 * reader.articles), 0.25)
            getattr(segment.postings, name)(both[0], readings, place, reader.moves[place])
            getattr(numpys, name)(both[1], readings, place, reader.moves[place])
            assert both[0] == pytest.approx(both[1], rel=1e-12)


@given(seeds, locales, st.integers(1, 8), st.integers(1, 320))
def test_matches_windows_and_marks_are_the_same(chance, locale, size, limit):
    reader = reader_of(corpus(chance, locale, size))
    analyzer = analyzer_for(locale)
    asked = expand(parse(typed(chance, locale), analyzer), reader, analyzer).query
    (segment,) = reader.segments
    texts = [segment.title_words(number) for number in range(segment.articles)]
    shown = []
    for article in range(segment.articles):
        first, end = segment.passage_first[article : article + 2].tolist()
        shown += [(passage, segment.body_words(passage, article)) for passage in range(first, end)]
    texts += [stretch for _, stretch in shown]
    importance = [chance.choice((0.0, 0.5, 2.0)) for _ in asked.slots]
    unmarked = {n for n in range(len(asked.slots)) if chance.random() < 0.2}
    found = Highlighter(asked, analyzer, reader).matches(0, texts)
    segment.words = plain.Words(segment.arrays)
    expected = Highlighter(asked, analyzer, reader).matches(0, texts)
    assert list(map(list, found)) == list(map(list, expected))
    for (passage, _), one, other in zip(
        shown, found[segment.articles :], expected[segment.articles :], strict=True
    ):
        starts, ends = segment.sentences(passage)
        if starts:
            window = starts, ends, importance, limit
            assert one.best_start(*window) == other.best_start(*window)
        for hidden in ((), unmarked):
            assert one.spans(0, limit, hidden) == other.spans(0, limit, hidden)


@given(scores, st.integers(-1, 50))
def test_the_largest_scores_are_found_with_all_that_equal_the_last(values, count):
    found = kernels.largest(values, count).tolist()
    assert found == plain.largest(values, count).tolist()
    ordered = sorted((value for value in values.tolist() if value > -np.inf), reverse=True)
    assert [values[n] for n in found] == [
        value for value in values.tolist() if ordered[: max(0, count)].count(value)
    ]


@given(st.lists(st.lists(st.floats(-9, 9), min_size=1, max_size=5), max_size=9))
def test_each_owner_has_its_best_score(rows):
    first = np.cumsum([0, *map(len, rows)])
    whole = np.array([value for row in rows for value in row])
    for best_in_each in (kernels.best_in_each, plain.best_in_each):
        assert best_in_each(whole, first).tolist() == [max(row) for row in rows]


@given(st.lists(st.lists(st.floats(0, 9), min_size=1, max_size=5), max_size=9))
def test_each_owner_has_its_second_best_score(rows):
    first = np.cumsum([0, *map(len, rows)])
    whole = np.array([value for row in rows for value in row])
    for second_in_each in (kernels.second_in_each, plain.second_in_each):
        seconds = [sorted([0, *row])[-2] for row in rows]
        assert second_in_each(whole, first).tolist() == seconds


def test_a_sentence_that_a_match_goes_beyond_holds_nothing_of_it():
    rows = [(0, 4, 0), (8, 12, 1), (12, 14, 1)]
    assert matches.Matches(rows).best_start([0, 11], [10, 20], [1.0, 3.0], 10) == 1


@given(st.text("ab &<>\"'é重", max_size=30), st.lists(st.integers(0, 30), max_size=8, unique=True))
def test_marks_are_put_in_the_same_places(text, places):
    bounds = sorted(place for place in places if place <= len(text))
    spans = list(zip(bounds[::2], bounds[1::2], strict=False))
    assert kernels.mark(text, spans) == matches.mark(text, spans)


def _arrays(**changed):
    """Return arrays of one term, in passage 0, in head 1 and of article 2."""
    return {
        "posting_at": np.array([0, 3]),
        "posting_place": np.array([0, 1, 2], dtype=np.int32),
        "posting_gain": np.ones(3, dtype=np.float32),
        "term_heads": np.ones(1, dtype=np.int32),
        "term_articles": np.ones(1, dtype=np.int32),
        "word": np.zeros(2, dtype=np.int32),
        "word_start": np.arange(2, dtype=np.uint16),
        "word_end": np.arange(1, 3, dtype=np.uint16),
        "word_follows": np.array([0, 1], dtype=np.uint8),
        "loose_of": np.zeros(1, dtype=np.int32),
        **changed,
    }


@pytest.mark.parametrize("kind", [kernels, plain])
@pytest.mark.parametrize(
    "damage",
    [
        {"posting_at": np.array([0, 9])},
        {"posting_at": np.array([2, 1])},
        {"posting_place": np.array([0, 1, 3], dtype=np.int32)},
        {"posting_place": np.array([-1, 1, 2], dtype=np.int32)},
        {"term_heads": np.array([9], dtype=np.int32)},
        {"term_articles": np.array([-1], dtype=np.int32)},
        {"term_heads": np.zeros(0, dtype=np.int32)},
        {"posting_gain": np.zeros(2, dtype=np.float32)},
    ],
)
def test_damaged_postings_raise(kind, damage):
    reading = Reading(Found((0,), 1, 1, 1.0, 1.0, 2, 1.0), 1.0, 1.0)
    sums = np.zeros(3)
    kind.Postings(_arrays()).add(sums, [reading], 0, (0, 0, 0))
    assert sums.tolist() == [1, 1, 1]
    with pytest.raises((IndexError, ValueError)):
        kind.Postings(_arrays(**damage)).add(np.zeros(3), [reading], 0, (0, 0, 0))


@pytest.mark.parametrize("kind", [kernels, plain])
def test_a_term_that_is_not_there_raises(kind):
    reading = Reading(Found((1,), 1, 1, 1.0, 1.0, 2, 1.0), 1.0, 1.0)
    with pytest.raises(IndexError):
        kind.Postings(_arrays()).add(np.zeros(3), [reading], 0, (0, 0, 0))


@pytest.mark.parametrize("kind", [kernels, plain])
@pytest.mark.parametrize(
    ("damage", "text"),
    [
        ({"word": np.array([0, 5], dtype=np.int32)}, (0, 2)),
        ({"loose_of": np.array([7], dtype=np.int32)}, (0, 2)),
        ({"word_end": np.zeros(1, dtype=np.uint16)}, (0, 2)),
        ({}, (0, 3)),
        ({}, (2, 1)),
    ],
)
def test_damaged_words_raise(kind, damage, text):
    (found,) = kind.Words(_arrays()).matches([(0, 2)], {}, {0: 0}, {(0, 0): 1})
    assert list(found) == [(0, 1, 0), (0, 2, 1), (1, 2, 0)]
    with pytest.raises(IndexError):
        kind.Words(_arrays(**damage)).matches([text], {}, {0: 0}, {})


@given(seeds, locales, st.integers(1, 8), st.lists(st.text("abđ漢 ", max_size=3), max_size=5))
def test_terms_are_found_alike_by_their_texts(chance, locale, size, others):
    (segment,) = reader_of(corpus(chance, locale, size)).segments
    both = [kind.Terms(segment.arrays) for kind in (kernels, plain)]
    for stream in STREAMS:
        low, high = segment.term_range(stream)
        asked = crc32(stream.encode()), low, high
        texts = [segment.terms[number] for number in range(low, high)]
        for terms in both:
            numbers = [terms.number(text, *asked) for text in texts]
            assert numbers == list(range(low, high))
            frequencies = [terms.frequency(number) for number in numbers]
            assert terms.counts(texts, *asked).T.tolist() == [list(row) for row in frequencies]
        texts += others
        assert both[0].counts(texts, *asked).tolist() == both[1].counts(texts, *asked).tolist()
        for text in others:
            assert both[0].number(text, *asked) == both[1].number(text, *asked)


@pytest.mark.parametrize("kind", [kernels, plain])
@pytest.mark.parametrize(
    "damage",
    [
        {"terms_at": np.array([0, 9])},
        {"terms_at": np.array([0])},
        {"term_of_hash": np.zeros(0, dtype=np.int32)},
        {"term_heads": np.zeros(0, dtype=np.int32)},
        {"posting_at": np.array([0])},
    ],
)
def test_damaged_terms_raise(kind, damage):
    arrays = _arrays(
        terms=np.frombuffer(b"card", np.uint8),
        terms_at=np.array([0, 4]),
        term_hash=np.array([crc32(b"card")], dtype=np.uint32),
        term_of_hash=np.zeros(1, dtype=np.int32),
    )
    assert kind.Terms(arrays).counts(["card", "care"], 0, 0, 1).tolist() == [[1, 0], [1, 0]]
    with pytest.raises(IndexError):
        kind.Terms(arrays | damage).counts(["card"], 0, 0, 1)


@pytest.mark.parametrize("kind", [kernels, plain])
def test_strings_that_are_not_there_raise(kind):
    packed = kind.Strings(np.frombuffer(b"ab", np.uint8), np.array([0, 1, 2]))
    assert list(packed) == ["a", "b"]
    for number in (-1, 2):
        with pytest.raises(IndexError):
            packed[number]
    for low, high in ((0, 3), (-1, 2), (2, 1)):
        with pytest.raises(IndexError):
            packed.place("b", low, high)
    with pytest.raises(IndexError):
        kind.Strings(np.frombuffer(b"ab", np.uint8), np.array([0, 3, 2]))[0]


def test_without_a_compiler_everybody_finds_the_same(tmp_path):
    articles = tmp_path / "articles" / "en"
    articles.mkdir(parents=True)
    for number in range(12):
        front = f"---\ntitle: Reset password {number}\naudience: public\n---\n\n"
        (articles / f"a{number}.md").write_text(f"{front}Reset it. {'Call us. ' * number}\n")
    assert run(tmp_path, "index")[0] == 0
    answers = []
    for variables in ({}, {"KBSEARCH_PLAIN_KERNELS": "1"}):
        code, stdout, _ = run_anew(tmp_path, "search", "reset pasword", "--json", env=variables)
        assert code == 0
        answers.append({**json.loads(stdout), "took_ms": None})
    assert len(answers[0]["hits"]) == 10
    assert answers[0] == answers[1]
