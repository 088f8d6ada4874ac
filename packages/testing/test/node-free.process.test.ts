import { fileURLToPath } from "node:url";
import { createContext, runInContext } from "node:vm";
import { beforeAll, expect, test } from "@jest/globals";
import { build, type Metafile } from "esbuild";
import type { CheckpointStore } from "@reprise/core";
import type { StoreContract } from "@reprise/testing";

const entry = fileURLToPath(new URL("../src/index.ts", import.meta.url));
const core = fileURLToPath(new URL("../../core/src/index.ts", import.meta.url));

/** What only Node has, each renamed in the bundle to a word that nothing else contains. */
const nodeOnly = [
  "process",
  "Buffer",
  "require",
  "global",
  "setImmediate",
  "__dirname",
  "__filename",
];
const mark = (name: string) => `ONLY_IN_NODE_${name}`;

interface Bundle {
  readonly code: string;
  readonly metafile: Metafile;
}

/** As a bundler for browsers makes it of the whole entry point, and of what its tests need of core. */
async function bundle(contents: string): Promise<Bundle> {
  const { outputFiles, metafile } = await build({
    stdin: { contents, resolveDir: fileURLToPath(new URL(".", import.meta.url)), loader: "ts" },
    bundle: true,
    write: false,
    metafile: true,
    format: "iife",
    globalName: "kit",
    platform: "browser",
    conditions: ["@reprise/source"],
    define: Object.fromEntries(nodeOnly.map((name) => [name, mark(name)])),
    // Asked for by name, so that a built-in module is a finding and not a failed build.
    external: ["node:*"],
    logLevel: "silent",
  });
  return { code: outputFiles[0]?.text ?? "", metafile };
}

let whole: Bundle;
beforeAll(async () => {
  whole = await bundle(
    `export * from ${JSON.stringify(entry)}; export { memory } from ${JSON.stringify(core)};`,
  );
}, 60_000);

function importsOf({ metafile }: Bundle): string[] {
  return Object.values(metafile.inputs)
    .flatMap(({ imports }) => imports)
    .filter(({ external }) => external)
    .map(({ path }) => path);
}

function globalsOf({ code }: Bundle): string[] {
  return nodeOnly.filter((name) => code.includes(mark(name)));
}

test("the main entry point imports nothing of Node", () => {
  expect(Object.keys(whole.metafile.inputs)).toContainEqual(
    expect.stringMatching(/testing\/src\/index\.ts$/u),
  );
  expect(importsOf(whole)).toEqual([]);
});

test("the main entry point uses no global that only Node has", () => {
  expect(globalsOf(whole)).toEqual([]);
});

test("an import and a global of Node would be noticed", async () => {
  const planted = await bundle(
    `import { readFileSync } from "node:fs"; console.log(readFileSync, Buffer.from("process"));`,
  );
  expect(importsOf(planted)).toEqual(["node:fs"]);
  expect(globalsOf(planted)).toEqual(["Buffer"]);
});

interface Kit {
  readonly memory: () => CheckpointStore;
  readonly storeContract: (contract: StoreContract) => void;
}

test("the memory store keeps the contract where there are only the globals of a browser", async () => {
  const { performance, crypto, console, setTimeout, MessageChannel, TextEncoder, TextDecoder } =
    globalThis;
  const context = createContext({
    performance,
    crypto,
    console,
    setTimeout,
    MessageChannel,
    TextEncoder,
    TextDecoder,
  });
  expect(runInContext("[typeof process, typeof Buffer]", context)).toEqual(
    Array.from({ length: 2 }, () => "undefined"),
  );
  const kit = runInContext(`${whole.code}; kit`, context) as Kit;
  const failures: string[] = [];
  const tests: { name: string; body: () => Promise<void> }[] = [];
  kit.storeContract({
    it: (name, body) => tests.push({ name, body }),
    async factory() {
      const store = kit.memory();
      return { store, reopen: async () => store };
    },
  });
  for (const { name, body } of tests) {
    await body().catch((error: unknown) => failures.push(`${name}: ${String(error)}`));
  }
  expect(failures).toEqual([]);
  expect(tests.length).toBeGreaterThan(20);
});
