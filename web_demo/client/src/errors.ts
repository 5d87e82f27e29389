/** The one error of the client: what happened and what to do, with a stable code made for programs. */

export class A2FError extends Error {
  /** One of the error codes of the protocol, such as `bad_setting` or `connection_lost`. */
  readonly code: string;
  /** Whether the stream has ended with it. */
  readonly fatal: boolean;
  /** Type of the message that it answers, where there is one. */
  readonly ref: string | null;

  constructor(code: string, message: string, options: { fatal?: boolean; ref?: string | null; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = "A2FError";
    this.code = code;
    this.fatal = options.fatal ?? false;
    this.ref = options.ref ?? null;
  }
}

/** The error that stands for whatever was thrown. */
export function asError(thrown: unknown): A2FError {
  if (thrown instanceof A2FError) return thrown;
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return new A2FError("internal", message, { cause: thrown });
}
