import { memory } from "../../src/store/memory-store.ts";
import { dataOf, encode, type File, forge, headerOf } from "../codec/checkpoint-file.ts";
import { mutilations } from "./mutilated.ts";
import { trainGolden } from "./program.ts";
import { goldenStates } from "./states.ts";

/** The checkpoints of the training of `program.ts` that are kept, by the name of their files. */
export const goldenMoments: Readonly<Record<string, string>> = {
  "in-batches": "checkpoint-1-2.safetensors",
  "phase-entered": "checkpoint-1-5.safetensors",
  "in-second-phase": "checkpoint-1-6.safetensors",
  "epoch-begin": "checkpoint-3-6.safetensors",
  "in-validation": "checkpoint-3-15.safetensors",
  completing: "checkpoint-3-20.safetensors",
  finished: "checkpoint-3-25.safetensors",
};

/** Every golden file by its path under `version-1`; the same bytes each time. */
export async function makeGoldens(): Promise<ReadonlyMap<string, File>> {
  const goldens = new Map<string, File>();
  for (const [name, { state, metadata, checksum }] of Object.entries(goldenStates))
    goldens.set(name, await encode({ state }, { metadata, checksum }));
  goldens.set("newer-runtime", await asOnNewerRuntime(goldenOf(goldens, "every-dtype")));
  const written = await withFixedRuns(checkpointsOfTraining);
  for (const [name, entry] of Object.entries(goldenMoments))
    goldens.set(name, goldenOf(written, entry));
  const good = goldenOf(goldens, "in-batches");
  for (const [name, { make }] of Object.entries(mutilations))
    goldens.set(`mutilated/${name}`, await make(good));
  return new Map([...goldens].map(([name, file]) => [`${name}.safetensors`, file]));
}

function goldenOf(files: ReadonlyMap<string, File>, name: string): File {
  const file = files.get(name);
  if (file === undefined) throw new Error(`nothing wrote ${name}`);
  return file;
}

/** A runtime that has `Float16Array` leaves out that halves are held by a `Uint16Array`. */
async function asOnNewerRuntime(file: File): Promise<File> {
  const header = headerOf(file);
  const edited = header.replace(',\\"array\\":\\"Uint16Array\\"', "").padEnd(header.length);
  return forge(edited, dataOf(file));
}

/** All that two lives of the training ever wrote, the first of which is stopped after four steps. */
async function checkpointsOfTraining(): Promise<ReadonlyMap<string, File>> {
  const written = new Map<string, File>();
  const { presence: _, ...store } = memory();
  const recording = {
    ...store,
    create: async (name: string, chunks: readonly Uint8Array[]) => {
      await store.create(name, chunks);
      written.set(name, new Uint8Array(await store.read(name)));
    },
  };
  const onEvent = (): void => {};
  await trainGolden(recording, { stopAt: 4, onEvent });
  await trainGolden(recording, { onEvent });
  return written;
}

/** The n-th run that `body` begins is called 0000000n… instead of by chance. */
async function withFixedRuns<T>(body: () => Promise<T>): Promise<T> {
  let drawn = 0;
  Object.defineProperty(crypto, "getRandomValues", {
    configurable: true,
    value: (array: Uint8Array) => array.fill(++drawn),
  });
  try {
    return await body();
  } finally {
    Reflect.deleteProperty(crypto, "getRandomValues");
  }
}
