// Recipients as one reads them: each a chip that can be taken off. The field keeps the text, so it works without us.
const ONE = /(?:"((?:[^"\\]|\\.)*)"|([^<>,;"]*?))\s*<([^<>\s]+@[^<>\s]+)>|([^\s<>,;"]+@[^\s<>,;"]+)/g;

export const addressesIn = (text) =>
  [...text.matchAll(ONE)].map(([, quoted, name, address, alone]) => ({
    name: (quoted?.replace(/\\(.)/g, "$1") ?? name ?? "").trim(),
    address: address ?? alone,
  }));

const typed = ({ name, address }) => (name ? `${/[",;<>@\\]/.test(name) ? JSON.stringify(name) : name} <${address}>` : address);

export function dress(field) {
  if (field.dataset.dressed) return;
  field.dataset.dressed = "yes";
  const box = document.createElement("span");
  box.className = "chips";
  const input = document.createElement("input");
  input.className = "chips__more";
  input.type = "text";
  input.inputMode = "email";
  input.autocomplete = "off";
  input.setAttribute("aria-label", field.labels?.[0]?.textContent ?? field.name);
  const off = field.form.dataset.off ?? "×";

  const draw = () => {
    const chips = addressesIn(field.value).map((party, at) => chip(party, at));
    box.replaceChildren(...chips, input);
  };
  const chip = (party, at) => {
    const element = document.createElement("span");
    element.className = "chip";
    element.title = party.address;
    const name = document.createElement("b");
    name.textContent = party.name || party.address;
    element.append(name);
    if (party.name) element.append(Object.assign(document.createElement("span"), { className: "chip__address", textContent: party.address }));
    const button = Object.assign(document.createElement("button"), { type: "button", className: "chip__off", textContent: "×" });
    button.setAttribute("aria-label", off.replace("{}", party.name || party.address));
    button.addEventListener("click", () => put(addressesIn(field.value).filter((_, other) => other !== at)));
    element.append(button);
    return element;
  };
  const put = (parties) => {
    field.value = parties.map(typed).join(", ");
    field.dispatchEvent(new Event("change", { bubbles: true }));
    draw();
    input.focus();
  };
  const take = () => {
    const more = addressesIn(input.value);
    if (!more.length) return;
    input.value = "";
    put([...addressesIn(field.value), ...more]);
  };
  input.addEventListener("keydown", (event) => {
    if (["Enter", ",", ";"].includes(event.key) && input.value.trim()) {
      event.preventDefault();
      take();
    }
    if (event.key === "Backspace" && !input.value) put(addressesIn(field.value).slice(0, -1));
  });
  input.addEventListener("blur", take);
  box.addEventListener("click", (event) => event.target === box && input.focus());
  field.type = "hidden";
  field.after(box);
  draw();
}
