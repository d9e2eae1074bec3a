// A toast says what just happened and goes away by itself, unless one is looking at it.
const SECONDS = 6;

function watch(toast) {
  if (toast.dataset.watched) return;
  toast.dataset.watched = "yes";
  const seconds = Number(toast.dataset.seconds ?? SECONDS);
  burn(toast.querySelector(".toast__ring circle:last-child"), seconds);
  const leave = () => (toast.matches(":hover, :focus-within") ? setTimeout(leave, 1000) : toast.remove());
  setTimeout(leave, seconds * 1000);
}

// The ring is how long it can still be taken back.
function burn(ring, seconds) {
  ring?.animate({ strokeDasharray: ["100 100", "0 100"] }, { duration: seconds * 1000, fill: "forwards" });
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
