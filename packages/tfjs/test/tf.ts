/**
 * tfjs for tests, with the cpu backend. Named imports of its CommonJS builds work in jest and in Node; it has
 * to be the whole of tfjs, since tfjs-core alone lacks the gradients and the chained methods that layers use.
 * `tf` is the same engine as what `src` imports from tfjs-core.
 */
export * from "@tensorflow/tfjs";
