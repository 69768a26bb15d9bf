"""`kb answer` and `kb calibrate` as a person calls them."""

import json

import pytest
from command import answer, run
from test_cli_evaluate import write_set

ARTICLES = {
    "en/account/password.md": "---\ntitle: Reset your password\n---\n## By mail\n\n"
    "Ask for a link. The link arrives within ten minutes.\n",
    "en/account/voucher.md": "---\ntitle: Vouchers for colleagues\naudience: internal\n---\n"
    "Give a voucher.\n",
    "en/parcel/track.md": "---\ntitle: Track a parcel\n---\nType its number.\n",
    "en/parcel/late.md": "---\ntitle: A parcel is late\n---\nWrite to the carrier.\n",
    "vi/account/password.md": "---\ntitle: Đặt lại mật khẩu\n---\nMở phần cài đặt.\n",
}
MAIL = """Hello,

how do I reset my password? I wait for the link.

Best regards
Tom
"""


@pytest.fixture(scope="module")
def desk(tmp_path_factory):
    root = tmp_path_factory.mktemp("desk")
    for name, text in ARTICLES.items():
        file = root / "articles" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, "utf-8")
    (root / "articles" / "_defaults.yml").write_text("audience: public\n")
    assert run(root, "index")[0] == 0
    return root


def test_a_message_on_standard_input_is_answered(desk):
    code, out, _ = run(desk, "answer", stdin=MAIL)
    assert code == 0
    assert "Reset your password" in out
    assert "account › By mail  /en/articles/password#by-mail" in out
    assert "The link arrives within ten minutes." in out
    assert "holds: " in out


def test_a_message_in_a_file_is_answered_as_json(desk):
    (desk / "mail.txt").write_text(MAIL, "utf-8")
    found = answer(desk, "answer", "mail.txt", "--limit", "1")
    assert list(found) == ["confidence", "language", "generation", "asked", "answers", "elsewhere"]
    assert found["confidence"] in ("sure", "maybe")
    assert found["asked"] == ["how do I reset my password?"]
    assert [each["url"] for each in found["answers"]] == ["/en/articles/password#by-mail"]
    assert [each["key"] for each in found["elsewhere"]] == ["vi/password"]


def test_where_nothing_answers_it_is_said_what_to_do_next(desk):
    code, out, _ = run(desk, "answer", stdin="Who painted the ceiling?")
    assert code == 0
    assert out.startswith("No article answers this.\n")
    assert "write the article that is missing" in out


def test_internal_articles_need_to_be_asked_for(desk):
    text = "May I have a voucher for a colleague?"
    assert not answer(desk, "answer", "-", "--json")["answers"]
    assert "Vouchers" not in run(desk, "answer", stdin=text)[1]
    assert (
        "Vouchers for colleagues [internal]"
        in (run(desk, "answer", "--audience", "internal", stdin=text)[1])
    )


def test_bytes_that_are_no_text_and_missing_files_end_well(desk):
    (desk / "bytes").write_bytes(b"\xff\xfe\x00password" * 10_000)
    assert run(desk, "answer", "bytes")[0] == 0
    assert run(desk, "answer", "nowhere.txt")[0] == 2
    assert run(desk, "answer", "--locale", "!!", stdin="a")[0] == 2
    assert run(desk, "answer", "--index", "nowhere", stdin="a")[0] == 3


@pytest.fixture(scope="module")
def judged(tmp_path_factory):
    """Three hundred articles and a question for each, of which a third lose their answer."""
    root = tmp_path_factory.mktemp("set")
    names = [f"{first}{second}" for first in "bdfgklmnprst" for second in "aeiou"]
    names = [f"{name}{end}" for name in names for end in ("lor", "mek", "nus", "pit", "zan")]
    return write_set(
        root / "own",
        [
            {"id": n, "lang": "en", "title": f"Clean the {n}", "body": f"Wash the {n} by hand."}
            for n in names
        ],
        [{"id": f"q-{n}", "lang": "en", "text": f"How do I clean my {n}?"} for n in names],
        [(f"q-{n}", n, 1) for n in names],
    )


def test_a_fit_is_written_and_then_used(desk, judged, tmp_path):
    before = answer(desk, "answer", str(_mail(tmp_path)))["answers"][0]["confidence"]
    code, out, err = run(desk, "calibrate", str(judged), "--write", "own.json")
    assert code == 0, err
    assert "300 questions" in out
    assert 'calibration = "own.json"' in out
    shape = json.loads((desk / "own.json").read_text())
    assert list(shape) == ["by_words", "by_meaning"]
    environment = {"KB_SEARCH_CALIBRATION": "own.json"}
    code, out, _ = run(desk, "answer", str(_mail(tmp_path)), "--json", env=environment)
    assert code == 0
    assert json.loads(out)["answers"][0]["confidence"] != before


def test_the_figures_of_a_fit_come_as_json(desk, judged):
    found = answer(desk, "calibrate", str(judged))
    assert found["questions"] == 300
    assert found["unanswerable"] == pytest.approx(100, abs=25)
    for row in found["judged"].values():
        assert row["area"] > 0.95
    assert found["judged"]["fitted"]["right"] >= 0.85


def test_a_file_that_is_no_calibration_and_a_set_that_is_too_small_are_told_of(desk, tmp_path):
    (desk / "broken.json").write_text("{}")
    code, _, err = run(desk, "answer", env={"KB_SEARCH_CALIBRATION": "broken.json"}, stdin="a")
    assert (code, "broken.json" in err) == (2, True)
    article = {"id": "a", "lang": "en", "title": "A", "body": "A."}
    small = write_set(
        tmp_path / "small", [article], [{"id": "q", "lang": "en", "text": "a"}], [("q", "a", 1)]
    )
    code, _, err = run(desk, "calibrate", str(small))
    assert code == 1
    assert "too few" in err


def _mail(folder):
    file = folder / "mail.txt"
    file.write_text(MAIL, "utf-8")
    return file
