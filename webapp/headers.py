"""The security headers of every response, error pages and static files included.

The policy allows no inline script or style at all, so a hole in the sanitiser is still not
a script on the page.
"""


def page_policy(
    *, frames: str = "'none'", scripts: str = "'self'", connections: str = "'self'"
) -> str:
    """Return the policy of a page; `frames` are the sites that may show it inside of theirs."""
    return (
        f"default-src 'none'; script-src {scripts}; style-src 'self'; img-src 'self' data:; "
        f"connect-src {connections}; form-action 'self'; base-uri 'none'; frame-ancestors {frames}"
    )


CONTENT_SECURITY_POLICY = page_policy()
# An image of an article that is opened by itself: an SVG must not become a page of ours.
MEDIA_POLICY = "default-src 'none'; sandbox; frame-ancestors 'none'"

_POLICY = "Content-Security-Policy"
_OTHERS = (
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "strict-origin-when-cross-origin"),
    (
        "Permissions-Policy",
        "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()",
    ),
    ("Cross-Origin-Opener-Policy", "same-origin"),
)


def protected(given: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Return the headers of a response with these added; a policy that a view has set stays."""
    if any(name == _POLICY for name, _ in given):
        return [*given, *_OTHERS]
    return [*given, (_POLICY, CONTENT_SECURITY_POLICY), *_OTHERS]
