// The rich text of an answer. What is pasted is made plain before it is in the page: no styles, no strangers' pictures.
import "../ui/vendor/dompurify.js";
import Squire from "../ui/vendor/squire.js";

const PURIFY = {
  ALLOWED_TAGS: ["a", "b", "blockquote", "br", "code", "div", "em", "h1", "h2", "h3", "hr", "i", "img", "li", "ol", "p", "pre", "s", "strong", "table", "tbody", "td", "th", "thead", "tr", "u", "ul"],
  ALLOWED_ATTR: ["href", "src", "alt"],
  RETURN_DOM_FRAGMENT: true,
};
// The parser itself would complain of styles that our policy forbids, so they go before it sees them.
const STYLES = /\s(?:style|on\w+)\s*=\s*(?:"[^"]*"|'[^']*'|[^\s>]+)|<style[\s\S]*?<\/style>/gi;

function clean(html) {
  const fragment = window.DOMPurify.sanitize(html.replace(STYLES, ""), PURIFY);
  for (const image of fragment.querySelectorAll("img")) {
    if (!image.getAttribute("src")?.startsWith("/attachments/")) image.remove();
  }
  return document.importNode(fragment, true);
}

export function edit(element) {
  const before = element.innerHTML;
  const editor = new Squire(element, { blockTag: "P", sanitizeToDOMFragment: clean, addLinks: true });
  element.setAttribute("role", "textbox");
  element.setAttribute("aria-multiline", "true");
  editor.setHTML(before);
  return editor;
}

const toggle = (editor, tag, on, off) => (editor.hasFormat(tag) ? editor[off]() : editor[on]());

export const FORMATS = {
  bold: (editor) => toggle(editor, "B", "bold", "removeBold"),
  italic: (editor) => toggle(editor, "I", "italic", "removeItalic"),
  bullets: (editor) => toggle(editor, "UL", "makeUnorderedList", "removeList"),
  numbers: (editor) => toggle(editor, "OL", "makeOrderedList", "removeList"),
  quote: (editor) => (editor.hasFormat("BLOCKQUOTE") ? editor.decreaseQuoteLevel() : editor.increaseQuoteLevel()),
  plain: (editor) => editor.removeAllFormatting(),
  link: (editor) => {
    if (editor.hasFormat("A")) return editor.removeLink();
    const address = prompt(editor.getRoot().closest("form").dataset.link, "https://");
    if (address && /^(https?|mailto|tel):/i.test(address)) editor.makeLink(address);
  },
};

export const isEmpty = (editor) => !editor.getRoot().textContent.trim() && !editor.getRoot().querySelector("img");
