import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, describe, expect, jest, test } from "@jest/globals";

jest.setTimeout(120_000);

const packageRoot = fileURLToPath(new URL("../..", import.meta.url));
const folders: string[] = [];

afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

const use = `
  import "@reprise/testing/jest";
  import { exact } from "@reprise/testing/mutants";
  export const all: Promise<void>[] = [
    expect(exact).toResumeExactly({ kinds: ["kill"] }),
    expect(exact).not.toSurvive([{ save: 1 }, { step: 2, kind: "term" }]),
    expect(exact).toBeDeterministic(),
  ];
  expect(new Float32Array(1)).toBeBitIdenticalTo(new Float32Array(1));
  // @ts-expect-error there is no such kind
  void expect(exact).toResumeExactly({ kinds: ["powerLoss"] });
  // @ts-expect-error an error needs a call of the store
  void expect(exact).toSurvive([{ step: 1, kind: "error" }]);
`;

/** What the type checker says of a program that uses the matchers. */
function check(program: string, types: readonly string[]): string {
  // Where the packages that the program imports are found, and nothing else looks for sources.
  const folder = mkdtempSync(join(packageRoot, "node_modules/.types-"));
  folders.push(folder);
  writeFileSync(join(folder, "program.ts"), program);
  writeFileSync(
    join(folder, "tsconfig.json"),
    JSON.stringify({
      extends: join(packageRoot, "../../tsconfig.json"),
      compilerOptions: { types },
      include: [],
      files: ["program.ts"],
    }),
  );
  const compiler = createRequire(join(packageRoot, "../../package.json")).resolve(
    "typescript/package.json",
  );
  const { stdout } = spawnSync(process.execPath, [join(compiler, "../bin/tsc"), "-p", folder], {
    encoding: "utf8",
  });
  return stdout;
}

describe("the types of the matchers", () => {
  test("of expect from @jest/globals", () => {
    expect(check(`import { expect } from "@jest/globals"; ${use}`, ["node"])).toBe("");
  });

  test("of the global expect of @types/jest", () => {
    expect(check(use, ["node", "jest"])).toBe("");
  });

  test("are there only when they are imported", () => {
    const withoutImport = use.replace('import "@reprise/testing/jest";', "");
    expect(check(withoutImport, ["node", "jest"])).toContain("toResumeExactly");
  });
});
