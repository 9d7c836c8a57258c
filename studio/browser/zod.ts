/**
 * zod as the page and its workers have it: told not to make code from text before any schema is made. The page's content security
 * policy forbids that, and would report the attempt.
 */
import { z } from "zod/v4";

z.config({ jitless: true });

export { z };
