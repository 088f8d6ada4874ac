import { test } from "@jest/globals";
import { storeCrashContract } from "@reprise/testing/node";
import { directoryOn } from "./mount.ts";

storeCrashContract({ it: (name, body) => test(name, body, 120_000), open: directoryOn });
