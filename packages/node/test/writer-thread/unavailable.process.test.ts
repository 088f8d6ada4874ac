import { rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "@jest/globals";
import { temporaryDirectory } from "../temporary-directory.ts";
import { bundledProgram, slowThread } from "./bundled-program.ts";

const withThread = bundledProgram("train.ts");
const withoutFile = bundledProgram("train.ts");
rmSync(join(dirname(withoutFile.file), "reprise-writer.js"));

const permission = process.allowedNodeEnvironmentFlags.has("--permission")
  ? "--permission"
  : "--experimental-permission";

test.each([
  [
    "a process that may not start any",
    withThread,
    [permission, "--allow-fs-read=*", "--allow-fs-write=*"],
    /Access to this API has been restricted.* Start Node with --allow-worker\.$/,
  ],
  [
    "a bundle without its file",
    withoutFile,
    [],
    /Cannot find module '.*reprise-writer\.js'.* A bundle needs @reprise\/node\/reprise-writer beside it, as reprise-writer\.js\.$/,
  ],
  [
    "a runtime without shared memory",
    withThread,
    ["--import", "data:text/javascript,delete globalThis.SharedArrayBuffer"],
    /: This runtime has no SharedArrayBuffer\.$/,
  ],
])(
  "without a thread, in %s, a run saves all the same and says why",
  async (_, program, flags, why) => {
    const other = temporaryDirectory();
    for (const life of [0, 1]) {
      const { lines } = await program.run([other, "device"], { flags: [...flags, ...slowThread] });
      const begun = lines.find(({ type }) => type === "begun");
      expect(begun).toMatchObject({ step: life, device: life });
    }

    const path = temporaryDirectory();
    const ending = await program.run([path, "steps"], { flags });
    expect(ending.code).toBe(0);
    expect(
      ending.stderr.replaceAll(/.*Warning: Permission is an exp.*\n.*trace-warnings.*\n/g, ""),
    ).toBe("");
    const reasons = ending.lines.filter(({ type }) => type === "writerUnavailable");
    expect(reasons).toHaveLength(1);
    expect(reasons[0]?.message).toMatch(why);
    expect(ending.lines.filter(({ type }) => type === "saveFailed")).toEqual([]);
    const { lines } = await program.run([path, "idle"]);
    const found = lines.find(({ type }) => type === "begun");
    expect(found).toMatchObject({ isWhole: true });
    const last = ending.lines.findLast(({ type }) => type === "saved");
    expect(last?.message).toContain(`(step ${String(found?.["step"])})`);
  },
);
