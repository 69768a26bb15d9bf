"""`kb report` and `kb events`, as people and scripts call them."""

import csv
import io
import subprocess
from datetime import UTC, datetime, timedelta

import pytest
from command import ROOT, answer, run

from kb.events.database import Database
from kb.events.events import Event, EventStore, Vote
from kb.reports.values import REPORTS

NOW = datetime.now(UTC) - timedelta(minutes=5)
FORMULA = "=HYPERLINK(A1)"


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """A folder with a store in its usual place; tests only read it."""
    folder = tmp_path_factory.mktemp("site")
    database = Database(f"sqlite:///{folder}/var/kb.sqlite3")
    store = EventStore(database)

    def add(kind, surface="help_center", locale="en", at=NOW, **given):
        store.append(Event(kind, at, surface, locale, "public", **given))

    add("searched", text="mật khẩu wifi", locale="vi", visitor="v", hits=0)
    add("searched", text="mat khau wifi", visitor="w", hits=0)
    add("searched", text=FORMULA, visitor="x", hits=0)
    add("searched", text="refund", visitor="y", hits=3)
    add("used", "agent", key="en/refund", user="ann", detail="rich")
    add("flagged", "agent", key="en/refund", user="ann", detail="needs_update", comment="old\nnews")
    add("missing", "agent", text="重設密碼", user="ann")
    add("searched", text="long ago", at=NOW - timedelta(days=400), hits=0)
    store.vote(Vote("en/refund", "v", False, "unclear", "+1 to that", NOW))
    database.close()
    return folder


def rows(folder, *arguments):
    code, stdout, stderr = run(folder, "report", *arguments, "--csv")
    assert code == 0, stderr
    return list(csv.DictReader(io.StringIO(stdout)))


def test_the_summary_is_what_is_printed_without_a_name(site):
    code, stdout, _ = run(site, "report")
    assert code == 0
    assert "kb.sqlite3" in stdout.splitlines()[0]
    assert "zero result rate" in stdout
    assert "0.750" in stdout


def test_the_summary_as_json_has_stable_keys(site):
    found = answer(site, "report", "--days", "7")
    assert (found["report"], found["searches"], found["zero_results"]) == ("summary", 4, 3)
    assert (found["zero_result_rate"], found["acceptance_rate"], found["locale"]) == (
        0.75,
        None,
        None,
    )
    assert found["first"] < found["last"]


def test_questions_without_results_are_listed_with_their_group(site):
    found = answer(site, "report", "zero")
    assert found["total"] == 2
    first = found["rows"][0]
    assert (first["count"], first["visitors"], first["locales"]) == (2, 2, ["en", "vi"])
    assert first["wordings"] == ["mat khau wifi", "mật khẩu wifi"]
    assert len(first["id"]) == 12


def test_a_locale_and_a_limit_leave_the_others_out(site):
    found = answer(site, "report", "zero", "--locale", "vi")
    assert [row["wording"] for row in found["rows"]] == ["mật khẩu wifi"]
    code, stdout, stderr = run(site, "report", "zero", "--limit", "1")
    assert code == 0
    assert FORMULA not in stdout
    assert "1 more" in stderr


@pytest.mark.parametrize("which", REPORTS)
def test_every_report_is_a_table_and_csv_and_json(site, which):
    code, table, stderr = run(site, "report", which)
    assert (code, stderr) == (0, "")
    assert len(table.splitlines()) >= 4
    assert rows(site, which)
    assert answer(site, "report", which)["report"] == which


def test_a_spreadsheet_runs_nothing_that_a_customer_wrote(site):
    assert [row["question"] for row in rows(site, "zero")][1] == f"'{FORMULA}"
    assert rows(site, "votes")[0]["comments"] == "'+1 to that"


def test_a_table_has_one_line_for_each_row(site):
    _, stdout, _ = run(site, "report", "flagged")
    (line,) = [line for line in stdout.splitlines() if line.startswith("en/refund")]
    assert "old news" in line


def test_json_and_csv_at_once_are_refused(site):
    code, _, stderr = run(site, "report", "--json", "--csv")
    assert code == 2
    assert "one of" in stderr


def test_a_locale_that_is_none_is_refused(site):
    assert run(site, "report", "--locale", "!")[0] == 2


def test_a_store_that_cannot_be_opened_is_named(tmp_path):
    (tmp_path / "kb.sqlite3").mkdir()
    code, stdout, stderr = run(tmp_path, "report", env={"KB_STORE": "kb.sqlite3"})
    assert (code, stdout) == (1, "")
    assert "kb.sqlite3" in stderr


def test_purging_deletes_what_is_older_than_the_setting_or_the_option(tmp_path):
    database = Database(f"sqlite:///{tmp_path}/var/kb.sqlite3")
    store = EventStore(database)
    for days in (400, 100, 0):
        at = NOW - timedelta(days=days)
        store.append(Event("searched", at, "api", "en", "public", f"{days} days", hits=0))
    database.close()
    assert answer(tmp_path, "events", "purge") == {"retention_days": 365, "deleted": 1}
    code, stdout, _ = run(tmp_path, "events", "purge", "--days", "30")
    assert (code, stdout) == (0, "1 record deleted; the last 30 days kept\n")
    assert answer(tmp_path, "report", "zero", "--days", "1000")["total"] == 1


def test_cleaning_up_leaves_the_store(tmp_path):
    for name in ("kb.sqlite3", "kb.sqlite3-wal", "index/current"):
        (tmp_path / "var" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "var" / name).touch()
    command = ["make", "-f", str(ROOT / "Makefile"), "clean"]
    subprocess.run(command, cwd=tmp_path, check=True, capture_output=True)
    left = sorted(path.name for path in (tmp_path / "var").iterdir())
    assert left == ["kb.sqlite3", "kb.sqlite3-wal"]
