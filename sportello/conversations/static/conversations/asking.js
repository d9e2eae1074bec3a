// One way to ask our server: as htmx does, with the token that proves the question comes from this page.
const token = () => JSON.parse(document.body.getAttribute("hx-headers:inherited") ?? "{}")["X-CSRFToken"] ?? "";

export async function ask(path, { method = "GET", body, signal, keepalive = false } = {}) {
  const headers = { "HX-Request": "true", "HX-Current-URL": location.href, "X-CSRFToken": token() };
  const answer = await fetch(path, { method, body, headers, signal, keepalive, credentials: "same-origin" });
  const elsewhere = answer.headers.get("HX-Redirect");
  if (elsewhere) location.assign(elsewhere); // signed out meanwhile
  announce(answer);
  return answer;
}

// The header HX-Trigger tells the page what changed, whoever asked.
function announce(answer) {
  const triggers = answer.headers.get("HX-Trigger");
  if (!triggers?.startsWith("{")) return;
  for (const [name, detail] of Object.entries(JSON.parse(triggers))) {
    document.body.dispatchEvent(new CustomEvent(name, { detail, bubbles: true }));
  }
}

export const parse = (html) => {
  const template = document.createElement("template");
  template.innerHTML = html;
  return template.content;
};

export const swap = (target, text, how) => window.htmx.swap({ target, text, swap: how, sourceElement: document.body });
