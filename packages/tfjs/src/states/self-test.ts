import { show, type TensorReference } from "@reprise/core";
import {
  AdamOptimizer,
  engine,
  type KernelBackend,
  MomentumOptimizer,
  type Optimizer,
  type Tensor,
  tensor1d,
  tidy,
  type Variable,
  variable,
  version_core as version,
} from "@tensorflow/tfjs-core";
import { captureOptimizer } from "./optimizer-capture.ts";
import { peerUnsupported } from "./peer-unsupported.ts";
import { pinOf } from "./tensor-pin.ts";

/** The backends on which tfjs was found to do what Reprise rests on. */
const tested: WeakSet<object> = new WeakSet();

/** Of the variable that is tried: tfjs counts those without a name. */
const name = "reprise/self-test";

/**
 * Tries, once for each backend, what Reprise rests on beyond the public types of tfjs-core. Throws
 * `PEER_UNSUPPORTED` with all that differs. Reads no tensor, since a GPU would take its time, and leaves none.
 */
export function requireSeams(backend: KernelBackend = engine().backend): void {
  if (tested.has(backend)) return;
  const missing = differences();
  if (missing.length > 0) throw peerUnsupported("tfjs-core", { version, missing });
  tested.add(backend);
}

/** The same where a backend is in use already; to ask tfjs itself for it would start one. */
export function requireSeamsEarly(): void {
  const { backendInstance } = engine() as unknown as { readonly backendInstance?: KernelBackend };
  if (backendInstance) requireSeams(backendInstance);
}

function differences(): string[] {
  const absent = absentFunctions();
  if (absent.length > 0) return absent;
  return [
    ...attempt("Sharing the values of a variable", differencesOfSharing),
    ...attempt("Looking into an optimizer", differencesOfOptimizers),
  ];
}

function absentFunctions(): string[] {
  const { state, backend } = engine();
  const functions: readonly (readonly [path: string, owner: object | undefined, name: string])[] = [
    ["engine().state.tensorInfo", state?.tensorInfo, "get"],
    ["engine()", engine(), "makeTensorFromDataId"],
    ["backend", backend, "incRef"],
    ["backend", backend, "refCount"],
  ];
  return functions.flatMap(([path, owner, method]) => {
    const found: unknown = owner && Reflect.get(owner, method);
    return typeof found === "function" ? [] : [`${path}.${method}() is ${show(found)}`];
  });
}

/** What `find` finds to differ with a variable that is there for it, also that it throws or leaves tensors. */
function attempt(what: string, find: (tried: Variable) => string[]): string[] {
  const { numTensors } = engine().state;
  const tried = tidy(() => variable(tensor1d([1]), true, name));
  let found: string[];
  try {
    found = find(tried);
  } catch (error) {
    return [`${what} fails: ${error instanceof Error ? error.message : show(error)}`];
  } finally {
    tried.dispose();
  }
  const left = engine().state.numTensors - numTensors;
  return left === 0 ? found : [...found, `${what} leaves ${left} tensors more`];
}

/** A pin shares values, an assignment leaves them alone, and a release gives them back. */
function differencesOfSharing(tried: Variable): string[] {
  const { state, backend } = engine();
  const { dataId } = tried;
  const found: string[] = [];
  const expectUses = (expected: number, when: string): void => {
    const uses = backend.refCount(dataId);
    if (uses !== expected) found.push(`values have ${uses} users instead of ${expected} ${when}`);
  };
  expectUses(1, "in a variable");
  const buffers = state.numDataBuffers;
  const pin = pinOf(tried, name, false);
  expectUses(2, "when they are shared");
  if (state.numDataBuffers !== buffers) found.push("values are copied when they are shared");
  const next = tensor1d([2]);
  tried.assign(next);
  next.dispose();
  if (tried.dataId === dataId) found.push("assign() writes over the values of a variable");
  expectUses(1, "when the variable has got others");
  pin.release();
  if (state.tensorInfo.get(dataId)) found.push("values that nothing uses are kept");
  return found;
}

/** All tensors that an optimizer makes are found in its properties. */
function differencesOfOptimizers(): string[] {
  const withSlot = new MomentumOptimizer(1, 0.5);
  // Makes the slot, and computes nothing.
  withSlot.applyGradients({ [name]: null } as never);
  const optimizers: [Optimizer, number][] = [
    [withSlot, 3],
    [new AdamOptimizer(1, 0.5, 0.5, 1), 2],
  ];
  return optimizers.flatMap(([optimizer, expected]) => {
    const tensors: Tensor[] = [];
    captureOptimizer(optimizer, (tensor) => {
      tensors.push(tensor);
      return {} as TensorReference;
    });
    for (const tensor of tensors) tensor.dispose();
    const { length } = tensors;
    if (length === expected) return [];
    return [
      `${optimizer.getClassName()} shows ${length} tensors in its properties instead of ${expected}`,
    ];
  });
}
