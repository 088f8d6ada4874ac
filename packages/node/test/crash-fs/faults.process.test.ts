import { test } from "@jest/globals";
import { storeFaultContract } from "@reprise/testing/node";
import { directoryOn } from "./mount.ts";

storeFaultContract({ it: (name, body) => test(name, body, 120_000), open: directoryOn });
