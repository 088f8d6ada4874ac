import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "@jest/globals";
import { type KillPoint, runScript } from "@reprise/testing/node";
import type { HookCall, TrainingToDo } from "./programs/train-order.ts";
import type { TrainProgram } from "./train-program.ts";

/** Where a life of a training ends. */
export interface Death {
  readonly killAt?: KillPoint;
  readonly killIn?: HookCall;
}

/**
 * Trainings of many kinds that are killed. The process that is killed in one of them has brought the one before
 * to its end: to start a process takes longer than the training.
 */
export class Survivors {
  readonly #program: TrainProgram;
  readonly #killed: TrainingToDo[] = [];

  constructor(program: TrainProgram) {
    this.#program = program;
  }

  async kill(kind: string, deaths: readonly Death[]): Promise<void> {
    const training = { kind, folder: await this.#program.makeFolder("killed") };
    let before = this.#killed.slice(-1);
    this.#killed.push(training);
    for (const { killAt, killIn } of deaths) {
      const script = this.#program.scriptFor({ ...training, before, ...(killIn && { killIn }) });
      const { signal, stderr } = await runScript({ ...script, ...(killAt && { killAt }) });
      expect({ killAt, killIn, signal, stderr }).toMatchObject({ signal: "SIGKILL" });
      before = [];
    }
    const left = await readdir(join(training.folder, "backup"));
    // Otherwise it would not go on, but begin anew.
    expect(left.filter((name) => /^checkpoint-\d+-\d+\.safetensors$/.test(name))).not.toEqual([]);
  }

  /** Brings the last one to its end, and compares all with those that were let alone. */
  async expectUndisturbed(): Promise<void> {
    const kinds = this.#killed.map(({ kind }) => kind);
    await this.#program.runUndisturbed(kinds);
    const last = this.#killed.at(-1);
    expect(last).toBeDefined();
    const { exitCode, stderr } = await this.#program.finish(last as TrainingToDo);
    expect({ exitCode, stderr }).toMatchObject({
      exitCode: 0,
      stderr: expect.stringContaining("resumed"),
    });
    for (const { folder, kind } of this.#killed)
      await this.#program.expectUndisturbed(folder, kind);
  }
}
