import { statfsSync } from "node:fs";
import { freemem, tmpdir } from "node:os";
import { expect, jest, test } from "@jest/globals";
import { temporaryDirectory } from "../temporary-directory.ts";
import { bundledProgram } from "./bundled-program.ts";

jest.setTimeout(300_000);

const program = bundledProgram("large-state.ts");
const gib = 2 ** 30;

test.each([
  ["a state that goes past the system's cache", 0.5, 0.25],
  ["a tensor of more than 2 GiB", 2.125, 2.125],
  ["a state of more than 4 GiB", 4.25, 2.125],
])("%s is saved and resumed through the thread", async (what, total, each) => {
  const { bavail, bsize } = statfsSync(tmpdir());
  // The state, the copy that each of the two buffers can hold, and what was read of the file.
  if (freemem() < (4 * total + 1) * gib || bavail * bsize < (total + 1) * gib) {
    process.stderr.write(`not run: ${what}, for want of free memory or disk space\n`);
    return;
  }
  const args = [temporaryDirectory(), String(total), String(each)];
  const saved = await program.run(args);
  expect(saved).toMatchObject({ code: 0, stderr: "" });
  expect(saved.lines).toEqual([{ type: "events", events: ["started", "saved"] }]);
  const resumed = await program.run(args);
  expect(resumed).toMatchObject({ code: 0, stderr: "" });
  expect(resumed.lines).toEqual([
    { type: "compared", checked: expect.any(Number), wrong: 0 },
    { type: "events", events: ["resumed"] },
  ]);
  expect(resumed.lines[0]?.["checked"]).toBeGreaterThan(20);
});
