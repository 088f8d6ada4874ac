import { describe, test } from "@jest/globals";
import { trainingStateContract } from "@reprise/testing";
import { dense, nested, normalized, onVariables, optimizers, stateful } from "./subjects.ts";

describe.each(Object.entries(optimizers))("the states of a model and of %s", (_, make) => {
  trainingStateContract({ it: test, make: () => dense(make()) });
});

describe("the states of a model with moving means, frozen layers and constraints", () => {
  trainingStateContract({ it: test, make: normalized });
});

describe("the states of a model with recurrent layers that go on", () => {
  trainingStateContract({ it: test, make: stateful });
});

describe("the states of a model with layers within layers", () => {
  trainingStateContract({ it: test, make: nested });
});

describe("the states of variables and of an optimizer", () => {
  trainingStateContract({ it: test, make: onVariables });
});
