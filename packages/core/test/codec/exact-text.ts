/**
 * Everything that can be observed of a value as text: bits of numbers, order of keys and entries,
 * holes, kinds of arrays. Equal texts mean equal states; matchers overlook some of these.
 */
export function exactText(value: unknown, indent = "\n"): string {
  const inner = `${indent}  `;
  if (typeof value === "number")
    return Number.isNaN(value) || Object.is(value, -0)
      ? `number ${Object.is(value, -0) ? "-0" : "NaN"}`
      : `${value}`;
  if (typeof value === "bigint") return `${value}n`;
  if (typeof value === "string") return JSON.stringify(value);
  if (typeof value !== "object" || value === null) return String(value);
  if (ArrayBuffer.isView(value)) {
    const bytes = Buffer.from(value.buffer, value.byteOffset, value.byteLength);
    return `${Object.prototype.toString.call(value)} ${bytes.toString("hex")}`;
  }
  if (Array.isArray(value)) {
    const items = Array.from({ length: value.length }, (_, i) =>
      i in value ? exactText(value[i], inner) : "hole",
    );
    return `array [${items.map((item) => inner + item).join("")}${indent}]`;
  }
  const tag = Object.prototype.toString.call(value);
  if (tag === "[object Map]")
    return `map {${Array.from(value as Map<unknown, unknown>, ([k, v]) => `${inner}${exactText(k)} => ${exactText(v, inner)}`).join("")}${indent}}`;
  if (tag === "[object Set]")
    return `set {${Array.from(value as Set<unknown>, (v) => inner + exactText(v)).join("")}${indent}}`;
  if (tag === "[object Date]") return `date ${exactText((value as Date).getTime())}`;
  const entries = Object.entries(value).map(
    ([key, child]) => `${inner}${JSON.stringify(key)}: ${exactText(child, inner)}`,
  );
  return `{${entries.join("")}${indent}}`;
}
