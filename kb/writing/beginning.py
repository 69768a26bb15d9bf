"""Begin an article: where its file lies, and what stands in it before somebody writes.

Every new article is a draft, for what is pushed is published: a text that is half written must
not be. The name of its file is its address, made of its title.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from kb.article import Article
from kb.errors import KnowledgeBaseError
from kb.files.library import load
from kb.files.people import is_same_person
from kb.files.scan import SourceFile, defaults_for, scan
from kb.files.slugs import slug_of
from kb.git import ask
from kb.settings_tables import Source
from kb.writing import tree
from kb.writing.content import Written
from kb.writing.editing import scalar
from kb.writing.templates import KINDS, nearest, template

REPLIES = "replies"
_USER = ("name", "email")
_HINTS = {
    "en": ("one sentence that says what readers get done", "other words that customers use"),
    "vi": ("một câu nói người đọc làm được gì", "những cách hỏi khác của khách"),
    "zh-Hant": ("用一句話說明讀者能完成什麼", "客戶的其他問法"),
}


@dataclass(frozen=True, slots=True)
class Beginning:
    """A new file, not written yet, and what the writer should know."""

    file: SourceFile
    text: str
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked for.

    kind       one of KINDS
    slug       "" = made from the title
    questions  in the words of customers
    """

    title: str
    locale: str
    topic: str
    kind: str = KINDS[0]
    slug: str = ""
    questions: tuple[str, ...] = ()
    is_internal: bool = False


def begin(wanted: Wanted, sources: Sequence[Source]) -> Beginning:
    """Return a new article; raises KnowledgeBaseError where its place is taken."""
    source = _source_for(wanted.locale, sources)
    slug = slug_of(wanted.slug or wanted.title)
    if not slug:
        raise KnowledgeBaseError("the title gives no address; name one with --slug")
    locale = "" if source.locale else f"{wanted.locale}/"
    topic = "" if source.topic else f"{_topic(wanted, source, locale)}/"
    file = _free(source, f"{locale}{topic}{slug}.md", wanted.locale)
    fields = {
        "title": wanted.title,
        "description": None,
        "questions": list(wanted.questions),
        **({"type": "reply"} if wanted.kind == "reply" else {}),
        **_readers(file, wanted),
        **_owner(file),
        "status": "draft",
    }
    body = template(f"articles/{wanted.kind}.{nearest(wanted.locale)}.md")
    folder = Path(file.absolute).parent
    is_new = bool(topic) and not folder.is_dir()
    name = f"{file.path.rpartition('/')[0]}/_topic.yml"
    notes = (f"The topic {topic[:-1]} is new: give it a name in {name}.",) if is_new else ()
    return _checked(Beginning(file, _text(fields, body, wanted.locale), notes))


def begin_translation(
    original: Written, locale: str, sources: Sequence[Source], title: str = ""
) -> Beginning:
    """Return the same article in another locale, with the text of the original to write over."""
    article = original.article
    if article.locale == locale:
        raise KnowledgeBaseError(f"{article.path} is in {locale}; name another --locale")
    source = original.file.source
    inside = original.file.path
    if source.locale:
        source = _source_for(locale, [each for each in sources if each.locale == locale])
    else:
        inside = f"{locale}/{inside.partition('/')[2]}"
    file = _free(source, inside, locale)
    given = original.document.values
    revision, notes = _revision(original)
    fields = {
        "title": title or article.title,
        "description": article.description or None,
        "questions": list(article.questions),
        **({"tags": list(article.tags)} if article.tags else {}),
        **({"type": "reply"} if article.kind == "reply" else {}),
        **{name: given[name] for name in ("slug", "topic", "translation_key") if given.get(name)},
        **_same_readers(file, article),
        **_owner(file),
        "source_commit": revision,
        "status": "draft",
    }
    if not revision:
        del fields["source_commit"]
    return _checked(Beginning(file, _text(fields, original.document.body, locale), notes))


def write(beginning: Beginning) -> Path:
    """Write the file, which must not be there, and return where it is."""
    path = Path(beginning.file.absolute)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("x", encoding="utf-8", newline="\n") as stream:
        stream.write(beginning.text)
    return path


def _checked(beginning: Beginning) -> Beginning:
    """Return a beginning that can be read as an article; raises ArticleError."""
    load(beginning.file, beginning.text.encode(), defaults_for(beginning.file))
    return beginning


def _source_for(locale: str, sources: Sequence[Source]) -> Source:
    """Return the first source that has articles of a locale."""
    for source in sources:
        if source.locale in (None, locale):
            return source
    raise KnowledgeBaseError(f"no folder of articles is for {locale}; see [[sources]] in kb.toml")


def _topic(wanted: Wanted, source: Source, locale: str) -> str:
    """Return the folder that is meant: one that is there, under whatever name, or a new one."""
    place = source.path / locale
    known = [each.name for each in place.iterdir() if each.is_dir()] if place.is_dir() else []
    known = sorted(name for name in known if name[0] not in "_.")
    asked = wanted.topic or (REPLIES if wanted.kind == "reply" else "")
    topic = asked if asked in known else slug_of(asked)
    if not topic:
        there = f"; there are {', '.join(known)}" if known else ""
        raise KnowledgeBaseError(f"give the topic's folder with --topic{there}")
    return topic


def _free(source: Source, path: str, locale: str) -> SourceFile:
    """Return a file that is not there, under a name that no article of the locale has."""
    name = PurePosixPath(path).name
    for file in scan([source]).files:
        in_locale = bool(source.locale) or file.path.startswith(f"{locale}/")
        same = file.path == path or (
            not source.url_prefix and PurePosixPath(file.path).name == name
        )
        if in_locale and same:
            raise KnowledgeBaseError(f"{file.path} has that name already; give another --slug")
    return SourceFile(source, path, tree.within(source.path / path, source.path))


def _readers(file: SourceFile, wanted: Wanted) -> dict[str, str]:
    """Return the audience, where the folder does not say it: public, unless asked otherwise."""
    if wanted.kind == "reply":
        return {}
    default = defaults_for(file).values.get("audience") or file.source.audience
    audience = "internal" if wanted.is_internal else "public"
    is_said = default == audience or (default == "internal" and not wanted.is_internal)
    return {} if is_said else {"audience": audience}


def _same_readers(file: SourceFile, article: Article) -> dict[str, str]:
    default = defaults_for(file).values.get("audience") or file.source.audience
    is_said = article.kind == "reply" or default == article.audience
    return {} if is_said else {"audience": article.audience}


def _owner(file: SourceFile) -> dict[str, str]:
    """Return who writes here, unless the folder says that it is them."""
    owner = owner_by_git(file.source.path)
    default = str(defaults_for(file).values.get("owner") or "")
    return {"owner": owner} if owner and not is_same_person(owner, default) else {}


def owner_by_git(folder: Path) -> str:
    """Return who works in a folder, as git knows them: a name, with the address if there is one."""
    name, address = ((ask(folder, "config", f"user.{each}") or "").strip() for each in _USER)
    return f"{name} <{address}>" if name and address else name or address


def _revision(original: Written) -> tuple[str, tuple[str, ...]]:
    """Return the commit that the original is at; "" where git does not keep it as it is."""
    if tree.is_committed(original.path):
        return tree.last_commit(original.path), ()
    return "", (
        f"git does not keep {original.file.path} as it is: commit it, then note with kb i18n mark "
        "what the translation was made from.",
    )


def _text(fields: Mapping[str, object], body: str, locale: str) -> str:
    """Return a file: fields that are empty say what goes there."""
    description, questions = _HINTS[nearest(locale)]
    lines = ["---"]
    for name, value in fields.items():
        if value is None:
            lines.append(f"{name}: # {description}")
        elif value == []:
            lines += [f"{name}:", f"  # - {questions}"]
        elif isinstance(value, list):
            lines += [f"{name}:", *(f"  - {scalar(each)}" for each in value)]
        else:
            lines.append(f"{name}: {scalar(str(value))}")
    return "\n".join([*lines, "---", "", body.strip("\n"), ""])
