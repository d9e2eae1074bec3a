// A draft is a row on the server, and until it is there it also lies in this browser: nothing typed is ever lost.
import { ask } from "./asking.js";
import { isEmpty } from "./editor.js";

const PAUSE = 700;

export class Keeper {
  constructor(composer, kind, editor) {
    Object.assign(this, { composer, kind, editor, key: `draft:${composer.pk}:${kind}`, timer: 0, saving: null });
    this.saved = this.html(); // what the server has, as far as we know
    this.restore();
  }

  // What lies here was never confirmed. If the server has what it had then, ours is newer; else both are kept.
  restore() {
    const kept = JSON.parse(localStorage.getItem(this.key) ?? "null");
    if (!kept) return void (this.composer.writing ||= !isEmpty(this.editor));
    const elsewhere = this.saved && this.saved !== kept.saved && this.saved !== kept.html;
    this.editor.setHTML(elsewhere ? this.saved + kept.html : kept.html);
    this.composer.writing = true;
    this.touch();
  }

  html() {
    return isEmpty(this.editor) ? "" : this.editor.getHTML();
  }

  touch() {
    const html = this.html();
    if (html === this.saved) localStorage.removeItem(this.key);
    else localStorage.setItem(this.key, JSON.stringify({ html, saved: this.saved }));
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.save(), PAUSE);
    this.say("");
  }

  async save({ keepalive = false } = {}) {
    this.timer = 0;
    const { form, pk, partiesChosen } = this.composer;
    const fields = new FormData();
    fields.set("html", this.html());
    fields.set("seen", form.elements.seen.value);
    if (this.kind === "out" && partiesChosen) {
      fields.set("parties", "1");
      for (const name of ["to", "cc", "bcc"]) fields.set(name, form.elements[name].value);
    }
    const kept = this.html();
    this.saving = ask(`/conversations/${pk}/draft/${this.kind}`, { method: "POST", body: fields, keepalive });
    try {
      const answer = await this.saving;
      if (answer.ok) this.saved = kept;
      if (answer.ok && kept === this.html()) localStorage.removeItem(this.key);
      this.say(answer.ok ? form.dataset.saved : form.dataset.unsaved);
    } catch {
      this.say(this.composer.form.dataset.unsaved);
    }
    this.saving = null;
  }

  // Nothing more is saved until one types again: a late saving must not bring back what was sent.
  async still() {
    clearTimeout(this.timer);
    this.timer = 0;
    await this.saving?.catch(() => {});
  }

  flush() {
    if (!this.timer) return;
    clearTimeout(this.timer);
    this.save({ keepalive: true });
  }

  forget() {
    clearTimeout(this.timer);
    this.timer = 0;
    localStorage.removeItem(this.key);
    this.saved = "";
    this.say("");
  }

  say(words) {
    const place = this.composer.form.querySelector(".composer__saved");
    if (place && this.composer.kind === this.kind) place.textContent = words;
  }
}
