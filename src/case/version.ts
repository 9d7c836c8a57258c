/** The version of maptrap; the same as in package.json (a test compares them). It is written into every case file. */
export const maptrapVersion = "0.1.0";
