// Comforts of the article page: a link to each section, and wide code that the
// keyboard can scroll. The page is whole without them.

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
