import { describe, expect, test } from "@jest/globals";
import { readCodeBlocks, readScripts } from "./code-blocks.ts";
import { runProgram } from "./run-program.ts";

const blocks = readCodeBlocks();

describe("every program in the README and the docs runs as it stands", () => {
  const programs = blocks.filter(({ language }) => language === "ts");
  test.each(programs.map(({ page, code }, index) => [page, index, code] as const))(
    "%s, program %#",
    async (_page, _index, code) => {
      const { exitCode, stderr } = await runProgram(code);
      expect({ exitCode, error: exitCode === 0 ? "" : stderr }).toEqual({ exitCode: 0, error: "" });
    },
    120_000,
  );
});

test("every npm command in the README and the docs exists", () => {
  const commands = blocks
    .filter(({ language }) => language === "sh")
    .flatMap(({ code }) => [...code.matchAll(/npm (?:run )?(\w+)/g)].map(([, name]) => name));
  expect(commands).not.toEqual([]);
  const scripts = readScripts();
  expect(commands.filter((name) => !scripts.has(name ?? ""))).toEqual([]);
});

test("a block that is not run says so by its language", () => {
  const known = new Set(["ts", "sh", "text", "json", "python"]);
  expect(blocks.filter(({ language }) => !known.has(language))).toEqual([]);
});
