/**
 * Whether an error says that the database is not to be had: by itself or by whoever runs it that passes, with the same request.
 *
 * SQLSTATE classes 08 connection, 53 resources, 57 shut down or starting, 58 the server's system; the driver's own codes; and what the
 * system says of sockets and names. A refused sign-in (28) is not among them: it stays until somebody mends it.
 */
const AWAY =
  /^((08|53|57|58)[0-9A-Z]{3}|CONNECT(ION)?_\w+|ECONN\w+|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|ENOTFOUND|EAI_AGAIN)$/;

export function isDatabaseAway(error: unknown): boolean {
  if (typeof error !== "object" || error === null) return false;
  const { code, syscall } = error as { code?: unknown; syscall?: unknown };
  // A socket that cannot be entered, or whose file is not there (ENOENT), is a server that is not there.
  return syscall === "connect" || (typeof code === "string" && AWAY.test(code));
}
