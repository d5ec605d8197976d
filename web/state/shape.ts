/* What an answer of the herd has to be like to be read. */

/** Whether a value is an object with a list under a name. */
export function hasList(value: unknown, name: string): boolean {
  return isObject(value) && Array.isArray(value[name]);
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
