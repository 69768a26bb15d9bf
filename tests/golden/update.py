"""Write the golden files of rendering anew; what changed is then read in review.

Run it as `python tests/golden/update.py`.
"""

import sys
from pathlib import Path

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE.parent), str(HERE.parent / "kb")]

from test_render import GOLDEN, golden_page, show  # noqa: E402

if __name__ == "__main__":
    for source in sorted(GOLDEN.glob("*.md")):
        page = golden_page(source)
        source.with_suffix(".html").write_text(page.html + "\n", encoding="utf-8")
        source.with_suffix(".txt").write_text(show(page), encoding="utf-8")
