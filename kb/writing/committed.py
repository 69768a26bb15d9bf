"""Write the files of a commit into a folder; what is checked out stays as it is.

Neither hooks run nor links are made: a symbolic link becomes a file that holds where it leads.
The index of git is not used but one of our own, so that what is staged is not touched either.
"""

from pathlib import Path

from kb.git import ask, run

_SECONDS = 300.0


def compared_commit(root: Path) -> str:
    """Return the last commit that differs from the files below `root`; "" when there is none.

    That is HEAD while something is changed, and the commit before it afterwards, as in a
    continuous integration that has just fetched a clean tree.
    """
    status = ask(root, "status", "--porcelain", "--untracked-files=normal", "--", ".")
    if status is None:
        return ""
    revision = "HEAD" if status.strip() else "HEAD^"
    commit = ask(root, "rev-parse", "--verify", "--quiet", f"{revision}^{{commit}}")
    return (commit or "").strip()


def write_committed(root: Path, commit: str, folder: Path) -> Path:
    """Write what `commit` has below `root` into the new folder `folder`; return the files' root.

    Git answers there as in `root`, so that who asks for the history of the files gets it.
    Raises GitFailed.
    """
    asked = ("--show-prefix", "--absolute-git-dir", "--show-toplevel")
    prefix, git_dir, top = run(root, "rev-parse", *asked).splitlines()
    files = folder / prefix
    files.mkdir(parents=True)
    inside = prefix.rstrip("/")
    if inside and ask(root, "cat-file", "-e", f"{commit}:{inside}") is None:
        return files  # The folder is younger than the commit.
    index = {"GIT_INDEX_FILE": str(folder / "staged.tmp")}
    run(Path(top), "read-tree", f"{commit}:{inside}", seconds=_SECONDS, variables=index)
    plain = ("-c", "core.symlinks=false", "-c", "core.hooksPath=/dev/null")
    written = ("checkout-index", "--all", "--quiet", f"--prefix={files}/")
    run(Path(top), *plain, *written, seconds=_SECONDS, variables=index)
    (folder / ".git").write_text(f"gitdir: {git_dir}\n", encoding="utf-8")
    return files
