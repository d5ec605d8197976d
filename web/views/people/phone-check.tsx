import { useEffect, useState } from 'preact/hooks';
import type { JSX } from 'preact';

import { formatAgo, formatDistance } from '../../state/format.ts';
import { pause } from '../../state/pause.ts';
import { requestEach } from '../../state/request.ts';
import { isPhoneAnswer, newsOf, type PhoneNews } from './phone-news.ts';
import './phone-check.css';

/** How often the servers are asked, in milliseconds: soon enough for who waits. */
const EVERY_MS = 1500;
/** What came within so many seconds before somebody looked counts as well. */
const BEFORE_S = 60;

interface PhoneCheckProps {
  readonly client: string;
  /** The app that was set up; phones of it that nobody knows may be this one. */
  readonly app?: string;
  readonly onHeard?: () => void;
}

/** Whether a client's phone reports, as long as somebody looks, and what is wrong where it does not. */
export function PhoneCheck({ client, app, onHeard }: PhoneCheckProps): JSX.Element {
  const [news, setNews] = useState<PhoneNews>({ kind: 'silent' });
  const [hasAsked, setAsked] = useState(false);
  useEffect(() => {
    const closing = new AbortController();
    const startedMs = performance.now();
    const follow = async (): Promise<void> => {
      const path = `/v1/clients/${encodeURIComponent(client)}/phone`;
      while (!closing.signal.aborted) {
        const answers = await requestEach(path, isPhoneAnswer, closing.signal);
        const withinS = (performance.now() - startedMs) / 1000 + BEFORE_S;
        const next = newsOf(answers, withinS, app);
        setNews(next);
        setAsked(true);
        if (next.kind === 'heard') onHeard?.();
        await pause(EVERY_MS, closing.signal);
      }
    };
    follow().catch(() => undefined); // it was closed, or the user has to sign in again
    return () => closing.abort('closed');
  }, [client, app]);
  return (
    <div class={`phone-check ${news.kind}`} role="status">
      {hasAsked ? <News news={news} /> : <p class="quiet">Asking the servers …</p>}
    </div>
  );
}

function News({ news }: { readonly news: PhoneNews }): JSX.Element {
  if (news.kind === 'silent') {
    return (
      <>
        <p class="phone-check-head">
          <span class="dot" /> Nothing has come yet
        </p>
        <p>
          Have the app report now, with its own button. This page shows what comes, as it comes.
        </p>
      </>
    );
  }
  const { server, what } = news;
  const when = formatAgo(what.secondsAgo);
  if (news.kind === 'heard') {
    const { accuracyM, batteryPercent } = news.what;
    const facts = [
      `by ${server}, from ${what.app}`,
      ...(accuracyM === undefined ? [] : [`±${formatDistance(accuracyM)}`]),
      ...(batteryPercent === undefined ? [] : [`battery ${Math.round(batteryPercent)}%`]),
    ];
    return (
      <>
        <p class="phone-check-head">
          <span class="dot good" /> The phone was heard {when}
        </p>
        <p>{facts.join(' · ')}</p>
      </>
    );
  }
  const { reason, advice, address } = news.what;
  return (
    <>
      <p class="phone-check-head">
        <span class="dot bad" />
        {news.isStranger ? `Refused ${when}: a phone at ${address}` : `Of no use, ${when}`}
      </p>
      <p>
        {reason}
        {advice !== undefined && `: ${advice}`}. It came to {server} from {what.app}.
      </p>
    </>
  );
}
