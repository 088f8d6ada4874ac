import { type FileHandle, open } from "node:fs/promises";
import { join } from "node:path";
import { io } from "@tensorflow/tfjs-core";
import type { Row } from "../row.ts";
import { Samples, time } from "../samples.ts";
import { createSaver } from "../saver.ts";
import { makeLargeTraining, useBackend } from "./tfjs-training.ts";

const rounds = 7;

/** The time to a durable save of 120 MB, against `model.save` into a file that is synced. */
export async function measureTfjsDurableSave(folder: string): Promise<Row[]> {
  await useBackend("cpu");
  const { model, state } = await makeLargeTraining();
  const saver = await createSaver(folder, "tfjs", state);
  const handler = io.withSaveHandler(async (artifacts) => {
    const file = await open(join(folder, "tfjs-plain"), "w");
    await writeArtifacts(file, artifacts);
    await file.close();
    return { modelArtifactsInfo: io.getModelArtifactsInfoForJSON(artifacts) };
  });
  const durable = new Samples();
  const plain = new Samples();
  for (let round = -2; round < rounds; round++) {
    const saved = await saver.save();
    const written = await time(() => model.save(handler, { includeOptimizer: true }));
    if (round < 0) continue;
    durable.add(saved.durable);
    plain.add(written);
  }
  await saver.end();
  return [
    {
      name: "tfjs: durable save of 120 MB ÷ model.save, synced",
      ratio: durable.median / plain.median,
      budget: "none",
      ok: true,
      detail: `${durable.text} ÷ ${plain.text}`,
    },
  ];
}

async function writeArtifacts(file: FileHandle, artifacts: io.ModelArtifacts): Promise<void> {
  const { weightData, ...description } = artifacts;
  await file.writeFile(JSON.stringify(description));
  for (const part of [weightData ?? []].flat()) await file.writeFile(new Uint8Array(part));
  await file.sync();
}
