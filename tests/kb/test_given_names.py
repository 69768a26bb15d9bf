"""Which part of a full name people are called by, in the orders in which names are written."""

from unicodedata import normalize

import pytest

from kb.staff.given_names import given_name


@pytest.mark.parametrize(
    ("full_name", "given"),
    [
        pytest.param("Ann Lee", "Ann", id="western"),
        pytest.param("  Maria da  Silva ", "Maria", id="spaces"),
        pytest.param("agent-ann", "agent-ann", id="one word"),
        pytest.param("", "", id="none"),
        pytest.param("Đorđe Đurić", "Đorđe", id="a letter that Vietnamese has too"),
        pytest.param("Nguyễn Văn An", "An", id="vietnamese"),
        pytest.param("TRẦN THỊ BÌNH", "BÌNH", id="vietnamese capitals"),
        pytest.param("Nguyen Thi Mai", "Mai", id="vietnamese without accents"),
        pytest.param("Cao Thị Lan", "Lan", id="vietnamese by its middle"),
        pytest.param("Mai Quốc Anh", "Anh", id="vietnamese by its letters"),
        pytest.param("Thư Nguyễn", "Thư", id="vietnamese in western order"),
        pytest.param("Trần Văn Vũ", "Vũ", id="given name that is a family name too"),
        pytest.param("Mai Johnson", "Mai", id="given name that is western too"),
        pytest.param("王小明", "小明", id="chinese"),
        pytest.param("王明", "明", id="chinese of two"),
        pytest.param("歐陽修", "修", id="family name of two, one given"),
        pytest.param("司马相如", "相如", id="simplified, two and two"),
        pytest.param("王 小明", "小明", id="chinese with a space"),
        pytest.param("陳 Amy", "Amy", id="chinese and western"),
        pytest.param("王小明 (Amy)", "小明", id="chinese with another name"),
        pytest.param("山田太郎", "太郎", id="japanese"),
        pytest.param("約翰·史密斯", "約翰", id="western in chinese"),
        pytest.param("王", "王", id="family name alone"),
        pytest.param("司馬", "司馬", id="family name of two alone"),
        pytest.param("客戶服務團隊", "客戶服務團隊", id="not one person"),
    ],
)
def test_people_are_called_by_their_given_name(full_name, given):
    assert given_name(full_name) == given
    assert given_name(normalize("NFD", full_name)) == given
