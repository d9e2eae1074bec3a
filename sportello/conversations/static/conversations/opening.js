// Opening a conversation swaps the two columns at the right; the list stays where it is.
import { ask, parse } from "./asking.js";
import { markOpen, openPk, rows } from "./list.js";

const BONES_AFTER = 200;
let asking = null;
let coming = Promise.resolve();

// When what was asked for is there. A key pressed right after J is meant for the conversation that is coming.
export const ready = () => coming;

export function open(href, options = {}) {
  return (coming = bringIn(href, options));
}

async function bringIn(href, { push = true }) {
  asking?.abort();
  asking = new AbortController();
  document.dispatchEvent(new CustomEvent("desk:leaving"));
  const to = new URL(href, location.origin);
  const pk = to.pathname.split("/").pop();
  markOpen(pk);
  const bones = setTimeout(() => document.getElementById("open")?.setAttribute("aria-busy", "true"), BONES_AFTER);
  try {
    const answer = await ask(to.pathname + to.search, { signal: asking.signal });
    if (!answer.ok) return void location.assign(href);
    show(await answer.text());
    if (push) history.pushState({}, "", href);
    document.dispatchEvent(new CustomEvent("desk:opened"));
  } catch (error) {
    if (error.name !== "AbortError") location.assign(href);
  } finally {
    clearTimeout(bones);
    document.getElementById("open")?.removeAttribute("aria-busy");
  }
}

function show(html) {
  const content = parse(html);
  const title = content.querySelector("title");
  if (title) document.title = title.textContent;
  const fresh = content.getElementById("open");
  document.getElementById("open").replaceWith(fresh);
  window.htmx.process(fresh);
}

document.addEventListener("click", (event) => {
  const link = event.target.closest(".row__name, .past a, .conversation__facts a[href^='/conversations/']");
  if (!link || event.defaultPrevented || event.metaKey || event.ctrlKey || event.shiftKey || event.button) return;
  event.preventDefault();
  open(link.href);
});

addEventListener("popstate", () => {
  const pk = location.pathname.match(/^\/conversations\/(\d+)$/)?.[1];
  if (pk && pk !== openPk()) open(location.href, { push: false });
  else if (!pk) location.reload();
});

// Where one is in the list is remembered, so that the next one is the next one even when this one has left.
let place = 0;

export function step(by) {
  const all = rows();
  const here = all.findIndex((row) => row.classList.contains("row--open"));
  if (here >= 0) place = here + by;
  else if (openPk()) place += by > 0 ? 0 : -1;
  else place = 0;
  place = Math.max(0, Math.min(place, all.length - 1));
  const row = all[place];
  row?.scrollIntoView({ block: "nearest" });
  if (row) open(row.querySelector(".row__name").href);
}

document.addEventListener("desk:opened", () => {
  const here = rows().findIndex((row) => row.classList.contains("row--open"));
  if (here >= 0) place = here;
});
