"""All checks that need one article and no other."""

from kb.lint import front_matter, text, titles, upkeep
from kb.lint.reading import Check

CHECKS: tuple[Check, ...] = (
    front_matter.check,
    front_matter.check_mark,
    titles.check,
    upkeep.check,
    text.check_description,
    text.check_headings,
    text.check_links,
    text.check_comments,
    text.check_words,
)
