/** What a hook can send: the events of live updates. */
export const HOOK_EVENTS = ['location', 'enter', 'leave', 'removed', 'seen'] as const;
export type HookEventKind = (typeof HOOK_EVENTS)[number];

/** Those that Home Assistant's webhook has nothing for. */
const NOT_FOR_HOME_ASSISTANT: readonly HookEventKind[] = ['removed', 'seen'];

/** How a hook's requests are written: this program's JSON, or what Home Assistant's OwnTracks webhook takes. */
export const HOOK_FORMS = ['json', 'home-assistant'] as const;
export type HookForm = (typeof HOOK_FORMS)[number];

/** A hook: events of clients, posted to a URL. */
export interface HookOptions {
  readonly name: string;
  /** Where events are posted. It may be a secret, as Home Assistant's are: it is in no log. */
  readonly url: string;
  readonly form: HookForm;
  readonly events: readonly HookEventKind[];
  /** Patterns of the clients whose events are sent. */
  readonly clients: readonly string[];
  /** What requests are signed with, each as `whsec_` and base64; none: they are not signed. */
  readonly secrets: readonly string[];
  /** Whether the receiver may be at an address of a private network, of loopback or of this link. */
  readonly allowPrivate: boolean;
  /** Whether 307 and 308 are followed. */
  readonly followRedirects: boolean;
  /** How long a receiver may take to answer, in milliseconds. */
  readonly timeoutMs: number;
}

/** Those of a hook's events that its form has nothing for. */
export function eventsWithoutForm(
  form: unknown,
  events: readonly unknown[],
): readonly HookEventKind[] {
  if (form !== 'home-assistant') return [];
  return NOT_FOR_HOME_ASSISTANT.filter((event) => events.includes(event));
}
