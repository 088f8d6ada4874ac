// The process that races for a run. Started with a `RaceOrder` as JSON.
import { directory } from "@reprise/node";
import type { RaceOrder } from "./race-talk.ts";
import { raceTraining } from "./race-training.ts";

const order = JSON.parse(process.argv[2] ?? "") as RaceOrder;
await raceTraining(directory(order.backup), order);
