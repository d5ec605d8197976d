import type { Command } from 'commander';
import { collect } from './collect.ts';
import type { ImportOptions } from './commands/places-import.ts';
import { Signals } from './signals.ts';

/** The commands about places. What each of them needs is loaded when it runs. */
export function addPlacesCommands(program: Command): void {
  const places = program
    .command('places')
    .description('prepare places of your own for the herd')
    .helpCommand(false);
  places
    .command('import')
    .description('build a place index for the provider "file" from a file of places')
    .argument(
      '<input>',
      'region.osm.pbf, places.geojson or places.csv; the extension determines the format',
    )
    .option('--out <file>', 'the path of the index (default: the name of the input, with .index)')
    .option('--attribution <text>', 'the attribution to show with the places', collect, [])
    .option('--skip-invalid', 'leave out places that cannot be imported, and print how many')
    .action(async (input: string, options: ImportOptions) => {
      const signals = new Signals(); // before what takes time
      const { importFile } = await import('./commands/places-import.ts');
      await importFile(input, options, signals);
    });
}
