"""JSON by orjson, for answers of the API and for values in templates.

Keys keep their order and letters stay as they are. A date is not turned into text here: the
shapes in `kb.shapes` hold nothing but what JSON knows.
"""

from typing import Any

import orjson
from flask.json.provider import JSONProvider

from webapp.delivery import Answer


class FastJson(JSONProvider):
    """What `jsonify` and the filter `tojson` write with; it takes none of json.dumps' options."""

    def dumps(self, obj: Any, **_options: Any) -> str:
        """Return `obj` as one line of JSON."""
        return orjson.dumps(obj).decode()

    def loads(self, s: str | bytes, **_options: Any) -> Any:
        """Return the value that `s` stands for."""
        return orjson.loads(s)

    def response(self, *args: Any, **kwargs: Any) -> Answer:
        """Return the one value given, or the names given, as a response."""
        value = self._prepare_response_obj(args, kwargs)
        return Answer(orjson.dumps(value), mimetype="application/json")
