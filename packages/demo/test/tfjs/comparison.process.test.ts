import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "@jest/globals";

const root = fileURLToPath(new URL("../../../..", import.meta.url));

/** The cells of every row of the first table that begins with this head. */
function rowsIn(text: string, head: string): string[][] {
  const lines = text.slice(text.indexOf(head)).split("\n");
  const end = lines.findIndex((line) => !line.startsWith("|"));
  const rows = lines.slice(0, end).filter((line) => !/^[|\s-]*$/.test(line));
  return rows.map((row) => row.split("|").map((cell) => cell.trim()));
}

test("the docs show what the comparison prints, and Reprise loses nothing", () => {
  const main = fileURLToPath(new URL("../../src/tfjs/comparison/main.ts", import.meta.url));
  const args = [
    "--conditions=@reprise/source",
    "--import",
    new URL("../../../../.ci/typescript.mjs", import.meta.url).href,
    main,
  ];
  const { stdout, status } = spawnSync(process.execPath, args, { cwd: root, encoding: "utf8" });
  expect(status).toBe(0);

  const head = "| what it uses";
  const printed = rowsIn(stdout, head);
  expect(printed.slice(1).map((row) => row.slice(4, 6))).toEqual(
    Array.from({ length: 11 }, () => ["identical", "identical"]),
  );
  expect(rowsIn(readFileSync(`${root}/docs/tfjs.md`, "utf8"), head)).toEqual(printed);
}, 120_000);
