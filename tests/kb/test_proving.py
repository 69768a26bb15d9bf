"""Questions that have to find their article, asked of a real repository."""

import json
from dataclasses import dataclass
from pathlib import Path

import pytest
from command import run
from git_folder import commit_all, git

from indexer.update import update_index
from kb.cli import proving
from kb.lint.near_duplicates import findings as duplicates
from kb.settings import Settings
from kb.snapshot import utc_now
from kb.writing.content import read_content

REFUND = "How do I get a refund?"
ARTICLES = {
    "en/money/refund.md": (REFUND, "Open the order and choose **Refund**. It takes three days."),
    "en/money/charged.md": ("Why was I charged twice?", "The first charge is a test. It goes."),
    "en/money/invoice.md": ("Where is my invoice?", "Under orders, beside each order."),
    "en/desk/discount.md": ("How much discount may I give?", "Ten percent, never more."),
    "vi/money/refund.md": ("Làm sao để được hoàn tiền?", "Mở đơn hàng rồi chọn **Hoàn tiền**."),
}
QUESTIONS = """\
- question: get a refund
  article: refund
  rank: 1
- question: charged twice
  article: charged
- question: how much discount
  article: discount
  audience: internal
- question: how tall is the giraffe in the zoo
  article: none
"""


@dataclass(frozen=True)
class Writer:
    """Somebody who changes articles in a repository and asks the questions."""

    folder: Path

    @property
    def settings(self) -> Settings:
        chosen = {"index": self.folder / "var/index", "articles": self.folder / "articles"}
        return Settings.load(None, {"KB_SEARCH_SEMANTIC": "off"}, chosen)

    def put(self, path: str, text: str) -> Path:
        file = self.folder / "articles" / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
        return file

    def prove(self) -> proving.Proof:
        return proving.prove(self.settings, self.settings.all_sources())

    def index(self) -> None:
        update_index(self.settings.all_sources(), self.settings.index, now=utc_now())


def text(title: str, body: str, audience: str = "public") -> str:
    return f"---\ntitle: {title}\naudience: {audience}\n---\n{body}\n"


@pytest.fixture
def writer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Writer:
    """A repository with one commit, in which every question is answered."""
    monkeypatch.chdir(tmp_path)
    one = Writer(tmp_path)
    for path, (title, body) in ARTICLES.items():
        one.put(path, text(title, body, "internal" if "desk" in path else "public"))
    one.put("_questions/en.yml", QUESTIONS)
    (tmp_path / ".gitignore").write_text("var/\n")
    git(tmp_path, "init", "-q")
    commit_all(tmp_path, "2026-01-02")
    return one


def listing(folder: Path) -> dict[str, tuple[int, bytes]]:
    """Return what lies in a folder: of each file its inode and its bytes."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {str(path): (path.stat().st_ino, path.read_bytes()) for path in files}


def test_a_commit_that_makes_a_question_fall_is_told_with_what_stands_first_instead(writer):
    before = git(writer.folder, "rev-parse", "HEAD")
    writer.put("en/money/refund.md", text("How do I return a parcel?", "Choose **Money back**."))
    writer.put("en/money/charged.md", text("Get a refund when charged twice", "Get a refund."))
    fallen = writer.prove()
    (finding,) = fallen.findings
    assert (finding.rule, finding.severity) == ("question-not-found", "error")
    assert (finding.path, finding.line) == ("articles/_questions/en.yml", 1)
    assert "has to find en/refund first: " in finding.message
    assert finding.message.endswith("en/charged stands first")
    assert fallen.against == before
    (moved,) = fallen.moved
    assert (moved.question.key, moved.before.rank, moved.fell) == ("en/refund", 1, True)
    said = list(proving.report_lines(fallen))
    assert said[:2] == [
        "4 questions asked: 3 as they have to be",
        f"1 question moved since {before[:10]}",
    ]
    assert said[2].startswith("  ↓ articles/_questions/en.yml:1: 1 → ")
    # What was the last commit is now the one before it.
    commit_all(writer.folder, "2026-01-03")
    again = writer.prove()
    assert (again.findings, again.moved, again.against) == (fallen.findings, fallen.moved, before)
    assert proving.proof_shape(again)["moved"][0]["before"] == 1


def test_the_command_leaves_what_is_served_and_what_is_checked_out_as_it_is(writer):
    writer.index()
    served, articles = writer.settings.index, writer.folder / "articles"
    writer.put("en/money/refund.md", text("Where is my parcel?", "On its way."))
    git(writer.folder, "add", "-A")
    before = listing(served), listing(articles), git(writer.folder, "status", "--porcelain")
    code, stdout, _ = run(writer.folder, "lint", "--questions", "--json")
    after = listing(served), listing(articles), git(writer.folder, "status", "--porcelain")
    assert after == before
    left = {path.name for path in (writer.folder / "var/questions").iterdir()}
    assert left == {"lock", "now", "before"}
    shape = json.loads(stdout)
    assert code == 4
    errors = [each["rule"] for each in shape["findings"] if each["severity"] == "error"]
    assert errors == ["question-not-found"]
    assert (shape["questions"]["asked"], shape["questions"]["failed"]) == (4, 1)
    (moved,) = shape["questions"]["moved"]
    assert (moved["article"], moved["before"], moved["after"]) == ("en/refund", 1, None)


def test_what_cannot_be_asked_is_said_at_its_line_and_the_rest_is_asked(writer):
    certain = f"- question: {REFUND}\n  article: none\n"
    writer.put("_questions/en.yml", f"{QUESTIONS}- question: a\n  article: gone\n- 7\n{certain}")
    writer.put("_questions/vi.yml", "- question: hoàn tiền\n  article: en/refund\n")
    writer.put("_questions/nothing at all.yml", "")
    (writer.folder / "articles/_questions/fr.yml").symlink_to("/etc/passwd")
    proof = writer.prove()
    assert (proof.asked, proof.failed) == (5, 1)
    said = [(each.path.rpartition("/")[2], each.line, each.message) for each in proof.findings]
    assert said == [
        ("en.yml", 12, "there is no article en/gone"),
        ("en.yml", 13, "not a question with an article"),
        ("en.yml", 14, f"“{REFUND}” is answered with certainty by en/refund"),
        ("fr.yml", 1, "the file lies outside of its source"),
        ("nothing at all.yml", 1, "the name is no language"),
        ("vi.yml", 2, "en/refund is not in vi"),
    ]
    rules = {each.rule for each in proof.findings}
    assert rules == {"invalid-question", "question-answered"}


def test_without_questions_nothing_is_indexed(writer):
    (writer.folder / "articles/_questions/en.yml").unlink()
    proof = writer.prove()
    assert proof == proving.Proof()
    assert list(proving.report_lines(proof)) == [
        "There are no questions to ask; keep them in _questions/<locale>.yml."
    ]
    assert not (writer.folder / "var").exists()


def test_articles_that_repeat_each_other_are_told_of_the_nearest(writer):
    body = "Open the sign-in page and choose the link below the form. We send a message. " * 3
    other = "Type the new password twice, then sign in with it on all of your other devices. " * 3
    writer.put("en/a/one.md", text("Reset my password", body + other + "Within one hour."))
    writer.put("en/a/two.md", text("Forgotten password", body + other + "Within two hours."))
    writer.put("en/a/three.md", text("reset my PASSWORD!", "Ask a colleague."))
    writer.put("vi/a/one.md", text("Reset my password", body + other))
    content = read_content(writer.settings.all_sources())
    found = {(each.rule, each.path): each for each in duplicates(content)}
    assert set(found) == {
        ("near-duplicate", "articles/en/a/one.md"),
        ("near-duplicate", "articles/en/a/two.md"),
        ("duplicate-title", "articles/en/a/one.md"),
        ("duplicate-title", "articles/en/a/three.md"),
    }
    near = found["near-duplicate", "articles/en/a/two.md"]
    assert near.line == 2
    assert near.message.endswith(" % the same as articles/en/a/one.md")
    assert near.severity == "warning"
