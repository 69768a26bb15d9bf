"""What the console's script says and what its templates call things, in the page's language."""

import orjson
from flask import Blueprint, url_for
from markupsafe import Markup, escape

from kb.answers.suggestions import Answer
from webapp.asking import Asked
from webapp.i18n import gettext as _
from webapp.i18n import page_locale
from webapp.site import STAFF_AUDIENCE


def register_words(blueprint: Blueprint) -> None:
    """Give templates what they need for the console."""
    blueprint.add_app_template_filter(percent, "percent")
    blueprint.add_app_template_global(console_words, "console_words")
    blueprint.add_app_template_global(section_url, "section_url")
    blueprint.add_app_template_global(variable_name, "variable_name")


def percent(share: float) -> str:
    """Return a share of 1 in percent, as all three languages write it."""
    return f"{round(share * 100)}%"


def section_url(answer: Answer, asked: Asked) -> str:
    """Return where an answer is read; without a script, it is a link."""
    return url_for(
        ".section",
        locale=page_locale(),
        key=answer.key,
        anchor=answer.anchor or None,
        level=asked.first_level(answer),
        passage=answer.passage or None,
    )


def variable_name(name: str) -> str:
    """Return what a variable of a reply is called beside its field."""
    known = {
        "customer.first_name": _("First name"),
        "customer.last_name": _("Last name"),
        "customer.name": _("Name"),
        "customer.email": _("Email address"),
        "agent.name": _("Your name"),
        "agent.first_name": _("Your first name"),
        "conversation.id": _("Conversation number"),
    }
    return known.get(name, name)


def console_words() -> Markup:
    """Return what agent.js says, as an attribute: JSON by name."""
    words = {
        "rich": _("Copied"),
        "plain": _("Copied as plain text"),
        "markdown": _("Copied as Markdown"),
        "link": _("Link copied"),
        "copied": _("Copied"),
        "insert": _("Inserted into the reply"),
        "used": _("Used"),
        "not_helpful": _("Not helpful"),
        "needs_update": _("Needs update"),
        "missing": _("Sent to the writers"),
        "noted": _("Noted:"),
        "fill": _("Fill in first:"),
        "no_link": _("Not copied: customers cannot open this article"),
        "nothing": _("There is no answer to do this with"),
        "looking": _("Searching…"),
        "failed": _("The server does not answer. Try again."),
        "gone": _("This article is not there any more"),
        "sign_in": _("You have been signed out. Reload the page to sign in."),
        "fresh": _("New conversation"),
        STAFF_AUDIENCE: _("Internal"),
        "keys_on": _("Single keys are on"),
        "keys_off": _("Single keys are off"),
    }
    return escape(orjson.dumps({name: str(word) for name, word in words.items()}).decode())
