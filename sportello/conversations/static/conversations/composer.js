// Writing: an answer or a note, kept as a draft while one types, sent once, and stopped when somebody was quicker.
import { ask, parse, swap } from "./asking.js";
import { dress } from "./addresses.js";
import { FORMATS, edit, isEmpty } from "./editor.js";
import { Keeper } from "./draft.js";
import { addFile, takeOff } from "./uploads.js";

let now = null;

class Composer {
  constructor(form) {
    this.form = form;
    this.pk = form.dataset.conversation;
    this.nonce = crypto.randomUUID();
    this.editors = {};
    this.writing = false;
    this.coming = Promise.resolve();
    for (const element of form.querySelectorAll("[data-editor]")) this.editors[element.dataset.editor] = edit(element);
    this.keepers = Object.fromEntries(Object.entries(this.editors).map(([kind, editor]) => [kind, new Keeper(this, kind, editor)]));
    form.querySelectorAll("[data-addresses]").forEach(dress);
    for (const [kind, editor] of Object.entries(this.editors)) this.listen(kind, editor);
    this.show(this.kind);
  }

  get kind() {
    return this.form.dataset.kind;
  }

  get editor() {
    return this.editors[this.kind];
  }

  listen(kind, editor) {
    editor.addEventListener("input", () => {
      this.started();
      this.keepers[kind].touch();
    });
    editor.addEventListener("pasteImage", (event) => this.files(imagesIn(event.detail.clipboardData), true));
    for (const keys of ["Ctrl-Enter", "Meta-Enter"]) editor.setKeyHandler(keys, (_, event) => this.hasten(event, true));
    for (const keys of ["Ctrl-Shift-Enter", "Meta-Shift-Enter"]) editor.setKeyHandler(keys, (_, event) => this.hasten(event, false));
  }

  hasten(event, close) {
    event.preventDefault();
    this.send(close);
  }

  // From the first letter on, what comes after is something one has not seen.
  started() {
    this.writing = !isEmpty(this.editor);
  }

  show(kind) {
    if (!this.editors[kind]) return;
    this.form.dataset.kind = kind;
    this.form.classList.toggle("composer--note", kind === "note");
    for (const tab of this.form.querySelectorAll("[data-write]")) tab.setAttribute("aria-selected", String(tab.dataset.write === kind));
    for (const part of this.form.querySelectorAll("[data-only]")) {
      const folded = part.matches("[data-tools-closed]") || (part.matches(".composer__tools") && !part.dataset.open);
      part.hidden = part.dataset.only !== kind || folded;
    }
    for (const part of this.form.querySelectorAll("[data-editor]")) part.hidden = part.dataset.editor !== kind;
  }

  // One after the other; sending waits until they are here.
  files(files, inline = false) {
    for (const file of files) this.coming = this.coming.then(() => addFile(this, file, inline));
    this.coming.then(() => this.keepers[this.kind].touch());
  }

  fields(extra = {}) {
    const data = new FormData(this.form);
    data.delete("text");
    data.set("html", isEmpty(this.editor) ? "" : this.editor.getHTML());
    data.set("nonce", this.nonce);
    for (const [name, value] of Object.entries(extra)) value && data.set(name, value);
    return data;
  }

  async send(close, anyway = "") {
    if (this.sending) return;
    this.sending = true;
    this.form.classList.add("is-sending");
    const note = this.kind === "note";
    try {
      await this.coming;
      await this.keepers[this.kind].still();
      const fields = this.fields(note ? {} : { close: close ? "1" : "", anyway });
      const answer = await ask(`/conversations/${this.pk}/${note ? "notes" : "replies"}`, { method: "POST", body: fields });
      await this.answered(answer, close, note);
    } catch {
      this.keepers[this.kind].say(this.form.dataset.unsaved);
    }
    this.form.classList.remove("is-sending");
    this.sending = false;
  }

  async answered(answer, close, note) {
    const html = await answer.text();
    const stopped = document.getElementById("stopped");
    if (!answer.ok) {
      stopped?.replaceChildren(parse(html));
      Object.assign(stopped.dataset, { close: close ? "1" : "" });
      return this.keepers[this.kind].touch();
    }
    stopped?.replaceChildren();
    this.emptied(note ? "note" : "out");
    await swap("#toasts", html, "beforeend");
  }

  emptied(kind) {
    this.keepers[kind].forget();
    this.editors[kind].setHTML("");
    this.nonce = crypto.randomUUID();
    this.writing = false;
    if (kind === "out") this.form.querySelector("[data-files]").replaceChildren();
    const seen = document.getElementById("open")?.dataset.message;
    if (seen) this.form.elements.seen.value = seen;
  }
}

const imagesIn = (data) => [...(data?.items ?? [])].filter((item) => item.type.startsWith("image/")).map((item) => item.getAsFile()).filter(Boolean);

function begin() {
  const form = document.getElementById("composer");
  now = form && !form.dataset.begun ? new Composer(form) : now;
  if (form) form.dataset.begun = "yes";
}

export function write(kind) {
  now?.show(kind);
  now?.editor?.focus();
}

const inForm = (event) => now && event.target.closest("#composer") === now.form;

document.addEventListener("submit", (event) => {
  if (!inForm(event)) return;
  event.preventDefault();
  now.send((event.submitter?.dataset.send ?? (event.submitter?.name === "close" ? "close" : "open")) === "close");
});

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-anyway]")) return now?.send(document.getElementById("stopped").dataset.close === "1", "1");
  const read = event.target.closest("[data-read]");
  if (read) return document.getElementById(read.dataset.read)?.scrollIntoView({ block: "center" });
  if (!inForm(event)) return;
  const on = (name) => event.target.closest(`[data-${name}]`);
  if (on("write")) write(on("write").dataset.write);
  if (on("format")) FORMATS[on("format").dataset.format](now.editor);
  if (on("remove")) takeOff(now, on("remove"));
  if (on("tools")) toggleTools(on("tools"));
  if (on("copies")) toggleCopies(on("copies"));
  if (on("discard")) discard();
});

function toggleTools(button) {
  const tools = now.form.querySelector(".composer__tools");
  tools.hidden = !tools.hidden;
  tools.dataset.open = tools.hidden ? "" : "yes";
  button.setAttribute("aria-expanded", String(!tools.hidden));
}

function toggleCopies(button) {
  const copies = now.form.querySelector("#copies");
  const folded = copies.toggleAttribute("data-folded");
  button.setAttribute("aria-expanded", String(!folded));
  if (!folded) copies.querySelector("input:not([type=hidden])")?.focus();
}

async function discard() {
  await ask(`/conversations/${now.pk}/draft/out`, { method: "DELETE" });
  now.emptied("out");
}

document.addEventListener("change", (event) => {
  if (!inForm(event)) return;
  if (event.target.matches("[data-attach]")) {
    now.files([...event.target.files]);
    event.target.value = "";
  }
  if (event.target.matches("[data-addresses]")) {
    now.partiesChosen = true;
    now.keepers.out.touch();
  }
});

document.addEventListener("dragover", (event) => inForm(event) && event.preventDefault());
document.addEventListener("drop", (event) => {
  if (!inForm(event) || !event.dataTransfer.files.length) return;
  event.preventDefault();
  now.files([...event.dataTransfer.files]);
});

// While nothing is written, what comes in is seen; once one writes, sending will stop and show it.
document.addEventListener("desk:news", (event) => {
  if (now && !now.writing && now.pk === document.getElementById("open")?.dataset.conversation) {
    now.form.elements.seen.value = event.detail.message;
  }
});

// Taken back: its words return to the composer, before those that were begun meanwhile.
document.addEventListener("desk:undone", async (event) => {
  const pk = String(event.detail.conversation);
  document.getElementById(`m${event.detail.message}`)?.remove();
  if (now?.pk !== pk) return;
  const begun = isEmpty(now.editors.out) ? "" : now.editors.out.getHTML();
  now.keepers.out.forget();
  const answer = await ask(`/conversations/${pk}/composer`);
  if (!answer.ok || now.pk !== pk) return;
  now.form.replaceWith(parse(await answer.text()).getElementById("composer"));
  begin();
  if (begun) now.editors.out.setHTML(now.editors.out.getHTML() + begun);
  now.started();
  if (begun) now.keepers.out.touch();
  now.editors.out.focus();
});

document.addEventListener("desk:leaving", () => now && Object.values(now.keepers).forEach((keeper) => keeper.flush()));
addEventListener("pagehide", () => now && Object.values(now.keepers).forEach((keeper) => keeper.flush()));
document.addEventListener("desk:opened", begin);
begin();
