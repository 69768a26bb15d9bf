// Turns each search form into the ARIA combobox "list autocomplete with manual selection".
// What was typed stays the value; focus never leaves the input; nothing is done while an input
// method is composing. Texts of suggestions only ever go into text nodes.

const DEBOUNCE_MS = 120;
const REMEMBERED = 40;
const EDITABLE = "input, textarea, select, [contenteditable]:not([contenteditable=false])";

const ENTITIES = { "&lt;": "<", "&gt;": ">", "&quot;": '"', "&#x27;": "'", "&amp;": "&" };

// The server says what to mark, for it knows what was corrected: every second part is marked.
function marked(html) {
  const parts = document.createElement("span");
  html.split(/<\/?mark>/).forEach((part, at) => {
    const text = part.replace(/&(?:lt|gt|quot|#x27|amp);/g, (entity) => ENTITIES[entity]);
    if (at % 2) {
      const mark = document.createElement("mark");
      mark.textContent = text;
      parts.append(mark);
    } else parts.append(text);
  });
  return parts;
}

function combobox(form) {
  const input = form.elements.namedItem("q");
  const status = form.parentElement.querySelector("[role=status]");
  const kinds = JSON.parse(form.dataset.kinds);
  const counts = JSON.parse(form.dataset.counts);
  const list = document.createElement("div");
  const answers = new Map();
  let options = [];
  let active = -1;
  let timer = 0;
  let request = null;

  list.className = "suggestions";
  list.id = `${input.id}-suggestions`;
  list.hidden = true;
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", form.dataset.list);
  form.append(list);
  input.setAttribute("role", "combobox");
  input.setAttribute("aria-autocomplete", "list");
  input.setAttribute("aria-controls", list.id);
  input.setAttribute("aria-expanded", "false");

  function activate(index) {
    options[active]?.setAttribute("aria-selected", "false");
    active = index;
    const option = options[active];
    if (!option) {
      input.removeAttribute("aria-activedescendant");
      return;
    }
    option.setAttribute("aria-selected", "true");
    input.setAttribute("aria-activedescendant", option.id);
    option.scrollIntoView({ block: "nearest" });
  }

  function close() {
    clearTimeout(timer);
    request?.abort();
    activate(-1);
    list.hidden = true;
    input.setAttribute("aria-expanded", "false");
  }

  function open() {
    if (!options.length) return;
    list.hidden = false;
    input.setAttribute("aria-expanded", "true");
  }

  function optionFor(completion, index) {
    const option = document.createElement("div");
    option.id = `${input.id}-option-${index}`;
    option.dataset.url = completion.url;
    option.setAttribute("role", "option");
    option.setAttribute("aria-selected", "false");
    option.append(marked(completion.text));
    return option;
  }

  function show(completions) {
    activate(-1);
    list.replaceChildren();
    options = [];
    for (const [kind, label] of Object.entries(kinds)) {
      const ofKind = completions.filter((completion) => completion.kind === kind);
      if (!ofKind.length) continue;
      const group = document.createElement("div");
      const name = document.createElement("div");
      name.id = `${input.id}-kind-${kind}`;
      name.className = "kind";
      name.setAttribute("role", "presentation");
      name.textContent = label;
      group.setAttribute("role", "group");
      group.setAttribute("aria-labelledby", name.id);
      group.append(name);
      for (const completion of ofKind) {
        const option = optionFor(completion, options.length);
        options.push(option);
        group.append(option);
      }
      list.append(group);
    }
    status.textContent = counts[Math.min(options.length, counts.length - 1)];
    if (options.length) open();
    else close();
  }

  async function complete() {
    const typed = input.value.trim();
    request?.abort();
    if (!typed) {
      options = [];
      status.textContent = "";
      close();
      return;
    }
    if (answers.has(typed)) {
      show(answers.get(typed));
      return;
    }
    const mine = new AbortController();
    request = mine;
    const address = new URL(form.dataset.complete, location.href);
    address.searchParams.set("marked", "1");
    address.searchParams.set("q", typed);
    try {
      const response = await fetch(address, { signal: mine.signal });
      if (!response.ok) throw new Error(String(response.status));
      const { completions } = await response.json();
      if (answers.size >= REMEMBERED) answers.clear();
      answers.set(typed, completions);
      if (request === mine && document.activeElement === input) show(completions);
    } catch (error) {
      if (error.name !== "AbortError") close();
    }
  }

  function later() {
    clearTimeout(timer);
    timer = setTimeout(complete, DEBOUNCE_MS);
  }

  function step(by) {
    if (list.hidden) {
      if (!options.length) return false;
      open();
    }
    const last = options.length - 1;
    let next = active + by;
    if (next < -1) next = last;
    if (next > last) next = -1;
    activate(next);
    return true;
  }

  function escape() {
    if (!list.hidden) close();
    else if (input.value) {
      close(); // an answer may still be under way
      input.value = "";
      options = [];
      status.textContent = "";
    } else input.blur();
  }

  input.addEventListener("keydown", (event) => {
    if (event.isComposing || event.keyCode === 229) return;
    if (event.key === "Escape") {
      escape();
      event.preventDefault();
    } else if (event.key === "ArrowDown" && event.altKey) {
      open();
      event.preventDefault();
    } else if (event.key === "ArrowUp" && event.altKey) {
      close();
      event.preventDefault();
    } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return;
      if (step(event.key === "ArrowDown" ? 1 : -1)) event.preventDefault();
    } else if (event.key === "Enter" && !list.hidden && options[active]) {
      event.preventDefault();
      const { url } = options[active].dataset;
      close();
      location.assign(url);
    }
  });
  input.addEventListener("input", (event) => {
    if (!event.isComposing) later();
  });
  input.addEventListener("compositionend", later);
  input.addEventListener("blur", close);
  form.addEventListener("submit", close);
  // A press on the list must not take the focus away from the input.
  list.addEventListener("mousedown", (event) => event.preventDefault());
  list.addEventListener("click", (event) => {
    const option = event.target.closest("[role=option]");
    if (!option) return;
    if (event.ctrlKey || event.metaKey) window.open(option.dataset.url, "_blank", "noopener");
    else location.assign(option.dataset.url);
  });
  return input;
}

function shortcuts(input) {
  document.addEventListener("keydown", (event) => {
    if (event.isComposing || event.keyCode === 229 || event.defaultPrevented) return;
    const slash = event.key === "/" && !event.ctrlKey && !event.metaKey && !event.altKey;
    const k = event.key.toLowerCase() === "k" && (event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey;
    if (!slash && !k) return;
    const inField = event.target instanceof Element && event.target.closest(EDITABLE);
    if (inField && (slash || event.target !== input)) return;
    event.preventDefault();
    input.focus();
    input.select();
  });
}

function languageMenu(menu) {
  menu.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !menu.open) return;
    menu.open = false;
    menu.querySelector("summary").focus();
  });
  document.addEventListener("click", (event) => {
    if (!menu.contains(event.target)) menu.open = false;
  });
}

const inputs = [...document.querySelectorAll("form[data-complete]")].map(combobox);
if (inputs.length) shortcuts(inputs[0]);
document.querySelectorAll("details.menu").forEach(languageMenu);
