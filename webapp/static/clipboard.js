// Puts a text on the clipboard as plain text and as HTML in one step, so that a chat takes the one
// and a mail the other. In a frame of another site browsers refuse the asynchronous way, but not
// the old one, in which the page fills in what it is asked for.

// `made` is a promise of {text, html}: made within it, the copy still belongs to the key press.
export async function copyBoth(made) {
  try {
    await navigator.clipboard.write([
      new ClipboardItem({
        "text/plain": made.then(({ text }) => new Blob([text], { type: "text/plain" })),
        "text/html": made.then(({ html }) => new Blob([html], { type: "text/html" })),
      }),
    ]);
    return true;
  } catch {
    return copyByCommand(await made);
  }
}

function copyByCommand({ text, html }) {
  let taken = false;
  const fill = (event) => {
    event.clipboardData.setData("text/plain", text);
    event.clipboardData.setData("text/html", html);
    event.preventDefault();
    taken = true;
  };
  document.addEventListener("copy", fill);
  try {
    return document.execCommand("copy") && taken;
  } finally {
    document.removeEventListener("copy", fill);
  }
}
