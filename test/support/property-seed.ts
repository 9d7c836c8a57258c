/** Run by vitest before each test file: fast-check's random input comes from the tests' seed. */
import fc from "fast-check";
import { testSeed } from "./test-seed.js";

fc.configureGlobal({ seed: testSeed });
