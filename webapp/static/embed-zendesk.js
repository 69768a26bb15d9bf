// The console beside a Zendesk ticket: it searches for what the customer wrote last and puts an
// answer into the reply. Zendesk's own script talks to the ticket.

import { addInsert, setMessage, setVariables } from "./agent.js";
import { variablesOf } from "./embed-names.js";

const NAMES = ["id", "requester.name", "requester.email", "description", "conversation"];
const client = globalThis.ZAFClient?.init();
let last = "";

// A document that is only parsed runs and loads nothing.
function textOf(html) {
  const lines = html.replace(/<br|<\/(p|div|li)>/gi, "\n$&");
  return new DOMParser().parseFromString(lines, "text/html").body.textContent.trim();
}

async function read() {
  const found = await client.get(NAMES.map((name) => `ticket.${name}`));
  const [id, name, email, description, conversation] = NAMES.map((each) => found[`ticket.${each}`]);
  setVariables(variablesOf(name, email, id));
  const written = conversation?.filter((each) => each.author.role === "end-user");
  const newest = written?.reduce((one, two) => (one.timestamp > two.timestamp ? one : two), "");
  const text = textOf(newest?.message?.content ?? description ?? "");
  // What an agent has typed stays until the customer writes again.
  if (text && text !== last) setMessage((last = text));
}

if (client) {
  client.invoke("resize", { width: "100%", height: "720px" });
  client.on("ticket.conversation.changed", read);
  addInsert(async (made) => {
    await client.invoke("comment.appendText", (await made).text);
    return true;
  });
  read();
}
