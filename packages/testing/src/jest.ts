import { expect } from "@jest/globals";
import { matchers } from "./matchers/matchers.ts";

expect.extend(matchers);

export type { ResumableMatchers } from "./matchers/resumable-matchers.ts";
