/** What the bundler makes of files that are no code. */
declare module '*.css';

declare module '*?url' {
  /** Where the built file is. */
  const url: string;
  export default url;
}
