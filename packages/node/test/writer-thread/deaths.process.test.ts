import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { temporaryDirectory } from "../temporary-directory.ts";
import { bundledProgram, type Ending, type Line } from "./bundled-program.ts";

const program = bundledProgram("train.ts");
const killWriter = new URL("./fixtures/kill-writer.mjs", import.meta.url).href;

/** How the thread dies, in which of its saves and before which call. */
interface Death {
  readonly how: "exit" | "throw" | "reject" | "heap" | "terminate" | "idle";
  readonly at?: string;
  readonly save?: number;
}

interface Life extends Ending {
  /** What was in the directory after it. */
  readonly left: readonly string[];
  readonly deaths: readonly string[];
  /** The first start after it. */
  readonly next: Line | undefined;
}

async function live(
  deaths: (path: string) => readonly Death[],
  [mode, ...flags]: readonly string[] = ["steps"],
): Promise<Life> {
  const path = temporaryDirectory();
  const log = join(temporaryDirectory(), "deaths.log");
  writeFileSync(log, "");
  const ending = await program.run([path, mode ?? "", "200000", "4"], {
    flags: ["--import", killWriter, ...flags],
    env: { DEATHS_LOG: log, WRITER_DEATHS: JSON.stringify(deaths(path)) },
  });
  const left = readdirSync(path);
  const { lines } = await program.run([path, "idle", "200000"]);
  return {
    ...ending,
    left,
    deaths: readFileSync(log, "utf8").split("\n").slice(0, -1),
    next: lines.find(({ type }) => type === "begun"),
  };
}

function messages({ lines }: Ending, wanted: string): string[] {
  return lines.filter(({ type }) => type === wanted).map(({ message = "" }) => message);
}

/** That the next start goes on from the last save that succeeded. */
function expectNothingLost(life: Life): void {
  expect(life.next).toMatchObject({ isWhole: true });
  const { next } = life;
  expect(messages(life, "saved").at(-1)).toContain(`(step ${String(next?.["step"])})`);
}

describe("a thread that dies once", () => {
  test.each<[string, Death, string]>([
    // Not the first save, which may not fail.
    ["leaves before it makes a file", { how: "exit", at: "open", save: 2 }, "exit code 7"],
    ["leaves as it writes", { how: "exit", at: "writev", save: 2 }, "exit code 7"],
    ["leaves as it syncs", { how: "exit", at: "sync", save: 2 }, "exit code 7"],
    ["leaves before it commits", { how: "exit", at: "link", save: 2 }, "exit code 7"],
    ["leaves after it committed", { how: "exit", at: "unlink", save: 2 }, "exit code 7"],
    ["throws", { how: "throw", at: "link", save: 2 }, "thrown in the writer's thread"],
    ["rejects", { how: "reject", at: "link", save: 2 }, "thrown in the writer's thread"],
    ["runs out of memory", { how: "heap", at: "link", save: 2 }, "memory limit"],
    ["is terminated", { how: "terminate", save: 2 }, "exit code 1"],
  ])("and %s fails one save, which another thread makes good", async (_, death, reason) => {
    const life = await live(() => [death], ["steps", "--max-old-space-size=128"]);
    expect(life.deaths).toHaveLength(1);
    expect(life).toMatchObject({ code: 0, stderr: "" });
    const failures = messages(life, "saveFailed");
    expect(failures).toHaveLength(1);
    expect(failures[0]).toMatch(
      /^The save at .* failed; the last good checkpoint is untouched\. The writer's thread has ended: /,
    );
    expect(failures[0]).toContain(reason);
    expect(messages(life, "writerUnavailable")).toEqual([]);
    expect(messages(life, "saved").length).toBeGreaterThanOrEqual(4);
    expectNothingLost(life);
  });

  test("without work is replaced at once, and its beat goes on", async () => {
    const life = await live(
      (path) => [{ how: "idle", at: join(path, "beat-1.json") }],
      ["idleThenSteps"],
    );
    expect(life.deaths).toEqual(["idle idle"]);
    expect(life).toMatchObject({ code: 0, stderr: "" });
    expect(messages(life, "saveFailed")).toEqual([]);
    expect(messages(life, "writerUnavailable")).toEqual([]);
    expect(life.left).toContain("beat-1.json");
    expectNothingLost(life);
  });
});

test("after two deaths in a row the loop's thread saves, and says so once", async () => {
  const life = await live(() => [
    { how: "exit", at: "link", save: 2 },
    { how: "throw", at: "writev" },
    { how: "exit", at: "open" },
  ]);
  expect(life.deaths).toEqual(["exit link", "throw writev"]);
  expect(life).toMatchObject({ code: 0, stderr: "" });
  expect(messages(life, "saveFailed")).toHaveLength(2);
  expect(messages(life, "writerUnavailable")).toEqual([
    "saves take turns with training, for want of a thread: The writer's thread has ended: " +
      "thrown in the writer's thread.",
  ]);
  expect(messages(life, "saved").length).toBeGreaterThanOrEqual(4);
  // Nobody moves it any more, and a silent beat is that of a dead holder.
  expect(life.left).not.toContain("beat-1.json");
  expectNothingLost(life);
});

test("two deaths with a save in between do not give the thread up", async () => {
  const life = await live(() => [
    { how: "exit", at: "link", save: 2 },
    { how: "exit", at: "link", save: 2 },
  ]);
  expect(life.deaths).toHaveLength(2);
  expect(life).toMatchObject({ code: 0, stderr: "" });
  expect(messages(life, "saveFailed")).toHaveLength(2);
  expect(messages(life, "writerUnavailable")).toEqual([]);
  expectNothingLost(life);
});

test("a thread that dies in the very first save fails the run, as any first save does", async () => {
  const life = await live(() => [{ how: "exit", at: "link" }]);
  expect(life.deaths).toHaveLength(1);
  expect(life.code).toBe(1);
  expect(life.stderr).toContain("The writer's thread has ended: it ended with exit code 7.");
  expect(life.next).toMatchObject({ isWhole: true });
});
