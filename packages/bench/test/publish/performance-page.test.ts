import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "@jest/globals";
import { readFigures } from "../../src/figures.ts";
import { fillIn } from "../../src/publish/page.ts";
import { partsOf } from "../../src/publish/parts.ts";
import { picturesOf } from "../../src/publish/pictures.ts";

const docs = new URL("../../../../docs/", import.meta.url);
const figures = readFigures();

describe("docs/performance.md", () => {
  const page = readFileSync(new URL("performance.md", docs), "utf8");

  test("shows the figures that are kept, and no others", () => {
    expect(fillIn(page, partsOf(figures))).toBe(page);
    expect(Object.keys(partsOf(figures))).toEqual(["budgets", "side by side", "growth", "goodput"]);
  });

  test("has a picture for each that is drawn, and draws each that it has", () => {
    const shown = new Set([...page.matchAll(/\(pictures\/([^)]+)\)/g)].map(([, name]) => name));
    expect(shown).toEqual(new Set(Object.keys(picturesOf(figures))));
    expect(shown).toEqual(new Set(readdirSync(new URL("pictures", docs))));
  });
});

describe("the pictures", () => {
  const pictures = picturesOf(figures);

  test("are those of the figures", () => {
    const kept = Object.keys(pictures).map((name) => [
      name,
      readFileSync(new URL(`pictures/${name}`, docs), "utf8"),
    ]);
    expect(Object.fromEntries(kept)).toEqual(pictures);
  });

  test.each(Object.entries(pictures))("%s is readable on light and on dark pages", (_, picture) => {
    expect(picture).toContain("prefers-color-scheme: dark");
    const inks = [...picture.matchAll(/<text[^>]* fill="([^"]+)"/g)].map(([, ink]) => ink);
    expect(new Set(inks)).toEqual(new Set(["currentColor"]));
  });
});
