import type { Scope } from './scope.ts';

/** What one measured run gives: a figure for each of the benchmark's measures, by its name. */
export type Figures<Name extends string> = Readonly<Record<Name, number>>;

/** One measured run. */
export type Run<Name extends string> = () => Promise<Figures<Name>>;

/** One of the two things that a benchmark compares. */
export interface Side<Name extends string> {
  /** What it is and what of it is measured, in a line. */
  readonly label: string;
  /**
   * Prepares the runs: what they need but is not to be measured is started here. What is taken from
   * the scope is ended after the last run; that is the side's stop.
   *
   * @param share how much of the work is to be done: 1 is all, less is for trying it out
   */
  start(scope: Scope, share: number): Promise<Run<Name>>;
}

/** What a measure is to reach, or to stay below where lower is better. */
export interface Aim {
  /** Whether the bound is for the median of the ratios A / B, or for A's median figure. */
  readonly of: 'ratio' | 'figure';
  readonly bound: number;
}

/** One kind of figure: of a benchmark for three depths there are three. */
export interface Measure {
  readonly unit: string;
  readonly better: 'higher' | 'lower';
  readonly aim: Aim | undefined;
}

/** A program that a benchmark runs and that is not the project's own. */
export interface Requirement {
  readonly command: string;
  /** The arguments that have it print its version. */
  readonly versionArgs: readonly string[];
  readonly debianPackage: string;
}

/**
 * A benchmark: A is ours, B what it is compared with, if there is such a thing. There may be measures
 * that B has nothing to compare with: `Compared` are those that it has.
 */
export interface Benchmark<Name extends string = string, Compared extends Name = Name> {
  readonly name: string;
  readonly description: string;
  readonly requires: readonly Requirement[];
  readonly measures: Readonly<Record<Name, Measure>>;
  readonly a: Side<Name>;
  readonly b: Side<Compared> | undefined;
}
