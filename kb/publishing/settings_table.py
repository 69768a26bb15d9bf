"""The table `[publish]` of kb.toml: from where and how articles are published by `git push`."""

import re
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from kb.publishing.address import checked
from kb.settings_tables import Secret, Table

Forge = Literal["github", "gitlab", "gitea", "forgejo"]

_BRANCH = re.compile(
    r"(?![-/.])(?!.*(?:\.\.|//|@\{|\.lock(?:/|$)|/\.))[^\s~^:?*\[\\\x00-\x20\x7f]+"
)


def _branch(value: str) -> str:
    if not _BRANCH.fullmatch(value) or value.endswith(("/", ".")) or not value.isprintable():
        raise ValueError("it has to be the name of a branch, such as main")
    return value


class Publish(Table):
    """`[publish]`: articles come from a branch of a git repository.

    repository    its address; "" = the articles are folders of this machine
    checkout      folder for our copy, which nobody edits; "" = `checkout` beside the index's folder
    poll_seconds  how often to look for a push that no webhook told of; 0 = never
    secret        what the forge signs its webhook with; "" = there is no webhook
    forge         who signs, for each does it in its own way
    depth         how many commits to fetch; 0 = all: else the days of older changes are unknown
    """

    repository: Annotated[str, AfterValidator(checked)] = Field(default="", repr=False)
    branch: Annotated[str, AfterValidator(_branch)] = Field(default="main", max_length=200)
    checkout: str = ""
    poll_seconds: int = Field(default=300, ge=0, le=86_400)
    secret: Secret = Field(default="", repr=False)
    forge: Forge = "github"
    depth: int = Field(default=0, ge=0, le=1_000_000)
