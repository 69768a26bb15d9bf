// The console in Chatwoot: it hears of the open conversation and searches for what the customer
// wrote last. Any page can send messages to a frame; only those of our host count.

import { setMessage, setVariables } from "./agent.js";
import { variablesOf } from "./embed-names.js";

const INCOMING = 0;
const hosts = document.getElementById("main").dataset.hosts.split(" ");
let last = "";

const isHost = (origin) =>
  hosts.some((host) => {
    const [scheme, rest] = host.split("*");
    return rest ? origin.startsWith(scheme) && origin.endsWith(rest) : origin === host;
  });

addEventListener("message", ({ data, origin, source }) => {
  if (source !== parent || !isHost(origin) || !String(data).startsWith("{")) return;
  const { event, data: context } = JSON.parse(data);
  if (event !== "appContext") return;
  const { conversation: { id, messages } = {}, contact } = context;
  setVariables(variablesOf(contact?.name, contact?.email, id));
  const written = messages?.filter((each) => each.message_type === INCOMING && each.content);
  const text = written?.at(-1)?.content;
  // What an agent has typed stays until the customer writes again.
  if (text && text !== last) setMessage((last = text));
});

const ask = () => parent.postMessage("chatwoot-dashboard-app:fetch-info", "*");
addEventListener("focus", ask);
ask();
