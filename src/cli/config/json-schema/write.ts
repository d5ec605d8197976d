// A build step, run by node after tsc: writes the schema of herd.yaml for editors to the path that it is given.
import { writeFile } from 'node:fs/promises';
import { herdJsonSchema } from './herd-json-schema.ts';

const [, , file = 'herd.schema.json'] = process.argv;
await writeFile(file, `${JSON.stringify(herdJsonSchema(), null, 2)}\n`);
