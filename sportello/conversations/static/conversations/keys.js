// One key for what one does all day. Letters act only outside text fields, and can be switched off.
import { open } from "../ui/js/menus.js";
import { ready, step } from "./opening.js";
import { write } from "./composer.js";
import { drawer } from "./pane.js";

const GO = { b: "/", c: "/customers/", s: "/search", i: "/settings/" };
const off = () => localStorage.getItem("keys") === "off";
const writing = (target) => target.closest("input, textarea, select, [contenteditable]");
let went = 0;

const press = (key) => document.querySelector(`#head [data-key="${key}"]`);

const KEYS = {
  j: () => step(1),
  k: () => step(-1),
  r: () => write("out"),
  n: () => write("note"),
  e: () => press("e")?.click(),
  s: () => openMenu("snooze-menu", "s"),
  l: () => openMenu("tag-menu", "l"),
  a: () => openMenu("assignee-menu", "a"),
  i: () => drawer(),
  z: () => [...document.querySelectorAll("#toasts [data-undo]")].at(-1)?.click(),
  "/": () => location.assign("/search"),
  "?": () => document.getElementById("keys")?.showModal(),
  Escape: () => back(),
};

// What is done to the open conversation, and so must wait until it is there.
const HERE = ["r", "n", "e", "s", "l", "a", "i"];

function openMenu(id, key) {
  const button = press(key);
  const menu = document.getElementById(id);
  if (button && menu) open(menu, button);
}

function back() {
  if (document.querySelector("#context.is-open")) drawer(false);
  else document.querySelector(".row--open .row__name")?.focus();
}

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && writing(event.target) && !event.target.closest("[popover], dialog")) return event.target.blur();
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || writing(event.target)) return;
  if (document.querySelector("dialog[open], [popover]:popover-open")) return;
  if (off() && event.key.length === 1 && event.key !== "?") return;
  if (went && Date.now() - went < 1500 && GO[event.key]) return location.assign(GO[event.key]);
  went = event.key === "g" ? Date.now() : 0;
  const what = KEYS[event.key];
  if (!what) return;
  event.preventDefault();
  if (HERE.includes(event.key)) ready().then(what);
  else what();
});

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-help]")) document.getElementById("keys")?.showModal();
});

