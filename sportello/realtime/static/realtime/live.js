// <live-feed topics="conversation:12 inbox" since="987">: tells the page when something newer happened to a topic.
//
// All feeds of a page share one stream. Each signal becomes two events on the document: "live", and one named after the
// kind of its topic, for hx-trigger="live:conversation from:document". Their detail: {topic, id, name, data}.
// With detail.gone, this topic is not for us any more. "live:again": too much was missed, read everything again.
// <html data-live="open|lost|signed-out"> says how it stands; [data-when-lost] and [data-when-signed-out] are shown then.

const SILENCE = 45_000; // the server says something every 15 seconds
const LOST_AFTER = 3_000; // a short break is nobody's business
const REST_AFTER = 30_000; // a tab nobody looks at gives its connection back: a browser has six for all tabs
const SLOWEST = 30_000;

const feeds = new Set();
const places = new Map(); // topic → the event up to which this page knows it
const known = new Set();
const root = document.documentElement;

let source = null;
let listening = ""; // the topics of `source`
let heardAt = 0;
let tries = 0;
let resting = false;
let letGo = null; // ends our turn as the one tab that listens in the background
let soon, again, complaint, rest;

class LiveFeed extends HTMLElement {
  static observedAttributes = ["topics"];

  connectedCallback() {
    this.hidden = true;
    feeds.add(this);
    refreshSoon();
  }

  disconnectedCallback() {
    feeds.delete(this);
    refreshSoon();
  }

  attributeChangedCallback() {
    if (this.isConnected) refreshSoon();
  }

  get topics() {
    return (this.getAttribute("topics") ?? "").split(/\s+/).filter(Boolean);
  }
}

// A swap takes one feed away and brings another: wait until it is over.
function refreshSoon() {
  clearTimeout(soon);
  soon = setTimeout(refresh, 30);
}

function refresh() {
  const wanted = new Map();
  for (const feed of feeds) for (const topic of feed.topics) wanted.set(topic, Number(feed.getAttribute("since") ?? 0));
  for (const topic of places.keys()) if (!wanted.has(topic)) places.delete(topic);
  for (const [topic, since] of wanted) if (!places.has(topic)) places.set(topic, since);
  open([...places.keys()].sort().join(","));
}

function address(topics) {
  return `/live?topics=${encodeURIComponent(topics)}`;
}

function open(topics) {
  if (source && listening === topics) return;
  close();
  if (!topics || resting || root.dataset.live === "signed-out") return;
  listening = topics;
  heardAt = Date.now();
  const stream = (source = new EventSource(`${address(topics)}&since=${Math.min(...places.values())}`));
  for (const name of ["signal", "reset", "beat"]) stream.addEventListener(name, take);
  stream.addEventListener("bye", lose);
  stream.addEventListener("error", lose);
}

function close() {
  clearTimeout(again);
  source?.close();
  source = null;
}

function take(event) {
  if (event.target !== source) return;
  heardAt = Date.now();
  tries = 0;
  show("open");
  const detail = JSON.parse(event.data);
  if (event.type === "reset") document.dispatchEvent(new CustomEvent("live:again"));
  if (event.type === "signal" && isNew(detail)) tell(detail);
  const id = Number(event.lastEventId);
  for (const [topic, place] of places) if (id > place) places.set(topic, id);
}

// After a break the server may tell again what it told before.
function isNew({ topic, id }) {
  const signal = `${topic} ${id}`;
  if (id && known.has(signal)) return false;
  known.add(signal);
  if (known.size > 2000) known.delete(known.values().next().value);
  return true;
}

function tell(detail) {
  const kind = detail.topic.split(":", 1)[0];
  for (const name of ["live", `live:${kind}`]) document.dispatchEvent(new CustomEvent(name, { detail }));
}

function lose(event) {
  if (event.target !== source) return;
  close();
  clearTimeout(complaint);
  if (root.dataset.live !== "lost") complaint = setTimeout(show, LOST_AFTER, "lost");
  const wait = tries ? Math.min(SLOWEST, 1000 * 2 ** (tries - 1)) * (0.5 + Math.random() / 2) : 200;
  tries += 1;
  again = setTimeout(retry, wait);
}

// An event stream does not say why it was refused: ask, before asking for it again.
async function retry() {
  const topics = [...places.keys()].sort();
  const answer = await status(topics.join(","));
  if (answer === 401) return show("signed-out");
  if (answer === 404) await drop(topics);
  refresh();
}

async function status(topics) {
  try {
    return (await fetch(address(topics), { method: "HEAD", cache: "no-store" })).status;
  } catch {
    return 0; // no network: opening the stream will fail and be tried again
  }
}

async function drop(topics) {
  for (const topic of topics) {
    if ((await status(topic)) !== 404) continue;
    for (const feed of feeds) feed.setAttribute("topics", feed.topics.filter((one) => one !== topic).join(" "));
    tell({ topic, gone: true });
  }
}

function show(state) {
  clearTimeout(complaint);
  if (root.dataset.live === state) return;
  root.dataset.live = state;
  for (const place of document.querySelectorAll("[data-when-lost]")) place.hidden = state !== "lost";
  for (const place of document.querySelectorAll("[data-when-signed-out]")) place.hidden = state !== "signed-out";
}

// Back from sleep, or on another network: the old connection may be dead without knowing.
function wake() {
  if (document.hidden) return;
  if (Date.now() - heardAt > SILENCE) close();
  tries = 0;
  refresh();
}

function look() {
  clearTimeout(rest);
  if (document.hidden) {
    rest = setTimeout(takeTurnOrRest, REST_AFTER);
    return;
  }
  letGo?.();
  letGo = null;
  resting = false;
  wake();
}

// Of the tabs in the background one goes on listening, so that somebody can tell of new messages.
function takeTurnOrRest() {
  if (!navigator.locks) return goToRest();
  navigator.locks.request("live-in-background", { ifAvailable: true }, (turn) => {
    if (turn) return new Promise((done) => (letGo = done));
    goToRest();
  });
}

function goToRest() {
  resting = true;
  close();
}

setInterval(() => source && Date.now() - heardAt > SILENCE && lose({ target: source }), 5000);
document.addEventListener("visibilitychange", look);
addEventListener("online", wake);
addEventListener("offline", () => source && lose({ target: source }));
addEventListener("pagehide", close);
addEventListener("pageshow", (event) => event.persisted && look());
customElements.define("live-feed", LiveFeed);
