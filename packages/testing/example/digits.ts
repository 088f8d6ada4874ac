/** 64 images of 16 pixels that show a bar, upright or lying, and some noise. */
export const images = makeImages({ count: 64, width: 4 });

/** The gradient of the logistic loss over some images, of which each pixel is dropped now and then. */
export function gradientOf(weights: Float32Array, chosen: Iterable<number>, random: () => number) {
  const gradient = new Float32Array(weights.length);
  let loss = 0;
  let count = 0;
  for (const image of chosen) {
    const pixels = images.pixelsOf(image).map((pixel) => (random() < 0.1 ? 0 : pixel));
    const label = images.labelOf(image);
    const error = probability(weights, pixels) - label;
    for (const [at, pixel] of pixels.entries()) gradient[at] = (gradient[at] ?? 0) + error * pixel;
    loss -= Math.log(label === 1 ? 1 + error : 1 - error);
    count += 1;
  }
  return { gradient: gradient.map((sum) => sum / count), loss: loss / count };
}

/** The share of all images that are recognised. */
export function accuracyOf(weights: Float32Array): number {
  let hits = 0;
  for (let image = 0; image < images.count; image += 1) {
    const isUpright = probability(weights, images.pixelsOf(image)) > 0.5;
    if (isUpright === (images.labelOf(image) === 1)) hits += 1;
  }
  return hits / images.count;
}

function probability(weights: Float32Array, pixels: Float32Array): number {
  let sum = 0;
  for (const [at, pixel] of pixels.entries()) sum += pixel * (weights[at] ?? 0);
  return 1 / (1 + Math.exp(-sum));
}

function makeImages({ count, width }: { count: number; width: number }) {
  const pixels = width * width;
  const data = new Float32Array(count * pixels);
  for (let image = 0; image < count; image += 1) {
    for (let at = 0; at < pixels; at += 1) {
      const [row, column] = [Math.floor(at / width), at % width];
      const bar = image % 2 === 1 ? column === 1 : row === 1;
      data[image * pixels + at] = (bar ? 1 : 0) + 0.3 * Math.sin(image * 12.9898 + at * 78.233);
    }
  }
  return {
    count,
    pixels,
    pixelsOf: (image: number) => data.slice(image * pixels, (image + 1) * pixels),
    /** 1 for an upright bar, 0 for one that lies. */
    labelOf: (image: number) => image % 2,
  };
}
