// The training of the races, with a lock around it as the README of proper-lockfile shows.
import { mkdir } from "node:fs/promises";
import { lock } from "proper-lockfile";
import type { RaceOrder } from "../../races/race-talk.ts";
import { trainPlainly } from "../plain-training.ts";
import { openStateFile } from "../state-file.ts";

await trainPlainly(JSON.parse(process.argv[2] ?? "") as RaceOrder, async (directory) => {
  await mkdir(directory, { recursive: true });
  const release = await lock(directory);
  return { ...(await openStateFile(directory)), close: release };
});
