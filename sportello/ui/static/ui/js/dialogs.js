// Native dialogs, opened by <button data-dialog="id">; a click beside one closes it.
document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-dialog]");
  if (opener) document.getElementById(opener.dataset.dialog)?.showModal();
  if (event.target.closest("[data-not-now]")) event.target.closest("dialog")?.close();
  if (event.target.matches("dialog")) event.target.close();
});
