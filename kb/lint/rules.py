"""The rules: their names, how grave each is, and what it looks for.

A name is written into settings, comments and other programs' reports. It never changes.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from kb.errors import SettingsError
from kb.lint.finding import Finding, Severity


@dataclass(frozen=True, slots=True)
class Rule:
    """What is looked for.

    summary  what is wrong where the rule finds something, as a sentence without a full stop
    fixable  whether `--fix` can mend it without a word of the author's being changed
    """

    name: str
    severity: Severity
    summary: str
    fixable: bool = False


_ALL = (
    # The file and its front matter
    Rule("invalid-file", "error", "The file cannot be published as it stands"),
    Rule("unquoted-colon", "error", "A value holds a colon and no quotation marks", fixable=True),
    Rule("yaml-trap", "warning", "Other tools read a value differently", fixable=True),
    Rule("cut-by-comment", "warning", "A # begins a comment within a value"),
    Rule("byte-order-mark", "warning", "An invisible character opens the file", fixable=True),
    Rule("unknown-field", "warning", "The front matter has a field that nothing reads"),
    Rule("foreign-field", "warning", "A field is named as other tools name it", fixable=True),
    Rule("doubtful-value", "warning", "A value is taken for another one than it is written"),
    Rule("unknown-variable", "warning", "A canned reply has a variable that does not exist"),
    # What it says
    Rule("title-form", "warning", "The title is neither a question nor a task nor a problem"),
    Rule("no-description", "warning", "There is no description"),
    Rule("markdown-in-description", "warning", "The description has signs of Markdown"),
    Rule("heading-in-title-place", "warning", "The text has a heading of level 1"),
    Rule("heading-gap", "warning", "A heading skips a level"),
    Rule("no-alt-text", "warning", "An image has no alternative text"),
    Rule("vague-link-text", "warning", "The text of a link does not say where it leads"),
    Rule("unclosed-comment", "error", "A comment never ends and hides the rest"),
    # Where it leads
    Rule("broken-link", "error", "A link leads to no article"),
    Rule("broken-anchor", "warning", "A link leads to a heading that is not there"),
    Rule("broken-image", "error", "An image is not there or cannot be shown"),
    Rule("link-to-hidden", "warning", "A link leads to an article that is not shown now"),
    Rule("internal-link", "error", "A public article links to an internal one"),
    Rule("internal-word", "error", "A public article holds a word that is for colleagues only"),
    # Under which address
    Rule("duplicate-slug", "error", "Two articles have one address"),
    Rule("duplicate-alias", "error", "Two articles claim one old address"),
    Rule("alias-in-use", "error", "An old address is the address of an article"),
    Rule("alias-chain", "error", "An old address leads to an article that moved", fixable=True),
    Rule("vanished-slug", "error", "A published address is gone without an alias or a note"),
    # Whether it is still true
    Rule("no-owner", "warning", "Nobody answers for the article"),
    Rule("unknown-owner", "warning", "The owner is not one of the owners in the settings"),
    Rule("never-verified", "warning", "Nobody has checked the article"),
    Rule("verification-lapsed", "warning", "The last check of the article counts no more"),
    Rule("expired", "warning", "The article is past its last day"),
    Rule("expires-soon", "warning", "The article is shown for a few days only"),
    Rule("translation-behind", "warning", "The source of the translation has changed since"),
    # Against all others
    Rule("near-duplicate", "warning", "Two articles say nearly the same"),
    Rule("duplicate-title", "warning", "Two articles of one language have the same title"),
    # The questions that have to find an article
    Rule("invalid-question", "error", "A question cannot be asked as it stands"),
    Rule("question-not-found", "error", "A question does not find its article"),
    Rule("question-answered", "error", "A question is answered for which there is no article"),
    Rule("unknown-rule", "warning", "A comment switches off a rule that does not exist"),
)
RULES = {rule.name: rule for rule in _ALL}


def make(
    rule: str, path: str, line: int, message: str, fix: str = "", *, column: int = 1
) -> Finding:
    """Return a finding of one of the rules."""
    return Finding(rule, RULES[rule].severity, path, max(line, 1), column, message, fix)


def check_names(names: Iterable[str], where: str) -> None:
    """Raise SettingsError for a name that no rule has."""
    if unknown := sorted(set(names) - RULES.keys()):
        raise SettingsError(f"{where}: there is no rule {unknown[0]}; there are {', '.join(RULES)}")
