/** The page begins here. */
import { render } from "preact";
import { Frame } from "./frame.js";
import { withoutEval } from "./no-eval.js";
import { followAddress } from "./route.js";
import { openAtStart } from "./start.js";
import { followTheme } from "./theme.js";

withoutEval();
followTheme();
followAddress();
const root = document.querySelector("#studio");
if (root !== null) {
  render(<Frame />, root);
}
void openAtStart();
