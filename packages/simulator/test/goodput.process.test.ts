import { readFileSync } from "node:fs";
import { expect, test } from "@jest/globals";
import { compare } from "../src/comparison.ts";
import { parseOptions } from "../src/options.ts";
import { scenarios } from "../src/scenarios.ts";
import { scenarioTable, wasteTable } from "../src/table.ts";

const page = readFileSync(new URL("../../../docs/goodput.md", import.meta.url), "utf8");

/** The cells of each row, without the line under the head. */
function rows(table: string): string[][] {
  return table
    .split("\n")
    .filter((line) => !/^[|\s-]*$/.test(line))
    .map((line) => line.split("|").map((cell) => cell.trim()));
}

/** The first table of the page that begins with this cell. */
function tableOnPage(head: string): string[][] {
  const [table = ""] = page.slice(page.indexOf(`| ${head} `)).split("\n\n");
  return rows(table);
}

// Those with few saves, which are quick to simulate.
const again = new Set([
  "spot instance, saves in the loop",
  "1,024 workers",
  "16,384 workers, save in the loop",
]);

test("the page shows what the simulator prints", () => {
  const simulated = scenarios
    .filter(({ name }) => again.has(name))
    .map((scenario) => compare(scenario, parseOptions([])));
  expect(simulated).toHaveLength(again.size);
  const shown = tableOnPage("waste in %");
  expect(shown.filter(([, name = ""], at) => at === 0 || again.has(name))).toEqual(
    rows(wasteTable(simulated)),
  );
  expect(shown.slice(1).map(([, name]) => name)).toEqual(scenarios.map(({ name }) => name));
});

test("the page shows all scenarios", () => {
  expect(tableOnPage("scenario                         | stall")).toEqual(
    rows(scenarioTable(scenarios)),
  );
});
