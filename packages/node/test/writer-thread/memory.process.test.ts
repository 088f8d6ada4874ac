import { expect, test } from "@jest/globals";
import { temporaryDirectory } from "../temporary-directory.ts";
import { bundledProgram, type Line } from "./bundled-program.ts";

const program = bundledProgram("many-saves.ts");
const stateBytes = 2 ** 23;

interface Memory {
  readonly taken: readonly number[];
  readonly before: Readonly<Record<string, number>>;
  readonly after: Readonly<Record<string, number>>;
  readonly saved: number;
  readonly saveSuperseded: number;
}

async function manySaves(kind: string): Promise<Memory> {
  const ending = await program.run([temporaryDirectory(), kind], { flags: ["--expose-gc"] });
  expect(ending).toMatchObject({ code: 0, stderr: "" });
  return ending.lines[0] as Line & Memory;
}

/** 200 saves are 1.6 GiB. An outgrown buffer waits to be collected; the heaps of two threads go up and down. */
function expectNoGrowth({ before, after }: Memory): void {
  const grown = (kind: string): number => (after[kind] ?? NaN) - (before[kind] ?? NaN);
  expect(grown("external")).toBeLessThan(2 * stateBytes);
  expect(grown("arrayBuffers")).toBeLessThan(2 * stateBytes);
  expect(grown("rss")).toBeLessThan(4 * stateBytes);
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

test("200 saves take the memory of two states", async () => {
  const memory = await manySaves("steady");
  expect(memory.saved).toBe(221);
  expect(memory.saveSuperseded).toBe(0);
  expect(memory.taken).toHaveLength(2);
  expect(sum(memory.taken)).toBeLessThan(2.01 * stateBytes);
  expectNoGrowth(memory);
});

test("a state that grows at every save takes more memory once", async () => {
  const memory = await manySaves("growing");
  expect(memory.saved).toBe(221);
  // The two that it began with, and a larger one in place of the one that is in use.
  expect(memory.taken).toHaveLength(3);
  expect(memory.taken[2]).toBeLessThan(1.15 * stateBytes);
  expectNoGrowth(memory);
});

test("saves that come faster than the disk replace each other, and the last one is made", async () => {
  const memory = await manySaves("superseding");
  // The first one, those that were made, those that were replaced: all are accounted for.
  expect(memory.saved + memory.saveSuperseded).toBe(221);
  expect(memory.saveSuperseded).toBeGreaterThan(0);
  expect(memory.taken).toHaveLength(2);
  expectNoGrowth(memory);
});
