import type { Command } from 'commander';
import { collect } from './collect.ts';
import type { ImportOptions } from './commands/places-import.ts';
import { Signals } from './signals.ts';

/** The commands about places. What each of them needs is loaded when it runs. */
export function addPlacesCommands(program: Command): void {
  const places = program
    .command('places')
    .description('make places of your own known to the herd')
    .helpCommand(false);
  places
    .command('import')
    .description('make a place index, for the provider "file", out of a file of places')
    .argument('<input>', "region.osm.pbf, places.geojson or places.csv; the name's end says which")
    .option('--out <file>', 'where to (default: the name of the input, with .index at its end)')
    .option('--attribution <text>', 'what is to be shown with the places', collect, [])
    .option('--skip-invalid', 'leave out what cannot be imported, and say how much')
    .action(async (input: string, options: ImportOptions) => {
      const signals = new Signals(); // before what takes time
      const { importFile } = await import('./commands/places-import.ts');
      await importFile(input, options, signals);
    });
}
