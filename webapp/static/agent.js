// The agent console: asks while somebody writes, moves through the answers, copies, records.
// The server makes all HTML; a button stands for every key, and a key only presses its button.

import { copyBoth } from "./clipboard.js";

const PAUSE_MS = 250;
const BUSY_MS = 300;
const RECENT = 12;
const EDITABLE = "input, textarea, select, [contenteditable]:not([contenteditable=false])";
const LEVELS = ["passage", "section", "article"];

const part = (name) => document.getElementById(`agent.${name}`);
const root = document.querySelector(".console");
const words = JSON.parse(root.dataset.words);
const [form, message, results, pane, status] = ["ask", "message", "results", "reading", "status"].map(part);
const recent = root.querySelector(".recent");
const values = {}; // of the variables of canned replies, for as long as the conversation lasts

// Browsers may refuse to keep anything for a frame in another site; then it lasts as long as the page.
function storage(name) {
  try {
    return window[name];
  } catch {
    const kept = new Map();
    return { getItem: (key) => kept.get(key), setItem: (key, value) => kept.set(key, value) };
  }
}
const lasting = storage("localStorage");
const passing = storage("sessionStorage");

let options = [];
let chosen = null; // one of the options
let asking = null;
let reading = null;
let pause = 0;
let level = ""; // what the agent has asked for since the message, for all answers
let depth = ""; // what is read, or will be in a moment

const say = (text) => {
  status.textContent = text;
};
const open = () => pane.querySelector(".reading"); // what is read now
const shownLevel = () => open()?.dataset.level;

async function send(address, fragment, body, signal) {
  const method = body ? "POST" : "GET";
  const response = await fetch(address, { method, body, signal, headers: { "X-Fragment": fragment } });
  if (response.ok) return response;
  throw new Error({ 401: "sign_in", 403: "sign_in", 404: "gone" }[response.status] ?? "failed");
}

function complain(error) {
  if (error.name !== "AbortError") say(words[error.message] ?? words.failed);
}

// Asking -----------------------------------------------------------------------------------------

async function ask(then) {
  clearTimeout(pause);
  asking?.abort();
  pause = 0;
  const mine = (asking = new AbortController());
  const busy = setTimeout(() => {
    results.setAttribute("aria-busy", "true");
    say(words.looking);
  }, BUSY_MS);
  try {
    const body = new URLSearchParams(new FormData(form));
    const response = await send(form.action, "answers", body, mine.signal);
    const html = await response.text();
    if (mine !== asking) return;
    results.innerHTML = html;
    takeIn();
    say(results.firstElementChild.dataset.say);
    then?.();
  } catch (error) {
    complain(error);
  }
  clearTimeout(busy);
  if (mine === asking) {
    asking = null;
    results.removeAttribute("aria-busy");
  }
}

function askSoon() {
  clearTimeout(pause);
  pause = setTimeout(ask, PAUSE_MS);
}

// What works as links without a script becomes a list to choose from: a screen reader then passes
// every key on to the page.
function takeIn() {
  const list = results.querySelector(".list");
  options = [];
  if (list) {
    list.setAttribute("role", "listbox");
    list.setAttribute("aria-label", list.dataset.label);
    for (const group of list.children) group.setAttribute("role", "group");
    options = [...list.querySelectorAll("li")];
    for (const option of options) {
      option.setAttribute("role", "option");
      option.setAttribute("aria-selected", "false");
      option.tabIndex = -1;
      const link = option.querySelector("a");
      link.replaceWith(...link.childNodes);
    }
    results.scrollTop = 0;
  }
  level = "";
  chosen = null;
  const [first] = visible();
  // What is only near the question has to be chosen by hand.
  const isAnswer = first && !results.querySelector(".found.none");
  if (isAnswer) choose(first);
  else pane.replaceChildren();
  if (first) first.tabIndex = 0;
  root.classList.toggle("has-answer", Boolean(isAnswer));
}

const visible = () => options.filter((option) => option.checkVisibility());

// Choosing and reading ---------------------------------------------------------------------------

function choose(option, focus = false) {
  chosen?.setAttribute("aria-selected", "false");
  if (chosen) chosen.tabIndex = -1;
  chosen = option;
  option.setAttribute("aria-selected", "true");
  option.tabIndex = 0;
  option.scrollIntoView({ block: "nearest" });
  if (focus) option.focus({ preventScroll: true });
  reading?.abort();
  const wanted = level || option.dataset.level;
  show(option.querySelector("template").content.cloneNode(true));
  if (wanted !== "passage") read(wanted, option.dataset);
}

function show(content) {
  pane.replaceChildren(content);
  depth = shownLevel();
  root.classList.add("has-answer");
  pane.scrollTop = 0;
  for (const button of root.querySelectorAll(".levels button")) {
    button.setAttribute("aria-pressed", String(button.dataset.do === shownLevel()));
  }
  for (const field of pane.querySelectorAll(".customer input")) {
    field.value = values[field.name] ?? field.value;
  }
  if (pane.querySelector(".customer")) fill();
}

async function read(wanted, of = open()?.dataset) {
  if (!of) return;
  reading?.abort();
  depth = wanted;
  const mine = (reading = new AbortController());
  const address = new URL(root.dataset.section, location.href);
  for (const name of ["key", "anchor", "passage"]) address.searchParams.set(name, of[name] ?? "");
  address.searchParams.set("level", wanted);
  try {
    const response = await send(address, "reading", null, mine.signal);
    const text = await response.text();
    if (mine === reading) show(document.createRange().createContextualFragment(text));
  } catch (error) {
    complain(error);
  }
}

function step(by) {
  const all = visible();
  const at = all.indexOf(chosen);
  const next = all[at < 0 ? 0 : Math.min(Math.max(at + by, 0), all.length - 1)];
  if (next) choose(next, true);
}

function deeper(by) {
  const next = LEVELS[LEVELS.indexOf(depth) + by];
  if (open() && next) setLevel(next);
}

function setLevel(wanted) {
  level = wanted;
  if (depth !== wanted) read(wanted);
}

// Copying ----------------------------------------------------------------------------------------

function about(reply = open()) {
  const body = new URLSearchParams(new FormData(form));
  for (const name of ["key", "anchor", "level", "passage"]) body.set(name, reply.dataset[name] ?? "");
  for (const field of reply.querySelectorAll(".customer input")) body.set(field.name, field.value);
  return body;
}

const quote = async () => (await send(root.dataset.quote, "quote", about())).json();

async function fill() {
  const mine = open();
  try {
    const { html } = await quote();
    if (mine === open()) mine.querySelector(".quote").innerHTML = html;
  } catch (error) {
    complain(error);
  }
}

const forms = {
  rich: ({ text, html }) => ({ text, html }),
  plain: ({ text }) => ({ text, html: escaped(text) }),
  markdown: ({ markdown }) => ({ text: markdown, html: escaped(markdown) }),
  link: ({ url }, title) => ({ text: url, html: `<a href="${escaped(url)}">${escaped(title)}</a>` }),
};

function escaped(text) {
  const element = document.createElement("pre");
  element.textContent = text;
  return element.innerHTML.replaceAll('"', "&quot;").replaceAll("\n", "<br>");
}

async function copy(how, put = copyBoth) {
  const what = open();
  const isInternal = what.dataset.readers === "internal";
  if (how === "link" && what.dataset.readers !== "public") return say(words.no_link);
  if (isInternal && !(await confirmed("internal"))) return;
  try {
    const made = quote().then((all) => {
      if (all.missing.length) throw Object.assign(new Error("fill"), { missing: all.missing });
      return forms[how](all, what.dataset.title);
    });
    if (await put(made)) say(words[how]);
    else await byHand((await made).text);
    done(what, "used", how, words.copied);
    remember(what.dataset);
  } catch (error) {
    if (error.missing) needsValue(error.missing);
    else complain(error);
  }
}

function needsValue(missing) {
  const fields = [...pane.querySelectorAll(".customer input")];
  const wanted = fields.filter((field) => missing.includes(field.name.slice(2)));
  say(`${words.fill} ${wanted.map((field) => field.labels[0].textContent.trim()).join(", ") || missing.join(", ")}`);
  for (const field of fields) field.setAttribute("aria-invalid", String(wanted.includes(field)));
  wanted[0]?.focus();
}

async function byHand(text) {
  const field = part("by-hand-text");
  field.value = text;
  const closed = confirmed("by-hand");
  field.focus();
  field.select();
  await closed;
}

// Opens a dialog; the button that closes it says yes or nothing.
function confirmed(name) {
  const dialog = part(name);
  dialog.returnValue = "";
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => resolve(dialog.returnValue === "yes"), { once: true });
  });
}

// Recording --------------------------------------------------------------------------------------

async function record(body, fields, said) {
  for (const [name, value] of Object.entries(fields)) body.set(name, value);
  try {
    await send(root.dataset.events, "event", body);
    if (said) say(said);
  } catch (error) {
    complain(error);
  }
}

const isSame = (one, other) => one.key === other.key && one.anchor === other.anchor;

function done(what, kind, detail, word, comment = "", said = "") {
  const body = about(what);
  const option = options.find((each) => isSame(each.dataset, what.dataset));
  if (option) {
    option.querySelector(".done")?.remove();
    const mark = document.createElement("span");
    mark.className = "done";
    mark.textContent = `✓ ${word}`;
    option.querySelector(".facts").append(mark);
  }
  return record(body, { kind, detail, comment }, said);
}

function flag(detail, comment) {
  const word = words[detail];
  return done(open(), "flagged", detail, word, comment, `${words.noted} ${word}`);
}

async function needsUpdate() {
  const field = part("reason-text");
  field.value = "";
  if (await confirmed("reason")) flag("needs_update", field.value);
}

async function missing() {
  const field = part("missing-text");
  field.value = results.firstElementChild.dataset.masked ?? "";
  if (!(await confirmed("missing"))) return;
  const body = new URLSearchParams(new FormData(form));
  record(body, { kind: "missing", text: field.value }, words.missing);
}

// What was used in this conversation; texts of customers are not kept ----------------------------

const kept = () => JSON.parse(passing.getItem("kb.recent") ?? "[]");

function keep(items) {
  passing.setItem("kb.recent", JSON.stringify(items));
  recent.hidden = !items.length;
  recent.querySelector("ul").replaceChildren(
    ...items.map((item) => {
      const line = document.createElement("li");
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = item.readers === "internal" ? `${item.title} (${words.internal})` : item.title;
      button.addEventListener("click", () => read(item.level, item));
      line.append(button);
      return line;
    }),
  );
}

function remember({ key, anchor, passage, level: depth, title, readers }) {
  const others = kept().filter((item) => !isSame(item, { key, anchor }));
  keep([{ key, anchor, passage, level: depth, title, readers }, ...others].slice(0, RECENT));
}

function fresh() {
  keep([]);
  for (const name of Object.keys(values)) delete values[name];
  message.value = "";
  message.focus();
  ask(() => say(words.fresh));
}

// Keys -------------------------------------------------------------------------------------------

const single = part("single");
const keysAreOn = () => single.checked;

function switchKeys(on) {
  single.checked = on;
  root.classList.toggle("no-keys", !on);
}

const needsAnswer = (act) => () => (open() ? act() : say(words.nothing));
const acts = {
  next: () => step(1),
  previous: () => step(-1),
  missing,
  fresh,
  keys: () => confirmed("keys"),
  used: needsAnswer(() => {
    const said = `${words.noted} ${words.used}`;
    // What was copied has been counted.
    if (kept().some((item) => isSame(item, open().dataset))) return say(said);
    remember(open().dataset);
    done(open(), "used", "said", words.used, "", said);
  }),
  not_helpful: needsAnswer(() => flag("not_helpful", "")),
  needs_update: needsAnswer(needsUpdate),
  open: needsAnswer(() => {
    window.open(open().dataset.open, "_blank", "noopener");
    done(open(), "clicked", "", words.open);
  }),
  search: () => {
    form.elements.mode.value = "search";
    message.focus();
    message.select();
    ask();
  },
  others: () => {
    const button = root.querySelector("[data-do=others]");
    const on = results.firstElementChild.classList.toggle("with-others");
    button.setAttribute("aria-expanded", String(on));
    if (!chosen?.checkVisibility()) step(0);
    else if (on) choose(results.querySelector(".others li"), true);
  },
};
for (const how of Object.keys(forms)) acts[how] = needsAnswer(() => copy(how));
for (const name of LEVELS) acts[name] = needsAnswer(() => setLevel(name));

root.addEventListener("click", (event) => {
  const button = event.target.closest("button[data-do]");
  const option = event.target.closest("[role=option]");
  if (button) {
    event.preventDefault();
    acts[button.dataset.do]();
  } else if (option) choose(option, true);
});

function pressKey(event) {
  const button = root.querySelector(`[aria-keyshortcuts="${CSS.escape(event.key.toLowerCase())}"]`);
  if (button === message) {
    message.focus();
    message.select();
  } else if (button?.checkVisibility()) button.click();
  else return false;
  return true;
}

function toAnswers() {
  if (pause || asking || !options.length) ask(() => step(0));
  else step(0);
}

function keyInMessage(event) {
  const atEnd = message.selectionStart === message.value.length;
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) toAnswers();
  else if (event.key === "ArrowDown" && atEnd && !event.shiftKey && visible().length) step(0);
  else return false;
  return true;
}

const inList = {
  ArrowDown: () => step(1),
  ArrowUp: () => (chosen === visible()[0] ? message.focus() : step(-1)),
  Home: () => step(-options.length),
  End: () => step(options.length),
  Enter: () => deeper(1),
  ArrowRight: () => deeper(1),
  ArrowLeft: () => deeper(-1),
};

document.addEventListener("keydown", (event) => {
  if (event.isComposing || event.keyCode === 229 || event.defaultPrevented) return;
  if (document.querySelector("dialog[open]")) return;
  const { target } = event;
  if (target === message && keyInMessage(event)) return event.preventDefault();
  if (event.ctrlKey || event.metaKey || event.altKey || target.closest(EDITABLE)) return;
  const act = target.closest("[role=option]") && inList[event.key];
  if (act) act();
  else if (event.key.length > 1 || event.key === " " || !keysAreOn() || !pressKey(event)) return;
  event.preventDefault();
});

message.addEventListener("input", (event) => {
  if (event.isComposing) return;
  if (event.inputType === "insertFromPaste") ask();
  else askSoon();
});
message.addEventListener("compositionend", askSoon);
form.addEventListener("change", (event) => {
  if (event.target !== message) ask();
});
form.addEventListener("submit", (event) => {
  event.preventDefault();
  const { submitter } = event;
  if (submitter?.name === "instead") message.value = submitter.value;
  ask();
});
pane.addEventListener("input", ({ target }) => {
  values[target.name] = target.value;
  target.removeAttribute("aria-invalid");
  clearTimeout(pause);
  pause = setTimeout(fill, PAUSE_MS);
});
single.addEventListener("change", () => {
  lasting.setItem("kb.keys", single.checked ? "on" : "off");
  switchKeys(single.checked);
  say(words[single.checked ? "keys_on" : "keys_off"]);
});

// For the pages that show the console inside of other tools ---------------------------------------

export function setMessage(text) {
  if (message.value === text) return;
  message.value = text;
  ask();
}

export function setVariables(given) {
  for (const [name, value] of Object.entries(given)) values[`v.${name}`] = value;
  for (const field of pane.querySelectorAll(".customer input")) {
    field.value = values[field.name] ?? field.value;
  }
  if (pane.querySelector(".customer")) fill();
}

// `put` brings an answer into the tool's own editor and promises whether it could.
export function addInsert(put) {
  forms.insert = forms.rich;
  acts.insert = needsAnswer(() => copy("insert", put));
  root.querySelector("[data-do=insert]").hidden = false;
}

switchKeys(lasting.getItem("kb.keys") !== "off");
keep(kept());
if (options.length === 0) takeIn();
