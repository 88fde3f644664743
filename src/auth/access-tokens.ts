/** The access tokens of one mailbox, for a login. Rejects with a Fault sign-in-refused or sign-in-unavailable. */
export type AccessTokens = {
  current(): Promise<string>;
  /** After a server refused this one: another, or undefined where there is none and trying again is of no use. */
  renewed(refused: string): Promise<string | undefined>;
  /** A server let this one in. */
  accepted(token: string): void;
};
