import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { readFigures } from "../figures.ts";
import { fillIn } from "./page.ts";
import { partsOf } from "./parts.ts";
import { picturesOf } from "./pictures.ts";

const docs = fileURLToPath(new URL("../../../../docs", import.meta.url));

/** Writes the tables of `docs/performance.md` and its pictures anew, from the figures that are kept. */
export function publish(): void {
  const figures = readFigures();
  const page = join(docs, "performance.md");
  writeFileSync(page, fillIn(readFileSync(page, "utf8"), partsOf(figures)));
  const folder = join(docs, "pictures");
  mkdirSync(folder, { recursive: true });
  for (const [name, picture] of Object.entries(picturesOf(figures)))
    writeFileSync(join(folder, name), picture);
}
