// A toast says what just happened and goes away by itself, unless one is looking at it.
const SECONDS = 6;

function watch(toast) {
  if (toast.dataset.watched) return;
  toast.dataset.watched = "yes";
  const leave = () => (toast.matches(":hover, :focus-within") ? setTimeout(leave, 1000) : toast.remove());
  setTimeout(leave, SECONDS * 1000);
}

export function say(words) {
  const toast = document.createElement("p");
  toast.className = "toast";
  toast.dataset.toast = "";
  toast.textContent = words;
  document.getElementById("toasts")?.append(toast);
  watch(toast);
}

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-close]")) event.target.closest("[data-toast]")?.remove();
});
document.querySelectorAll("#toasts [data-toast]").forEach(watch);
new MutationObserver(() => document.querySelectorAll("#toasts [data-toast]").forEach(watch))
  .observe(document.getElementById("toasts") ?? document.body, { childList: true });
