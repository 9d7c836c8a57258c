/**
 * What the page shows, as it stands in the address after "#": the document, the view, and what is chosen in the view.
 *
 *     #/d0/timeline?select=g7&at=123456
 *
 * A change of view or of what is selected is a step that the browser's back button undoes; small movements (zoom, scrolling) replace
 * the present step.
 */
import { signal } from "@preact/signals";

/** Where the page is. */
export interface Route {
  /** Handle of a document; empty before one was opened. */
  readonly document: string;
  /** Name of a view; empty for the document's first one. */
  readonly view: string;
  /** What is chosen in the view; each view documents its own names. */
  readonly params: Readonly<Record<string, string>>;
}

/** Reads what stands after "#". Anything that cannot be read is left out. */
export function parseRoute(hash: string): Route {
  const [path = "", query = ""] = hash.replace(/^#\/?/, "").split("?", 2);
  const [document = "", view = ""] = path.split("/").map(decoded);
  return { document, view, params: Object.fromEntries(new URLSearchParams(query)) };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return "";
  }
}

/** The address of a route, with "#". */
export function routeHash({ document, view, params }: Route): string {
  const query = new URLSearchParams(params).toString();
  // A view without a document, such as the start screen, has a document that is none.
  const path = [document === "" && view !== "" ? "-" : document, view]
    .filter((part) => part !== "")
    .map(encodeURIComponent);
  return `#/${path.join("/")}${query === "" ? "" : `?${query}`}`;
}

/** Where the page is now. */
export const route = signal<Route>({ document: "", view: "", params: {} });

/** Follows the address; to be called once. */
export function followAddress(): void {
  const read = (): void => {
    route.value = parseRoute(location.hash);
  };
  addEventListener("popstate", read);
  addEventListener("hashchange", read);
  read();
}

/**
 * Goes somewhere.
 *
 * @param change what is different; params are replaced as a whole, an empty value takes a name out
 * @param how `replace` for small movements, which the back button does not undo one by one
 */
export function navigate(change: Partial<Route>, how: "push" | "replace" = "push"): void {
  const merged = { ...route.peek(), ...change };
  const params = Object.fromEntries(Object.entries(merged.params).filter(([, value]) => value !== ""));
  const next: Route = { ...merged, params };
  const hash = routeHash(next);
  if (hash !== routeHash(route.peek())) {
    if (how === "push") {
      history.pushState(null, "", hash);
    } else {
      history.replaceState(null, "", hash);
    }
  }
  route.value = next;
}

/** Changes some params of the present view. */
export function setParams(params: Readonly<Record<string, string>>, how: "push" | "replace" = "push"): void {
  navigate({ params: { ...route.peek().params, ...params } }, how);
}
