// Comforts of the article page: a link to each section, wide code that the keyboard can
// scroll, and votes without leaving the page. The page is whole without them.

const article = document.querySelector("article[data-copy]");

async function copyAddress(link) {
  try {
    await navigator.clipboard.writeText(link.href);
    link.textContent = "✓";
    link.setAttribute("aria-label", article.dataset.copied);
  } catch {
    // Without the permission the address bar has the link: following it is enough.
  }
}

for (const heading of article.querySelectorAll(".prose :is(h2, h3, h4)[id]")) {
  const link = document.createElement("a");
  link.className = "copy";
  link.href = `#${encodeURIComponent(heading.id)}`;
  link.textContent = "#";
  link.setAttribute("aria-label", `${article.dataset.copy}: ${heading.textContent}`);
  link.addEventListener("click", () => copyAddress(link));
  heading.append(link);
}

for (const wide of article.querySelectorAll(".prose pre")) {
  if (wide.scrollWidth > wide.clientWidth) wide.tabIndex = 0;
}

const feedback = document.querySelector("#feedback");
let sending = false;

// The server answers a vote with the page that thanks for it; its section is all that is new.
async function answerTo(form, button) {
  const body = new URLSearchParams(new FormData(form));
  if (button?.name) body.set(button.name, button.value);
  const response = await fetch(form.action, { method: "POST", body });
  if (!response.ok) throw new Error(response.status);
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  return page.querySelector("#feedback");
}

feedback.addEventListener("submit", async (event) => {
  event.preventDefault();
  if (sending) return;
  sending = true;
  const status = feedback.querySelector("[role=status]");
  try {
    const answer = await answerTo(event.target, event.submitter);
    event.target.replaceWith(answer.querySelector("form"));
    status.textContent = answer.querySelector("[role=status]").textContent;
    feedback.focus();
  } catch {
    status.textContent = feedback.dataset.failed;
  }
  sending = false;
});
