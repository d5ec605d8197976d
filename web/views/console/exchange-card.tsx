import type { JSX } from 'preact';

import { formatRoute } from '../../route/route.ts';
import { formatNumberOf } from '../../state/format.ts';
import { shownText } from '../../state/shown-text.ts';
import { latin1Of, showBytes } from './bytes.ts';
import type { Exchange } from './exchange.ts';
import { explainRefusal, readAtLine, readPlaces } from './explain.ts';

/** One exchange: the bytes that went, those that came, and what they say. */
export function ExchangeCard({ exchange }: { readonly exchange: Exchange }): JSX.Element {
  const { server, atMs, sent, state } = exchange;
  const took = state.kind === 'answered' ? ` · ${formatTook(state.tookMs)}` : '';
  return (
    <article class="card exchange" aria-label={`To ${server}`}>
      <header class="exchange-head">
        <strong>{server}</strong>
        <span class="quiet">
          {new Date(atMs).toLocaleTimeString()}
          {took}
        </span>
      </header>
      <Bytes direction="sent" bytes={sent} />
      {state.kind === 'waiting' && <p class="quiet">waiting for the reply</p>}
      {state.kind === 'failed' && <p class="exchange-failed">{state.reason}</p>}
      {state.kind === 'answered' && (
        <>
          <Bytes direction="received" bytes={state.bytes} />
          <Meaning exchange={exchange} bytes={state.bytes} />
        </>
      )}
    </article>
  );
}

interface BytesProps {
  readonly direction: 'sent' | 'received';
  readonly bytes: Uint8Array;
}

function Bytes({ direction, bytes }: BytesProps): JSX.Element {
  return (
    <div class="exchange-way">
      <span class="exchange-arrow" aria-hidden="true">
        {direction === 'sent' ? '→' : '←'}
      </span>
      <pre
        class={`exchange-bytes mono selectable ${direction}`}
        aria-label={direction === 'sent' ? 'Bytes sent' : 'Bytes received'}
        tabIndex={0}
      >
        {showBytes(bytes).map(({ kind, text }, index) =>
          kind === 'plain' ? (
            text
          ) : (
            <span key={index} class="exchange-escape">
              {text}
              {kind === 'end' && '\n'}
            </span>
          ),
        )}
      </pre>
      <span class="exchange-size quiet">{formatNumberOf(bytes.length, 'byte')}</span>
    </div>
  );
}

/** What a reply says, and where to go on. */
function Meaning(props: { readonly exchange: Exchange; readonly bytes: Uint8Array }): JSX.Element {
  const { exchange, bytes } = props;
  const reply = latin1Of(bytes);
  const places = readPlaces(bytes);
  const at = readAtLine(reply);
  if (bytes.length === 0) return <p class="quiet">White space alone is no command: no reply.</p>;
  if (reply.startsWith('? ')) {
    const command = new TextDecoder().decode(exchange.sent);
    return <p class="exchange-refused">{explainRefusal(command)}</p>;
  }
  if (at === undefined) return <></>;
  const client = new TextDecoder().decode(Uint8Array.from(at.client, (char) => char.charCodeAt(0)));
  const isReport = latin1Of(exchange.sent).trimStart().startsWith('IAMAT');
  return (
    <>
      <p class="exchange-meaning">
        <span>
          {at.server} heard <bdi class="one-line">{shownText(client)}</bdi>, {formatSkew(at.skew)}{' '}
          its own time.
        </span>
        <a href={formatRoute({ view: 'map', item: client, options: {} })}>On the map</a>
        {isReport && (
          <a
            href={formatRoute({
              view: 'herd',
              item: at.server,
              options: { report: at.receivedMs.toFixed(3) },
            })}
          >
            See it flood
          </a>
        )}
      </p>
      {places !== undefined && (
        <details class="exchange-places">
          <summary>{formatNumberOf(places.count, 'place')}, as JSON</summary>
          <pre class="exchange-bytes mono selectable" tabIndex={0}>
            {places.json}
          </pre>
        </details>
      )}
    </>
  );
}

function formatTook(ms: number): string {
  return ms < 10 ? `${ms.toFixed(1)} ms` : `${Math.round(ms)} ms`;
}

/** How much later, or earlier, than the client's time a server heard it. */
function formatSkew(skew: string): string {
  const seconds = Math.abs(Number(skew));
  const text = seconds < 10 ? seconds.toFixed(3) : Math.round(seconds).toLocaleString('en');
  return `${text} s ${skew.startsWith('-') ? 'before' : 'after'}`;
}
