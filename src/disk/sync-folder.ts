import { open } from 'node:fs/promises';

/** Has the names in a folder kept on disk. */
export async function syncFolder(path: string): Promise<void> {
  // Windows opens no folders, and keeps names on disk by itself.
  if (process.platform === 'win32') return;
  await using folder = await open(path);
  await folder.sync();
}
