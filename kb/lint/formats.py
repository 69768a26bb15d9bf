"""Findings for a terminal, for programs, for code scanning (SARIF) and for GitHub's own log."""

import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

from kb import __version__
from kb.lint.finding import Finding
from kb.lint.rules import RULES

SARIF_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"


def text_lines(findings: Sequence[Finding]) -> Iterator[str]:
    """Yield a line for each finding, as editors and terminals understand it."""
    for each in findings:
        path = _printable(each.path)
        place = f"{path}:{each.line}:{each.column}"
        yield f"{place}: {each.severity} {each.rule}: {_printable(sentence(each))}"


def sentence(finding: Finding) -> str:
    """Return what was found and what to do, as sentences."""
    fix = f" {_ended(finding.fix)}" if finding.fix else ""
    return f"{_ended(finding.message)}{fix}"


def shape(findings: Sequence[Finding], files: int, fixed: Sequence[str]) -> dict[str, Any]:
    """Return all as `--json` prints it."""
    return {
        "files": files,
        "errors": sum(each.severity == "error" for each in findings),
        "warnings": sum(each.severity == "warning" for each in findings),
        "fixed": list(fixed),
        "findings": [
            {
                "rule": each.rule,
                "severity": each.severity,
                "path": _utf8(each.path),
                "line": each.line,
                "column": each.column,
                "message": _utf8(each.message),
                "fix": _utf8(each.fix),
            }
            for each in findings
        ],
    }


def sarif(findings: Sequence[Finding]) -> dict[str, Any]:
    """Return all as a SARIF 2.1.0 log."""
    numbers = {name: number for number, name in enumerate(RULES)}
    driver = {
        "name": "kb lint",
        "version": __version__,
        "rules": [
            {
                "id": rule.name,
                "shortDescription": {"text": f"{rule.summary}."},
                "defaultConfiguration": {"level": rule.severity},
            }
            for rule in RULES.values()
        ],
    }
    results = [
        {
            "ruleId": each.rule,
            "ruleIndex": numbers[each.rule],
            "level": each.severity,
            "message": {"text": _utf8(sentence(each))},
            "locations": [{"physicalLocation": _location(each)}],
        }
        for each in findings
    ]
    run = {"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": results}
    return {"$schema": SARIF_SCHEMA, "version": "2.1.0", "runs": [run]}


def _location(finding: Finding) -> dict[str, Any]:
    is_absolute = os.path.isabs(finding.path)
    address = Path(finding.path).as_uri() if is_absolute else quote(os.fsencode(finding.path))
    return {
        "artifactLocation": {"uri": address},
        "region": {"startLine": finding.line, "startColumn": finding.column},
    }


def github_lines(findings: Sequence[Finding]) -> Iterator[str]:
    """Yield the workflow commands from which GitHub makes annotations."""
    for each in findings:
        values = {
            "file": each.path,
            "line": each.line,
            "col": each.column,
            "title": each.rule,
        }
        given = ",".join(f"{name}={_property(str(value))}" for name, value in values.items())
        yield f"::{each.severity} {given}::{_escaped(_utf8(sentence(each)))}"


def _escaped(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _escaped(_utf8(text)).replace(":", "%3A").replace(",", "%2C")


def _ended(text: str) -> str:
    return text if text.endswith((".", "!", "?", "。", "？")) else f"{text}."


def _utf8(text: str) -> str:
    """Return a text without the half characters that names outside UTF-8 arrive as."""
    return text.encode("utf-8", "replace").decode()


def _printable(text: str) -> str:
    """Return a text that cannot steer the terminal that it is shown on."""
    return "".join(char if char.isprintable() else "�" for char in _utf8(text))
