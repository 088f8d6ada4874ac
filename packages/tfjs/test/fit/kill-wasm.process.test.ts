import { afterAll, beforeAll, describe, jest, test } from "@jest/globals";
import { wasmFiles } from "../wasm.ts";
import { kindsOnWasm } from "./models.ts";
import { hookCalls } from "./programs/train-order.ts";
import { type Death, Survivors } from "./survivors.ts";
import { TrainProgram } from "./train-program.ts";

jest.setTimeout(240_000);

let program: TrainProgram;

beforeAll(async () => {
  program = await TrainProgram.build({ backend: "wasm", env: { WASM_FILES: wasmFiles() } });
});

afterAll(() => program.remove());

/** The operations of the second save of a first life, and the first one behind it. */
const operations = [28, 29, 30, 31, 32, 33, 34, 35];

/** Before, in or behind a save, and in a hook of the next life; which ones differs from kind to kind. */
function deathsOf(index: number): readonly Death[] {
  const fileOperation = operations[index % operations.length] ?? NaN;
  const killIn = hookCalls[index % hookCalls.length];
  return [{ killAt: { fileOperation, half: true } }, ...(killIn ? [{ killIn }] : [])];
}

describe("on wasm, fit survives SIGKILL around a save and in a hook", () => {
  let survivors: Survivors;

  beforeAll(() => {
    survivors = new Survivors(program);
  });

  test.each(Object.keys(kindsOnWasm).map((kind, index) => [kind, deathsOf(index)] as const))(
    "with %s",
    (kind, deaths) => survivors.kill(kind, deaths),
  );

  test("and comes to the same bits with each of them", () => survivors.expectUndisturbed());
});
