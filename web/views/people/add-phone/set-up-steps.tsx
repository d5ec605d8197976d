import { useEffect, useRef, useState } from 'preact/hooks';
import type { JSX } from 'preact';

import { formatRoute } from '../../../route/route.ts';
import { access } from '../../../state/access.ts';
import { herd } from '../../../state/herd.ts';
import { CopyText } from '../../../ui/copy-text.tsx';
import { Notice } from '../../../ui/notice.tsx';
import { PhoneCheck } from '../phone-check.tsx';
import { APP_OF_MANY, PHONE_APPS } from './apps.ts';
import { configFor, isLoopbackUrl } from './reach.ts';
import type { SetUp } from './set-up.ts';

interface SetUpStepsProps {
  readonly setUp: SetUp;
  readonly onBack: () => void;
}

/** The code, the link and the steps that set up a phone, and whether it has been heard. */
export function SetUpSteps({ setUp, onBack }: SetUpStepsProps): JSX.Element {
  const { app, client, link, code, steps, url, warnings } = setUp;
  const [isHeard, setHeard] = useState(false);
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []); // where who filled in the form reads on
  const name = PHONE_APPS.find(({ id }) => id === app)?.name ?? app;
  const isOnlyHere = isLoopbackUrl(url);
  return (
    <>
      <h3 ref={heading} tabIndex={-1} class="set-up-head">
        {name} for <bdi>{client}</bdi>
      </h3>
      {isOnlyHere && <OnlyHere setUp={setUp} />}
      {!isOnlyHere &&
        warnings.map((warning) => (
          <p key={warning} class="set-up-warning">
            {warning}
          </p>
        ))}
      {code !== undefined && <Code svg={code.svg} />}
      <ol class="set-up-steps selectable">
        {steps.map((step) => (
          <li key={step}>{step}</li>
        ))}
      </ol>
      {code !== undefined && (
        <CopyText
          text={code.text}
          label={link === undefined ? 'the text of the code' : 'the link'}
        />
      )}
      {app !== APP_OF_MANY && (
        <>
          <PhoneCheck client={client} app={app} onHeard={() => setHeard(true)} />
          {isHeard && (
            <a
              class="button primary"
              href={formatRoute({ view: 'map', item: client, options: {} })}
            >
              See it on the map
            </a>
          )}
        </>
      )}
      <button type="button" class="button" onClick={onBack}>
        Change the phone or the app
      </button>
    </>
  );
}

/** The code as an image: what is in it cannot run. It is black on white in both themes, which scanners need. */
function Code({ svg }: { readonly svg: string }): JSX.Element {
  return (
    <img
      class="set-up-code"
      src={`data:image/svg+xml,${encodeURIComponent(svg)}`}
      alt="The code to scan with the phone"
    />
  );
}

/** What to do so that phones reach a gateway which listens to its own machine alone. */
function OnlyHere({ setUp: { url, addresses } }: { readonly setUp: SetUp }): JSX.Element {
  const [address = '192.0.2.10', ...others] = addresses;
  const [own] = herd.value?.servers ?? [];
  const gatewayPort = Number(new URL(url).port) || 13_645;
  const config = configFor({ server: own?.server ?? 'Riley', gatewayPort, address });
  return (
    <Notice title="No phone reaches this yet" kind="bad">
      <p>
        {new URL(url).host} is this machine alone. So that phones in your network reach it, put this
        into herd.yaml (where there is one, change these keys):
      </p>
      <CopyText text={config} label="the configuration" />
      {access.value?.hasTokens !== true && (
        <>
          <p>The herd then asks for tokens. Make one for yourself:</p>
          <CopyText
            text="npx proxy-herd token create --operate --read '*' --client '*' --name me"
            label="the command"
          />
        </>
      )}
      <p>
        Start the herd again, and open it at{' '}
        <bdi>
          http://{address}:{gatewayPort}
        </bdi>
        .{others.length > 0 && ` Other addresses of this machine: ${others.join(', ')}.`} What
        follows works on this machine, and through a proxy or a tunnel to it.
      </p>
    </Notice>
  );
}
