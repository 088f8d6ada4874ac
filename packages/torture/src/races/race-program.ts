// The process that races for a run. Started with a `RaceOrder` as JSON.
import { directory } from "@reprise/node";
import type { RaceOrder } from "./race-talk.ts";
import { raceTraining } from "./race-training.ts";

const order = JSON.parse(process.argv[2] ?? "") as RaceOrder;
// After as little silence as a store allows: trials wait for it.
await raceTraining(directory(order.backup, { takeOverAfter: 3 }), order);
