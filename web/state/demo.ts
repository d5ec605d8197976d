import { effect, signal } from '@preact/signals';
import { HerdError } from 'proxy-herd/client';

import { AnswerOrder } from './answer-order.ts';
import { cards, refreshCards } from './cards.ts';
import { formatNumberOf } from './format.ts';
import { pause } from './pause.ts';
import { change, request } from './request.ts';
import { isSignedOut, token } from './session.ts';
import { isObject } from './shape.ts';
import { showToast } from './toasts.ts';

/** How often a demo that can be, or is, is asked about, in milliseconds. */
const EVERY_MS = 3000;
/** How long one server may take to start or stop a demo, in milliseconds: it makes or removes hundreds of clients. */
const CHANGES_WITHIN_MS = 30_000;

/** How the demo of the herd does. */
export type DemoState =
  /** There is none here, or it is not known yet. */
  | { readonly state: 'unavailable' }
  | { readonly state: 'stopped'; readonly isDemoHerd: boolean; readonly endedBy?: string }
  | {
      readonly state: 'running';
      readonly isDemoHerd: boolean;
      readonly clients: number;
      readonly endsAt?: string;
    };

export const demoState = signal<DemoState>({ state: 'unavailable' });

/** Whether it is being started or stopped. */
export const isDemoChanging = signal(false);

const order = new AnswerOrder();

/** Follows the demo, where there can be one: a herd with tokens has none. */
export function followDemo(): void {
  effect(() => {
    if (isSignedOut.value || token.value !== undefined) return;
    const closing = new AbortController();
    void follow(closing.signal);
    return () => closing.abort('closed');
  });
}

async function follow(closed: AbortSignal): Promise<void> {
  while (!closed.aborted) {
    try {
      await look({ signal: closed });
      if (demoState.peek().state === 'unavailable') return;
    } catch (error) {
      if (closed.aborted) return;
      if (!(error instanceof HerdError)) throw error;
    }
    await pause(EVERY_MS, closed);
  }
}

async function look(options: { readonly signal?: AbortSignal }): Promise<void> {
  const asked = order.ask();
  const next = await request('GET', '/v1/demo', isDemoState, options);
  if (order.take(asked)) take(next);
}

function take(next: DemoState): void {
  const last = demoState.peek();
  demoState.value = next;
  const hasAllCards = next.state !== 'running' || cards.peek().size >= next.clients;
  if (!hasAllCards || (last.state === 'running' && next.state === 'stopped')) refreshCards();
  if (last.state !== 'running' || next.state !== 'stopped' || isDemoChanging.peek()) return;
  if (next.endedBy === 'report') {
    showToast('A client of your own has reported: the demo has ended, and its clients are removed');
  } else if (next.endedBy === 'time') {
    showToast('The hour of the demo is over: its clients are removed');
  } else showToast('The demo was stopped: its clients are removed');
}

/** Has the demo run. */
export async function startDemo(): Promise<void> {
  await changeDemo('PUT', 'The demo could not be started');
  const { value } = demoState;
  if (value.state === 'running') {
    showToast(`${formatNumberOf(value.clients, 'made-up client')} move over Los Angeles`, 'good');
  }
}

/** Stops the demo, and removes all that is of it. */
export async function stopDemo(): Promise<void> {
  await changeDemo('DELETE', 'The demo could not be stopped');
}

async function changeDemo(method: 'PUT' | 'DELETE', failure: string): Promise<void> {
  if (isDemoChanging.peek()) return;
  isDemoChanging.value = true;
  try {
    await change(method, '/v1/demo', { attemptMs: CHANGES_WITHIN_MS });
    await look({});
  } catch (error) {
    if (!(error instanceof HerdError)) throw error;
    showToast(`${failure}: ${error.message}`, 'bad');
  } finally {
    isDemoChanging.value = false;
  }
}

function isDemoState(value: unknown): value is DemoState {
  return isObject(value) && typeof value['state'] === 'string';
}
