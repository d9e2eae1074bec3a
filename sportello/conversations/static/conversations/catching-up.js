// What is new in the open conversation: asked for when we hear of something, and after every gap. Pieces have ids, so
// hearing of one twice is harmless. Nothing here ever touches what one is writing.
import { ask, parse, swap } from "./asking.js";
import { openPk } from "./list.js";

const NEAR = 120;
const thread = () => document.getElementById("thread");
const pane = () => document.getElementById("open");
let busy = false;
let again = false;

export async function catchUp() {
  const pk = openPk();
  if (!pk) return;
  if (busy) return void (again = true);
  busy = true;
  try {
    const { message, event } = pane().dataset;
    const answer = await ask(`/conversations/${pk}/since/${message}?event=${event}`);
    if (answer.ok && pk === openPk()) await bring(parse(await answer.text()).getElementById("news"));
  } catch {
    again = false; // no network: asked again when it is back
  }
  busy = false;
  if (again) {
    again = false;
    catchUp();
  }
}

async function bring(news) {
  const place = thread();
  const atEnd = place.scrollHeight - place.scrollTop - place.clientHeight < NEAR;
  for (const pk of news.dataset.gone.split(" ").filter(Boolean)) document.getElementById(`m${pk}`)?.remove();
  for (const piece of news.querySelector("[data-changed]").children) renew(piece);
  const fresh = [...news.querySelector("[data-new]").children].filter((piece) => !renew(piece));
  for (const piece of fresh) {
    place.append(piece);
    window.htmx.process(piece);
  }
  pane().dataset.message = news.dataset.message;
  pane().dataset.event = news.dataset.event;
  await renewHead(news.querySelector("#head"));
  const said = fresh.filter((piece) => piece.matches(".message"));
  if (atEnd) place.scrollTop = place.scrollHeight;
  else if (said.length) document.getElementById("below").hidden = false;
  if (said.length) document.dispatchEvent(new CustomEvent("desk:news", { detail: { message: Number(news.dataset.message) } }));
}

// True if the page has this piece already; it is exchanged only if it looks different.
function renew(piece) {
  const known = document.getElementById(piece.id);
  if (!known) return piece.matches(".day") && !thread().contains(piece) && Boolean(document.getElementById(piece.id));
  if (piece.matches(".message") && !sameLook(known, piece)) {
    const put = piece.cloneNode(true);
    known.replaceWith(put);
    window.htmx.process(put);
  }
  return true;
}

// What htmx and the clock wrote into the page is no difference, nor is what one has unfolded.
function sameLook(known, piece) {
  const plain = (element) => {
    const copy = element.cloneNode(true);
    for (const one of copy.querySelectorAll("[data-htmx-powered], details[open]")) {
      one.removeAttribute("data-htmx-powered");
      one.removeAttribute("open");
    }
    for (const one of copy.querySelectorAll("[data-countdown]")) one.replaceChildren();
    for (const one of copy.querySelectorAll("[data-countdown]")) one.removeAttribute("data-countdown");
    return copy;
  };
  return plain(known).isEqualNode(plain(piece));
}

async function renewHead(head) {
  const open = document.querySelector("#head [popover]:popover-open");
  if (head && !open) await swap("#head", head.outerHTML, "outerMorph");
}

document.addEventListener("desk:changed", (event) => {
  if (String(event.detail?.conversation) === openPk()) catchUp();
});

// A message leaves when its time to be called back is over.
setInterval(() => {
  for (const place of document.querySelectorAll("[data-countdown]")) {
    const left = Number(place.dataset.countdown) - 1;
    place.dataset.countdown = left;
    place.textContent = Math.max(0, left);
    if (left <= 0) {
      place.removeAttribute("data-countdown");
      setTimeout(catchUp, 600);
    }
  }
}, 1000);
