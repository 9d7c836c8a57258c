/** The page begins here. */
import { render } from "preact";
import { Frame } from "./frame.js";
import { followAddress } from "../page/route.js";
import { openAtStart } from "./start.js";
import { followTheme } from "../page/theme.js";

followTheme();
followAddress();
const root = document.querySelector("#studio");
if (root !== null) {
  render(<Frame />, root);
}
void openAtStart();
