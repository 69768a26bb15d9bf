"""Which file of which source somebody means who names one."""

import pytest

from kb.errors import KnowledgeBaseError
from kb.settings_tables import Source
from kb.writing.content import file_at


@pytest.fixture
def source(tmp_path):
    folder = tmp_path / "articles"
    (folder / "en").mkdir(parents=True)
    (folder / "out").symlink_to(tmp_path)
    (tmp_path / "by-link").symlink_to(folder)
    return Source(path=folder)


@pytest.mark.parametrize(
    "name",
    [
        "articles/en/a.md",
        "articles/vi/../en/a.md",
        "articles/../articles/en/a.md",
        "by-link/en/a.md",
    ],
)
def test_a_file_has_one_path_in_its_source(source, tmp_path, name):
    linked = Source(path=tmp_path / "by-link")
    file = file_at(tmp_path / name, [linked if name.startswith("by-link") else source])
    assert file.path == "en/a.md"


def test_a_source_that_is_a_link_holds_the_files_where_it_leads(source, tmp_path):
    file = file_at(tmp_path / "articles/en/a.md", [Source(path=tmp_path / "by-link")])
    assert file.path == "en/a.md"


@pytest.mark.parametrize(
    "name", ["x.md", "articles/../x.md", "articles/en/../../x.md", "articles/out/x.md"]
)
def test_what_leads_out_of_a_source_is_none_of_its_files(source, tmp_path, name):
    with pytest.raises(KnowledgeBaseError, match=r"lies in no folder of articles; those are /"):
        file_at(tmp_path / name, [source])
