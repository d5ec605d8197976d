import type { PlacesOptions } from '../places/options.ts';
import { findProvider } from '../places/providers.ts';
import { OptionError } from './errors.ts';

/**
 * Checks the settings of the provider of places. What checks them is loaded only where there may be some: the
 * embedded places have none.
 *
 * @throws {OptionError} for the first one that is wrong
 */
export async function requireUsableSettings({ provider, settings }: PlacesOptions): Promise<void> {
  const descriptor = findProvider(provider);
  const isBare = descriptor?.atOnce === undefined && Object.keys(settings).length === 0;
  if (descriptor === undefined || isBare) return;
  const { settingsSchema } = await import('../places/settings.ts');
  const { error } = settingsSchema(descriptor.settings).safeParse(settings);
  const [issue] = error?.issues ?? [];
  if (issue === undefined) return;
  const name = ['places', 'settings', ...issue.path.map(String)].join('.');
  throw new OptionError(name, settings[String(issue.path[0])], issue.message);
}
