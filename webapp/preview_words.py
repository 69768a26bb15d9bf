"""What the preview calls things, in the page's language."""

from flask import Blueprint
from markupsafe import Markup

from kb.writing.workbench import Only
from webapp.i18n import gettext as _
from webapp.preview_search import Finding
from webapp.site import STAFF_AUDIENCE


def register_words(blueprint: Blueprint) -> None:
    """Give templates what they need for the preview."""
    blueprint.add_app_template_filter(state_word, "state_word")
    blueprint.add_app_template_filter(view_word, "view_word")
    blueprint.add_app_template_filter(asked_word, "asked_word")


def state_word(state: Only) -> Markup:
    """Return what a file's state is called."""
    words = {
        "published": _("Published"),
        "scheduled": _("Scheduled"),
        "expired": _("Expired"),
        "draft": _("Draft"),
        "archived": _("Archived"),
        "broken": _("With an error"),
        STAFF_AUDIENCE: _("Internal"),
    }
    return words[state]


def view_word(view: str) -> Markup:
    """Return what one of the ways to look at a file is called."""
    words = {
        "article": _("For customers"),
        "agents": _("For agents"),
        "search": _("In the search"),
    }
    return words[view]


def asked_word(finding: Finding) -> Markup:
    """Return where a question stands."""
    words = {
        "title": _("its title"),
        "question": _("also asked as"),
        "committed": _("promised in _questions"),
    }
    return words[finding.asked]
