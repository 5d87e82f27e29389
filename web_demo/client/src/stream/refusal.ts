/** Why a server that is there refused a connection: a WebSocket of a browser does not tell, a request over HTTP does. */

import { A2FError } from "../errors.ts";

const REASONS: { readonly [status: number]: readonly [code: string, message: string] } = {
  401: ["bad_token", "asks for a token and got none that it knows: give the right one"],
  403: ["not_allowed", "did not let us in: its settings say which origins and hosts it accepts"],
  503: ["server_full", "has no room for another session now: try again later"],
};
const TIMEOUT_MS = 3000;

/** The error of a connection that never opened, made more precise where the server can be asked. */
export async function explained(error: A2FError, url: string, token: string | undefined): Promise<A2FError> {
  if (error.code !== "connection_lost") return error;
  const status = await statusOf(url, token);
  const [code, message] = (status && REASONS[status]) || ["connection_lost", null];
  if (message) return new A2FError(code, `${url} ${message}`, { fatal: true, cause: error });
  const unknown = status
    ? `${url} answers over HTTP and took no WebSocket: it may be full, or not accept the origin of this page`
    : `no server answers at ${url}, or it is of another origin and refused us: check address, token and origin`;
  return new A2FError("connection_lost", unknown, { fatal: true, cause: error });
}

async function statusOf(url: string, token: string | undefined): Promise<number | null> {
  const asked = new URL("info", url.replace(/^ws/, "http")); // beside the stream, behind a prefix of a proxy too
  try {
    const headers = token ? { Authorization: `Bearer ${token}` } : {};
    return (await fetch(asked, { headers, signal: AbortSignal.timeout(TIMEOUT_MS) })).status;
  } catch {
    return null;
  }
}
