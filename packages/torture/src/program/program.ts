// A process of the training, on a directory. Its order is the JSON in its first argument.
import { join } from "node:path";
import { directory } from "@reprise/node";
import { type TrainingOrder, trainOn } from "./training.ts";
import { withoutWriter } from "./without-writer.ts";

const order = JSON.parse(process.argv[2] ?? "") as TrainingOrder;
const { openSaver, ...store } = directory(join(order.folder, "backup"));
const { [withoutWriter]: isWithoutWriter } = process.env;
await trainOn(isWithoutWriter || !openSaver ? store : { ...store, openSaver }, order);
