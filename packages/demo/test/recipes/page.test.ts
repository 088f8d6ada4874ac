import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "@jest/globals";
import { readCodeBlocks } from "../docs/code-blocks.ts";

const folder = fileURLToPath(new URL("./", import.meta.url));

/** The file that each recipe is in, by what a reader calls. */
function readRecipes(): string[] {
  const files = readdirSync(folder).filter((name) => name.endsWith(".process.test.ts"));
  const recipes = files.map((name) => name.replace(".process.test.ts", ".ts"));
  return recipes.filter((name) => name !== "sigkill.ts");
}

test("the recipes of the docs are those that are tested, as they stand there", () => {
  const shown = readCodeBlocks().filter(
    ({ page, language }) => page === "docs/recipes.md" && language === "ts",
  );
  const tested = readRecipes().map((name) => readFileSync(`${folder}/${name}`, "utf8"));
  expect(shown.map(({ code }) => code).toSorted()).toEqual(tested.toSorted());
});
