"""Third-party files are the ones that THIRD_PARTY.md names."""

import hashlib
from pathlib import Path

VENDOR = Path(__file__).parent / "vendor"
LIST = VENDOR / "THIRD_PARTY.md"


def test_each_file_has_the_hash_that_is_written_down():
    rows = [line.strip("| ").split(" | ") for line in LIST.read_text("utf-8").splitlines()]
    listed = {row[0].strip(): row[-1].strip() for row in rows if len(row) == 6}
    for heading in ("file", "---"):
        listed.pop(heading)
    found = {
        file.name: hashlib.sha256(file.read_bytes()).hexdigest()
        for file in VENDOR.iterdir()
        if file != LIST
    }
    assert listed == found
