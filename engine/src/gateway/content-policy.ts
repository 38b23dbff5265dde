/** What a page of ours may load and reach: nothing from elsewhere, and the sockets of the host that it came from. */

const HOSTS_REMEMBERED_MAX = 100;
const SELF = "'self'";
const NONE = "'none'";

/** The policy for a request with this Host header. The text is the same for the same host, and is made once. */
export function contentPolicyFor(wsPort: number): (hostHeader: string | undefined) => string {
  const made = new Map<string, string>();
  return (hostHeader) => {
    const host = hostOf(hostHeader);
    const known = made.get(host);
    if (known !== undefined) return known;
    const policy = policyOf(`ws://${host}:${wsPort}`);
    // Whoever makes up names makes nobody's memory grow.
    if (made.size < HOSTS_REMEMBERED_MAX) made.set(host, policy);
    return policy;
  };
}

const policyOf = (sockets: string): string =>
  [
    ["default-src", NONE],
    ["script-src", SELF],
    ["worker-src", SELF],
    ["style-src", SELF],
    ["img-src", SELF, "data:"],
    ["font-src", SELF],
    ["manifest-src", SELF],
    ["connect-src", SELF, sockets, "wss:"],
    ["base-uri", NONE],
    ["object-src", NONE],
    ["frame-ancestors", NONE],
    ["form-action", SELF],
  ]
    .map((directive) => directive.join(" "))
    .join(";");

/** The host's name without its port; text that could end the policy's source is never let through. */
function hostOf(header: string | undefined): string {
  const name = (header ?? "").replace(/:\d+$/, "");
  return /^(\[[0-9A-Fa-f:]+\]|[A-Za-z0-9.-]+)$/.test(name) ? name : "localhost";
}
