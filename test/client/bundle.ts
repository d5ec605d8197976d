import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';

/** A module as a page loads it, with all that it imports, in one file. */
export async function bundleForPages(specifier: string): Promise<string> {
  const bundle = await rolldown({
    input: fileURLToPath(import.meta.resolve(specifier)),
    platform: 'browser',
  });
  const { output } = await bundle.generate({ format: 'esm', minify: true });
  await bundle.close();
  const [{ code }, ...others] = output;
  if (others.length > 0) throw new Error('expected one file');
  return code;
}
