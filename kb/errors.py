"""Every error this project raises on purpose.

KnowledgeBaseError
├── ArticleError          one article file is wrong; the others are still good
├── SettingsError         kb.toml or a KB_* variable is unknown or cannot be used
├── EvaluationError       an evaluation set is malformed
├── IndexUnavailable      there is no usable index to search: build it first
├── IndexDamaged          a generation does not match its manifest: rebuild
├── IndexBusy             another process is writing the index
├── AccountError          an account, a password or a token cannot be as it is asked for
├── StoreUnavailable      the database of events and accounts cannot be used
└── EmbedderUnavailable   search by meaning is on and its model cannot be used
"""

from pathlib import Path


class KnowledgeBaseError(Exception):
    """Base of all deliberate errors; the message is written for a person."""


class ArticleError(KnowledgeBaseError):
    """An article file that cannot be published as it stands.

    The message is written for the author: where it is, what was found, what to do.
    """

    def __init__(self, path: Path | str, line: int, found: str, fix: str) -> None:
        super().__init__(f"{path}:{line}: {found}. {fix}.")
        self.path = str(path)
        self.line = line
        self.found = found
        self.fix = fix

    def __reduce__(self) -> tuple[type, tuple[str, int, str, str]]:
        return type(self), (self.path, self.line, self.found, self.fix)


class SettingsError(KnowledgeBaseError):
    """A setting is unknown or has a value that cannot be used."""


class EvaluationError(KnowledgeBaseError):
    """An evaluation set is malformed; the message names file and line."""


class IndexUnavailable(KnowledgeBaseError):
    """No usable generation is there: run `kb index`."""


class IndexDamaged(KnowledgeBaseError):
    """A generation does not match its manifest; `kb index` builds a new one."""


class IndexBusy(KnowledgeBaseError):
    """Another process holds the writer's lock."""


class AccountError(KnowledgeBaseError):
    """A user, a password or a token cannot be made or changed like this; the message says why."""


class StoreUnavailable(KnowledgeBaseError):
    """The database of events and accounts cannot be opened, read or written."""


class EmbedderUnavailable(KnowledgeBaseError):
    """The extra for search by meaning is asked for and is not there, or is not the one we know."""
