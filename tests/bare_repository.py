"""A bare repository to publish from, and trees in it that no `git add` would make."""

import os
import subprocess
from pathlib import Path

ENV = {
    **{name: value for name, value in os.environ.items() if not name.startswith("GIT_")},
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_NOSYSTEM": "1",
    **{f"GIT_{who}_NAME": "Writer" for who in ("AUTHOR", "COMMITTER")},
    **{f"GIT_{who}_EMAIL": "writer@example.com" for who in ("AUTHOR", "COMMITTER")},
}
ARTICLE = "---\ntitle: {title}\naudience: public\n---\nTake it to a depot. {word}\n"


def article(title="How do I send a parcel?", word=""):
    return ARTICLE.format(title=title, word=word)


class BareRepository:
    """A forge's side: `commit` is what writers push."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.address = f"file://{folder}"
        folder.mkdir(parents=True)
        self.git("init", "--quiet", "--bare", "--initial-branch=main")

    def git(self, *arguments, data=b""):
        done = subprocess.run(
            ["git", *arguments], cwd=self.folder, env=ENV, input=data, capture_output=True
        )
        assert done.returncode == 0, done.stderr.decode()
        return done.stdout.decode().strip()

    def blob(self, content):
        data = content if isinstance(content, bytes) else content.encode()
        return self.git("hash-object", "-w", "--stdin", data=data)

    def tree(self, *entries):
        """Make a tree of (mode, name, object), whatever the names are."""
        raw = b"".join(
            mode.encode() + b" " + os.fsencode(name) + b"\0" + bytes.fromhex(made)
            for mode, name, made in entries
        )
        return self.git("hash-object", "-w", "-t", "tree", "--literally", "--stdin", data=raw)

    def tree_of(self, files):
        """Make a tree of {path: content}, with folders."""
        folders, entries = {}, []
        for path, content in files.items():
            name, _, rest = path.partition("/")
            if rest:
                folders.setdefault(name, {})[rest] = content
            else:
                entries.append(("100644", name, self.blob(content)))
        entries += [("40000", name, self.tree_of(inner)) for name, inner in folders.items()]
        return self.tree(*sorted(entries, key=lambda entry: entry[1]))

    def commit(self, tree, *, branch="main", after="last"):
        """Commit a tree, or {path: content}, to a branch; after=None begins a new history."""
        made = self.tree_of(tree) if isinstance(tree, dict) else tree
        parent = self.head(branch) if after == "last" else after
        before = ("-p", parent) if parent else ()
        commit = self.git("commit-tree", made, *before, "-m", "Change")
        self.git("update-ref", f"refs/heads/{branch}", commit)
        return commit

    def head(self, branch="main"):
        return self.git("for-each-ref", "--format=%(objectname)", f"refs/heads/{branch}")
