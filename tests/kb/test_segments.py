"""A segment depends on its articles alone: on no order, and on nothing it was merged from."""

import numpy as np
from corpora import batch_of, built, corpus, locales, seeds
from hypothesis import given
from hypothesis import strategies as st

from kb.segments.batch import Selection
from kb.segments.segment_writer import Built, make_segment
from kb.segments.segment_writer import batch_of as batch_again
from kb.words.analysis import analyzer_for


def assert_equal(found: Built, expected: Built) -> None:
    """Compare two segments byte for byte."""
    assert list(found.keys) == list(expected.keys)
    assert list(found.arrays) == list(expected.arrays)
    for name, array in expected.arrays.items():
        assert found.arrays[name].dtype == array.dtype, name
        assert found.arrays[name].tobytes() == array.tobytes(), name
    assert list(found.fields) == list(expected.fields)
    for name, field in expected.fields.items():
        other = found.fields[name]
        assert list(other.terms) == list(field.terms), name
        for part in ("offsets", "docs", "counts", "lengths"):
            np.testing.assert_array_equal(getattr(other, part), getattr(field, part))


@given(seeds, locales, st.integers(1, 10))
def test_the_order_of_articles_does_not_matter(chance, locale, size):
    articles = corpus(chance, locale, size)
    assert_equal(built(chance.sample(articles, size)), built(articles))


@given(seeds, locales, st.integers(2, 10), st.integers(2, 4))
def test_batches_that_are_put_together_make_the_segment_of_all(chance, locale, size, parts):
    articles = corpus(chance, locale, size)
    batches = [batch_of(articles[n::parts]) for n in range(parts) if articles[n::parts]]
    assert_equal(make_segment(Selection(batches), analyzer_for(locale)), built(articles))


@given(seeds, locales, st.integers(1, 10), st.integers(1, 3), st.integers(0, 3))
def test_merged_segments_equal_one_built_at_once(chance, locale, size, parts, fresh):
    """Of segments with deleted articles and of articles that are new."""
    articles = corpus(chance, locale, size + fresh)
    old, new = articles[:size], articles[size:]
    batches, chosen, left = [], [], list(new)
    for n in range(parts):
        part = old[n::parts]
        if not part:
            continue
        segment = built(part)
        by_key = sorted(part, key=lambda each: each.key.encode())
        kept = [i for i in range(len(part)) if chance.random() < 0.7]
        batches.append(batch_again(segment.arrays))
        chosen.append(np.array(kept, dtype=np.int64))
        left += [by_key[i] for i in kept]
    if new:
        batches.append(batch_of(new))
        chosen.append(np.arange(len(new)))
    if left:
        merged = make_segment(Selection(batches, chosen), analyzer_for(locale))
        assert_equal(merged, built(left))


@given(seeds, locales, st.integers(1, 10), st.integers(1, 40))
def test_how_many_words_are_sorted_at_once_does_not_matter(chance, locale, size, words):
    articles = corpus(chance, locale, size)
    chosen = Selection([batch_of(articles)])
    assert_equal(make_segment(chosen, analyzer_for(locale), at_once=words), built(articles))
