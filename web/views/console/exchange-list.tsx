import type { JSX } from 'preact';

import { clearExchanges, exchanges } from './exchanges.ts';
import { ExchangeCard } from './exchange-card.tsx';

/** What was sent and what came, the newest first. */
export function ExchangeList(): JSX.Element {
  const list = exchanges.value;
  if (list.length === 0) {
    return (
      <p class="console-hint quiet">
        What goes and what comes is shown here, byte by byte. A report reaches every server: ask
        another one where the client is.
      </p>
    );
  }
  return (
    <section class="console-log" aria-label="Exchanges">
      <ol class="console-exchanges" aria-live="polite">
        {list.map((exchange) => (
          <li key={exchange.id}>
            <ExchangeCard exchange={exchange} />
          </li>
        ))}
      </ol>
      <button type="button" class="button" onClick={clearExchanges}>
        Clear
      </button>
    </section>
  );
}
