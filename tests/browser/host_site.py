"""A tool of somebody else that shows our console in a frame: a real server on another origin.

It says of itself that it is `localhost`, which for a browser is another site than 127.0.0.1.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

# The frame has no `allow`, as in Chatwoot. What the host was asked is kept in `window.asked`, and
# what was pasted into its editor, in all forms, in `window.pasted`.
PAGE = """<!doctype html>
<html lang="en"><title>Desk</title>
<iframe title="Answers" width="420" height="900" src="{frame}"></iframe>
<div id="reply" contenteditable="true" role="textbox" aria-label="Reply">.</div>
<script>
  window.asked = [];
  window.pasted = {{}};
  const frame = document.querySelector("iframe");
  window.tell = (said) => frame.contentWindow.postMessage(said, "*");
  addEventListener("message", ({{ data }}) => {{
    window.asked.push(data);
    if (data === "chatwoot-dashboard-app:fetch-info" && window.context) tell(window.context);
  }});
  document.querySelector("#reply").addEventListener("paste", ({{ clipboardData }}) => {{
    for (const type of clipboardData.types) window.pasted[type] = clipboardData.getData(type);
  }});
</script>
</html>
"""


class _Desk(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        frame = parse_qs(urlsplit(self.path).query).get("frame", [""])[0]
        body = PAGE.format(frame=frame).encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_given: object) -> None:
        """Say nothing."""


@contextmanager
def host_site() -> Iterator[str]:
    """Serve the host's page; yields its origin. `/?frame=URL` shows that URL in the frame."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Desk)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://localhost:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
