"""Somebody of the staff in a browser that keeps cookies, as the tests of what needs signing in do.

The addresses are encrypted ones: the cookies of staff are kept for no others.
"""

import re
from datetime import UTC, datetime
from urllib.parse import urlsplit

from kb.settings import Settings
from kb.testing import MemoryEngine
from webapp import create_app

HOST = "https://help.example.com"
PASSWORD = "horse battery staple"
SECRET = "Vb7nK2xQ9mLr4TzW8sYd3FgHj6Cp1Ae5"
_TOKEN = re.compile(r'name="csrf" value="(\w+)"')


def staff_app(folder, engine=None, **tables):
    """Return an application with the database in `folder`, and one user for each role.

    Only agent-ann has a password; making a hash takes a while.
    """
    values = {
        "site": {"name": "Parcel Help", "url": HOST},
        "server": {"secret": SECRET},
        "store": str(folder / "kb.sqlite3"),
        **tables,
    }
    app = create_app(Settings.model_validate(values), engine=engine or MemoryEngine([]))
    accounts = app.extensions["kb"].accounts()
    for role, password in (("agent", PASSWORD), ("writer", None), ("admin", None)):
        accounts.add(f"{role}-ann", role, password, f"Ann ({role})")
    return app


class Browser:
    """A person's browser: it keeps cookies and sends the token of the form it has opened."""

    def __init__(self, app, prefix=""):
        self.client = app.test_client()
        self.prefix = prefix

    def get(self, path, **options):
        return self.client.get(path, base_url=HOST, **options)

    def post(self, path, form=(), *, token="", headers=(), **options):
        """Send a form as a page of this site does."""
        values = {"csrf": token, **dict(form)}
        sent = {"Origin": HOST, **dict(headers)}
        return self.client.post(path, data=values, base_url=HOST, headers=sent, **options)

    def token_on(self, path):
        """Return the token of the first form of a page."""
        found = _TOKEN.search(self.get(path).text)
        assert found, f"no form at {path}"
        return found[1]

    def sign_in(self, name="agent-ann", password=PASSWORD, **options):
        """Open the form, fill it in and send it."""
        path = f"{self.prefix}/sign-in"
        form = {"name": name, "password": password}
        return self.post(path, form, token=self.token_on(path), **options)

    def come_in(self, name):
        """Have signed in as this user."""
        site = self.client.application.extensions["kb"]
        session = site.sessions().begin(site.accounts().find(name), datetime.now(UTC))
        self.keep("__Host-kb-embed" if self.prefix else "__Host-kb", session)

    def keep(self, name, value):
        """Keep a cookie of this site."""
        self.client.set_cookie(name, value, domain=urlsplit(HOST).netloc, secure=True)

    def cookie(self, name="__Host-kb"):
        """Return what the browser keeps under this name, or None."""
        kept = self.client.get_cookie(name, urlsplit(HOST).netloc)
        return kept and kept.value
