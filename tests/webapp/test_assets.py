"""The style sheet: the operator's hue, and contrast that holds for every hue."""

import math
import re

import pytest

from webapp.assets import load_assets

# foreground, background, least ratio
PAIRS = [
    ("text", "bg", 4.5),
    ("text", "mark", 4.5),
    ("accent", "mark", 4.5),
    ("text", "panel", 4.5),
    ("muted", "bg", 4.5),
    ("muted", "panel", 4.5),
    ("muted", "hero", 4.5),
    ("accent", "bg", 4.5),
    ("accent", "panel", 4.5),
    ("on-accent", "accent", 4.5),
    ("good", "bg", 4.5),
    ("due", "bg", 4.5),
    ("wrong", "panel", 4.5),
    ("code-word", "panel", 4.5),
    ("code-text", "panel", 4.5),
    ("code-name", "panel", 4.5),
    ("code-number", "panel", 4.5),
    ("field", "bg", 3.0),
]


def luminance(lightness, chroma, hue):
    """Return the relative luminance of an OKLCH colour, clipped to sRGB as browsers do."""
    a, b = (chroma * f(math.radians(hue)) for f in (math.cos, math.sin))
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    middle = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    red = 4.0767416621 * long - 3.3077115913 * middle + 0.2309699292 * short
    green = -1.2684380046 * long + 2.6097574011 * middle - 0.3413193965 * short
    blue = -0.0041960863 * long - 0.7034186147 * middle + 1.7076147010 * short
    red, green, blue = (min(1.0, max(0.0, channel)) for channel in (red, green, blue))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def tokens(css):
    found = {}
    for name, lightness, chroma, hue in re.findall(
        r"--([a-z-]+): oklch\(([\d.]+) ([\d.]+) (var\(--hue\)|[\d.]+)\)", css
    ):
        found[name] = (float(lightness), float(chroma), hue)
    return found


@pytest.fixture(scope="module")
def schemes():
    css = load_assets(250).files["kb.css"].content.decode()
    light, dark = css.split("@media (prefers-color-scheme: dark)")[:2]
    dark = dark.split("*, ::before")[0]
    return {"light": tokens(light), "dark": {**tokens(light), **tokens(dark)}}


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("front", "back", "least"), PAIRS)
def test_contrast_holds_for_every_accent(schemes, scheme, front, back, least):
    for hue in range(0, 361, 5):
        first, second = (
            luminance(lightness, chroma, hue if "var" in own else float(own))
            for lightness, chroma, own in (schemes[scheme][front], schemes[scheme][back])
        )
        ratio = (max(first, second) + 0.05) / (min(first, second) + 0.05)
        assert ratio >= least, (hue, round(ratio, 2))


def test_the_operators_hue_is_in_style_and_logo():
    blue, red = load_assets(250), load_assets(25)
    assert b"--hue: 25;" in red.files["kb.css"].content
    assert b" 25)" in red.files["favicon.svg"].content
    assert blue.digest != red.digest
    assert blue.files["search.js"] == red.files["search.js"]


def test_all_scripts_together_are_light_and_sent_without_comments():
    files = load_assets(250).files
    scripts = {name: asset for name, asset in files.items() if name.endswith(".js")}
    assert sum(len(asset.packed) for asset in scripts.values()) < 10_000
    for name, asset in scripts.items():
        lines = asset.content.decode().splitlines()
        assert not [line for line in lines if not line or line.startswith((" ", "//"))], name
        assert not [line for line in lines if line.count("`") % 2], name
