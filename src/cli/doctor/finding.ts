/** How something is: right, odd, or so that the herd does not work as it should. */
export type State = 'ok' | 'warning' | 'wrong';

/** What a check found. */
export interface Finding {
  /** What was looked at: `clocks`, `ports`, and so on. */
  readonly check: string;
  /** Whose: a server, a file, an address; empty where it is this machine's. */
  readonly subject: string;
  readonly state: State;
  /** What was found. */
  readonly found: string;
  /** What to do about it; `undefined` where there is nothing to be done. */
  readonly remedy: string | undefined;
}

/** Makes the findings of one check. */
export class Findings {
  readonly #check: string;
  readonly all: Finding[] = [];

  constructor(check: string) {
    this.#check = check;
  }

  /** By whose they are: where several are looked at at once, they come in any order. */
  get sorted(): Finding[] {
    return this.all.toSorted((a, b) =>
      a.subject < b.subject ? -1 : Number(a.subject > b.subject),
    );
  }

  ok(subject: string, found: string): void {
    this.#add('ok', subject, found, undefined);
  }

  warning(subject: string, found: string, remedy: string): void {
    this.#add('warning', subject, found, remedy);
  }

  wrong(subject: string, found: string, remedy: string): void {
    this.#add('wrong', subject, found, remedy);
  }

  #add(state: State, subject: string, found: string, remedy: string | undefined): void {
    this.all.push({ check: this.#check, subject, state, found, remedy });
  }
}
