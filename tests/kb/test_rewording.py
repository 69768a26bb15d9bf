"""Words written together or apart, and likelier words for rare ones."""

import pytest
from corpora import reader_of

from kb.article import Article
from kb.queries.expansion import Expanded, expand
from kb.queries.query import parse
from kb.queries.rewording import MAX_REWORDED, MAX_TRIED, reworded
from kb.search import Query
from kb.testing import MemoryEngine, synonyms_of
from kb.words.analysis import analyzer_for


def expanded(typed: str, *titles: str, locale: str = "en") -> Expanded:
    analyzer = analyzer_for(locale)
    index = reader_of([Article(f"a{n}", locale, title, "") for n, title in enumerate(titles)])
    return expand(parse(typed, analyzer), index, analyzer)


def found(typed: str, *titles: str, locale: str = "en") -> list[str]:
    articles = [
        Article(f"a{n}", locale, title, "", audience="public") for n, title in enumerate(titles)
    ]
    hits = MemoryEngine(articles).search(Query(typed, locale), audience="public").hits
    return [hit.title for hit in hits]


@pytest.mark.parametrize(
    ("typed", "title"),
    [
        ("log in help", "Login help"),
        ("log-in help", "Login help"),
        ("login help", "Log in: help"),
        ("setup printer", "How to set up a printer"),
        ("email missing", "An e-mail is missing"),
        ("e-mail missing", "An email is missing"),
        ("wifi slow", "Wi-Fi is slow"),
        ("settings json", "Edit settings.json"),
        ("settings.json", "Edit the settings json"),
    ],
)
def test_words_are_found_however_they_are_joined(typed, title):
    assert found(typed, "Opening hours", title, "Help for printers")[:1] == [title]


def test_a_spelling_that_hardly_anybody_uses_is_not_tried():
    result = expanded("public folder.", *["public folder"] * 20, "publicfolder")
    assert all(not slot.ways for slot in result.query.slots)


def test_both_spellings_cover_the_same_words():
    titles = [*(f"Login problem {n}" for n in range(3)), "Log in: a problem", "A problem"]
    assert set(found("log in problem.", *titles)) == set(titles[:4])


LOGS = (
    "Enable logging in Outlook",
    "Logging in Outlook takes too much space",
    "Read the log in Outlook on the web",
    "Logs of Outlook",
)
LOGINS = ("Outlook login", "Login page", "Login fails", "Log in to Outlook")


@pytest.mark.parametrize("typed", ["log in to outlook.", "can't log in to outlook"])
def test_who_logs_in_does_not_look_for_logs(typed):
    assert set(found(typed, *LOGS, *LOGINS)[:2]) == {"Log in to Outlook", "Outlook login"}


@pytest.mark.parametrize("rule", ["log in, sign in", "log in, login", "log in => sign in, login"])
def test_who_logs_in_does_not_look_for_logs_where_a_rule_names_it(rule):
    titles = (*LOGS, *LOGINS, "Sign in to Outlook")
    articles = [
        Article(f"a{n}", "en", title, "", audience="public") for n, title in enumerate(titles)
    ]
    engine = MemoryEngine(articles, synonyms={"en": rule})
    hits = engine.search(Query("log in.", "en"), audience="public").hits
    assert {hit.title for hit in hits[:4]} <= {*LOGINS, "Sign in to Outlook"}


def test_two_words_that_are_also_one_are_covered_together():
    first = found("log in.", *LOGS, *LOGINS)
    assert set(first[:4]) == set(LOGINS)
    assert "Logs of Outlook" not in first


def test_what_others_asked_before_changes_nothing():
    titles = (*["Login page"] * 5, *["Log in again"] * 20)
    analyzer = analyzer_for("en")
    index = reader_of([Article(f"a{n}", "en", title, "") for n, title in enumerate(titles)])
    fresh = expand(parse("log in.", analyzer), index, analyzer)
    assert expand(parse("lo gin.", analyzer), index, analyzer) != fresh
    assert expand(parse("log in.", analyzer), index, analyzer) == fresh
    index.joined.clear()
    expand(parse("lo gin.", analyzer), index, analyzer)
    assert expand(parse("log in.", analyzer), index, analyzer) == fresh


class _CountingReader:
    """A reader that counts what it is asked."""

    def __init__(self, reader):
        self._reader = reader
        self.asked = 0

    def __getattr__(self, name):
        self.asked += 1
        return getattr(self._reader, name)


def test_of_many_synonyms_few_are_tried_and_the_longest_go_first():
    analyzer = analyzer_for("en")
    sides = 10
    lines = [
        f"w{n} => {', '.join(f'absent{n}x{m}' for m in range(sides))}, there" for n in range(300)
    ]
    synonyms = synonyms_of("\n".join([*lines, "reset my key => there"]), "en")
    index = _CountingReader(reader_of([Article("a", "en", "there", "")]))
    typed = " ".join(f"w{n}" for n in range(300)) + " reset my key"
    query = parse(typed, analyzer)
    assert len(query.tokens) == 303
    said = reworded(query, synonyms, index, analyzer)
    assert len(said) == MAX_REWORDED
    assert (said[0].start, said[0].end) == (300, 303)
    assert index.asked <= MAX_TRIED * 2 * (sides + 1)


def test_words_without_a_blank_are_offered_apart():
    assert expanded("resetpassword.", "reset password").did_you_mean == "reset password."
    assert expanded("matkhau.", "mật khẩu", locale="vi").did_you_mean == "mat khau."


def test_a_rare_word_is_offered_as_the_frequent_one_it_resembles():
    titles = [*["shared calendar"] * 120, "shared calender"]
    assert expanded("shared calender.", *titles).did_you_mean == "shared calendar."
    assert expanded("calender.", *titles).did_you_mean == "calendar."
    assert expanded("calendar.", *titles).did_you_mean is None


def test_a_rare_word_among_words_that_it_is_written_with_is_right():
    titles = [*["shared calendar"] * 120, *["paper calender"] * 3]
    assert expanded("paper calender.", *titles).did_you_mean is None


def test_a_rare_word_keeps_its_meaning():
    titles = [*["shared calendar"] * 120, "shared calender"]
    result = expanded("shared calender.", *titles)
    assert all(not slot.variants for slot in result.query.slots)


@pytest.mark.parametrize(
    ("typed", "offered"),
    [("mat kahu.", "mat khau."), ("mta khau.", "mat khau."), ("mat khu.", "mat khau.")],
)
def test_a_syllable_is_corrected_by_its_neighbour(typed, offered):
    titles = ("mật khẩu", *["khai báo"] * 5, *["khoa"] * 5, *["bát"] * 5)
    assert expanded(typed, *titles, locale="vi").did_you_mean == offered


def test_a_correct_word_that_no_article_has_is_not_called_a_mistake():
    titles = ("the king of Spain", "a kind man", "the kinds of cards")
    assert expanded("what sort of card.", "the fort of Spain", "card").did_you_mean is None
    assert expanded("what kind of card.", *titles).did_you_mean is None
