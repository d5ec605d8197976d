import { useState } from 'preact/hooks';
import type { ComponentChildren, JSX } from 'preact';

import { Panel } from '../../frame/panel.tsx';
import { formatRoute } from '../../route/route.ts';
import { navigate } from '../../route/router.ts';
import { access, mayReport } from '../../state/access.ts';
import { cardsFailure, hasCards, nameOf } from '../../state/cards.ts';
import { nowMs } from '../../state/clock.ts';
import { formatAgo, formatSpeed, formatTime } from '../../state/format.ts';
import { groupsOf } from '../../state/groups.ts';
import { shownText } from '../../state/shown-text.ts';
import { Avatar } from '../../ui/avatar.tsx';
import { Notice } from '../../ui/notice.tsx';
import { Battery } from './battery.tsx';
import { CardForm } from './card-form.tsx';
import type { Person } from './person.ts';
import { isFresh, PersonState } from './person-state.tsx';
import { PhoneCheck } from './phone-check.tsx';
import { RemoveSection } from './remove-section.tsx';
import { ShareSection } from './share-section.tsx';
import './person-panel.css';

interface PersonPanelProps {
  readonly client: string;
  /** `undefined`: no server has a location of it that the user may see. */
  readonly person: Person | undefined;
  readonly isKnown: boolean;
}

/** What there is to know of a client, and to do about it. */
export function PersonPanel({ client, person, isKnown }: PersonPanelProps): JSX.Element {
  const name = nameOf(client);
  const isCardKnown = hasCards.value || cardsFailure.value !== undefined;
  // Nothing is shown that would move or change when the rest is known.
  const isLoading =
    (person === undefined && !isKnown) || access.value === undefined || !isCardKnown;
  return (
    <Panel title={name} onClose={() => navigate('people')}>
      <div class="person-head">
        <Avatar client={client} />
        <div>
          <bdi class="mono selectable whole-id">{shownText(client)}</bdi>
          {groupsOf(client).length > 0 && (
            <p class="quiet">
              in <bdi>{groupsOf(client).join(', ')}</bdi>
            </p>
          )}
        </div>
      </div>
      {!isLoading && <PersonBody client={client} name={name} person={person} />}
    </Panel>
  );
}

interface PersonBodyProps {
  readonly client: string;
  readonly name: string;
  readonly person: Person | undefined;
}

function PersonBody({ client, name, person }: PersonBodyProps): JSX.Element {
  return (
    <>
      {person !== undefined && <PersonFacts person={person} />}
      {person === undefined && (
        <Notice title="No location">
          <p>No server has a location of this client that you may see, or it was removed.</p>
        </Notice>
      )}
      {mayReport(client) && (
        <Section title="Name, icon and picture" isOpen>
          <CardForm client={client} />
        </Section>
      )}
      {access.value?.operate === true && (
        <Section title="Does its phone report?">
          <PhoneCheck client={client} />
        </Section>
      )}
      <Section title="Share">
        <ShareSection client={client} />
      </Section>
      {mayReport(client) && (
        <Section title="Remove">
          <RemoveSection client={client} name={name} />
        </Section>
      )}
    </>
  );
}

function PersonFacts({ person }: { readonly person: Person }): JSX.Element {
  const { client, location, fixMs, seenMs, batteryPercent, charging } = person;
  const now = nowMs.value;
  const { speedMps, geofences, server } = location;
  const rows: readonly (readonly [string, JSX.Element | string | undefined, string?])[] = [
    ['state', <PersonState person={person} nowMs={now} />],
    [
      'battery',
      batteryPercent === undefined ? undefined : (
        <Battery percent={batteryPercent} isCharging={charging} />
      ),
    ],
    ['last fix', formatAgo((now - fixMs) / 1000), formatTime(fixMs)],
    ['last seen', formatAgo((now - seenMs) / 1000), formatTime(seenMs)],
    ['speed', speedMps !== undefined && isFresh(person, now) ? formatSpeed(speedMps) : undefined],
    ['heard by', server],
    ['inside', geofences?.join(', ')],
  ];
  return (
    <>
      <dl class="person-facts">
        {rows.map(([term, value, exact]) =>
          value === undefined ? null : (
            <div key={term} title={exact}>
              <dt>{term}</dt>
              <dd>
                <bdi>{value}</bdi>
              </dd>
            </div>
          ),
        )}
      </dl>
      <a class="button" href={formatRoute({ view: 'map', item: client, options: {} })}>
        Show on the map
      </a>
    </>
  );
}

interface SectionProps {
  readonly title: string;
  readonly isOpen?: boolean;
  readonly children: ComponentChildren;
}

/** A part of the panel; what is in it is there once it was opened. */
function Section({ title, isOpen = false, children }: SectionProps): JSX.Element {
  const [isShown, setShown] = useState(isOpen);
  return (
    <details
      class="person-section"
      open={isOpen}
      onToggle={({ currentTarget }) => setShown(currentTarget.open)}
    >
      <summary>{title}</summary>
      {isShown && <div class="person-section-body">{children}</div>}
    </details>
  );
}
