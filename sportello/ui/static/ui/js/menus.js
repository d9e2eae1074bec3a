// Menus are native popovers. Here they only find their place beside the button, and listen to the arrows.
const GAP = 4;

function place(menu, button) {
  const at = button.getBoundingClientRect();
  const { offsetWidth: width, offsetHeight: height } = menu;
  const right = document.documentElement.clientWidth - width - GAP;
  const left = menu.dataset.side === "beside" ? at.right + GAP : menu.dataset.side === "end" ? at.right - width : at.left;
  const below = at.bottom + GAP;
  const above = at.top - height - GAP;
  const fitsBelow = below + height <= innerHeight - GAP;
  const top = menu.dataset.side === "beside" ? at.bottom - height : fitsBelow || above < GAP ? below : above;
  menu.style.left = `${Math.max(GAP, Math.min(left, right))}px`;
  menu.style.top = `${Math.max(GAP, Math.min(top, innerHeight - height - GAP))}px`;
}

const items = (menu) => [...menu.querySelectorAll(".menu__item:not([hidden]):not([disabled])")];

document.addEventListener("toggle", (event) => {
  const menu = event.target;
  if (!menu.matches?.(".menu[popover]") || event.newState !== "open") return;
  const button = document.activeElement?.closest(`[popovertarget="${menu.id}"]`) ?? document.querySelector(`[popovertarget="${menu.id}"]`);
  if (button) place(menu, button);
  enter(menu);
}, true);

function enter(menu) {
  if (!menu.contains(document.activeElement)) (menu.querySelector("input:not([type=hidden])") ?? items(menu)[0])?.focus();
}

// Opened by a key: the next key may come before the browser has told that it is open.
export function open(menu, button) {
  button.focus();
  menu.showPopover();
  place(menu, button);
  enter(menu);
}

document.addEventListener("keydown", (event) => {
  const menu = event.target.closest?.(".menu");
  if (!menu || !["ArrowDown", "ArrowUp", "Home", "End"].includes(event.key)) return;
  if (event.target.matches("input") && ["Home", "End"].includes(event.key)) return;
  const all = items(menu);
  const here = all.indexOf(document.activeElement);
  const next = { ArrowDown: here + 1, ArrowUp: here - 1, Home: 0, End: -1 }[event.key];
  all.at(next % all.length)?.focus();
  event.preventDefault();
});

// What was chosen closes its menu.
document.addEventListener("click", (event) => {
  const item = event.target.closest(".menu__item");
  if (item && !item.hasAttribute("data-stay")) item.closest("[popover]")?.hidePopover();
});

// A field in a menu narrows it to what one types.
document.addEventListener("input", (event) => {
  const menu = event.target.closest(".menu");
  if (!menu || !event.target.matches("[data-narrow]")) return;
  const words = event.target.value.trim().toLowerCase();
  for (const item of menu.querySelectorAll("[data-name]")) item.hidden = !item.dataset.name.toLowerCase().includes(words);
});
