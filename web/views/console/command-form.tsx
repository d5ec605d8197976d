import type { JSX } from 'preact';
import { useLayoutEffect, useState } from 'preact/hooks';

import { formatIso6709 } from '../../state/iso6709.ts';
import { clients } from '../../state/live.ts';
import { mapCentre } from '../../state/map-centre.ts';

/** What a form composes. */
export type FormKind = 'iamat' | 'whatsat';

export function isFormKind(text: string): text is FormKind {
  return text === 'iamat' || text === 'whatsat';
}

/** The place of the documents' examples, for a user who has not looked at the map. */
const UCLA = { latitude: 34.06893, longitude: -118.445127 };
/** So many clients are suggested. */
const SUGGESTED = 200;

interface CommandFormProps {
  readonly kind: FormKind;
  /** Whom it is about, where the URL says it. */
  readonly client: string | undefined;
  /** Called with the line whenever it changes. */
  readonly onCompose: (line: string) => void;
}

/** The fields of a command. */
export function CommandForm({ kind, client, onCompose }: CommandFormProps): JSX.Element {
  const [first] = clients.values();
  const [fields, setFields] = useState(() => ({
    client: client ?? (kind === 'iamat' ? 'me' : (first?.location.client ?? 'me')),
    position: positionOf(mapCentre.peek() ?? UCLA),
    time: nowText(),
    radius: '10',
    bound: '5',
  }));
  // At once: later it would be in the place of what was typed meanwhile.
  useLayoutEffect(() => onCompose(compose(kind, fields)), [kind, fields]);
  const field = (name: keyof typeof fields, label: string, extra = {}): JSX.Element => (
    <label class={`console-field ${name}`}>
      <span class="quiet">{label}</span>
      <input
        class="field mono"
        value={fields[name]}
        autocomplete="off"
        autocapitalize="off"
        spellcheck={false}
        onInput={({ currentTarget: { value } }) => setFields({ ...fields, [name]: value })}
        {...extra}
      />
    </label>
  );
  if (kind === 'whatsat') {
    return (
      <div class="console-fields">
        {field('client', 'client', { list: 'console-clients' })}
        {field('radius', 'radius, km', { inputMode: 'decimal' })}
        {field('bound', 'places at most', { inputMode: 'numeric' })}
        <datalist id="console-clients">
          {[...clients.values()].slice(0, SUGGESTED).map(({ location }) => (
            <option key={location.client} value={location.client} />
          ))}
        </datalist>
      </div>
    );
  }
  const centre = mapCentre.value;
  return (
    <div class="console-fields">
      {field('client', 'client')}
      {field('position', 'position, ISO 6709')}
      {field('time', 'time, POSIX seconds')}
      <div class="console-fills">
        <button
          type="button"
          class="button"
          disabled={centre === undefined}
          title={centre === undefined ? 'Look at the map first' : undefined}
          onClick={() => centre && setFields({ ...fields, position: positionOf(centre) })}
        >
          Middle of the map
        </button>
        <button
          type="button"
          class="button"
          onClick={() => setFields({ ...fields, time: nowText() })}
        >
          Now
        </button>
      </div>
    </div>
  );
}

type Fields = Readonly<Record<'client' | 'position' | 'time' | 'radius' | 'bound', string>>;

function compose(kind: FormKind, { client, position, time, radius, bound }: Fields): string {
  if (kind === 'iamat') return `IAMAT ${client} ${position} ${time}`;
  return `WHATSAT ${client} ${radius} ${bound}`;
}

function positionOf({ latitude, longitude }: typeof UCLA): string {
  return formatIso6709(latitude, longitude);
}

function nowText(): string {
  return (Date.now() / 1000).toFixed(3);
}
