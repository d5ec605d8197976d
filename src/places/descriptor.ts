import type { z } from 'zod';

import type { HttpClient } from './http/http-client.ts';
import type { PlaceProvider, PlaceTraits } from './provider.ts';
import type { SettingParts, settingsSchema } from './settings.ts';

/** What a provider is given besides its settings. */
export interface ProviderParts {
  /** The API key; empty where it needs none. */
  readonly key: string;
  readonly http: HttpClient;
  /** How long a question may take, in milliseconds. */
  readonly deadlineMs: number;
}

/** A provider that can be asked. */
export interface OpenProvider {
  readonly provider: PlaceProvider;
  readonly traits: PlaceTraits;
  /** Ends what the provider has open; not there where that is nothing. */
  readonly close?: () => Promise<void>;
}

/** All that the rest of the program knows of a provider. */
export interface ProviderDescriptor {
  /** What it is called in the configuration and in the log. */
  readonly name: string;
  /** Its own keys of `places` in the configuration: what each has to be, and its default. */
  readonly settings: (parts: SettingParts) => z.core.$ZodLooseShape;
  /**
   * The setting that names the file which it answers from, where there is one: it is looked at when the configuration is
   * read, and the provider is opened anew when it has changed.
   */
  readonly fileSetting?: string;
  /** The environment variable of its API key, for where no file has it; `undefined` where it needs no key. */
  readonly keyVariable: string | undefined;
  /** How long its answers are fresh unless the configuration says otherwise, in milliseconds. */
  readonly ttlMs: number;
  /** The most calls at once unless the configuration says otherwise; `undefined` where nobody is called. */
  readonly atOnce: number | undefined;
  /** Whether it puts the nearest first only among places of some types. */
  readonly distanceNeedsTypes: boolean;
  /**
   * Loads it, which a program does that asks it.
   *
   * @param settings as `settings` has them; what has a default may be left out
   * @throws {z.ZodError} where they are not
   */
  readonly open: (settings: unknown, parts: ProviderParts) => Promise<OpenProvider>;
}

/** Makes a descriptor whose `open` gets its settings checked. */
export function describeProvider<Shape extends z.core.$ZodLooseShape>({
  settings,
  open,
  ...rest
}: Omit<ProviderDescriptor, 'settings' | 'open'> & {
  readonly settings: (parts: SettingParts) => Shape;
  readonly open: (
    settings: z.output<ReturnType<typeof settingsSchema<Shape>>>,
    parts: ProviderParts,
  ) => Promise<OpenProvider>;
}): ProviderDescriptor {
  return {
    ...rest,
    settings,
    async open(given, parts) {
      const { settingsSchema } = await import('./settings.ts');
      return open(settingsSchema(settings).parse(given), parts);
    },
  };
}
