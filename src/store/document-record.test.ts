/** For the tests of documents: there is none in this file. */
import { ByteWriter } from '../protocol/byte-writer.ts';
import { RecordView } from './record.ts';

/**
 * A document's record, or where there is no `body` the tombstone of its key.
 *
 * @param seconds when its server received it; also its sequence number
 */
export function documentRecord(
  key: Buffer,
  body: string | undefined,
  seconds: number,
  server = 'Riley',
): RecordView {
  const [record, out] = [new RecordView(), new ByteWriter(1)];
  const [origin, received] = [Buffer.from(server), { seconds, nanoseconds: 0 }];
  if (body === undefined) record.writeRemoval(out, origin, received, key, received);
  else record.writeDocument(out, origin, received, key, Buffer.from(body));
  record.sequence = seconds;
  return record;
}
