// The desk: a list, the open conversation, and what one does with keys. Each part is a module of its own.
import "./list.js";
import "./opening.js";
import "./catching-up.js";
import "./composer.js";
import "./keys.js";
import "./pane.js";
import "./hearing.js";
