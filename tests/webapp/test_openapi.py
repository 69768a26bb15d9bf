"""The OpenAPI document against the routes, their parameters and real answers."""

import re

import pytest

from webapp.openapi import document

DOCUMENT = document("Help")
TYPES = {
    "object": dict,
    "array": list,
    "string": str,
    "boolean": bool,
    "integer": int,
    "number": (int, float),
    "null": type(None),
}


def check(value, schema, where="$"):
    """Assert that `value` fits `schema`: the keywords that our document uses, no others."""
    if "$ref" in schema:
        node = DOCUMENT
        for part in schema["$ref"].removeprefix("#/").split("/"):
            node = node[part]
        return check(value, node, where)
    kinds = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
    assert any(isinstance(value, TYPES[kind]) for kind in kinds), (where, value)
    assert not (isinstance(value, bool) and "boolean" not in kinds), where
    assert value in schema.get("enum", [value]), where
    if "minimum" in schema:
        assert value >= schema["minimum"], where
    if "maximum" in schema:
        assert value <= schema["maximum"], where
    if isinstance(value, dict) and "properties" in schema:
        assert set(value) == set(schema["properties"]), where
        assert set(schema["required"]) == set(schema["properties"])
        for name, inner in schema["properties"].items():
            check(value[name], inner, f"{where}.{name}")
    for index, item in enumerate(value if isinstance(value, list) else []):
        check(item, schema["items"], f"{where}[{index}]")
    return None


def schema_of(path, status="200"):
    response = DOCUMENT["paths"][path]["get"]["responses"][status]
    if "$ref" in response:
        response = DOCUMENT["components"]["responses"][response["$ref"].rsplit("/", 1)[1]]
    return response["content"]["application/json"]["schema"]


def test_it_names_every_route_of_the_api_and_no_other(app):
    routes = {
        re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule.removeprefix("/api/v1"))
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith("/api/")
    }
    assert routes == set(DOCUMENT["paths"])


def test_it_is_served(client):
    body = client.get("/api/v1/openapi.json").json
    assert body["openapi"] == "3.1.0"
    assert body["paths"] == DOCUMENT["paths"]


@pytest.mark.parametrize(
    ("path", "requests"),
    [
        (
            "/search",
            [
                "/search?q=password",
                "/search?q=pasword",
                "/search?q=depot&offset=2",
                "/search?q=password+refund+invoice",
                "/search?q=zzzz&locale=vi",
            ],
        ),
        ("/complete", ["/complete?q=pass", "/complete?q=h", "/complete?q=zzzz"]),
        (
            "/articles/{locale}/{slug}",
            ["/articles/en/reset-password", "/articles/en/refund", "/articles/en/depot-1"],
        ),
        ("/openapi.json", ["/openapi.json"]),
    ],
)
def test_real_answers_fit_their_schema(client, path, requests):
    for each in requests:
        response = client.get(f"/api/v1{each}")
        assert response.status_code == 200
        check(response.json, schema_of(path))


@pytest.mark.parametrize(
    ("path", "request_", "status"),
    [
        ("/search", "/search?limit=0", "400"),
        ("/complete", "/complete?locale=xx", "400"),
        ("/articles/{locale}/{slug}", "/articles/en/nope", "404"),
    ],
)
def test_real_errors_fit_their_schema(client, path, request_, status):
    response = client.get(f"/api/v1{request_}")
    assert str(response.status_code) == status
    check(response.json, schema_of(path, status))


@pytest.mark.parametrize("path", ["/search", "/complete"])
def test_the_stated_limits_are_the_real_ones(client, path):
    for parameter in DOCUMENT["paths"][path]["get"]["parameters"]:
        schema, name = parameter["schema"], parameter["name"]
        if schema["type"] != "integer":
            continue
        for value, status in (
            (schema["minimum"], 200),
            (schema["maximum"], 200),
            (schema["minimum"] - 1, 400),
            (schema["maximum"] + 1, 400),
        ):
            response = client.get(f"/api/v1{path}?q=a&{name}={value}")
            assert response.status_code == status, (name, value)


def test_every_parameter_changes_the_answer(client):
    def answer(arguments):
        body = client.get(f"/api/v1/search?{arguments}").json
        return {name: value for name, value in body.items() if name != "took_ms"}

    plain = answer("q=parcel")
    named = {each["name"] for each in DOCUMENT["paths"]["/search"]["get"]["parameters"]}
    tried = ("q=refund", "locale=vi&q=parcel", "q=parcel&topic=billing", "q=parcel&limit=1")
    changes = (*tried, "q=parcel&offset=1")
    assert all(answer(change) != plain for change in changes)
    # What `audience` changes is for those who may: see test_bearer.py.
    assert named == {"q", "locale", "topic", "limit", "offset", "audience"}
