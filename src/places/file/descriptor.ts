import { describeProvider } from '../descriptor.ts';

const DAY_MS = 86_400_000;

/** Places of the operator's own, which `proxy-herd places import` has made a place index of. */
export const FILE = describeProvider({
  name: 'file',
  settings: ({ z }) => {
    const expected =
      'the path of a place index, which "proxy-herd places import" makes: there is no default';
    return { file: z.string({ error: expected }).min(1, { error: expected }) };
  },
  fileSetting: 'file',
  keyVariable: undefined,
  ttlMs: DAY_MS,
  atOnce: undefined,
  distanceNeedsTypes: false,
  async open({ file }) {
    const { createFileProvider, FILE_TRAITS } = await import('./provider.ts');
    const provider = createFileProvider(file);
    void provider.open();
    return { provider, traits: FILE_TRAITS, close: () => provider.close() };
  },
});
