"""`kb verify` and `kb stale` as a person runs them."""

import json
import re
from datetime import UTC, datetime, timedelta

import pytest
from command import run

from kb import git
from kb.events.database import Database
from kb.events.event_values import Event
from kb.events.events import EventStore

TODAY = datetime.now(UTC).date()
OLD = TODAY - timedelta(days=300)


@pytest.fixture(scope="module")
def desk(tmp_path_factory):
    """A repository of three articles in which An works; one is flagged."""
    desk = tmp_path_factory.mktemp("desk")
    git.run(desk, "init", "-q")
    git.run(desk, "config", "user.name", "An Lê")
    git.run(desk, "config", "user.email", "an@example.com")
    folder = desk / "articles" / "en" / "billing"
    folder.mkdir(parents=True)
    for slug, fields in {
        "pay": f"owner: an lê\nverified_on: {OLD}",
        "refund": f"owner: Bo <bo@example.com>\nverified_on: {TODAY - timedelta(days=1)}",
        "draft": "owner: Bo\nstatus: draft",
    }.items():
        text = f"---\ntitle: How do I {slug}?\naudience: public\n{fields}\n---\nSo.\n"
        (folder / f"{slug}.md").write_text(text, encoding="utf-8")
    (desk / "kb.toml").write_text(
        '[site]\nurl = "https://help.example.com"\n[verification]\npolicy = "owner"\n'
    )
    database = Database(f"sqlite:///{desk / 'var' / 'kb.sqlite3'}")
    EventStore(database).append(
        Event(
            "flagged",
            datetime.now(UTC),
            surface="agent",
            locale="en",
            audience="internal",
            key="en/refund",
            detail="needs_update",
            comment="The price is old.",
        )
    )
    database.close()
    return desk


def file(name):
    return f"articles/en/billing/{name}.md"


def test_what_is_due_is_listed_mailed_and_verified(desk):
    code, out, err = run(desk, "stale")
    assert code == 0
    first, second = (line.split() for line in out.splitlines()[1:])
    assert first[0] == "en/refund"
    assert first[-1] == file("refund")
    assert second[:5] == ["en/pay", "an", "lê", "lapsed", str(OLD)]
    assert "2 articles due: 1 flagged, 1 lapsed" in err
    found = json.loads(run(desk, "stale", "--owner", "BO@example.com", "--json")[1])
    assert found["total"] == 1
    assert found["articles"][0]["comments"] == ["The price is old."]
    assert found["articles"][0]["path"] == file("refund")

    code, out, err = run(desk, "stale", "--mail", "mail")
    assert code == 0
    assert re.fullmatch(rf"mail/{TODAY}-bo@example\.com-\w{{6}}\.eml\n", out)
    assert "no address for an lê (1 article): write owners as `Name <address>`" in err
    assert b"To: Bo <bo@example.com>\r\n" in (desk / out.strip()).read_bytes()
    code, out, err = run(desk, "stale", "--mail", "one.eml", "--owner", "Bo")
    assert (code, out) == (0, "one.eml\n")

    code, out, err = run(desk, "verify", file("pay"), "--every", "30")
    last = TODAY + timedelta(days=30)
    assert out.splitlines() == [
        f"{file('pay')}: verified on {TODAY} (before: {OLD}), counts until {last}",
        "",
        "To publish it:",
        f"  git commit -m 'Verify 1 article' -- {file('pay')}",
    ]
    assert git.ask(desk, "log") is None, "nothing is committed"
    assert run(desk, "stale", "--owner", "an lê")[2] == "0 articles due\n"


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["verify", file("refund")], 1, "An Lê <an@example.com> may not verify it. Ask Bo"),
        (["verify", file("refund"), "--on", str(TODAY + timedelta(2))], 1, "is still to come"),
        (["verify", file("refund"), "--on", "soon"], 2, "does not match the format"),
        (["verify", file("refund"), "--every", "0"], 2, "0 is not in the range"),
        (["verify"], 2, "Missing argument"),
        (["verify", "articles"], 1, "is a folder"),
        (["verify", file("no\n")], 1, "there is no such file"),
        (["stale", "--json", "--mail", "x"], 2, "Choose one of --json and --mail"),
        (["stale", "--mail", "kb.toml/x"], 1, "kb.toml"),
    ],
)
def test_what_cannot_be_is_said_and_changes_nothing(desk, arguments, code, said):
    before = (desk / file("refund")).read_bytes()
    found, _, err = run(desk, *arguments)
    assert (found, said in err) == (code, True), err
    assert (desk / file("refund")).read_bytes() == before
