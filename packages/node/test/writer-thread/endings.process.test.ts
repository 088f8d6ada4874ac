import { readdirSync } from "node:fs";
import { describe, expect, test } from "@jest/globals";
import { temporaryDirectory } from "../temporary-directory.ts";
import { bundledProgram, type Ending, type Line, slowThread } from "./bundled-program.ts";

const program = bundledProgram("train.ts");
const small = "1000";
const large = String(2 ** 24);

function typesOf({ lines }: Ending): string[] {
  return lines.map(({ type }) => type);
}

/** What the next start finds. */
async function nextStart(path: string, count: string): Promise<Line | undefined> {
  const { lines } = await program.run([path, "idle", count]);
  return lines.find(({ type }) => type === "begun");
}

describe.each([
  ["a small state", small],
  ["64 MiB", large],
])("with %s", (_, count) => {
  test("a save is committed while the event loop is blocked", async () => {
    const path = temporaryDirectory();
    const ending = await program.run([path, "block", count]);
    expect(ending).toMatchObject({ signal: "SIGKILL", stderr: "" });
    // It could not even be told of it.
    expect(typesOf(ending)).toEqual(["started", "begun"]);
    expect(await nextStart(path, count)).toMatchObject({ step: 1, isWhole: true });
  });

  test.each([
    ["exit", 3],
    ["exitLater", 3],
    ["throw", 1],
  ])("%s in mid-save: the exit code is %i, and a whole checkpoint stays", async (mode, code) => {
    const path = temporaryDirectory();
    const ending = await program.run([path, mode, count]);
    expect(ending).toMatchObject({ code, signal: null });
    expect(ending.stderr.includes("thrown in mid-save")).toBe(mode === "throw");
    const found = await nextStart(path, count);
    expect(found).toMatchObject({ isWhole: true });
    expect([1, 2]).toContain(found?.["step"]);
  });

  test("a program that just ends does so once its last save is durable", async () => {
    const path = temporaryDirectory();
    const ending = await program.run([path, "leave", count]);
    expect(ending).toMatchObject({ code: 5, stderr: "" });
    expect(typesOf(ending)).toEqual(["started", "begun", "saved", "left", "saved"]);
    expect(await nextStart(path, count)).toMatchObject({ step: 2, isWhole: true });
  });

  test("a preemption and a stop wait for their save", async () => {
    for (const [mode, code] of [
      ["signal", 75],
      ["stop", 0],
    ] as const) {
      const path = temporaryDirectory();
      const ending = await program.run([path, mode, count]);
      expect(ending).toMatchObject({ code, stderr: "" });
      const entries = readdirSync(path);
      expect(entries.filter((name) => !/^(checkpoint|lease|ledger)-/.test(name))).toEqual([]);
      const last = ending.lines.findLast(({ type }) => type === "saved");
      const found = await nextStart(path, count);
      expect(found).toMatchObject({ isWhole: true });
      expect(last?.message).toContain(`(step ${String(found?.["step"])})`);
    }
  });
});

test("a program that just ends lets a thread start that has something to save", async () => {
  const path = temporaryDirectory();
  for (const life of [0, 1]) {
    const { code, lines, stderr } = await program.run([path, "device"], { flags: slowThread });
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(lines[1]).toMatchObject({ type: "begun", step: life, device: life });
    expect(lines.at(-1)?.type).toBe("saved");
  }
});

test("a thread without work does not keep a process alive, and nothing is printed", async () => {
  const ending = await program.run([temporaryDirectory(), "idle"]);
  expect(ending).toMatchObject({ code: 0, stderr: "" });
  expect(typesOf(ending)).toEqual(["started", "begun", "left"]);
});
