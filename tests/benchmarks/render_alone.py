"""What building is compared with: Python-Markdown and nh3 over the same files, nothing else.

`python -m tests.benchmarks.render_alone FOLDER` reads each file, cuts off its front matter,
renders and sanitises it with a usual set of extensions, in one process, and keeps nothing. Files
over 1 MiB are left out, because `kb index` refuses them.
"""

import sys
from pathlib import Path

import markdown
import nh3

from tests.benchmarks.corpus import split

EXTENSIONS = ["tables", "fenced_code", "attr_list", "admonition", "toc", "sane_lists"]
LARGEST = 1 << 20


def render_all(folder: Path) -> tuple[int, int]:
    """Return the number of files and the characters of HTML that they gave."""
    converter = markdown.Markdown(extensions=EXTENSIONS)
    files = characters = 0
    for path in sorted(folder.rglob("*.md")):
        if path.stat().st_size <= LARGEST:
            body = split(path.read_text(encoding="utf-8-sig", errors="replace"))[1]
            characters += len(nh3.clean(converter.reset().convert(body)))
            files += 1
    return files, characters


if __name__ == "__main__":
    print(*render_all(Path(sys.argv[1])))
