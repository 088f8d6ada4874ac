// The training of the races, with its state in one file that is replaced atomically.
import type { RaceOrder } from "../../races/race-talk.ts";
import { trainPlainly } from "../plain-training.ts";
import { openStateFile } from "../state-file.ts";

await trainPlainly(JSON.parse(process.argv[2] ?? "") as RaceOrder, openStateFile);
