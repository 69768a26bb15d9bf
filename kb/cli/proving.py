"""Ask the questions that writers keep, and say which do not find their article, and what moved.

The verdict is on the articles as they lie on the disk, whatever is being served. What moved is
told against the last commit that differs, with the questions as they are now.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from kb.answers.suggestions import Message
from kb.cli.common import counted
from kb.lint.finding import Finding, shown
from kb.lint.rules import make
from kb.search import MAX_LIMIT, Query
from kb.writing.questions import NO_ARTICLE, Question, read_questions, unanswerable

if TYPE_CHECKING:
    from indexer.engine import WhooshEngine
    from kb.errors import ArticleError
    from kb.settings import Settings
    from kb.settings_tables import Source
    from kb.writing.content import Content

_COMMIT_DIGITS = 10
_WORST = MAX_LIMIT + 1


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a question found.

    rank   of the expected article among the results as a reader sees them, from 1, those that
           match in part last; None when it is not among the first MAX_LIMIT
    first  key of what stands first; "" when there is nothing
    state  of the answers ("sure", "maybe", "none") where no article is expected, else ""
    """

    rank: int | None
    first: str
    state: str = ""

    def holds(self, question: Question) -> bool:
        """Whether the question is answered as it has to be."""
        if not question.key:
            return self.state != "sure"
        return self.rank is not None and self.rank <= question.most

    def __str__(self) -> str:
        return self.state or (str(self.rank) if self.rank else "not found")


@dataclass(frozen=True, slots=True)
class Moved:
    """A question whose article stands at another rank than before."""

    question: Question
    before: Outcome
    after: Outcome

    @property
    def fell(self) -> bool:
        """Whether it is worse than before."""
        return _badness(self.after) > _badness(self.before)


@dataclass(frozen=True, slots=True)
class Proof:
    """What came of all questions.

    findings  what is wrong with the files, and which questions fail
    moved     what is not as it was, what fell first
    asked     how many questions were asked; the others are among the findings
    failed    how many of them failed
    against   the commit that was compared with; "" when there is none
    """

    findings: tuple[Finding, ...] = ()
    moved: tuple[Moved, ...] = ()
    asked: int = 0
    failed: int = 0
    against: str = ""


def findings(settings: "Settings") -> list[Finding]:
    """Return what is wrong with the questions of all sources, and which of them fail."""
    return list(prove(settings, settings.all_sources()).findings)


def prove(
    settings: "Settings", sources: Sequence["Source"], content: "Content | None" = None
) -> Proof:
    """Ask every question, of the articles as they are and as they were.

    content  what the sources hold, where that has been read already
    """
    from kb.cli.states import state_before, state_now, working_folder

    questions, found = _questions(sources, content)
    if not questions:
        return Proof(tuple(found))
    with working_folder(settings) as folder:
        after = _asked(state_now(settings, sources, folder), questions)
        earlier = state_before(settings, sources, folder)
        before = _asked(earlier[0], questions) if earlier else after
    failed = [
        _failure(question, outcome)
        for question, outcome in zip(questions, after, strict=True)
        if not outcome.holds(question)
    ]
    changes = map(Moved, questions, before, after)
    moved = [each for each in changes if str(each.before) != str(each.after)]
    moved.sort(key=lambda each: not each.fell)
    every = sorted([*found, *failed], key=lambda each: (each.path, each.line))
    return Proof(
        tuple(every), tuple(moved), len(questions), len(failed), earlier[1] if earlier else ""
    )


def report_lines(proof: Proof) -> Iterator[str]:
    """Yield the report for a terminal: how many hold, and what moved."""
    if not proof.asked:
        yield "There are no questions to ask; keep them in _questions/<locale>.yml."
        return
    held = proof.asked - proof.failed
    yield f"{counted(proof.asked, 'question')} asked: {held} as they have to be"
    if not proof.against:
        yield "There is no earlier commit to compare with."
        return
    commit = proof.against[:_COMMIT_DIGITS]
    yield f"{counted(len(proof.moved), 'question')} moved since {commit}"
    for each in proof.moved:
        sign = "↓" if each.fell else "↑"
        where = f"{each.question.path}:{each.question.line}"
        name = each.question.key or NO_ARTICLE
        ranks = f"{each.before} → {each.after}"
        yield f"  {sign} {where}: {ranks}  “{each.question.text}” ({name})"


def proof_shape(proof: Proof) -> dict[str, Any]:
    """Return what JSON says of a proof beside its findings."""
    return {
        "asked": proof.asked,
        "failed": proof.failed,
        "against": proof.against or None,
        "moved": [
            {
                "path": each.question.path,
                "line": each.question.line,
                "question": each.question.text,
                "article": each.question.key or NO_ARTICLE,
                "before": each.before.state or each.before.rank,
                "after": each.after.state or each.after.rank,
                "fell": each.fell,
            }
            for each in proof.moved
        ],
    }


def _questions(
    sources: Sequence["Source"], content: "Content | None"
) -> tuple[list[Question], list[Finding]]:
    """Return the questions that can be asked, and what is wrong with the others."""
    from indexer.language_files import QUESTIONS, gather
    from kb.snapshot import utc_now
    from kb.writing.content import read_content

    gathered = [(source, gather((source,), QUESTIONS)) for source in sources]
    problems: list[ArticleError] = []
    questions: list[Question] = []
    if not any(files.files for _, files in gathered):
        articles = {}
    else:
        known = (content or read_content(sources)).by_key()
        articles = {key: written.article for key, written in known.items()}
    locales = {key.partition("/")[0] for key in articles}
    found: list[Finding] = []
    for source, files in gathered:
        found += [
            _invalid(problem, shown(source.path / problem.path)) for problem in files.problems
        ]
        for file in files.files:
            path = shown(source.path / file.path)
            read, wrong = read_questions(file.data, path, file.locale, locales)
            questions += read
            problems += wrong
    hidden = dict(unanswerable(questions, articles, utc_now()))
    found += [_invalid(problem, problem.path) for problem in (*problems, *hidden.values())]
    return [question for question in questions if question not in hidden], found


def _invalid(problem: "ArticleError", path: str) -> Finding:
    return make("invalid-question", path, problem.line, problem.found, problem.fix)


def _asked(engine: "WhooshEngine", questions: Sequence[Question]) -> list[Outcome]:
    return [ask(engine, question) for question in questions]


def ask(engine: "WhooshEngine", question: Question) -> Outcome:
    """Return what a question finds as its reader asks it, or how sure the console is of it."""
    if not question.key:
        message = Message(question.text, question.locale)
        suggested = engine.answers(message, audience=question.audience)
        best = (*suggested.answers, *suggested.elsewhere)
        return Outcome(None, best[0].key if best else "", suggested.state)
    asked = Query(question.text, question.locale, limit=MAX_LIMIT)
    results = engine.search(asked, audience=question.audience)
    keys = [hit.key for hit in (*results.hits, *results.relaxed)]
    rank = keys.index(question.key) + 1 if question.key in keys else None
    return Outcome(rank, keys[0] if keys else "")


def _failure(question: Question, outcome: Outcome) -> Finding:
    if not question.key:
        message = f"“{question.text}” is answered with certainty by {outcome.first}"
        fix = "Name that article if it is the answer, else make plain what it is not about"
        return make("question-answered", question.path, question.line, message, fix)
    place = f"found at {outcome.rank}" if outcome.rank else "not found"
    wanted = "first" if question.most == 1 else f"among the first {question.most}"
    message = f"“{question.text}” has to find {question.key} {wanted}: {place}"
    if outcome.first and outcome.first != question.key:
        message += f", {outcome.first} stands first"
    fix = f"Add a wording of it to the questions of {question.key}"
    return make("question-not-found", question.path, question.line, message, fix)


def _badness(outcome: Outcome) -> int:
    if outcome.state:
        return ("none", "maybe", "sure").index(outcome.state)
    return outcome.rank or _WORST
