// The few globals that Node and every browser have. Core is compiled without the types of either,
// so that reaching for anything else is a compile error; what it needs is typed here.
interface Environment {
  readonly performance: { now(): number };
  readonly setTimeout: (callback: () => void, milliseconds: number) => unknown;
  /** Node only: the cheapest way to let input, signals and timers run. */
  readonly setImmediate?: (callback: () => void) => unknown;
  readonly console: { warn(text: string): void };
  readonly crypto: {
    getRandomValues(array: Uint8Array): Uint8Array;
    readonly subtle: {
      digest(algorithm: "SHA-256", data: Uint8Array): Promise<ArrayBuffer>;
    };
  };
  readonly WebAssembly: {
    readonly Module: new (bytes: Uint8Array) => object;
    readonly Instance: new (module: object) => {
      readonly exports: {
        readonly memory: { readonly buffer: ArrayBuffer };
        readonly update: (length: number) => void;
      };
    };
  };
  readonly TextEncoder: new () => { encode(text: string): Uint8Array };
  readonly TextDecoder: new (
    label: "utf-8",
    options: { fatal: boolean; ignoreBOM: boolean },
  ) => { decode(bytes: Uint8Array): string };
  /** Only in newer runtimes. To the type checker one 16-bit array is as good as another. */
  readonly Float16Array?: Uint16ArrayConstructor;
}

/** The globals that core uses, read at each use, since tests and polyfills replace them. */
export const environment: Environment = globalThis as unknown as Environment;
