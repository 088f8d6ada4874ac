import { performance } from "node:perf_hooks";
import { disposeVariables } from "@tensorflow/tfjs-core";
import { atMost, control, type Row } from "../row.ts";
import { Samples, timeSync } from "../samples.ts";
import { type Backend, makeLargeTraining, useBackend } from "./tfjs-training.ts";

const rounds = 15;

interface Values {
  readonly byteLength: number;
  slice(): unknown;
}

/** What a state gives for a tensor that is read in the background. */
interface Pin {
  read(): Promise<Values>;
  release(): void;
}

/** What a save of 120 MB of weights and slots of Adam costs the loop, before anything is written. */
export async function measureTfjsSaves(): Promise<Row[]> {
  const onCpu = await measureOn("cpu");
  const onWasm = await measureOn("wasm");
  return [
    atMost("tfjs: pin of 120 MB on cpu, ms", onCpu.pin.median, 1, onCpu.pin.text),
    atMost("tfjs: pin of 120 MB on wasm, ms", onWasm.pin.median, 1, onWasm.pin.text),
    atMost(
      "tfjs: pin and reads of 120 MB on cpu, ms of the loop",
      onCpu.all.median,
      5,
      onCpu.all.text,
    ),
    control(
      "tfjs: slice() of 120 MB, again ÷ first",
      onWasm.again.median / onWasm.copy.median,
      `${onWasm.again.text} ÷ ${onWasm.copy.text}`,
    ),
    atMost(
      "tfjs: pin and reads of 120 MB on wasm, of the loop ÷ slice()",
      onWasm.all.median / onWasm.copy.median,
      1.3,
      `${onWasm.all.text} ÷ ${onWasm.copy.text}`,
    ),
  ];
}

interface Measured {
  readonly pin: Samples;
  /** How long the loop's thread was busy with the whole save, in whatever pieces. */
  readonly all: Samples;
  readonly copy: Samples;
  readonly again: Samples;
}

async function measureOn(backend: Backend): Promise<Measured> {
  await useBackend(backend);
  const { state, bytes } = await makeLargeTraining();
  const measured = {
    pin: new Samples(),
    all: new Samples(),
    copy: new Samples(),
    again: new Samples(),
  };
  for (let round = -3; round < rounds; round++) {
    let pins: readonly Pin[] = [];
    const idle = performance.eventLoopUtilization();
    const pin = timeSync(() => {
      pins = pinsIn([state.model.stateDict(), state.optimizer.stateDict()]);
    });
    const arrays: Values[] = [];
    for (const held of pins) arrays.push(await held.read());
    for (const held of pins) held.release();
    const { active } = performance.eventLoopUtilization(idle);
    const read = arrays.reduce((sum, { byteLength }) => sum + byteLength, 0);
    if (read < bytes) throw new Error(`Only ${read} bytes of ${bytes} were read.`);
    const copies = () => arrays.map((array) => array.slice());
    const copy = timeSync(copies);
    const again = timeSync(copies);
    if (round < 0) continue;
    measured.pin.add(pin);
    measured.all.add(active);
    measured.copy.add(copy);
    measured.again.add(again);
  }
  disposeVariables();
  return measured;
}

function pinsIn(value: unknown): Pin[] {
  if (typeof value !== "object" || value === null) return [];
  if ("release" in value) return [value as Pin];
  const children = value instanceof Map ? [...value.values()] : Object.values(value);
  return children.flatMap(pinsIn);
}
