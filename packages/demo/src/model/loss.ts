/**
 * The cross entropy between the softmax of `logits` and the true `label`, in nats. `gradient`, which
 * may be `logits` itself, receives the derivative of the loss by each logit.
 */
export function softmaxCrossEntropy(
  logits: Float32Array,
  label: number,
  gradient: Float32Array,
): number {
  const largest = Math.max(...logits);
  const loss = largest - (logits[label] as number);
  let sum = 0;
  for (let digit = 0; digit < logits.length; digit++) {
    const exponential = Math.exp((logits[digit] as number) - largest);
    gradient[digit] = exponential;
    sum += exponential;
  }
  for (let digit = 0; digit < logits.length; digit++) {
    gradient[digit] = (gradient[digit] as number) / sum - (digit === label ? 1 : 0);
  }
  return loss + Math.log(sum);
}
