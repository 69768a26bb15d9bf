// Shows a file of the preview anew when it has changed, and other pages when the index has.
// Loaded only under `kb serve --watch`. Without it, the browser's own reload does the same.

const bar = document.querySelector(".previewing");
const status = bar.querySelector("[role=status]");
const isPreview = location.pathname.startsWith("/preview/");
let source, asking, again;
// Where the reader was before an error took the article's place.
let place = 0;

const isTyping = () => document.activeElement?.matches("input, textarea, select");

// The server may still be opening the generation of which it was told.
async function isServed(generation) {
  for (let tries = 0; tries < 100; tries++) {
    const answer = await fetch("/readyz").then(response => response.json());
    if (!generation || answer.generation === generation) return true;
    await new Promise(resolve => setTimeout(resolve, 100));
  }
}

function replace(text) {
  const fresh = new DOMParser().parseFromString(text, "text/html");
  const now = document.querySelector("main");
  const next = fresh.querySelector("main");
  if (!next || next.innerHTML === now.innerHTML) return;
  if (!now.querySelector(".broken")) place = scrollY;
  const opened = [...now.querySelectorAll("details")].map(each => each.open);
  const held = now.contains(document.activeElement) && document.activeElement;
  [...next.querySelectorAll("details")].forEach((each, number) => {
    if (number in opened && opened.length === next.querySelectorAll("details").length) {
      each.open = opened[number];
    }
  });
  document.title = fresh.title;
  now.replaceWith(document.adoptNode(next));
  if (!next.querySelector(".broken")) scrollTo({top: place, behavior: "instant"});
  const same = held && (held.id ? document.getElementById(held.id)
    : [...next.querySelectorAll("a[href]")].find(each => each.href === held.href));
  same?.focus({preventScroll: true});
}

// One question at a time; what changes meanwhile is asked for afterwards, once.
async function refresh() {
  again = true;
  if (asking) return;
  asking = true;
  while (again) {
    again = false;
    try {
      replace(await fetch(location.href).then(response => response.text()));
    } catch {
      // The server is gone; the stream says when it is back.
    }
  }
  asking = false;
}

function reload() {
  if (!isTyping()) location.reload();
  else document.activeElement.addEventListener("blur", reload, {once: true});
}

async function indexed(generation) {
  try {
    if (!await isServed(generation)) return;
  } catch {
    return;
  }
  status.textContent = "";
  if (isPreview) {
    if (!isTyping()) refresh();
  } else if (bar.dataset.generation !== generation) {
    reload();
  }
}

function listen() {
  source = new EventSource(bar.dataset.events);
  if (isPreview) source.addEventListener("files", () => isTyping() || refresh());
  source.addEventListener("updating", () => { status.textContent = bar.dataset.updating; });
  source.addEventListener("index", event => indexed(JSON.parse(event.data)));
}

// Pages that nobody sees hold no connection; seen again, they hear what has changed.
document.addEventListener("visibilitychange", () => {
  source?.close();
  if (!document.hidden) listen();
});
listen();
