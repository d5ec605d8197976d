import type { ComponentType, JSX } from 'preact';

import { access } from '../../state/access.ts';
import { formatRoute } from '../../route/route.ts';
import { demoState, isDemoChanging, startDemo } from '../../state/demo.ts';
import { clients, clientsVersion, coverage, hasSnapshot } from '../../state/live.ts';
import { ConsoleIcon, PhoneIcon, PlayIcon } from '../../ui/icons.tsx';
import './empty-herd.css';

/** What to do where nobody has reported yet: three ways to begin, a click each. */
export function EmptyHerd(): JSX.Element | null {
  void clientsVersion.value; // drawn anew when the clients change
  if (!hasSnapshot.value || coverage.value.kind !== 'all' || clients.size > 0) return null;
  return (
    <div class="empty-herd">
      <section class="empty-herd-card" aria-label="Begin">
        <h2>Nobody has reported yet</h2>
        <p class="quiet">A client is on the map as soon as any server has received its report.</p>
        <ul class="empty-herd-ways">
          {access.value?.operate === true && (
            <li>
              <a
                class="empty-herd-way"
                href={formatRoute({ view: 'people', item: undefined, options: { add: 'phone' } })}
              >
                <Way
                  Icon={PhoneIcon}
                  title="Add a phone"
                  about="It reports with an app from its store"
                />
              </a>
            </li>
          )}
          <li>
            <a
              class="empty-herd-way"
              href={formatRoute({ view: 'console', item: undefined, options: {} })}
            >
              <Way
                Icon={ConsoleIcon}
                title="Send a report"
                about="By hand, to a server of your choice"
              />
            </a>
          </li>
          {demoState.value.state === 'stopped' && (
            <li>
              <button
                type="button"
                class="empty-herd-way"
                disabled={isDemoChanging.value}
                onClick={() => void startDemo()}
              >
                <Way
                  Icon={PlayIcon}
                  title={isDemoChanging.value ? 'Starting the demo …' : 'Start the demo'}
                  about="Made-up clients move over a city, until a client of your own reports"
                />
              </button>
            </li>
          )}
        </ul>
      </section>
    </div>
  );
}

interface WayProps {
  readonly Icon: ComponentType;
  readonly title: string;
  readonly about: string;
}

function Way({ Icon, title, about }: WayProps): JSX.Element {
  return (
    <>
      <span class="empty-herd-icon">
        <Icon />
      </span>
      <span class="empty-herd-title">{title}</span>
      <span class="empty-herd-about">{about}</span>
    </>
  );
}
