import { expect, it } from "vitest";
import { parseJson } from "../../src/base/json.js";

it.each(["null", "0", '"text"', '{"a":[1,null]}'])("%s is read", (text) => {
  expect(parseJson(text)).toEqual(JSON.parse(text));
});

it.each(["", "{", "NaN", '{"a":1', "{'a':1}", "1 2"])("%j has no value", (text) => {
  expect(parseJson(text)).toBeInstanceOf(SyntaxError);
});
