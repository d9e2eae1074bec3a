// The open conversation as a place: it begins at its end, its third column can be a drawer, its pictures can be asked for.
const thread = () => document.getElementById("thread");
const toEnd = () => thread() && (thread().scrollTop = thread().scrollHeight);

document.addEventListener("desk:opened", () => {
  toEnd();
  thread()?.addEventListener("scroll", hideBelow, { passive: true });
});
toEnd();
addEventListener("load", toEnd);
thread()?.addEventListener("scroll", hideBelow, { passive: true });

function hideBelow() {
  const place = thread();
  if (place.scrollHeight - place.scrollTop - place.clientHeight < 60) document.getElementById("below").hidden = true;
}

export function drawer(open = undefined) {
  const context = document.getElementById("context");
  const button = document.querySelector("[data-drawer]");
  if (!context || !button) return false;
  const now = context.classList.toggle("is-open", open);
  button.setAttribute("aria-expanded", String(now));
  if (now) context.querySelector("a, button")?.focus();
  return now;
}

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-drawer]")) drawer();
  else if (!event.target.closest("#context") && document.querySelector("#context.is-open")) drawer(false);
  if (event.target.closest("#below")) toEnd();
  const images = event.target.closest("[data-images]");
  if (images) showImages(images);
});

// The frame is told by us to load again: it could not carry our cookies itself.
function showImages(button) {
  const frame = button.closest("details").querySelector("iframe");
  frame.src = `${frame.src.split("?")[0]}?images=1`;
  button.closest(".message__images").remove();
}

// What is earlier comes in above, and what one was reading stays where it was.
document.addEventListener("htmx:before:swap", (event) => {
  const button = event.detail.ctx?.sourceElement;
  if (!button?.matches?.(".folded")) return;
  const below = thread().scrollHeight - thread().scrollTop;
  requestAnimationFrame(() => requestAnimationFrame(() => {
    thread().scrollTop = thread().scrollHeight - below;
    const days = new Set();
    for (const day of thread().querySelectorAll(".day")) days.has(day.id) ? day.remove() : days.add(day.id);
  }));
});
