// The list: drawn anew when something changed, never while one is choosing, and without a flicker.
import { ask, swap } from "./asking.js";

const PAUSE = 900; // at most one drawing in this time

export const list = () => document.getElementById("list");
export const rows = () => [...document.querySelectorAll("#rows .row")];
export const openPk = () => document.getElementById("open")?.dataset.conversation ?? "";
export const view = () => new URLSearchParams(location.search).get("view") ?? "team";

let drawing = false;
let again = false;

export async function redraw() {
  if (drawing) return void (again = true);
  drawing = true;
  const size = rows().length;
  const asked = view();
  try {
    const answer = await ask(`/conversations/?part=list&view=${asked}&size=${size}&open=${openPk()}`);
    if (answer.ok && asked === view()) {
      const kept = document.getElementById("rows")?.scrollTop ?? 0;
      await swap("#list", await answer.text(), "innerMorph");
      const body = document.getElementById("rows");
      if (body) body.scrollTop = kept;
    }
  } catch {
    // Without network the list stays as it was; it is asked for again when the line is back.
  }
  setTimeout(() => {
    drawing = false;
    if (again) {
      again = false;
      redraw();
    }
  }, PAUSE);
}

export function markOpen(pk) {
  for (const row of rows()) {
    const here = row.id === `row-${pk}`;
    row.classList.toggle("row--open", here);
    if (here) row.classList.remove("row--unread");
    const name = row.querySelector(".row__name");
    if (here) name.setAttribute("aria-current", "true");
    else name.removeAttribute("aria-current");
  }
}

// Another view leaves the open conversation where it is.
document.addEventListener("click", async (event) => {
  const tab = event.target.closest(".views a");
  if (!tab || event.metaKey || event.ctrlKey || event.shiftKey || event.button) return;
  event.preventDefault();
  const to = new URL(tab.href);
  const path = openPk() && matchMedia("(min-width: 860px)").matches ? `/conversations/${openPk()}` : to.pathname;
  history.pushState({}, "", path + to.search);
  const answer = await ask(`/conversations/?part=list&view=${view()}&open=${openPk()}`);
  if (answer.ok) await swap("#list", await answer.text(), "innerHTML");
  document.querySelector(`.views [aria-current]`)?.focus();
});

// What one does from a row without opening it.
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-do]");
  if (!button) return;
  event.preventDefault();
  const pk = button.closest(".row").id.slice(4);
  const form = new FormData();
  if (button.dataset.do === "assignee") form.set("agent", "me");
  if (button.dataset.do === "snooze") form.set("until", tomorrow());
  act(`/conversations/${pk}/${button.dataset.do}`, "POST", form);
});

function tomorrow() {
  const at = new Date();
  at.setDate(at.getDate() + 1);
  const day = `${at.getFullYear()}-${String(at.getMonth() + 1).padStart(2, "0")}-${String(at.getDate()).padStart(2, "0")}`;
  return `${day}T09:00`;
}

export async function act(path, method = "POST", body = undefined) {
  const answer = await ask(path, { method, body });
  if (answer.ok) await swap("#toasts", await answer.text(), "beforeend");
  return answer.ok;
}

document.addEventListener("desk:changed", redraw);
