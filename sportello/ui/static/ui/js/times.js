// How long somebody has waited grows while one looks: <span data-since="2026-11-21T09:12:00Z">12 min</span>.
const NBSP = "\u00a0";

export function lapse(seconds, day = "d") {
  const minutes = Math.floor(seconds / 60), hours = Math.floor(seconds / 3600), days = Math.floor(seconds / 86400);
  if (seconds < 60) return `${Math.max(0, Math.floor(seconds))}${NBSP}s`;
  if (minutes < 60) return `${minutes}${NBSP}min`;
  if (hours >= 24) return `${days}${NBSP}${day}`;
  const rest = String(minutes % 60).padStart(2, "0");
  return hours < 10 && minutes % 60 ? `${hours}${NBSP}h${NBSP}${rest}` : `${hours}${NBSP}h`;
}

const day = document.documentElement.lang === "it" ? "g" : "d";

function tick() {
  if (document.hidden) return;
  const now = Date.now();
  for (const place of document.querySelectorAll("[data-since]")) {
    const words = lapse((now - Date.parse(place.dataset.since)) / 1000, day);
    if (place.textContent !== words) place.textContent = words;
  }
}

setInterval(tick, 10000);
document.addEventListener("visibilitychange", tick);
