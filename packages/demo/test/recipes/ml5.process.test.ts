import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { afterEach, beforeAll, expect, test } from "@jest/globals";
import { firstDifference } from "@reprise/testing";
import type { LocalServer } from "../local-server.ts";
import { bundle, serve } from "../browser/browser.ts";
import { liveThrough } from "../browser/lives.ts";
import { readCodeBlocks } from "../docs/code-blocks.ts";
import type { trainWithMl5 } from "./ml5.ts";

type Result = Awaited<ReturnType<typeof trainWithMl5>>;

const copyOfMl5 = fileURLToPath(new URL("./ml5-tf.cjs", import.meta.url));

let ml5: Buffer;
let site: LocalServer | undefined;

beforeAll(async () => {
  ml5 = await readFile(createRequire(import.meta.url).resolve("ml5"));
});

afterEach(() => site?.close());

test("a network of ml5 resumes exactly in Chromium, after its page and its browser were killed", async () => {
  const aliases = { "@tensorflow/tfjs-core": copyOfMl5, "@tensorflow/tfjs-layers": copyOfMl5 };
  site = await serve(ml5, await bundle("programs/ml5.ts", aliases));
  const whole = await liveThrough<Result>(site, "program.train(life)");
  const { printed, result } = await liveThrough<Result>(site, "program.train(life)", [
    { write: 2, moment: "after", of: "page" },
    { write: 2, moment: "during", of: "browser" },
  ]);
  expect(printed.map((text) => text.includes("resumed"))).toEqual([false, true, true]);
  expect(result.history["loss"]).toHaveLength(5);
  expect(result.weights).toHaveLength(4);
  expect(firstDifference(result, whole.result)).toBeUndefined();
});

test("a second copy of TensorFlow.js beside that of ml5 is refused", async () => {
  site = await serve(ml5, await bundle("programs/ml5.ts"));
  const train = "program.train(life).catch(({ code }) => code)";
  const { result } = await liveThrough<string>(site, train);
  expect(result).toBe("PEER_UNSUPPORTED");
});

test("the file that the recipe puts in the place of TensorFlow.js is the one that is tested", async () => {
  const shown = readCodeBlocks().filter(({ code }) => code.startsWith("// ml5-tf.cjs\n"));
  const tested = await readFile(copyOfMl5, "utf8");
  expect(shown.map(({ code }) => code)).toEqual([`// ml5-tf.cjs\n${tested}`]);
});
