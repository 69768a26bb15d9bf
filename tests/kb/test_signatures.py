"""Signatures of requests: the examples that each service has published, and forgeries of them."""

import base64
import hashlib
import hmac
import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from kb.signatures import Delivery, Replayed, SeenHere, SignatureRefused, verify

# From Slack's page on verifying requests.
SLACK_SECRET = "8f742231b10e8888abcd99yyyzzz85a5"
SLACK = Delivery.of(
    [
        ("X-Slack-Request-Timestamp", "1531420618"),
        (
            "X-Slack-Signature",
            "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503",
        ),
    ],
    b"token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow"
    b"&channel_id=G8PSS9T3V&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner"
    b"&command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands"
    b"%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN"
    b"&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c",
    1531420618.0,
)
# From GitHub's page on validating deliveries.
GITHUB_SECRET = "It's a Secret to Everybody"
GITHUB_DIGEST = "757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17"
GITHUB = Delivery.of(
    [("X-Hub-Signature-256", f"sha256={GITHUB_DIGEST}"), ("X-GitHub-Delivery", "72d3162e")],
    b"Hello, World!",
    1_700_000_000.0,
)
# From the libraries of Standard Webhooks.
STANDARD_SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
STANDARD = Delivery.of(
    [
        ("webhook-id", "msg_p5jXN8AQM9LWM0D4loKWxJek"),
        ("webhook-timestamp", "1614265330"),
        ("webhook-signature", "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="),
    ],
    b'{"test": 2432232314}',
    1614265330.0,
)
# Gitea and Forgejo send GitHub's digest bare.
GITEA = replace(GITHUB, headers={"x-gitea-signature": GITHUB_DIGEST})
FORGEJO = replace(GITHUB, headers={"x-forgejo-signature": GITHUB_DIGEST})
GITLAB_TOKEN = replace(GITHUB, headers={"x-gitlab-token": "a long token"})

TEAMS_TOKEN = base64.b64encode(b"the key that Teams shows once").decode()
TEAMS_AT = datetime(2026, 11, 23, 9, 0, tzinfo=UTC).timestamp()


def teams(body, at=TEAMS_AT, token=TEAMS_TOKEN, kind="HMAC"):
    digest = hmac.digest(base64.b64decode(token), body, hashlib.sha256)
    header = f"{kind} {base64.b64encode(digest).decode()}"
    return Delivery.of([("Authorization", header)], body, at)


def teams_message(**fields):
    message = {"type": "message", "id": "1485983408511", "text": "<at>kb</at> refund", **fields}
    return json.dumps(message).encode()


TEAMS = teams(teams_message(timestamp="2026-11-23T09:00:00.1234567Z"))

GENUINE = [
    pytest.param("slack", SLACK_SECRET, SLACK, id="slack"),
    pytest.param("github", GITHUB_SECRET, GITHUB, id="github"),
    pytest.param("standard", STANDARD_SECRET, STANDARD, id="standard webhooks"),
    pytest.param("gitlab", STANDARD_SECRET, STANDARD, id="gitlab, signed"),
    pytest.param("gitea", GITHUB_SECRET, GITEA, id="gitea"),
    pytest.param("forgejo", GITHUB_SECRET, FORGEJO, id="forgejo"),
    pytest.param("teams", TEAMS_TOKEN, TEAMS, id="teams"),
]
TOKEN = pytest.param("gitlab", "a long token", GITLAB_TOKEN, id="gitlab, token")
every_sender = pytest.mark.parametrize(("sender", "secret", "delivery"), [*GENUINE, TOKEN])
every_signer = pytest.mark.parametrize(("sender", "secret", "delivery"), GENUINE)
every_dated = pytest.mark.parametrize(
    ("sender", "secret", "delivery"), [GENUINE[0], GENUINE[2], GENUINE[3], GENUINE[6]]
)


@every_sender
def test_the_published_examples_are_genuine(sender, secret, delivery):
    verify(sender, secret, delivery, SeenHere())


def test_teams_signs_as_github_does_but_in_base64():
    key = base64.b64encode(GITHUB_SECRET.encode()).decode()
    digest = base64.b64encode(bytes.fromhex(GITHUB_DIGEST)).decode()
    genuine = Delivery.of([("authorization", f"HMAC {digest}")], GITHUB.body, 0.0)
    with pytest.raises(SignatureRefused, match="not a JSON object"):
        verify("teams", key, genuine, SeenHere())


@every_sender
def test_another_secret_is_refused(sender, secret, delivery):
    other = secret[:-2] + ("xA" if secret.endswith("==") else "AA")
    with pytest.raises(SignatureRefused):
        verify(sender, other, delivery, SeenHere())


@every_sender
def test_without_a_secret_nothing_is_believed(sender, secret, delivery):
    empty = {"slack": "v0=" + hmac.digest(b"", b"v0:1531420618:" + delivery.body, "sha256").hex()}
    forged = replace(
        delivery,
        headers={
            **delivery.headers,
            "x-slack-signature": empty["slack"],
            "x-gitlab-token": "",
        },
    )
    with pytest.raises(SignatureRefused, match="no secret"):
        verify(sender, "", forged, SeenHere())


@every_signer
@pytest.mark.parametrize("change", [b"x", b" ", b"\n", b"\0", "ü".encode()])
def test_one_byte_more_is_another_body(sender, secret, delivery, change):
    with pytest.raises(SignatureRefused):
        verify(sender, secret, replace(delivery, body=delivery.body + change), SeenHere())


@every_sender
def test_without_headers_a_request_is_refused(sender, secret, delivery):
    with pytest.raises(SignatureRefused):
        verify(sender, secret, replace(delivery, headers={}), SeenHere())


@every_sender
@pytest.mark.parametrize("value", ["", " ", "é", "v0=", "sha256=", "v1,", "HMAC ", "\ud800"])
def test_any_other_text_in_the_headers_is_refused(sender, secret, delivery, value):
    headers = dict.fromkeys(delivery.headers, value)
    with pytest.raises(SignatureRefused):
        verify(sender, secret, replace(delivery, headers=headers), SeenHere())


@every_dated
@pytest.mark.parametrize("seconds", [301, -302, 86_400])
def test_an_old_request_and_one_from_the_future_are_refused(sender, secret, delivery, seconds):
    with pytest.raises(SignatureRefused, match="seconds off"):
        verify(sender, secret, replace(delivery, at=delivery.at + seconds), SeenHere())


@every_dated
def test_clocks_may_differ_by_five_minutes(sender, secret, delivery):
    verify(sender, secret, replace(delivery, at=delivery.at + 299), SeenHere())
    verify(sender, secret, replace(delivery, at=delivery.at - 299), SeenHere())


@pytest.mark.parametrize("name", ["x-slack-request-timestamp", "webhook-timestamp"])
def test_a_new_date_does_not_go_with_an_old_signature(name):
    for sender, secret, old in (
        ("slack", SLACK_SECRET, SLACK),
        ("standard", STANDARD_SECRET, STANDARD),
    ):
        if name in old.headers:
            fresh = replace(old, headers={**old.headers, name: "1800000000"}, at=1_800_000_000.0)
            with pytest.raises(SignatureRefused, match="not the one of this body"):
                verify(sender, secret, fresh, SeenHere())


@every_signer
def test_the_same_request_counts_once(sender, secret, delivery):
    seen = SeenHere()
    verify(sender, secret, delivery, seen)
    renamed = {**delivery.headers, "x-github-delivery": "another", "x-gitea-delivery": "another"}
    with pytest.raises(Replayed):
        verify(sender, secret, replace(delivery, headers=renamed, at=delivery.at + 1), seen)


def test_a_forgery_does_not_use_up_the_genuine_request():
    seen = SeenHere()
    with pytest.raises(SignatureRefused):
        verify("slack", "another secret", SLACK, seen)
    verify("slack", SLACK_SECRET, SLACK, seen)


@pytest.mark.parametrize(
    ("sender", "secret", "delivery"), [GENUINE[0], GENUINE[2], GENUINE[6]], ids=str
)
def test_a_request_is_remembered_for_as_long_as_its_date_is_good(sender, secret, delivery):
    seen = SeenHere()
    verify(sender, secret, replace(delivery, at=delivery.at - 299), seen)
    with pytest.raises(Replayed):
        verify(sender, secret, replace(delivery, at=delivery.at + 299), seen)


def test_a_token_is_the_same_with_every_request():
    seen = SeenHere()
    for _ in range(2):
        verify("gitlab", "a long token", GITLAB_TOKEN, seen)


def test_gitlab_with_a_signing_secret_is_not_content_with_a_token():
    token = replace(STANDARD, headers={"x-gitlab-token": STANDARD_SECRET})
    with pytest.raises(SignatureRefused):
        verify("gitlab", STANDARD_SECRET, token, SeenHere())


def test_of_two_signatures_one_has_to_be_good():
    good = STANDARD.header("webhook-signature")
    for value in (f"v1,AAAA {good}", f"{good} v1a,AAAA"):
        headers = {**STANDARD.headers, "webhook-signature": value}
        verify("standard", STANDARD_SECRET, replace(STANDARD, headers=headers), SeenHere())


def test_a_signature_of_another_version_is_refused():
    value = STANDARD.header("webhook-signature").replace("v1,", "v2,")
    headers = {**STANDARD.headers, "webhook-signature": value}
    with pytest.raises(SignatureRefused):
        verify("standard", STANDARD_SECRET, replace(STANDARD, headers=headers), SeenHere())


@pytest.mark.parametrize("written", [5, "soon", ["2026-11-23T09:00:00Z"], ""], ids=str)
def test_a_date_that_cannot_be_read_is_refused(written):
    with pytest.raises(SignatureRefused, match="cannot be read"):
        verify("teams", TEAMS_TOKEN, teams(teams_message(timestamp=written)), SeenHere())


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b"\xff", b'"x"', b"[" * 50_000])
def test_a_signed_body_that_is_no_message_is_refused(body):
    with pytest.raises(SignatureRefused, match="not a JSON object"):
        verify("teams", TEAMS_TOKEN, teams(body), SeenHere())


def test_a_message_without_a_date_counts_once():
    seen = SeenHere()
    verify("teams", TEAMS_TOKEN, teams(teams_message()), seen)
    with pytest.raises(Replayed):
        verify("teams", TEAMS_TOKEN, teams(teams_message(), at=TEAMS_AT + 80_000), seen)


def test_another_kind_of_authorization_is_refused():
    with pytest.raises(SignatureRefused):
        verify("teams", TEAMS_TOKEN, teams(teams_message(), kind="Bearer"), SeenHere())


@pytest.mark.parametrize("token", ["not base64!", "abc", "ü"])
def test_a_secret_that_is_not_base64_refuses_everything(token):
    with pytest.raises(SignatureRefused, match="not Base64"):
        verify("teams", token, TEAMS, SeenHere())


def test_what_is_remembered_has_a_bound():
    seen = SeenHere()
    for number in range(10_001):
        assert seen.is_new(str(number), 0.0, 60)
    assert not seen.is_new("10000", 1.0, 60)
    assert seen.is_new("0", 1.0, 60)
