"""The forges' webhook: what each sends is accepted, whatever else comes is refused."""

import hmac
import json
import time
from base64 import b64decode, b64encode
from dataclasses import dataclass, field
from urllib.parse import quote_plus

import pytest

from kb.publishing.asking import last_asked
from kb.settings import Settings
from kb.testing import MemoryEngine
from webapp import create_app
from webapp.publishing import MAX_BODY_BYTES

SECRET = "mY7pQ2vX9wLr4NpZ1sYd3FgHj6Bc8Ae5"
SIGNING = "whsec_" + b64encode(b"thirty-two bytes of a random key").decode()
REPOSITORY = "https://reader:token@git.example.com/docs/articles.git"
PATH = "/hooks/git"
# In the form in which each forge tells of a push, without what says nothing of where it went.
ADDRESSES = {
    "github": {
        "repository": {
            "name": "articles",
            "html_url": "https://git.example.com/docs/articles",
            "url": "https://git.example.com/docs/articles",
            "git_url": "git://git.example.com/docs/articles.git",
            "ssh_url": "git@git.example.com:docs/articles.git",
            "clone_url": "https://git.example.com/docs/articles.git",
        }
    },
    "gitlab": {
        "object_kind": "push",
        "project": {
            "web_url": "http://git.example.com/docs/articles",
            "git_ssh_url": "git@git.example.com:docs/articles.git",
            "git_http_url": "http://git.example.com/docs/articles.git",
        },
        "repository": {"url": "git@git.example.com:docs/articles.git"},
    },
    "gitea": {
        "repository": {
            "html_url": "http://git.example.com:3000/docs/articles",
            "ssh_url": "ssh://git@git.example.com:2222/docs/articles.git",
            "clone_url": "http://git.example.com:3000/docs/articles.git",
        }
    },
}
ADDRESSES["forgejo"] = ADDRESSES["gitea"]
EVENTS = {
    "github": ("X-GitHub-Event", "push"),
    "gitlab": ("X-Gitlab-Event", "Push Hook"),
    "gitea": ("X-Gitea-Event", "push"),
    "forgejo": ("X-Forgejo-Event", "push"),
}
_numbers = iter(range(1_000_000))


def settings_in(folder, **publish):
    return Settings.model_validate(
        {
            "index": str(folder / "index"),
            "store": str(folder / "kb.sqlite3"),
            "server": {"secret": "Qm8kT2vX7wLr4NpZ9sYd3FgHj6Bc1Ae5"},
            "publish": {"repository": REPOSITORY, "secret": SECRET, **publish},
        }
    )


@dataclass
class Hook:
    """A site that a forge tells of pushes."""

    settings: Settings
    client: object = field(init=False)

    def __post_init__(self):
        self.client = create_app(self.settings, engine=MemoryEngine([])).test_client()

    def told(self, body=None, *, forge=None, headers=None, content_type="application/json"):
        """Deliver as the forge does; `headers` replace those that it would send."""
        forge = forge or self.settings.publish.forge
        body = push(forge) if body is None else body
        given = {**signed(forge, self.settings.publish.secret, body), **(headers or {})}
        given = {name: value for name, value in given.items() if value is not None}
        return self.client.post(PATH, data=body, content_type=content_type, headers=given)

    def asked(self):
        return last_asked(self.settings)


def push(forge="github", ref="refs/heads/main", **fields):
    told = {"ref": ref, "after": f"{next(_numbers):040x}", **ADDRESSES[forge], **fields}
    return json.dumps(told).encode()


def hexdigest(secret, body):
    return hmac.digest(secret.encode(), body, "sha256").hex()


def signed(forge, secret, body, at=None):
    """Return the headers of a delivery, as each forge's page says they are made."""
    name, event = EVENTS[forge]
    headers = {name: event}
    if forge == "github":
        headers["X-Hub-Signature-256"] = f"sha256={hexdigest(secret, body)}"
        headers["X-GitHub-Delivery"] = f"72d3162e-cc78-11e3-81ab-{next(_numbers):012x}"
    elif forge in ("gitea", "forgejo"):
        headers["X-Hub-Signature-256"] = f"sha256={hexdigest(secret, body)}"
        headers["X-Gitea-Signature"] = hexdigest(secret, body)
        headers[f"X-{forge.capitalize()}-Signature"] = hexdigest(secret, body)
    elif secret.startswith("whsec_"):
        moment, number = str(int(at or time.time())), f"msg_{next(_numbers)}"
        key = b64decode(secret.removeprefix("whsec_"))
        digest = hmac.digest(key, f"{number}.{moment}.".encode() + body, "sha256")
        headers["webhook-id"], headers["webhook-timestamp"] = number, moment
        headers["webhook-signature"] = f"v1,{b64encode(digest).decode()}"
    else:
        headers["X-Gitlab-Token"] = secret
        headers["Idempotency-Key"] = f"f5e57cde-{next(_numbers):08x}"
    return headers


HOOKS = [
    pytest.param({"forge": "github"}, id="github"),
    pytest.param({"forge": "gitlab"}, id="gitlab, token"),
    pytest.param({"forge": "gitlab", "secret": SIGNING}, id="gitlab, signed"),
    pytest.param({"forge": "gitea"}, id="gitea"),
    pytest.param({"forge": "forgejo"}, id="forgejo"),
]


@pytest.fixture(scope="module")
def hooks(tmp_path_factory):
    made = {}

    def hook(**publish):
        name = repr(sorted(publish.items()))
        if name not in made:
            made[name] = Hook(settings_in(tmp_path_factory.mktemp("site"), **publish))
        return made[name]

    return hook


@pytest.fixture
def github(hooks):
    return hooks(forge="github")


@pytest.mark.parametrize("publish", HOOKS)
def test_a_push_is_accepted_and_the_publisher_is_asked(hooks, publish):
    hook = hooks(**publish)
    before = hook.asked()
    response = hook.told()
    assert (response.status_code, response.json) == (202, {"status": "accepted"})
    assert hook.asked() != before


@pytest.mark.parametrize("publish", HOOKS)
def test_a_delivery_that_was_recorded_is_refused_by_every_worker(hooks, publish):
    hook = hooks(**publish)
    another_worker = Hook(hook.settings)
    body = push(hook.settings.publish.forge)
    headers = signed(hook.settings.publish.forge, hook.settings.publish.secret, body)
    assert hook.told(body, headers=headers).status_code == 202
    asked = hook.asked()
    for worker in (hook, another_worker):
        response = worker.told(body, headers=headers)
        assert (response.status_code, response.json["error"]["code"]) == (403, "replayed")
    assert hook.asked() == asked


def test_github_sends_a_form_too(github):
    body = b"payload=" + quote_plus(push()).encode()
    form = {"content_type": "application/x-www-form-urlencoded"}
    assert github.told(body, **form).status_code == 202
    assert github.told(b"payload=" + quote_plus(push()).encode() + b"&payload=x", **form)
    for wrong in (b"", b"payload=", b"other=%7B%7D", b"payload=%ff", b"payload=[]"):
        assert github.told(wrong + b"&n=%d" % next(_numbers), **form).status_code == 400


def test_the_published_example_of_github_passes_though_it_is_no_push(tmp_path):
    settings = settings_in(tmp_path)
    known = settings.publish.model_copy(update={"secret": "It's a Secret to Everybody"})
    hook = Hook(settings.model_copy(update={"publish": known}))
    digest = "757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17"
    response = hook.told(b"Hello, World!", headers={"X-Hub-Signature-256": f"sha256={digest}"})
    assert response.json["error"]["code"] == "bad_request"


def test_a_ping_is_answered_and_publishes_nothing(github):
    before = github.asked()
    body = json.dumps({"zen": "Keep it logically awesome.", "hook_id": next(_numbers)}).encode()
    assert github.told(body, headers={"X-GitHub-Event": "ping"}).status_code == 200
    body = push()
    assert github.told(body, headers={"X-GitHub-Event": "issues"}).json["status"] == "ignored"
    assert github.asked() == before


@pytest.mark.parametrize("ref", ["refs/heads/draft", "refs/tags/main", "refs/heads/main/x", "main"])
def test_a_push_to_another_branch_publishes_nothing_and_is_no_failure(github, ref):
    before = github.asked()
    response = github.told(push(ref=ref))
    assert (response.status_code, response.json["status"]) == (200, "ignored")
    assert github.asked() == before


def elsewhere(address):
    return push(repository={"clone_url": address, "html_url": address.removesuffix(".git")})


def github_headers(**headers):
    return {"headers": {name.replace("_", "-"): value for name, value in headers.items()}}


NOTHING = hexdigest("", b"{}")
GOOD = push()
GENUINE = f"sha256={hexdigest(SECRET, GOOD)}"
FORGERIES = {
    "no signature": (401, {}, GOOD, github_headers(X_Hub_Signature_256=None)),
    "signature of another secret": (
        *(401, {}, GOOD),
        github_headers(X_Hub_Signature_256=f"sha256={hexdigest('another', GOOD)}"),
    ),
    "signature of an empty secret": (
        *(401, {}, b"{}"),
        github_headers(X_Hub_Signature_256=f"sha256={NOTHING}"),
    ),
    "signature by the old hash": (
        *(401, {}, GOOD),
        github_headers(
            X_Hub_Signature_256=None,
            X_Hub_Signature="sha1=" + hmac.digest(SECRET.encode(), GOOD, "sha1").hex(),
        ),
    ),
    "body changed after signing": (
        *(401, {}, GOOD.replace(b"main", b"evil")),
        github_headers(X_Hub_Signature_256=GENUINE),
    ),
    "body written anew": (
        *(401, {}, json.dumps(json.loads(GOOD), indent=1).encode()),
        github_headers(X_Hub_Signature_256=GENUINE),
    ),
    "signed as another forge does": (
        *(401, {"forge": "gitea"}, push("gitea")),
        github_headers(X_Gitea_Signature=None),
    ),
    "token instead of a signature": (
        *(401, {"forge": "gitlab", "secret": SIGNING}, push("gitlab")),
        github_headers(webhook_signature=None, X_Gitlab_Token=SIGNING),
    ),
    "wrong token": (
        *(401, {"forge": "gitlab"}, push("gitlab")),
        github_headers(X_Gitlab_Token=SECRET[:-1]),
    ),
    "old date": (401, {"forge": "gitlab", "secret": SIGNING}, push("gitlab"), {"at": -301}),
    "date of the future": (
        *(401, {"forge": "gitlab", "secret": SIGNING}, push("gitlab")),
        {"at": 302},
    ),
    "new date on an old signature": (
        *(401, {"forge": "gitlab", "secret": SIGNING}, push("gitlab")),
        {"at": -400, **github_headers(webhook_timestamp="now")},
    ),
    "other repository": (403, {}, elsewhere("https://git.example.com/evil/articles.git"), {}),
    "other host": (403, {}, elsewhere("https://evil.example.com/docs/articles.git"), {}),
    "repository whose name begins alike": (
        *(403, {}, elsewhere("https://git.example.com/docs/articles.git.evil")),
        {},
    ),
    "no repository": (403, {}, push(repository="git.example.com/docs/articles"), {}),
    "oversized": (413, {}, b'{"ref":"' + b"a" * MAX_BODY_BYTES + b'"}', {}),
    "wrong type": (415, {}, push(), {"content_type": "text/plain"}),
    "no type": (415, {}, push(), {"content_type": ""}),
    "no JSON": (400, {}, b"ref=refs/heads/main", {}),
    "no object": (400, {}, b'["refs/heads/main"]', {}),
    "JSON without end": (400, {}, b"[" * 100_000, {}),
    "no ref": (400, {}, b'{"ref": ["refs/heads/main"], "n": 1}', {}),
}


@pytest.mark.parametrize("name", FORGERIES)
def test_a_forgery_is_refused(hooks, name):
    status, publish, body, how = FORGERIES[name]
    hook = hooks(**{"forge": "github", **publish})
    before, how = hook.asked(), dict(how)
    if "at" in how:
        dated = signed("gitlab", SIGNING, body, time.time() + how.pop("at"))
        if "webhook-timestamp" in how.get("headers", {}):
            dated["webhook-timestamp"] = str(int(time.time()))
        how["headers"] = dated
    response = hook.told(body, **how)
    assert response.status_code == status
    assert set(response.json["error"]) == {"code", "message"}
    assert len(response.data) < 200
    assert hook.asked() == before


@pytest.mark.parametrize(
    "publish", [{"secret": ""}, {"repository": "", "secret": SECRET}], ids=["secret", "repository"]
)
def test_without_a_secret_and_a_repository_there_is_no_such_address(tmp_path, publish):
    hook = Hook(settings_in(tmp_path, **publish))
    body = push()
    headers = {"X-GitHub-Event": "push", "X-Hub-Signature-256": f"sha256={hexdigest('', body)}"}
    assert hook.client.post(PATH, data=body, headers=headers).status_code == 404
    assert PATH not in [rule.rule for rule in hook.client.application.url_map.iter_rules()]


def test_nobody_can_look_at_the_address(github):
    assert github.client.get(PATH).status_code == 405


def test_nothing_of_a_push_becomes_a_path_or_a_command(github, tmp_path):
    before = set(github.settings.index.parent.iterdir())
    body = push(ref="refs/heads/main", after="$(touch x)", before="../../x", commits=[{"id": "-x"}])
    assert github.told(body).status_code == 202
    assert set(github.settings.index.parent.iterdir()) - before <= {
        github.settings.index.parent / "sync-requested"
    }


def test_a_publisher_that_cannot_be_told_is_said(hooks, tmp_path):
    (tmp_path / "file").write_text("no folder")
    settings = settings_in(tmp_path).model_copy(update={"index": tmp_path / "file" / "index"})
    response = Hook(settings).told()
    assert (response.status_code, response.json["error"]["code"]) == (503, "not_told")
