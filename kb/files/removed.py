"""What writers say of articles that they took away, and who learns of it: everybody.

    articles/_removed/<locale>.yml
        old-slug: Phones without an app can no longer be added. Use a security key.

A note is shown to whoever opens the old address. A slug is written here only if it was public:
what stands in this file is public by definition, whatever the audience of the article was.
"""

from kb.errors import ArticleError
from kb.files import frontmatter
from kb.files.library import decode
from kb.paths import old_name
from kb.words.characters import one_line, tidy

FOLDER = "_removed"
MAX_NOTE = 1_000


def read_removed(data: bytes, path: str) -> tuple[dict[str, str], list[ArticleError]]:
    """Return the notes of one file by the name that `kb.paths.old_name` makes of each slug."""
    try:
        values, lines = frontmatter.load_yaml(tidy(decode(data, path)), path)
    except ArticleError as error:
        return {}, [error]
    notes: dict[str, str] = {}
    problems: list[ArticleError] = []
    for slug, value in values.items():
        note, line = one_line(value) if isinstance(value, str) else "", lines.get(slug, 1)
        if not old_name(slug):
            problems.append(ArticleError(path, line, "no slug", "Write it before the colon"))
        elif not note:
            fix = "Say in one sentence what readers do instead"
            problems.append(ArticleError(path, line, f"{slug[:60]} has no note", fix))
        elif len(note) > MAX_NOTE:
            found = f"the note of {slug[:60]} is longer than {MAX_NOTE} characters"
            problems.append(ArticleError(path, line, found, "Say it in a sentence or two"))
        else:
            notes.setdefault(old_name(slug), note)
    return notes, problems
