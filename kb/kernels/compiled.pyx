# cython: language_level=3, boundscheck=False, wraparound=False, initializedcheck=False
"""The loops of kb.kernels.plain, compiled. What a damaged index holds raises, and reads nothing."""

from cpython.mem cimport PyMem_Free, PyMem_Malloc
from cpython.unicode cimport PyUnicode_DecodeUTF8
from libc.math cimport INFINITY
from libc.stdint cimport int16_t, int32_t, int64_t, uint8_t, uint16_t, uint32_t
from libc.string cimport memcmp

from zlib import crc32

import numpy as np

from kb.kernels import matches


cdef int _check(Py_ssize_t size, tuple others) except -1:
    """Raise where what belongs together is of different lengths."""
    if any(other < size for other in others):
        raise IndexError(size)
    return 0


cdef class Postings:
    """See kb.kernels.plain."""

    cdef const int64_t[::1] at
    cdef const int32_t[::1] places
    cdef const float[::1] gains
    cdef const int32_t[::1] in_heads
    cdef const int32_t[::1] in_articles

    def __init__(self, arrays):
        self.at = arrays["posting_at"]
        self.places = arrays["posting_place"]
        self.gains = arrays["posting_gain"]
        self.in_heads = arrays["term_heads"]
        self.in_articles = arrays["term_articles"]
        _check(self.places.shape[0], (self.gains.shape[0],))
        _check(self.at.shape[0] - 1, (self.in_heads.shape[0], self.in_articles.shape[0]))

    def add(self, double[::1] sums, list readings, Py_ssize_t place, tuple moves):
        """Add the weighted gains of some terms."""
        self.walk_all(sums, readings, place, moves, False)

    def raise_to(self, double[::1] sums, list readings, Py_ssize_t place, tuple moves):
        """Raise what is less than the weighted gain of one of some terms."""
        self.walk_all(sums, readings, place, moves, True)

    cdef int walk_all(
        self, double[::1] sums, list readings, Py_ssize_t place,
        (Py_ssize_t, Py_ssize_t, Py_ssize_t) moves, bint is_most,
    ) except -1:
        cdef Py_ssize_t number, documents
        cdef double weight, importance, head_idf, passage_idf
        for found, weight, importance in readings:
            numbers, _, _, head_idf, passage_idf, documents, _ = found
            number = numbers[place]
            if number >= 0 and documents:
                weights = weight * passage_idf, weight * head_idf, importance
                self.walk(sums, number, weights, moves, is_most)
        return 0

    cdef int walk(
        self, double[::1] sums, Py_ssize_t number, (double, double, double) weights,
        (Py_ssize_t, Py_ssize_t, Py_ssize_t) moves, bint is_most,
    ) except -1:
        if number >= self.at.shape[0] - 1:
            raise IndexError(number)
        cdef Py_ssize_t first = self.at[number], end = self.at[number + 1]
        cdef Py_ssize_t articles = end - self.in_articles[number]
        cdef Py_ssize_t heads = articles - self.in_heads[number]
        if not 0 <= first <= heads <= articles <= end <= self.places.shape[0]:
            raise IndexError(number)
        self.part(sums, first, heads, weights[0], moves[0], is_most)
        self.part(sums, heads, articles, weights[1], moves[1], is_most)
        self.part(sums, articles, end, weights[2], moves[2], is_most)
        return 0

    cdef int part(
        self, double[::1] sums, Py_ssize_t i, Py_ssize_t end, double weight, Py_ssize_t move,
        bint is_most,
    ) except -1:
        cdef Py_ssize_t place, size = sums.shape[0]
        cdef double gain
        if weight == 0:
            return 0
        for i in range(i, end):
            place = self.places[i] + move
            if not 0 <= place < size:
                raise IndexError(place)
            gain = weight * self.gains[i]
            if not is_most:
                sums[place] += gain
            elif gain > sums[place]:
                sums[place] = gain
        return 0


def best_in_each(const double[::1] scores, const int64_t[::1] first):
    """See kb.kernels.plain."""
    cdef Py_ssize_t count = first.shape[0] - 1, owner, i
    cdef double best
    found = np.empty(max(0, count))
    cdef double[::1] out = found
    for owner in range(count):
        if not 0 <= first[owner] < first[owner + 1] <= scores.shape[0]:
            raise IndexError(owner)
        best = scores[first[owner]]
        for i in range(first[owner] + 1, first[owner + 1]):
            if scores[i] > best:
                best = scores[i]
        out[owner] = best
    return found


def second_in_each(const double[::1] scores, const int64_t[::1] first):
    """See kb.kernels.plain."""
    cdef Py_ssize_t count = first.shape[0] - 1, owner, i
    cdef double best, second
    found = np.empty(max(0, count))
    cdef double[::1] out = found
    for owner in range(count):
        if not 0 <= first[owner] < first[owner + 1] <= scores.shape[0]:
            raise IndexError(owner)
        best = second = 0
        for i in range(first[owner], first[owner + 1]):
            if scores[i] > best:
                best, second = scores[i], best
            elif scores[i] > second:
                second = scores[i]
        out[owner] = second
    return found


def largest(const double[::1] scores, Py_ssize_t count):
    """See kb.kernels.plain."""
    cdef Py_ssize_t size = scores.shape[0], i, place, child
    cdef double value, least
    # A heap of the largest so far, the least of them on top.
    cdef double[::1] top = np.full(max(1, min(count, size)), -INFINITY)
    count = min(count, size)
    for i in range(size if count > 0 else 0):
        value = scores[i]
        if not value > top[0]:
            continue
        place = 0
        while True:
            child = 2 * place + 1
            if child >= count:
                break
            if child + 1 < count and top[child + 1] < top[child]:
                child += 1
            if value <= top[child]:
                break
            top[place] = top[child]
            place = child
        top[place] = value
    least = top[0]
    found = []
    for i in range(size if count > 0 else 0):
        if scores[i] >= least and scores[i] > -INFINITY:
            found.append(i)
    return np.array(found, np.int64)


cdef const char* _NOTHING = b""


cdef class Strings:
    """See kb.kernels.plain."""

    cdef const uint8_t[::1] blob
    cdef const int64_t[::1] offsets

    def __init__(self, blob, offsets):
        self.blob, self.offsets = blob, offsets

    def __len__(self):
        return self.offsets.shape[0] - 1

    def __iter__(self):
        cdef Py_ssize_t number
        for number in range(self.offsets.shape[0] - 1):
            yield self[number]

    def __getitem__(self, Py_ssize_t number):
        """Return the string with this number."""
        cdef Py_ssize_t length
        cdef const char* text = self.at(number, &length)
        return PyUnicode_DecodeUTF8(text, length, NULL)

    def raw(self, Py_ssize_t number):
        """Return a string's bytes."""
        cdef Py_ssize_t length
        cdef const char* text = self.at(number, &length)
        return text[:length]

    def place(self, str value, Py_ssize_t low=0, high=None):
        """Return where `value` stands or would stand among sorted strings."""
        return self.first_not_before(value.encode("utf-8", "replace"), low, self.end(high))

    def beginning(self, str prefix, Py_ssize_t low=0, high=None):
        """Return the numbers of the sorted strings that begin with `prefix`."""
        wanted = prefix.encode("utf-8", "replace")
        start = self.first_not_before(wanted, low, self.end(high))
        # No UTF-8 holds this byte: it comes after all that goes on.
        return range(start, self.first_not_before(wanted + b"\xff", start, self.end(high)))

    cdef Py_ssize_t end(self, high):
        return self.offsets.shape[0] - 1 if high is None else high

    cdef const char* at(self, Py_ssize_t number, Py_ssize_t* length) except NULL:
        if not 0 <= number < self.offsets.shape[0] - 1:
            raise IndexError(number)
        cdef Py_ssize_t first = self.offsets[number]
        length[0] = self.offsets[number + 1] - first
        if not (0 <= first and 0 <= length[0] <= self.blob.shape[0] - first):
            raise IndexError(number)
        return <const char*>&self.blob[first] if length[0] else _NOTHING

    cdef Py_ssize_t first_not_before(
        self, bytes wanted, Py_ssize_t low, Py_ssize_t high
    ) except -1:
        cdef const char* other = wanted
        cdef Py_ssize_t size = len(wanted), middle, length
        cdef const char* text
        cdef int order
        if not 0 <= low <= high < self.offsets.shape[0]:
            raise IndexError(high)
        while low < high:
            middle = (low + high) // 2
            text = self.at(middle, &length)
            order = memcmp(text, other, min(length, size))
            if order < 0 or (order == 0 and length < size):
                low = middle + 1
            else:
                high = middle
        return low


cdef class Terms:
    """See kb.kernels.plain."""

    cdef Strings texts
    cdef const uint32_t[::1] hashes
    cdef const int32_t[::1] of_hash
    cdef const int64_t[::1] at
    cdef const int32_t[::1] in_heads
    cdef const int32_t[::1] in_articles

    def __init__(self, arrays):
        self.texts = Strings(arrays["terms"], arrays["terms_at"])
        self.hashes, self.of_hash = arrays["term_hash"], arrays["term_of_hash"]
        self.at = arrays["posting_at"]
        self.in_heads, self.in_articles = arrays["term_heads"], arrays["term_articles"]
        _check(self.hashes.shape[0], (self.of_hash.shape[0],))
        _check(self.at.shape[0] - 1, (self.in_heads.shape[0], self.in_articles.shape[0]))

    def number(self, str text, uint32_t seed, Py_ssize_t low, Py_ssize_t high):
        """Return the number of a term from `low` on and below `high`; -1 when none is so."""
        return self.place(text, seed, low, high)

    cdef Py_ssize_t place(
        self, str text, uint32_t seed, Py_ssize_t low, Py_ssize_t high
    ) except -2:
        cdef bytes wanted = text.encode("utf-8", "replace")
        cdef const char* other = wanted
        cdef uint32_t hashed = crc32(wanted, seed)
        cdef Py_ssize_t size = len(wanted), first = 0, end = self.hashes.shape[0], middle, length
        while first < end:
            middle = (first + end) // 2
            if self.hashes[middle] < hashed:
                first = middle + 1
            else:
                end = middle
        while first < self.hashes.shape[0] and self.hashes[first] == hashed:
            middle = self.of_hash[first]
            if low <= middle < high:
                term = self.texts.at(middle, &length)
                if length == size and not memcmp(term, other, size):
                    return middle
            first += 1
        return -1

    def frequency(self, Py_ssize_t number):
        """Return in how many heads and in how many passages a term is, of deleted articles too."""
        return self.held(number)

    cdef (Py_ssize_t, Py_ssize_t) held(self, Py_ssize_t number) except *:
        if not 0 <= number < self.at.shape[0] - 1:
            raise IndexError(number)
        cdef Py_ssize_t in_heads = self.in_heads[number]
        documents = self.at[number + 1] - self.at[number] - self.in_articles[number]
        return in_heads, documents - in_heads

    def counts(self, list texts, uint32_t seed, Py_ssize_t low, Py_ssize_t high):
        """Return of each term, by its text, what `frequency` does: heads, then passages."""
        cdef Py_ssize_t place, number
        found = np.zeros((2, len(texts)), np.int64)
        cdef int64_t[:, ::1] out = found
        for place in range(len(texts)):
            number = self.place(texts[place], seed, low, high)
            if number >= 0:
                out[0, place], out[1, place] = self.held(number)
        return found


cdef struct Row:
    int start
    int end
    int slot


cdef class Matches:
    """See kb.kernels.matches."""

    cdef Row* rows
    cdef Py_ssize_t count

    def __cinit__(self, Py_ssize_t most):
        self.rows = <Row*>PyMem_Malloc(max(1, most) * sizeof(Row))
        if self.rows is NULL:
            raise MemoryError

    def __dealloc__(self):
        PyMem_Free(self.rows)

    def __iter__(self):
        return iter(self.listed())

    cdef list listed(self):
        return [(row.start, row.end, row.slot) for row in self.rows[:self.count]]

    def best_start(self, list starts, list ends, list importance, int limit):
        """Return the first sentence of the window that covers most; 0 where nothing does."""
        cdef Py_ssize_t sentences = len(ends), slots = len(importance), i, place = 0
        cdef Py_ssize_t first = 0, after = 0, best = 0
        cdef double worth = 0, best_worth = 0
        cdef int* own = <int*>PyMem_Malloc((self.count + slots) * sizeof(int) + 1)
        if own is NULL:
            raise MemoryError
        cdef int* held = own + self.count
        try:
            # Which sentence each match is in; -1 for one that goes on into the next.
            for i in range(self.count):
                if not 0 <= self.rows[i].slot < slots:
                    raise IndexError(self.rows[i].slot)
                while place < sentences - 1 and self.rows[i].start >= <int>ends[place]:
                    place += 1
                own[i] = place if self.rows[i].end <= <int>ends[place] else -1
            for i in range(slots):
                held[i] = 0
            while first < self.count:
                place = own[first]
                if place < 0:
                    first += 1
                    continue
                last = <int>starts[place] + limit
                while after < self.count and (
                    own[after] <= place or <int>ends[own[after]] <= last
                ):
                    if own[after] >= 0:
                        held[self.rows[after].slot] += 1
                        if held[self.rows[after].slot] == 1:
                            worth += <double>importance[self.rows[after].slot]
                    after += 1
                # More has to be clearly more: the earlier window reads better.
                if worth > best_worth + 1e-6:
                    best, best_worth = place, worth
                while first < self.count and own[first] <= place:
                    if own[first] >= 0:
                        held[self.rows[first].slot] -= 1
                        if not held[self.rows[first].slot]:
                            worth -= <double>importance[self.rows[first].slot]
                    first += 1
        finally:
            PyMem_Free(own)
        return best

    def spans(self, int start, int end, unmarked=()):
        """Return what to mark of a window, counted from its start: ascending, disjoint."""
        if unmarked:
            return matches.Matches(self.listed()).spans(start, end, unmarked)
        cdef Py_ssize_t i
        cdef int begin = -1, done = -1
        found = []
        for row in self.rows[:self.count]:
            if row.start < start or row.end > end:
                continue
            if row.start > done:
                if done >= 0:
                    found.append((begin - start, done - start))
                begin, done = row.start, row.end
            elif row.end > done:
                done = row.end
        if done >= 0:
            found.append((begin - start, done - start))
        return found


def mark(str text, list spans):
    """See kb.kernels.matches."""
    cdef Py_ssize_t done = 0, start, end
    if not is_plain(text):
        return matches.mark(text, spans)
    parts = []
    for start, end in spans:
        parts += (text[done:start], "<mark>", text[start:end], "</mark>")
        done = end
    parts.append(text[done:])
    return "".join(parts)


cdef bint is_plain(str text):
    """Whether nothing in a text has to be escaped."""
    cdef Py_UCS4 sign
    for sign in text:
        if sign == u"&" or sign == u"<" or sign == u">" or sign == u'"' or sign == u"'":
            return False
    return True


cdef class Words:
    """See kb.kernels.plain."""

    cdef const int32_t[::1] numbers
    cdef const uint16_t[::1] starts
    cdef const uint16_t[::1] ends
    cdef const uint8_t[::1] follows
    cdef const int32_t[::1] loose_of

    def __init__(self, arrays):
        self.numbers = arrays["word"]
        self.starts = arrays["word_start"]
        self.ends = arrays["word_end"]
        self.follows = arrays["word_follows"]
        self.loose_of = arrays["loose_of"]
        others = self.starts.shape[0], self.ends.shape[0], self.follows.shape[0]
        _check(self.numbers.shape[0], others)

    def matches(self, list texts, dict exact, dict loose, dict pairs):
        """Return the matches in each text."""
        cdef Py_ssize_t most = self.loose_of.shape[0], first, end
        cdef int16_t[::1] slots = _slots(exact, most)
        cdef int16_t[::1] loosely = _slots(loose, most)
        cdef uint8_t[::1] seconds = np.zeros(most if pairs else 0, np.uint8)
        for _, second in pairs:
            seconds[_within(second, most)] = 1
        found = []
        for first, end in texts:
            if not 0 <= first <= end <= self.numbers.shape[0]:
                raise IndexError(first)
            found.append(self.of_text(first, end, slots, loosely, seconds, pairs))
        return found

    cdef Matches of_text(
        self, Py_ssize_t first, Py_ssize_t end, int16_t[::1] slots, int16_t[::1] loosely,
        uint8_t[::1] seconds, dict pairs,
    ):
        cdef Py_ssize_t most = slots.shape[0], i
        cdef int32_t number, before = 0, stem
        cdef int slot
        # A word matches as itself and as the second one of a pair.
        found = Matches(2 * (end - first))
        for i in range(first, end):
            number = self.numbers[i]
            if not 0 <= number < most:
                raise IndexError(number)
            if i > first and self.follows[i] and seconds.shape[0] and seconds[number]:
                other = pairs.get((before, number))
                if other is not None:
                    found.rows[found.count] = Row(self.starts[i - 1], self.ends[i], other)
                    found.count += 1
            slot = slots[number]
            if slot < 0:
                stem = self.loose_of[number]
                if stem >= most:
                    raise IndexError(stem)
                if stem >= 0:
                    slot = loosely[stem]
            if slot >= 0:
                found.rows[found.count] = Row(self.starts[i], self.ends[i], slot)
                found.count += 1
            before = number
        return found


cdef Py_ssize_t _within(Py_ssize_t number, Py_ssize_t most) except -1:
    if not 0 <= number < most:
        raise IndexError(number)
    return number


cdef _slots(dict slots, Py_ssize_t most):
    found = np.full(most, -1, np.int16)
    cdef int16_t[::1] by_number = found
    for number, slot in slots.items():
        by_number[_within(number, most)] = slot
    return found
