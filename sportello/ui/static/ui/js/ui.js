// What every page has: menus that stand beside their button, toasts that go away, dialogs, and a quiet word when offline.
import "./menus.js";
import "./toasts.js";
import "./dialogs.js";
import "./times.js";
