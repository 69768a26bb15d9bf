"""What is remembered of words has a bounded size."""

from kb.segments.memo import MAX_KNOWN, Memo


def test_what_is_kept_is_returned_and_found_again():
    memo: Memo[str, int] = Memo()
    assert memo.keep("a", 1) == 1
    assert memo == {"a": 1}


def test_it_never_holds_more_than_it_may_and_the_newest_stays():
    memo: Memo[int, int] = Memo()
    for number in range(2 * MAX_KNOWN + 1):
        memo.keep(number, number)
        assert len(memo) <= MAX_KNOWN
        assert memo[number] == number
