// A process of the training, on a directory. Its order is the JSON in its first argument.
import { join } from "node:path";
import { directory } from "@reprise/node";
import { type TrainingOrder, trainOn } from "./training.ts";

const order = JSON.parse(process.argv[2] ?? "") as TrainingOrder;
await trainOn(directory(join(order.folder, "backup")), order);
