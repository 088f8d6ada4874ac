import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import {
  type CrashState,
  crashModels,
  describeOperation,
  DiskImage,
  materialise,
  powerLosses,
  readImage,
} from "@reprise/testing/node";
import { bringToEnd } from "../bring-to-end.ts";
import { acknowledgedIn } from "../remains.ts";
import type { Storm, StormContext, Trial } from "../storm.ts";
import { recordedCalls, toDiskOperations } from "../strace/disk-operations.ts";
import { prepareScenes, type SceneStart } from "../strace/scenes.ts";
import { liveUnderStrace } from "../strace/under-strace.ts";

/** Ten times as many states as a life leaves in the widest model. */
const limit = 5000;

/**
 * Power is lost at any instant of a life that strace has recorded: the training is started on every
 * directory that a file system may legally have afterwards.
 */
export const powerLoss: Storm = {
  name: "power-loss",
  faults: "F3 F4 F5 F6 F7",
  needs: ["strace"],
  async plan(context) {
    const scenes = await prepareScenes(context.workshop);
    return (await Promise.all(scenes.map((scene) => lossesOf(context, scene)))).flat();
  },
};

/** The file in a folder that is no part of the disk, but says what others were told. */
const account = "/acknowledged";

async function readDisk(folder: string): Promise<DiskImage> {
  const { nodes } = await readImage(folder);
  return new DiskImage([...nodes].filter(([path]) => path !== account));
}

async function lossesOf({ workshop }: StormContext, scene: SceneStart): Promise<Trial[]> {
  const folder = await scene.prepare();
  const acknowledged = await acknowledgedIn(folder);
  const from = await readDisk(folder);
  const options = { ...scene.life, withData: true };
  const life = await liveUnderStrace(workshop, folder, recordedCalls, options);
  assert.equal(life.exitCode, 0);
  const operations = toDiskOperations(life.calls, { folder, from, account });
  assert.ok(operations.some(({ kind }) => kind === "mark"));
  const last = [...powerLosses(operations, "kill", { from })].at(-1);
  assert.ok(last?.image.equals(await readDisk(folder)), "The recording lacks a call.");

  const trials = new Map<string, Trial>();
  for (const model of crashModels) {
    let number = 0;
    try {
      for (const state of powerLosses(operations, model, { from, limit })) {
        const name = `${scene.name}:${model}:${number++}`;
        const told = Math.max(acknowledged, ...state.marks.map(Number));
        // What one model leaves another may leave as well.
        const key = `${told} ${state.image.fingerprint}`;
        if (!trials.has(key)) trials.set(key, { name, run: () => resume(state, told) });
      }
    } catch (error) {
      // A store that leaves so much open syncs too little: what was found of it is tried all the same.
      const name = `${scene.name}:${model}:all`;
      trials.set(name, { name, run: () => Promise.reject(error) });
    }
  }
  return [...trials.values()];

  async function resume(state: CrashState, told: number): Promise<"survived"> {
    const remains = await workshop.makeFolder();
    await materialise(state.image, remains);
    await writeFile(join(remains, account), `${told}\n`);
    try {
      await bringToEnd(workshop, remains);
    } catch (error) {
      const operation = operations[state.after];
      const where = operation ? `after ${describeOperation(operation)}` : "before all";
      const lost = state.lost.map((text) => `\n  lost: ${text}`).join("");
      const found = `${String(error)}\n${where}${lost}\n${String(state.image)}`;
      throw new Error(found, { cause: error });
    }
    return "survived";
  }
}
