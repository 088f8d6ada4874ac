import { test } from "@jest/globals";
import { trainWithBrain } from "./brain-js.ts";
import { resumesExactly } from "./resumes-exactly.ts";

test("a network of brain.js resumes exactly, with Adam and with momentum", async () => {
  await resumesExactly(trainWithBrain);
  await resumesExactly((io) => trainWithBrain(io, null));
});
