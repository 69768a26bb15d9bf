"""What was found out about an index, so that it need not be found out again."""

from typing import TypeVar

MAX_KNOWN = 4_096

Key = TypeVar("Key")
Value = TypeVar("Value")


class Memo(dict[Key, Value]):
    """A dictionary that is emptied when it would hold more than `MAX_KNOWN`."""

    def keep(self, key: Key, value: Value) -> Value:
        """Remember a value and return it."""
        if len(self) >= MAX_KNOWN:
            self.clear()
        self[key] = value
        return value
