import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "@jest/globals";
import { transformSync } from "esbuild";
import * as core from "@reprise/core";
import * as testing from "@reprise/testing";
import { readCodeBlocks } from "./code-blocks.ts";
import type { LocalServer } from "../local-server.ts";
import { startStoreServer } from "./http-server.ts";

const page = "docs/writing-a-store.md";
const [storeCode = "", testCode = ""] = readCodeBlocks()
  .filter((block) => block.page === page)
  .map(({ code }) => code);

/** Runs the code of the page as a module; what it imports is given. */
function evaluate(code: string, modules: Readonly<Record<string, unknown>>): unknown {
  const { code: script } = transformSync(code, { loader: "ts", format: "cjs" });
  const module = { exports: {} };
  // The page is the program under test.
  // oxlint-disable-next-line typescript/no-implied-eval
  const run = new Function("require", "module", script) as (...args: unknown[]) => void;
  run((name: string) => modules[name], module);
  return module.exports;
}

type OpenStore = (url: string) => core.CheckpointStore;

function storeOf(code: string): OpenStore {
  return (evaluate(code, { "@reprise/core": core }) as { readonly httpStore: OpenStore }).httpStore;
}

describe("the test of the page, as it stands there", () => {
  evaluate(testCode, {
    "node:test": { describe, test },
    "@reprise/testing": testing,
    "./http-store.ts": { httpStore: storeOf(storeCode) },
    "./start-server.ts": { startServer: startStoreServer },
  });
});

interface ContractResult {
  readonly failed: readonly string[];
  readonly passed: number;
}

/** Runs the contract against the store of `code`, or only the test that is asked for. */
async function contractOf(code: string, only?: string): Promise<ContractResult> {
  const httpStore = storeOf(code);
  const subjectOn = async (started: Promise<LocalServer>): Promise<testing.StoreUnderTest> => {
    const server = await started;
    const open = () => httpStore(server.url);
    return { store: open(), reopen: async () => open(), cleanup: () => server.close() };
  };
  const tests: { name: string; body: () => Promise<void> }[] = [];
  testing.storeContract({
    it: (name, body) => (only ?? name) === name && tests.push({ name, body }),
    factory: () => subjectOn(startStoreServer()),
    factoryWithRoom: (bytes) => subjectOn(startStoreServer(new Map(), bytes)),
    factoryWithForeign: (name) => subjectOn(startStoreServer(new Map([[name, Buffer.of(1)]]))),
  });
  const failed: string[] = [];
  for (const { name, body } of tests) await body().catch(() => failed.push(name));
  return { failed, passed: tests.length - failed.length };
}

test("the store of the page keeps every promise, also where it runs full or is not alone", async () => {
  const { failed, passed } = await contractOf(storeCode);
  expect(failed).toEqual([]);
  expect(passed).toBeGreaterThan(30);
});

const put = 'await request("PUT", name, { headers, body: new Blob(chunks) });';

/** For every mistake that the page names, the line that makes it. */
const mistakes: Readonly<Record<string, readonly [line: string, mistaken: string]>> = {
  "`create` overwrites": ['"if-none-match": "*"', ""],
  "`create` asks first, and then writes": [
    put,
    `if ((await this.list()).includes(name)) throw new RepriseError("ALREADY_EXISTS", name);
     await request("PUT", name, { body: new Blob(chunks) });`,
  ],
  "`create` resolves before the answer": [
    put,
    put.replace(/await (.*);/, "void $1.catch(() => {});"),
  ],
  "the end of a range is taken as inclusive": ["${end - 1}", "${end}"],
  "416 is an error": ["if (ok || status === 416)", "if (ok)"],
  "an empty range is answered without asking": [
    'return (await request("HEAD", name)).bytes',
    "return new Uint8Array()",
  ],
  "`remove` minds a missing entry": ['!isRepriseError(error, "NOT_FOUND")', "true"],
  "`list` gives the first page only": ["as string[];", ".slice(0, 50);"],
  "`list` is cached": [
    'const { bytes } = await request("GET", "");',
    'const { bytes } = await (this.listed ??= request("GET", ""));',
  ],
  "a full server is any other failure": ['507: "STORE_FULL",', ""],
};

describe("each mistake that the page names is found by the test that it names", () => {
  const text = readFileSync(fileURLToPath(new URL(`../../../../${page}`, import.meta.url)), "utf8");
  const [, table = ""] = text.split(/^\| mistake .*\n.*\n/m);
  const rows = [...table.matchAll(/^\| (.+?) +\| (.+?) +\|$/gm)].map(
    ([, mistake = "", name = ""]) => [mistake, name] as const,
  );

  test("there is one for every row", () => {
    expect(rows.map(([mistake]) => mistake)).toEqual(Object.keys(mistakes));
  });

  test.each(rows)("%s: %s", async (mistake, name) => {
    const [line, mistaken] = mistakes[mistake] ?? ["", ""];
    const code = storeCode.replace(line, () => mistaken);
    expect(code).not.toBe(storeCode);
    expect((await contractOf(code, name)).failed).toEqual([name]);
  });
});
