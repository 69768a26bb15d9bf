"""The help center's pages: what is on them and where they lead."""

from urllib.parse import quote

import pytest

from kb.article import Article
from kb.settings_tables import Site
from kb.testing import MemoryEngine
from webapp import create_app


@pytest.mark.parametrize(
    ("wanted", "home"),
    [
        pytest.param("vi-VN,vi;q=0.9", "/vi/", id="vietnamese"),
        pytest.param("zh-TW,zh;q=0.8,en;q=0.5", "/zh-Hant/", id="taiwan"),
        pytest.param("zh-HK", "/zh-Hant/", id="hong kong"),
        pytest.param("de-DE", "/en/", id="not served"),
        pytest.param("", "/en/", id="nothing said"),
        pytest.param("*;q=x,,;;", "/en/", id="nonsense"),
    ],
)
def test_the_front_door_leads_to_the_readers_language(client, wanted, home):
    response = client.get("/", headers={"Accept-Language": wanted})
    assert (response.status_code, response.location) == (302, home)
    assert "Accept-Language" in response.vary


@pytest.mark.parametrize(
    ("asked", "target"),
    [
        ("/zh-TW/", "/zh-Hant/"),
        ("/zh_HK/search?q=%E5%AF%86%E7%A2%BC", "/zh-Hant/search?q=%E5%AF%86%E7%A2%BC"),
        ("/EN/articles/refund", "/en/articles/refund"),
        ("/en-US/topics/billing", "/en/topics/billing"),
    ],
)
def test_other_spellings_of_a_locale_lead_to_the_served_one(client, asked, target):
    response = client.get(asked)
    assert (response.status_code, response.location) == (302, target)


@pytest.mark.parametrize(
    ("locale", "words"),
    [
        ("en", ["How can we help you?", "15 articles", "Your account", "Good places to start"]),
        ("vi", ["Chúng tôi có thể giúp gì cho bạn?", "2 bài viết", "Tài khoản của bạn"]),
        ("zh-Hant", ["請問您需要什麼協助？", "2 篇文章", "您的帳戶"]),
    ],
)
def test_the_home_page_speaks_the_language_of_its_url(client, locale, words):
    text = client.get(f"/{locale}/").text
    assert f'<html lang="{locale}" dir="ltr">' in text
    assert all(word in text for word in words)


def test_a_hit_links_to_the_heading_of_its_best_passage(client):
    text = client.get("/en/search?q=mail+does+not+arrive").text
    assert 'href="/en/articles/reset-password#' in text
    assert "<mark>" in text


def test_results_come_in_pages_that_link_to_each_other(client):
    first = client.get("/en/search?q=depot").text
    second = client.get("/en/search?q=depot&page=2").text
    assert 'href="/en/search?q=depot&amp;page=2"' in first
    assert 'rel="prev" href="/en/search?q=depot"' in second
    assert '<ol class="hits" start="11">' in second


@pytest.mark.parametrize("page", ["0", "-1", "x", "", "١", "9" * 40])
def test_a_wrong_page_number_is_forgiven(client, page):
    assert client.get("/en/search", query_string={"q": "depot", "page": page}).status_code in {
        200,
        302,
    }


def test_a_page_behind_the_last_leads_to_the_last(client):
    response = client.get("/en/search?q=depot&page=50")
    assert response.location == "/en/search?q=depot&page=2"


def test_topics_narrow_the_results_by_a_link(client):
    text = client.get("/en/search?q=parcel").text
    assert 'href="/en/search?q=parcel&amp;topic=parcels"' in text
    narrowed = client.get("/en/search?q=parcel&topic=parcels").text
    assert "in Parcels" in narrowed
    assert '<input type="hidden" name="topic" value="parcels">' in narrowed


def test_an_unknown_topic_is_left_out(client):
    assert client.get("/en/search?q=refund&topic=nope").text.count("refund") > 1


def test_nothing_found_leads_on(client):
    text = client.get("/en/search?q=xyzzyplugh").text
    assert "No article answers “xyzzyplugh”" in text
    assert "mailto:ask@example.com?subject=xyzzyplugh" in text
    assert "Browse by topic" in text


def test_nothing_found_offers_a_spelling_that_finds_something(client):
    text = client.get("/en/search?q=pasword").text
    assert "Did you mean" in text
    assert 'href="/en/search?q=password"' in text


def test_nothing_found_offers_results_in_other_languages_with_their_lang(client):
    text = client.get("/vi/search?q=when+is+depot+3+open").text
    section = text.partition('<section class="elsewhere"')[2].partition("</section>")[0]
    assert '<h3 lang="en"><a href="/en/articles/depot-3" hreflang="en">' in section
    assert '<span class="badge language" lang="en">English</span>' in section
    # By the topic's name there, not by its slug.
    assert '<span lang="en">Parcels</span>' in section
    assert '<p class="snippet" lang="en">' in section
    assert '<a href="/en/search?q=when+is+depot+3+open" lang="en" hreflang="en">English</a>' in (
        section
    )
    assert "Không có kết quả khớp" in text


def test_an_article_that_matches_in_another_language_is_shown_in_the_readers(client):
    text = client.get("/en/search?q=密碼").text
    section = text.partition('<section class="elsewhere"')[2].partition("</section>")[0]
    assert "These articles match in another language" in section
    assert '<h3><a href="/en/articles/reset-password">How do I reset my password?</a></h3>' in (
        section
    )
    assert '<span class="badge language" lang="en">English</span>' in section
    assert "hreflang" not in section


def test_results_in_other_languages_stand_below_the_readers_own(client):
    text = client.get("/zh-Hant/search?q=如何申請退款 depot").text
    own, other = text.index("/zh-Hant/articles/refund"), text.index("/en/articles/depot-")
    assert own < text.index('<section class="elsewhere"') < other
    # Ten results would hide them.
    assert text.index('href="#elsewhere"') < own
    assert 'id="elsewhere"' in text


def test_good_results_stand_alone(client):
    assert 'class="elsewhere"' not in client.get("/en/search?q=password").text


def test_an_empty_search_says_what_to_do(client):
    text = client.get("/en/search").text
    assert "Type a few words" in text
    assert 'href="/en/topics/billing"' in text


def test_an_article_shows_who_checked_it_when_and_where_it_stands(client):
    text = client.get("/en/articles/reset-password").text
    assert "Verified on" in text
    assert 'Last changed on <time datetime="2026-11-03">November 3, 2026</time>' in text
    assert '<nav class="crumbs" aria-label="You are here">' in text
    assert 'href="/en/topics/account">Your account</a>' in text
    assert 'href="#ask-for-the-reset-mail"' in text
    assert "I forgot my password" in text
    assert "https://git.example.com/edit/main/articles/en/account/reset-password.md" in text
    assert '<link rel="alternate" hreflang="zh-Hant" ' in text
    assert '<link rel="canonical" href="https://help.example.com/en/articles/reset-password">' in (
        text
    )


@pytest.mark.parametrize(
    ("setting", "link"),
    [
        pytest.param("https://example.com/ask?about={query}", "?about=x%26y%20z", id="placeholder"),
        pytest.param("https://example.com/ask", "/ask?query=x%26y%20z", id="no placeholder"),
        pytest.param("https://example.com/ask?a=b", "?a=b&amp;query=x%26y%20z", id="parameters"),
        pytest.param("mailto:ask@example.com", "?subject=x%26y%20z", id="mail"),
    ],
)
def test_the_contact_link_takes_the_question_along(settings, engine, setting, link):
    site = Site(contact_url=setting)
    client = create_app(settings.model_copy(update={"site": site}), engine=engine).test_client()
    assert f'{link}"' in client.get("/en/search?q=x%26y+z").text


def test_the_edit_link_names_source_and_file(settings, engine):
    page = engine.page("en/reset-password", audience="public")
    site = Site(edit_url="https://git.example.com/edit/{source}/{path}")
    client = create_app(settings.model_copy(update={"site": site}), engine=engine).test_client()
    address = f"https://git.example.com/edit/{page.source}/{page.path}"
    assert address in client.get("/en/articles/reset-password").text


def test_a_lapsed_check_is_said_to_be_due(client):
    assert "Last verified on January 2, 2024; a new check is due" in (
        client.get("/en/articles/refund").text
    )


def test_dates_are_written_as_the_language_writes_them(client):
    assert "2026年11月3日" in client.get("/zh-Hant/articles/reset-password").text
    assert "3 tháng 11, 2026" in client.get("/vi/articles/reset-password").text


def test_an_old_address_leads_to_the_article(client):
    response = client.get("/vi/articles/old-password-page")
    assert (response.status_code, response.location) == (301, "/vi/articles/reset-password")


def test_an_article_that_is_not_translated_is_offered_in_its_language(client):
    response = client.get("/vi/articles/depot-3")
    assert response.status_code == 404
    assert 'href="/en/articles/depot-3" lang="en"' in response.text
    assert "chưa được dịch" in response.text


def test_a_topic_lists_its_articles(client):
    text = client.get("/zh-Hant/topics/billing").text
    assert "如何申請退款？" in text
    assert "如何重設密碼？" not in text


@pytest.mark.parametrize("path", ["/en/", "/en/search?q=depot", "/en/articles/refund", "/nope"])
def test_head_answers_like_get_without_a_body(client, path):
    head, get = client.head(path), client.get(path)
    assert head.status_code == get.status_code
    assert head.headers["Content-Length"] == get.headers["Content-Length"]
    assert head.data == b""


def test_a_topic_with_many_articles_comes_in_pages(settings):
    articles = [
        Article(
            slug=f"a{n}", locale="en", title=f"A {n:03}", body="x", topic="t", audience="public"
        )
        for n in range(120)
    ]
    client = create_app(settings, engine=MemoryEngine(articles)).test_client()
    first, last = client.get("/en/topics/t").text, client.get("/en/topics/t?page=3").text
    assert first.count('class="line"') == 50
    assert last.count('class="line"') == 20
    assert 'rel="next" href="/en/topics/t?page=2"' in first
    assert client.get("/en/topics/t?page=9").location == "/en/topics/t?page=3"


def test_a_query_sent_as_plain_utf8_survives_the_redirect_to_the_right_locale(client):
    raw = "q=密碼&topic=a%26b".encode().decode("latin-1")
    environ = {"PATH_INFO": "/zh-TW/search", "QUERY_STRING": raw}
    response = client.open(environ_overrides=environ)
    assert response.location == f"/zh-Hant/search?q={quote('密碼')}&topic=a%26b"


@pytest.mark.parametrize(
    ("path", "target"),
    [
        ("/en", "/en/"),
        ("/en?x=%26", "/en/?x=%26"),
        ("/en/articles//a", "/en/articles/a"),
        ("/en/articles/track-parcel/", "/en/articles/track-parcel"),
    ],
)
def test_a_slash_too_many_or_too_few_is_mended_without_naming_a_host(client, path, target):
    response = client.get(path, headers={"Host": "inner:8000"})
    assert response.status_code in (301, 308)
    assert response.location == target


def test_no_path_redirects_to_another_host(client):
    for path in ("//evil.example/en", "/en//evil.example", "///evil.example//", "/en/articles//"):
        location = client.open(environ_overrides={"PATH_INFO": path}).location or "/"
        assert not location.startswith("//"), path
        assert "://" not in location, path


@pytest.mark.parametrize("words", ["password", "qqqxx"], ids=["hits", "none"])
def test_a_pasted_message_is_cut_in_the_heading_and_whole_in_the_box(client, words):
    message = f"{words} " * 20
    text = client.get("/en/search", query_string={"q": message}).text
    heading = text.partition("<h1>")[2].partition("</h1>")[0]
    assert "…”" in heading
    assert len(heading) < 130
    assert f'value="{message.strip()}"' in text
