"""`kb lint`: what is wrong with the articles, for people, editors and continuous integration."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kb.cli.common import counted, json_option, load_settings, print_json

if TYPE_CHECKING:
    from kb.cli.proving import Proof
    from kb.lint.checking import Checked
    from kb.lint.finding import Finding
    from kb.settings import Settings


@dataclass(frozen=True, slots=True)
class _Outcome:
    """What is to be printed.

    fixed  paths of the files that were changed
    proof  what came of the questions; None when they were not asked
    """

    findings: "Sequence[Finding]"
    files: int
    fixed: Sequence[str] = ()
    proof: "Proof | None" = None

    def count(self, severity: str) -> int:
        return sum(each.severity == severity for each in self.findings)


@click.command()
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path), metavar="[PATHS]...")
@click.option("--strict", is_flag=True, help="Warnings fail too.")
@click.option("--fix", "to_fix", is_flag=True, help="Mend what can be mended safely.")
@click.option("--questions", is_flag=True, help="Ask the questions of _questions/ too.")
@click.option("--since", metavar="REVISION", help="Published addresses since then must live on.")
@json_option
@click.option("--sarif", "form", flag_value="sarif", help="Print a SARIF 2.1.0 log.")
@click.option("--github", "form", flag_value="github", help="Print annotations for GitHub.")
@click.pass_context
def lint(
    ctx: click.Context,
    paths: tuple[Path, ...],
    strict: bool,
    to_fix: bool,
    questions: bool,
    since: str | None,
    as_json: bool,
    form: str | None,
) -> None:
    """Check the articles; exit code 4 when something is wrong.

    PATHS are the files or folders to report on; without any, everything is.
    """
    from kb.cli import EXIT_FINDINGS

    if as_json and form:
        raise click.UsageError(f"--json and --{form} do not go together")
    settings = load_settings(ctx)
    outcome = _check(settings, paths, since, to_fix=to_fix, questions=questions)
    _print(outcome, "json" if as_json else form or "text")
    if outcome.count("error") or (strict and outcome.findings):
        ctx.exit(EXIT_FINDINGS)


def _check(
    settings: "Settings",
    paths: tuple[Path, ...],
    since: str | None,
    *,
    to_fix: bool,
    questions: bool,
) -> _Outcome:
    """Return what is wrong, after mending what can be."""
    from kb.lint.checking import check, within
    from kb.lint.fixing import fix

    if missing := [path for path in paths if not path.exists() and not path.is_symlink()]:
        raise click.UsageError(f"there is no {missing[0]}")
    checked = check(settings, since=since)
    fixed: list[str] = []
    if to_fix:
        fixed = fix(within(checked.findings, paths), checked, settings)
        checked = check(settings, since=since) if fixed else checked
    found, proof = _against_all(settings, checked, questions=questions)
    return _Outcome(within(found, paths), len(checked.library.scan.files), fixed, proof)


def _against_all(
    settings: "Settings", checked: "Checked", *, questions: bool
) -> "tuple[Sequence[Finding], Proof | None]":
    """Return all findings, those that compare articles too, and what came of the questions."""
    from kb.cli import proving
    from kb.lint import near_duplicates
    from kb.lint.checking import spoken

    found = list(checked.findings)
    found += near_duplicates.findings(checked.library.content)
    proof = None
    if questions:
        proof = proving.prove(settings, settings.all_sources(), checked.library.content)
        found += proof.findings
    return spoken(found, checked.library, checked.circumstances), proof


def _print(outcome: _Outcome, form: str) -> None:
    from kb.lint import formats

    if form == "sarif":
        print_json(formats.sarif(outcome.findings))
    elif form == "github":
        for line in formats.github_lines(outcome.findings):
            click.echo(line)
    elif form == "json":
        print_json(
            {
                **formats.shape(outcome.findings, outcome.files, outcome.fixed),
                **_proof_shape(outcome),
            }
        )
    else:
        _print_text(outcome)


def _proof_shape(outcome: _Outcome) -> dict[str, Any]:
    from kb.cli.proving import proof_shape

    return {"questions": proof_shape(outcome.proof)} if outcome.proof else {}


def _print_text(outcome: _Outcome) -> None:
    from kb.lint.formats import text_lines

    for path in outcome.fixed:
        click.echo(f"{path}: mended")
    for line in text_lines(outcome.findings):
        click.echo(line)
    if outcome.proof:
        from kb.cli.proving import report_lines

        for line in report_lines(outcome.proof):
            click.echo(line)
    errors, warnings = outcome.count("error"), outcome.count("warning")
    files = counted(outcome.files, "article")
    click.echo(f"{files}: {counted(errors, 'error')}, {counted(warnings, 'warning')}")
