"""Vote and search from a process of its own: `store_writer.py URL NAME VOTES`.

Prints the name of each visitor whose vote is stored, once it is.
"""

import sys
from datetime import UTC, datetime

from kb.events.database import Database
from kb.events.events import Event, EventStore, Vote

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


def main(url, name, votes):
    store = EventStore(Database(url))
    for number in range(int(votes)):
        visitor = f"{name}-{number}"
        store.append_soon(Event("searched", NOW, "api", "en", "public", visitor, visitor=visitor))
        store.vote(Vote("en/shared", visitor, True, "", "", NOW))
        store.vote(Vote("en/shared", "everybody", number % 2 == 0, "", name, NOW))
        print(visitor, flush=True)
    store.close()
    store.database.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
