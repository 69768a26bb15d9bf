"""How long a worker needs to its first answer.

`python -m tests.benchmarks.worker_start TOML INDEX` prints seconds as JSON: `python` from the
process's start to here, `app` for imports and create_app, `index` for what the first search takes
longer than the second one, and `total` to the first answer.
"""

import json
import os
import sys
from pathlib import Path
from time import CLOCK_BOOTTIME, clock_gettime, perf_counter


def _since_start() -> float:
    started = int(Path("/proc/self/stat").read_text().rpartition(")")[2].split()[19])
    return clock_gettime(CLOCK_BOOTTIME) - started / os.sysconf("SC_CLK_TCK")


def main() -> None:
    """Start as a worker of `kb serve` does and ask twice."""
    begun = _since_start()
    os.environ["KB_CONFIG"], os.environ["KB_INDEX"] = sys.argv[1], sys.argv[2]
    start = perf_counter()
    from webapp import create_app

    client = create_app().test_client()
    made = perf_counter()
    _ask(client, "/api/v1/search?q=password+reset&locale=en")
    first = perf_counter()
    _ask(client, "/api/v1/search?q=password+reset&locale=en")
    second = perf_counter()
    index = (first - made) - (second - first)
    total = begun + first - start
    print(json.dumps({"python": begun, "app": made - start, "index": index, "total": total}))


def _ask(client, path: str) -> None:
    response = client.get(path)
    assert response.status_code == 200, response.text


if __name__ == "__main__":
    main()
