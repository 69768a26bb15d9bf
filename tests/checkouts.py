"""Our copies of bare repositories, and what lies in them."""

from bare_repository import article

from kb.publishing.checkout import Checkout
from kb.settings import Settings

FILES = {"articles/en/parcels/send.md": article(), "articles/en/parcels/track.md": article("b")}
SEND, TRACK = FILES


def settings_for(remote, folder, **publish):
    return Settings.load(
        None,
        {},
        {
            "index": folder / "index",
            "publish.repository": remote.address,
            **{f"publish.{name}": value for name, value in publish.items()},
        },
    )


def checkout_of(remote, **publish):
    checkout = Checkout(settings_for(remote, remote.folder.parent / "var", **publish))
    checkout.prepare()
    return checkout


def files_in(checkout):
    return {
        path.relative_to(checkout.folder).as_posix(): path.read_text()
        for path in sorted(checkout.folder.rglob("*"))
        if path.is_file() and ".git" not in path.relative_to(checkout.folder).parts
    }


def reasons(moved):
    return {error.path: error.found for error in moved.left_out}
