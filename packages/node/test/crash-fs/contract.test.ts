import { describe, test } from "@jest/globals";
import { storeContract } from "@reprise/testing";
import { onCrashFs } from "@reprise/testing/node";
import { directoryOn } from "./mount.ts";

describe("the directory store keeps the contract on a disk in memory, a full one included", () => {
  storeContract({ it: test, ...onCrashFs(directoryOn) });
});
