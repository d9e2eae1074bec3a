// Files on their way to us, each with how far it is. Pictures that are pasted stand in the text.
import { parse } from "./asking.js";

export function addFile(composer, file, inline) {
  const place = composer.form.querySelector(`[data-files="${composer.kind}"]`) ?? composer.form.querySelector("[data-files]");
  const coming = document.createElement("span");
  coming.className = "upload";
  const bar = Object.assign(document.createElement("progress"), { max: file.size || 1, value: 0 });
  coming.append(Object.assign(document.createElement("span"), { className: "cut", textContent: file.name }), bar);
  place.append(coming);

  const data = new FormData();
  data.set("file", file, file.name || "immagine.png");
  if (inline) data.set("inline", "1");
  return new Promise((resolve) => {
    const request = new XMLHttpRequest();
    request.open("POST", `/conversations/${composer.pk}/files/${composer.kind}`);
    request.setRequestHeader("HX-Request", "true");
    request.setRequestHeader("X-CSRFToken", composer.form.elements.csrfmiddlewaretoken.value);
    request.upload.addEventListener("progress", (event) => (bar.value = event.loaded));
    request.addEventListener("load", () => {
      const answer = parse(request.responseText).firstElementChild;
      const pk = answer?.dataset.upload;
      if (request.status === 201 && inline && pk) {
        coming.remove();
        composer.editor.insertImage(`/attachments/${pk}/large.webp`, { alt: "" });
        composer.form.append(hidden(pk));
      } else {
        coming.replaceWith(answer ?? wrong(file.name));
      }
      resolve();
    });
    request.addEventListener("error", () => {
      coming.replaceWith(wrong(file.name));
      resolve();
    });
    request.send(data);
  });
}

const hidden = (pk) => Object.assign(document.createElement("input"), { type: "hidden", name: "files", value: pk });
const wrong = (name) => Object.assign(document.createElement("span"), { className: "upload upload--wrong", textContent: name });

export async function takeOff(composer, button) {
  const pk = button.dataset.remove;
  const token = composer.form.elements.csrfmiddlewaretoken.value;
  const answer = await fetch(`/attachments/${pk}`, { method: "DELETE", headers: { "X-CSRFToken": token, "HX-Request": "true" } });
  if (answer.ok) document.getElementById(`upload-${pk}`)?.remove();
}
