import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, jest, test } from "@jest/globals";
import { type KillPoint, runScript, type ScriptOptions, survive } from "@reprise/testing/node";
import { inParallel } from "./programs/in-parallel.ts";
import { openWorkshop, type Workshop } from "./programs/toy-child.ts";
import type { ToyOrder } from "./programs/toy-process.ts";

jest.setTimeout(120_000);

// Three steps and a save after each of them.
const short = { epochs: 3, batchSize: 23, options: { saveFreq: 1, sync: true } };

let workshop: Workshop;
/** The last line and the model of a run that nothing happened to. */
let undisturbed: { readonly result: string | undefined; readonly model: string };

beforeAll(async () => {
  workshop = await openWorkshop();
  const folder = await workshop.makeFolder();
  const { lines } = await workshop.run({ ...short, folder });
  undisturbed = { result: lines.at(-1), model: await modelIn(folder) };
});

afterAll(() => workshop.close());

function modelIn(folder: string): Promise<string> {
  return readFile(join(folder, "model.json"), "utf8");
}

function scriptFor(order: ToyOrder): ScriptOptions {
  const { script } = workshop;
  return { script, args: [JSON.stringify(order)], directory: order.folder };
}

interface Case {
  readonly killAt: KillPoint;
  /** Whether nothing but the deletion of the checkpoint is left to do. */
  readonly isModelWritten: boolean;
}

/** The step in the last line such as `saved at step 3`. */
function lastStep(lines: readonly string[], type: string): number | undefined {
  const line = lines.findLast((it) => it.startsWith(`${type} at step `));
  return line === undefined ? undefined : Number(line.split(" ").at(-1));
}

/** Kills a run at `killAt`, starts it again, and says what is wrong then. */
async function faultsAfter({ killAt, isModelWritten }: Case): Promise<string[]> {
  const folder = await workshop.makeFolder();
  const order = { ...short, folder };
  const first = await runScript({ ...scriptFor(order), killAt });
  const at = `${JSON.stringify(killAt)} ${first.fileOperations.at(-1)}`;
  if (!first.killed) return [`${at}: was not killed`];
  if (isModelWritten && (await modelIn(folder)) !== undisturbed.model) return [`${at}: no model`];
  const second = await workshop.run(order);
  if (second.exitCode !== 0) return [`${at}: ${second.exitCode} ${second.stderr}`];

  const acknowledged = lastStep(first.stdout.split("\n"), "saved") ?? 0;
  const resumed = lastStep(second.lines, "resumed") ?? 0;
  // When the deletion has begun, there is nothing to resume from any more.
  const isOver = isModelWritten && resumed === 0;
  const faults: string[] = [];
  if (resumed < acknowledged && !isOver) faults.push(`saved ${acknowledged}, resumed ${resumed}`);
  if (second.lines.at(-1) !== undisturbed.result) faults.push("another result");
  if ((await modelIn(folder)) !== undisturbed.model) faults.push("another model");
  const entries = await readdir(join(folder, "backup"));
  if (!/^lease-\d+\.json$/.test(entries.join())) faults.push(`left behind: ${entries.join()}`);
  return faults.map((fault) => `${at}: ${fault}`);
}

describe("SIGKILL", () => {
  test("at any file operation of a run loses nothing that was acknowledged", async () => {
    const folder = await workshop.makeFolder();
    const { fileOperations } = await runScript(scriptFor({ ...short, folder }));
    expect(fileOperations.length).toBeGreaterThan(40);
    const model = fileOperations.findLastIndex((operation) => operation.includes("model.json"));
    expect(fileOperations.slice(model).join("\n")).toMatch(/unlink backup\/checkpoint-/);
    const cases = fileOperations.flatMap((operation, index): Case[] => {
      const isModelWritten = index > model;
      const killAt = { fileOperation: index + 1 };
      const before = { killAt, isModelWritten };
      const within = { killAt: { ...killAt, half: true }, isModelWritten };
      return operation.startsWith("write ") ? [before, within] : [before];
    });
    expect((await inParallel(cases, faultsAfter)).flat()).toEqual([]);
  });

  test("again and again, also while it resumes, leads to the same end", async () => {
    const results = await inParallel([4, 8, 14, 20, 24], async (fileOperation) => {
      const folder = await workshop.makeFolder();
      const { attempts, last } = await survive({
        ...scriptFor({ ...short, folder }),
        kills: (attempt) => (attempt <= 3 ? { fileOperation } : undefined),
      });
      expect([fileOperation, attempts.map(({ killed }) => killed)]).toEqual([
        fileOperation,
        [true, true, true, false],
      ]);
      return last.stdout.trim().split("\n").at(-1);
    });
    expect(new Set(results)).toEqual(new Set([undisturbed.result]));
  });

  test("in onCompleted makes the next start write the model, as it was", async () => {
    const folder = await workshop.makeFolder();
    const order = { ...short, folder };
    const dying = await workshop.run({ ...order, at: { onCompleted: "SIGKILL" } });
    expect(dying).toMatchObject({ signal: "SIGKILL" });
    expect(await readdir(folder)).toEqual(["backup"]);
    const second = await workshop.run(order);
    expect(second.lines).toEqual(["resumed at step 3", undisturbed.result]);
    expect(await modelIn(folder)).toBe(undisturbed.model);
  });
});

describe("a process that is gone in the fourth of ten epochs", () => {
  for (const death of ["exit", "SIGKILL"]) {
    test(`by ${death}: the same command resumes there, and ten epochs are run in all`, async () => {
      const folder = await workshop.makeFolder();
      const order = { folder, epochs: 10, options: { sync: true } };
      const dying = await workshop.run({ ...order, at: { "after update 4/2": death } });
      expect(dying).toMatchObject(death === "exit" ? { exitCode: 9 } : { signal: "SIGKILL" });
      const { lines, exitCode } = await workshop.run({ ...order, isTalkative: true });
      expect(exitCode).toBe(0);
      expect(lines.filter((line) => line.startsWith("at epoch "))).toEqual(
        [4, 5, 6, 7, 8, 9].map((epoch) => `at epoch ${epoch} is entered`),
      );
      const whole = await workshop.run({ folder: await workshop.makeFolder(), epochs: 10 });
      expect(lines.at(-1)).toBe(whole.lines.at(-1));
      expect(await readdir(join(folder, "backup"))).toEqual([
        expect.stringMatching(/^lease-\d+\.json$/),
      ]);
    });
  }
});
