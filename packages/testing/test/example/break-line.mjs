// A transformer for jest that changes one line of one file before it is compiled.
import { createTransformer } from "@swc/jest";

export default {
  createTransformer({ file, from, to, ...swc }) {
    const transformer = createTransformer(swc);
    const edit = (text, path) => {
      if (!path.endsWith(file)) return text;
      if (text.split(from).length !== 2) throw new Error(`${file} has not exactly one ${from}`);
      return text.replace(from, to);
    };
    return {
      canInstrument: false,
      process: (text, path, options) => transformer.process(edit(text, path), path, options),
      processAsync: (text, path, options) =>
        transformer.processAsync(edit(text, path), path, options),
      getCacheKey: (text, path, options) =>
        transformer.getCacheKey(edit(text, path), path, options),
    };
  },
};
