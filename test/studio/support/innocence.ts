/** What a page must never be brought to by what it shows. */
import type { Page } from "playwright-core";
import { mark } from "./hostile.js";

/** What ran, or could run, or hides what it is, one sentence each; nothing where all is well. */
export async function guiltOf(page: Page): Promise<string[]> {
  return page.evaluate(lookAround, mark);
}

/** Runs in the page; gives what is wrong with it, one sentence each. */
function lookAround(name: string): string[] {
  const wrong: string[] = [];
  // What acts on the order of text, hides, or is no character at all; line feeds and tabs stand in source.
  const unsafe = /(?![\n\t\u200c\u200d])[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u;
  const tell = (what: string, element: Element | null): void => {
    wrong.push(`${what}: ${element?.outerHTML.slice(0, 200) ?? ""}`);
  };
  if (Reflect.get(globalThis, name) !== undefined) {
    wrong.push("a script of the document ran");
  }
  if (unsafe.test(document.title) || document.title.length > 500) {
    wrong.push(`the title is ${document.title.slice(0, 100)}`);
  }
  for (const element of document.querySelectorAll(
    "iframe, object, embed, base, link[rel=import], plaintext",
  )) {
    tell("an element that none of the views has", element);
  }
  if (document.scripts.length > 2) {
    wrong.push(`there are ${document.scripts.length} scripts`);
  }
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = texts.nextNode(); node !== null; node = texts.nextNode()) {
    const text = node.nodeValue ?? "";
    const isData = node.parentElement instanceof HTMLScriptElement;
    if (!isData && (unsafe.test(text) || text.length > 20_000)) {
      tell(`a text of ${text.length} characters, ${JSON.stringify(unsafe.exec(text))}`, node.parentElement);
    }
  }
  for (const element of document.querySelectorAll("body *")) {
    for (const { name: attribute, value } of element.attributes) {
      if (/^on/i.test(attribute) || attribute === "srcdoc") {
        tell(`an attribute ${attribute}`, element);
      }
      // The value of an option is not shown.
      const isShown = !(attribute === "value" && element instanceof HTMLOptionElement);
      if (isShown && (unsafe.test(value) || value.length > 20_000)) {
        tell(`an attribute ${attribute} of ${value.length} characters`, element);
      }
      const leads = ["href", "src", "action", "formaction", "xlink:href"].includes(attribute);
      if (leads && !/^(?:#|blob:|data:image\/|\.?\/?assets\/)/.test(value)) {
        tell(`an address in ${attribute}`, element);
      }
      if (attribute === "style" && /url|expression|@import/i.test(value)) {
        tell("a style with an address", element);
      }
    }
  }
  const { scrollWidth } = document.documentElement;
  if (scrollWidth > innerWidth) {
    wrong.push(`the page is ${scrollWidth} pixels wide, the window ${innerWidth}`);
  }
  return wrong;
}
