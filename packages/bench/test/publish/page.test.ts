import { expect, test } from "@jest/globals";
import { fillIn } from "../../src/publish/page.ts";

const page = "before\n<!-- begin a -->\n<!-- end a -->\nafter\n";

test("a part stands between its markers, and is replaced by the next one", () => {
  const once = fillIn(page, { a: "one" });
  expect(once).toBe("before\n<!-- begin a -->\n\none\n\n<!-- end a -->\nafter\n");
  expect(fillIn(once, { a: "two" })).toBe(once.replace("one", "two"));
  expect(fillIn(once, {})).toBe(once);
});

test("a part without its markers is an error", () => {
  expect(() => fillIn(page, { b: "one" })).toThrow("begin b");
});
