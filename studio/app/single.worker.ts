/**
 * All workers of the page that was opened from disk, in one script: each serves where the page gave its name. Most of their code is the
 * same, and apart it would lie three times in the page.
 */
// oxlint-disable import/no-unassigned-import -- a worker serves by being loaded
import "../opening/opening.worker.js";
import "../views/model/model.worker.js";
import "../views/timeline/timeline.worker.js";
