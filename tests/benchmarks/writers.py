"""What writers wait for: `python -m tests.benchmarks.writers --corpus DIR --work DIR`.

The corpus becomes a git repository with a bare one beside it, as a forge has. Measured are
`kb lint` over all of it, from `git push` to found by search for one article and for many, and from
saving a file to the changed text in Chromium. Each push and save has a word of its own.
"""

import argparse
import hmac
import http.client
import json
import secrets
import shutil
import statistics
import subprocess
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from kb.cli import EXIT_FINDINGS
from tests.benchmarks import corpus
from tests.benchmarks.process import kb, run
from tests.benchmarks.server import Server, serving

SECRET = "mY7pQ2vX9wLr4NpZ1sYd3FgHj6Bc8Ae5"
LOOK_SECONDS = 0.02
# Chromium notes itself when a word is there: asking from outside would add a round trip.
NOTE = """() => { window.seen = {}; new MutationObserver(() => {
  for (const [word] of document.querySelector("main")?.textContent.matchAll(/qz\\w{16}/g) ?? [])
    seen[word] ??= Date.now();
}).observe(document.documentElement, {childList: true, subtree: true}); }"""


def main() -> None:
    """Measure and print."""
    options = _options()
    writer, site = _repositories(options.corpus, options.work.absolute())
    lint = run(kb("--config", site / "local.toml", "lint"), fine=(0, EXIT_FINDINGS))
    print(f"kb lint: {lint.wall:.1f} s, CPU {lint.cpu:.1f} s", flush=True)
    files = [file for file in sorted(writer.rglob("*.md")) if _is_plain(file)][:: options.every]
    run(kb("--config", site / "kb.toml", "sync"))
    with serving(site / "kb.toml", site / "index", 1) as server:
        for count, times in ((1, options.times), (50, 3)):
            took = list(_pushes(writer, server, files, count, times))
            _say(f"push of {count} found after", took, "s")
    local = site / "local.toml"
    run(kb("--config", local, "index", "--index", site / "local"))
    with serving(local, site / "local", 1, "--watch") as server:
        _say("saved file seen after", list(_saves(server, writer, files[0], options.times)), "ms")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--corpus", type=Path, required=True)
    parser.add_argument("--work", type=Path, default=Path("var/bench-writers"))
    parser.add_argument("--times", type=int, default=10)
    parser.add_argument("--every", type=int, default=7, help="use every so many-th file")
    return parser.parse_args()


def _repositories(given: Path, work: Path) -> tuple[Path, Path]:
    """Make a writer's clone of the corpus, and a site that follows its bare repository."""
    shutil.rmtree(work, ignore_errors=True)
    writer, forge, site = work / "writer", work / "forge.git", work / "site"
    folder = corpus.unpacked(given, work)
    files = corpus.files_of(folder)
    local = corpus.written(folder, files, len(files), writer)
    _git(writer, "init", "-q", "-b", "main")
    _git(writer, "add", "-A")
    _git(writer, "commit", "-q", "-m", "All articles")
    _git(work, "clone", "-q", "--bare", str(writer), str(forge))
    _git(writer, "remote", "add", "origin", str(forge))
    _git(writer, "push", "-q", "--set-upstream", "origin", "main")
    site.mkdir()
    sources = local.read_text(encoding="utf-8")
    publish = f'[publish]\nrepository = "{forge.as_uri()}"\nsecret = "{SECRET}"\n'
    (site / "kb.toml").write_text(f'index = "index"\n{publish}{sources}', encoding="utf-8")
    absolute = sources.replace('path = "', f'path = "{writer}/')
    (site / "local.toml").write_text(f'index = "local"\n{absolute}', encoding="utf-8")
    return writer, site


def _git(folder: Path, *arguments: str) -> None:
    who = ("-c", "user.name=Ann", "-c", "user.email=ann@example.com", "-c", "gc.auto=0")
    subprocess.run(["git", *who, *arguments], cwd=folder, check=True)


def _is_plain(file: Path) -> bool:
    text = file.read_text(encoding="utf-8", errors="replace")
    return "includes" not in file.parts and "\ntitle:" in text[:600]


def _pushes(
    writer: Path, server: Server, files: Sequence[Path], count: int, times: int
) -> Iterator[float]:
    """Yield the seconds from each push to the search that finds all of its articles."""
    locale = corpus.locale_of(files[0].relative_to(writer).parts[1])
    folders = {each: each.relative_to(writer).parts[1] for each in files}
    chosen = [each for each in files if corpus.locale_of(folders[each]) == locale]
    for number in range(times):
        word = f"qz{secrets.token_hex(8)}"
        for file in chosen[number * count : (number + 1) * count]:
            with file.open("a", encoding="utf-8") as stream:
                stream.write(f"\n\nThe word {word} is here.\n")
        _git(writer, "commit", "-q", "-a", "-m", word)
        start = time.perf_counter()
        _git(writer, "push", "-q", "origin", "main")
        _tell(server, writer.parent / "forge.git")
        while server.total(word, locale) < count:
            time.sleep(LOOK_SECONDS)
        yield time.perf_counter() - start
        time.sleep(1)


def _tell(server: Server, forge: Path) -> None:
    """Deliver what GitHub sends after a push."""
    told = {
        "ref": "refs/heads/main",
        "after": secrets.token_hex(20),
        "repository": {"clone_url": forge.as_uri()},
    }
    body = json.dumps(told).encode()
    headers = {
        "Content-Type": "application/json",
        "X-GitHub-Event": "push",
        "X-Hub-Signature-256": "sha256=" + hmac.digest(SECRET.encode(), body, "sha256").hex(),
    }
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=20)
    connection.request("POST", "/hooks/git", body, headers)
    assert connection.getresponse().status == 202
    connection.close()


def _saves(server: Server, writer: Path, file: Path, times: int) -> Iterator[float]:
    """Yield the milliseconds from each save to the changed text on the page of customers."""
    folder, *inside = file.relative_to(writer).parts[1:]
    with sync_playwright() as playwright:
        chromium = shutil.which("chromium") or shutil.which("chromium-browser")
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = browser.new_page()
        path = "/".join((f"{folder}-0", *inside))
        page.goto(f"http://127.0.0.1:{server.port}/preview/{path}")
        page.evaluate(NOTE)
        text = file.read_text(encoding="utf-8")
        for _ in range(times):
            word = f"qz{secrets.token_hex(8)}"
            start = time.time()
            file.write_text(f"{text}\n\n{word}\n", encoding="utf-8")
            yield _seen(page, word) - 1_000 * start
            time.sleep(2)
        browser.close()


def _seen(page: Page, word: str) -> float:
    while not (seen := page.evaluate("word => seen[word] ?? 0", word)):
        time.sleep(LOOK_SECONDS)
    return float(seen)


def _say(what: str, took: Sequence[float], unit: str) -> None:
    ordered = sorted(took)
    digits = 0 if unit == "ms" else 2
    print(
        f"{what} {statistics.median(ordered):.{digits}f} {unit} (median), "
        f"{ordered[-1]:.{digits}f} {unit} (most of {len(ordered)})",
        flush=True,
    )


if __name__ == "__main__":
    main()
