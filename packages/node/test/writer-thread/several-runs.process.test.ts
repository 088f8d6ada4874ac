import { expect, test } from "@jest/globals";
import { temporaryDirectory } from "../temporary-directory.ts";
import { bundledProgram } from "./bundled-program.ts";

test("runs on two directories share a thread that ends with them, and what fails one is nothing to the other", async () => {
  const paths = [temporaryDirectory(), temporaryDirectory()];
  const ending = await bundledProgram("two-runs.ts").run(paths);
  expect(ending).toMatchObject({ code: 0 });
  const [threads, first, second, again] = ending.lines;
  expect(threads).toEqual({ type: "threads", ended: 1 });
  expect(first).toMatchObject({ events: ["started", "saved", "saved", "saved"] });
  expect(second).toMatchObject({
    events: ["started", "saved", "saveFailed", "saveFailed", "leftBehind"],
  });
  expect(String(second?.["messages"])).toContain(`Cannot list the directory ${paths[1] ?? ""}`);
  expect(again).toMatchObject({
    events: ["resumed"],
    messages: [expect.anything(), "whole: true"],
  });
  expect(String(again?.["messages"])).toContain("(step 3)");
});

test("a training in a thread of its own that is ended in mid-save goes on in the next one", async () => {
  const program = bundledProgram("train-in-worker.ts");
  const ending = await program.run([temporaryDirectory()]);
  expect(ending).toMatchObject({ code: 0, stderr: "" });
  const begun = ending.lines.filter(({ type }) => type === "begun");
  expect(begun).toMatchObject([
    { step: 0, isWhole: true, isMainThread: false },
    { isWhole: true, isMainThread: false },
    { isWhole: true, isMainThread: true },
  ]);
  // Two saves of each life were acknowledged.
  const steps = begun.map(({ step }) => Number(step));
  expect(steps[1]).toBeGreaterThanOrEqual(2);
  expect(steps[2]).toBeGreaterThanOrEqual((steps[1] ?? 0) + 2);
  expect(ending.lines.map(({ type }) => type)).toEqual([
    "started",
    "begun",
    "resumed",
    "begun",
    "resumed",
    "begun",
  ]);
});
