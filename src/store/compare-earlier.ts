import type { RecordView } from './record.ts';

/** Compares when two records count as of: each the earlier of a client's time and a receipt. */
export function compareEarlier(
  record: RecordView,
  clientSeconds: number,
  clientNanoseconds: number,
  receiptSeconds: number,
  receiptNanoseconds: number,
): number {
  let { seconds, nanoseconds } = record;
  if (
    seconds > record.receiptSeconds ||
    (seconds === record.receiptSeconds && nanoseconds > record.receiptNanoseconds)
  ) {
    seconds = record.receiptSeconds;
    nanoseconds = record.receiptNanoseconds;
  }
  const isReceipt =
    clientSeconds > receiptSeconds ||
    (clientSeconds === receiptSeconds && clientNanoseconds > receiptNanoseconds);
  return isReceipt
    ? seconds - receiptSeconds || nanoseconds - receiptNanoseconds
    : seconds - clientSeconds || nanoseconds - clientNanoseconds;
}
