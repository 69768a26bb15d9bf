"""A real repository whose commits have the days and authors that a test names."""

import os
import subprocess
from pathlib import Path

AN = "An <an@example.com>"


def git(folder: Path, *arguments: str, day: str = "2026-01-01", author: str = AN) -> str:
    """Run git as `author` at noon of `day` and return what it prints."""
    moment = f"{day}T12:00:00+00:00"
    name, _, address = author.rpartition(" <")
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("GIT_")},
        "GIT_AUTHOR_DATE": moment,
        "GIT_COMMITTER_DATE": moment,
        "HOME": str(folder),
    }
    who = ("-c", f"user.name={name}", "-c", f"user.email={address[:-1]}")
    done = subprocess.run(
        ["git", *who, "-c", "commit.gpgsign=false", *arguments],
        cwd=folder,
        env=environment,
        check=True,
        capture_output=True,
    )
    return done.stdout.decode().strip()


def commit(folder: Path, path: str, text: str, day: str, author: str = AN) -> str:
    """Write a file, commit all there is and return the commit."""
    file = folder / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
    return commit_all(folder, day, author)


def commit_all(folder: Path, day: str, author: str = AN) -> str:
    """Commit the files as they are and return the commit."""
    git(folder, "add", "-A")
    git(folder, "commit", "-q", "-m", "x", day=day, author=author)
    return git(folder, "rev-parse", "HEAD")
