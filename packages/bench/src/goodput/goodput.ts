import { type ChildProcess, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { SaveFrequency } from "@reprise/loop";
import { lifeTimes } from "./life-times.ts";

/** The demo's training, killed every few seconds under one policy and another. Times in seconds. */
export interface Goodput {
  /** Without kills and without saves. */
  readonly undisturbed: number;
  readonly again: number;
  /** Seconds between two kills, in the mean. */
  readonly mean: number;
  /** After which a training was given up. */
  readonly patience: number;
  readonly policies: readonly PolicyTime[];
}

interface PolicyTime {
  readonly name: string;
  /** Absent when it was given up. */
  readonly seconds?: number;
  readonly kills: number;
}

const program = fileURLToPath(new URL("../../../demo/src/program.ts", import.meta.url));
const mean = 4;
const patience = 60;
// A seed whose first lives are as long as they should be in the mean: there are only a few.
const lifeTime = lifeTimes(7, mean);

const policies: readonly { readonly name: string; readonly saveFreq: SaveFrequency }[] = [
  { name: "a save every 90 steps", saveFreq: 90 },
  { name: "a save every epoch", saveFreq: "epoch" },
  { name: "no saves", saveFreq: false },
];

/** Time to finish under kills. Each policy meets the same: its lives are as long, one by one. */
export async function measureGoodput(folder: string): Promise<Goodput> {
  const undisturbed = await train(join(folder, "undisturbed"), false, () => patience);
  const times: PolicyTime[] = [];
  for (const { name, saveFreq } of policies) {
    const { seconds, kills, digest } = await train(join(folder, name), saveFreq, lifeTime);
    if (digest !== undefined && digest !== undisturbed.digest)
      throw new Error(`${name}: the training has ended with other bits than undisturbed.`);
    times.push({ name, kills, ...(digest !== undefined && { seconds }) });
  }
  const again = await train(join(folder, "again"), false, () => patience);
  return {
    undisturbed: undisturbed.seconds,
    again: again.seconds,
    mean,
    patience,
    policies: times,
  };
}

interface Trained {
  readonly seconds: number;
  readonly kills: number;
  /** Of what training came to; `undefined` when it was given up. */
  readonly digest: string | undefined;
}

async function train(
  folder: string,
  saveFreq: SaveFrequency,
  secondsOfLife: (life: number) => number,
): Promise<Trained> {
  await mkdir(folder);
  const result = join(folder, "result.bin");
  const args = [
    ...process.execArgv,
    program,
    join(folder, "backup"),
    result,
    JSON.stringify(saveFreq),
  ];
  const start = performance.now();
  const passed = (): number => (performance.now() - start) / 1000;
  for (let kills = 0; ; kills++) {
    const child = spawn(process.execPath, args, { stdio: ["ignore", "ignore", "inherit"] });
    if (await endsWithin(child, Math.min(secondsOfLife(kills), patience - passed()))) {
      const seconds = passed();
      const digest = createHash("sha256")
        .update(await readFile(result))
        .digest("hex");
      return { seconds, kills, digest };
    }
    if (passed() >= patience) return { seconds: patience, kills, digest: undefined };
  }
}

/** Whether it ends by itself; otherwise it is killed. */
async function endsWithin(child: ChildProcess, seconds: number): Promise<boolean> {
  const kill = setTimeout(() => child.kill("SIGKILL"), 1000 * seconds);
  const ended = new Promise<boolean>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code, signal) => {
      if (code === 0 || signal === "SIGKILL") resolve(code === 0);
      else reject(new Error(`The demo's training has ended with ${code ?? signal}.`));
    });
  });
  try {
    return await ended;
  } finally {
    clearTimeout(kill);
  }
}
