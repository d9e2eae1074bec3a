// The page hears that something changed, and asks what. After a gap it asks for everything it may have missed.
import { catchUp } from "./catching-up.js";
import { openPk, redraw } from "./list.js";

document.addEventListener("live", (event) => {
  const { topic } = event.detail;
  if (topic === `conversation:${openPk()}`) catchUp();
  if (topic === "inbox") redraw();
});

function everything() {
  redraw();
  catchUp();
}

addEventListener("online", everything);
document.addEventListener("live:again", everything);
document.addEventListener("visibilitychange", () => document.hidden || everything());
addEventListener("pageshow", (event) => event.persisted && everything());
