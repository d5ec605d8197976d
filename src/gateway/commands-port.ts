import type { Grant } from '../access/grant.ts';
import type { Address } from '../transport/address.ts';

/** Commands of the text protocol that came over HTTP. */
interface SentCommands {
  /** As they would be sent to the client port. */
  readonly bytes: Buffer;
  /** Where they come from. */
  readonly remote: Address;
  /** What the token that was shown allows; `undefined`: none was shown. */
  readonly grant: Grant | undefined;
  /** Aborted when nobody waits for the replies any more, or it took too long. */
  readonly signal: AbortSignal;
}

/** What came of commands. */
interface CommandReplies {
  /** As the client port would have sent them. */
  readonly replies: Buffer;
  /** Whether all commands were answered. */
  readonly isComplete: boolean;
}

/** The server's front end of the text protocol, for commands that come over HTTP. */
export type AnswerCommands = (sent: SentCommands) => Promise<CommandReplies>;
