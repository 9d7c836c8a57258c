/** The option --html, which many commands have. */

/** What it does. */
export const htmlText = "write a page that shows it, one file that needs nothing else";
