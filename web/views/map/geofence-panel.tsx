import { Fragment } from 'preact';
import { useState } from 'preact/hooks';
import type { JSX } from 'preact';
import { HerdError, type Geofence, type GeofenceShape } from 'proxy-herd/client';

import { Panel } from '../../frame/panel.tsx';
import { setOptions } from '../../route/router.ts';
import { formatDistance, formatNumberOf } from '../../state/format.ts';
import { geofences, geofencesFailure, putGeofence, removeGeofence } from '../../state/geofences.ts';
import { isolated } from '../../state/shown-text.ts';
import { showToast } from '../../state/toasts.ts';
import { ClientLink } from './client-link.tsx';
import { Crossings } from './crossings.tsx';
import { clampRadius, missingIn, type Draft } from './geofence-draft.ts';
import type { HerdMap } from './herd-map.ts';
import { draft } from './map-options.ts';
import { MOST_FOLLOWED, useVisits } from './use-visits.ts';
import './geofence-panel.css';

/** A circle that is new is so wide, in metres. */
const NEW_RADIUS_M = 500;
/** So many of those who are in a geofence are named. */
const NAMED_INSIDE = 5;

/** The geofences of the herd, and what makes, changes and removes them. */
export function GeofencePanel({ map }: { readonly map: HerdMap | undefined }): JSX.Element {
  const close = (): void => {
    draft.value = undefined;
    setOptions({ panel: undefined });
  };
  return (
    <Panel title="Geofences" onClose={close}>
      {draft.value === undefined ? <List map={map} /> : <Editor draft={draft.value} />}
    </Panel>
  );
}

function List({ map }: { readonly map: HerdMap | undefined }): JSX.Element {
  const visits = useVisits(geofences.value.map(({ name }) => name));
  const begin = (shape: GeofenceShape): void => {
    draft.value = { of: undefined, name: '', shape };
  };
  return (
    <>
      <div class="geofence-begin">
        <button
          type="button"
          class="button"
          onClick={() => begin({ type: 'polygon', vertices: [] })}
        >
          Draw an area
        </button>
        <button
          type="button"
          class="button"
          onClick={() =>
            begin({
              type: 'circle',
              ...(map?.middle() ?? { latitude: 0, longitude: 0 }),
              radiusM: NEW_RADIUS_M,
            })
          }
        >
          Draw a circle
        </button>
      </div>
      {geofencesFailure.value !== undefined && <p role="alert">{geofencesFailure.value}</p>}
      {geofences.value.length === 0 && geofencesFailure.value === undefined && (
        <p class="quiet">There is none yet. The herd tells who enters one and who leaves it.</p>
      )}
      <ul class="geofence-list">
        {geofences.value.map((geofence) => (
          <Item
            key={geofence.name}
            geofence={geofence}
            map={map}
            inside={visits?.inside(geofence.name) ?? []}
          />
        ))}
      </ul>
      {geofences.value.length > MOST_FOLLOWED && (
        <p class="quiet">Who is inside is shown of the first {MOST_FOLLOWED}.</p>
      )}
      {visits !== undefined && <Crossings crossings={visits.crossings} map={map} />}
    </>
  );
}

interface ItemProps {
  readonly geofence: Geofence;
  readonly map: HerdMap | undefined;
  /** Who is in it. */
  readonly inside: readonly string[];
}

function Item({ geofence, map, inside }: ItemProps): JSX.Element {
  const { name, shape } = geofence;
  return (
    <li>
      <button
        type="button"
        class="geofence-name"
        onClick={() => {
          draft.value = { of: name, name, shape };
          map?.showShape(shape);
        }}
      >
        <bdi>{name}</bdi>
        <span class="quiet">
          {shape.type === 'circle'
            ? `circle of ${formatDistance(shape.radiusM)}`
            : `${shape.vertices.length} corners`}
        </span>
      </button>
      {inside.length > 0 && <Inside clients={inside} map={map} />}
    </li>
  );
}

interface InsideProps {
  readonly clients: readonly string[];
  readonly map: HerdMap | undefined;
}

/** Who is in a geofence now. */
function Inside({ clients, map }: InsideProps): JSX.Element {
  const others = clients.length - NAMED_INSIDE;
  return (
    <p class="geofence-inside">
      inside:{' '}
      {clients.slice(0, NAMED_INSIDE).map((client, n) => (
        <Fragment key={client}>
          {n > 0 && ', '}
          <ClientLink client={client} map={map} />
        </Fragment>
      ))}
      {others > 0 && ` and ${formatNumberOf(others, 'other')}`}
    </p>
  );
}

function Editor({ draft: { of, name, shape } }: { readonly draft: Draft }): JSX.Element {
  const [failure, setFailure] = useState<string>();
  const missing = missingIn({ of, name, shape });
  const run = async (change: () => Promise<void>, told: string): Promise<void> => {
    const changed = draft.peek();
    try {
      await change();
      if (draft.peek() === changed) draft.value = undefined; // else the user draws on, or another one
      showToast(told, 'good');
    } catch (error) {
      setFailure(error instanceof HerdError ? error.message : String(error));
    }
  };
  const save = (): Promise<void> => {
    const kept = geofences.value.find((each) => each.name === of);
    const dwell = kept?.minimumDwellS === undefined ? {} : { minimumDwellS: kept.minimumDwellS };
    const geofence = { name: name.trim(), shape, ...dwell };
    return run(() => putGeofence(geofence, of), `The herd knows ${isolated(geofence.name)} now`);
  };
  return (
    <form
      class="geofence-editor"
      onSubmit={(event) => {
        event.preventDefault();
        void save();
      }}
    >
      <Fields draft={{ of, name, shape }} />
      <p class="quiet">
        {missing ??
          (shape.type === 'circle'
            ? 'Drag the middle to move it, and the point on its border to widen it.'
            : 'Click to add a corner, drag one to move it.')}
      </p>
      {failure !== undefined && <p role="alert">{failure}</p>}
      <div class="geofence-begin">
        <button type="submit" class="button primary" disabled={missing !== undefined}>
          Save
        </button>
        <button
          type="button"
          class="button"
          onClick={() => {
            draft.value = undefined;
          }}
        >
          Cancel
        </button>
      </div>
      {of !== undefined && (
        <button
          type="button"
          class="button"
          onClick={() =>
            void run(() => removeGeofence(of), `${isolated(of)} is gone from the herd`)
          }
        >
          Remove <bdi>{of}</bdi>
        </button>
      )}
    </form>
  );
}

/** The name of a draft, and how wide it is. */
function Fields({ draft: { of, name, shape } }: { readonly draft: Draft }): JSX.Element {
  return (
    <>
      <label for="geofence-name">Name</label>
      <input
        id="geofence-name"
        class="field"
        value={name}
        maxLength={64}
        autocomplete="off"
        onInput={({ currentTarget }) => {
          draft.value = { of, name: currentTarget.value, shape };
        }}
      />
      {shape.type === 'circle' && (
        <>
          <label for="geofence-radius">Radius in metres</label>
          <input
            id="geofence-radius"
            class="field"
            type="number"
            min={1}
            max={1_000_000}
            value={shape.radiusM}
            onChange={({ currentTarget }) => {
              const radiusM = clampRadius(Number(currentTarget.value));
              draft.value = { of, name, shape: { ...shape, radiusM } };
            }}
          />
        </>
      )}
    </>
  );
}
