"""What one visitor types letter by letter is one search in the records."""

from datetime import timedelta

import pytest
from event_rows import NOW, rows, searched, texts
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete

from kb.events.event_tables import EVENTS
from kb.events.events import Event, EventStore


def test_keystrokes_of_one_search_are_one_record_with_the_last_text_and_count(store):
    for second, (text, hits) in enumerate([("re", 9), ("reset", 4), ("Reset  pass", 2)]):
        store.append(searched(text, second, hits=hits))
    (row,) = rows(store)
    assert (row.text, row.hits, row.at) == ("Reset  pass", 2, NOW + timedelta(seconds=2))


def test_taking_letters_back_is_typing_too(store):
    store.append(searched("resets"))
    store.append(searched("reset", 1))
    assert texts(store) == ["reset"]


def test_a_word_whose_accents_come_later_is_the_same_one(store):
    store.append(searched("mat"))
    store.append(searched("mật khẩu", 1))
    store.append(searched("密碼", 2))
    store.append(searched("密码怎么办", 3))
    assert texts(store) == ["mật khẩu", "密码怎么办"]


@pytest.mark.parametrize(
    "other",
    [
        pytest.param({"after": 31}, id="half a minute later"),
        pytest.param({"visitor": "w"}, id="another visitor"),
        pytest.param({"locale": "vi"}, id="another locale"),
        pytest.param({"text": "refund"}, id="another text"),
        pytest.param({"user": "ann"}, id="signed in"),
    ],
)
def test_what_is_not_typing_on_is_another_record(store, other):
    store.append(searched("reset"))
    store.append(searched(**{"text": "reset password", "after": 1, **other}))
    assert len(rows(store)) == 2


def test_unknown_visitors_are_not_one_person(store):
    store.append(searched("reset", visitor=""))
    store.append(searched("reset", visitor=""))
    assert len(rows(store)) == 2


def test_a_click_ends_what_was_typed(store):
    store.append(searched("reset"))
    click = Event("clicked", NOW, "help_center", "en", "public", "reset", "en/reset", visitor="v")
    store.append(click)
    store.append(searched("reset password", 1))
    assert texts(store) == ["reset", "reset", "reset password"]


def test_keystrokes_that_arrive_in_another_order_leave_the_last_one(store):
    for second in (2, 0, 1):
        store.append(searched("reset"[: 3 + second], second))
    assert texts(store) == ["reset"]


def test_typing_for_minutes_is_one_record_while_no_pause_is_long(store):
    for number in range(10):
        store.append(searched("a long question"[: 5 + number], number * 20))
    assert texts(store) == ["a long questio"]


STEPS = st.tuples(
    st.sampled_from(["searched", "searched", "answered", "clicked"]),
    st.sampled_from(["", "re", "reset", "Reset pass", "refund"]),
    st.sampled_from(["v", "w", ""]),
    st.sampled_from([-1, 0, 1, 20, 31]),
    st.booleans(),
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(STEPS, max_size=12))
def test_events_that_are_stored_together_leave_the_records_of_one_after_the_other(database, steps):
    after, batch, batches = 0, [], []
    for number, (kind, text, visitor, seconds, is_last) in enumerate(steps):
        after += seconds
        at = NOW + timedelta(seconds=after)
        detail = "sure" if kind == "answered" else ""
        batch.append(
            Event(
                kind, at, "api", "en", "public", text, visitor=visitor, hits=number, detail=detail
            )
        )
        if is_last or number == len(steps) - 1:
            batches.append(batch)
            batch = []
    store = EventStore(database)
    found = []
    for way in ([[event] for each in batches for event in each], batches):
        with database.writing() as connection:
            connection.execute(delete(EVENTS))
        for each in way:
            store.append_all(each)
        found.append([row[1:] for row in rows(store)])
    assert found[0] == found[1]
