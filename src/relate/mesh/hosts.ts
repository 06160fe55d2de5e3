/** How Istio names services: short names in the namespace of who writes them, `*` and `*.suffix` for many. */

/** The cluster domain of every default installation; another one is recognised by `.svc.`. */
const DOMAIN = 'cluster.local'

/** `reviews` written in namespace `prod` is `reviews.prod.svc.cluster.local`; with a dot, a host stands for itself. */
export function fullName(host: string, namespace: string): string {
  return host.includes('.') || host.includes('*') ? host : serviceHost(host, namespace)
}

export function serviceHost(service: string, namespace: string): string {
  return `${service}.${namespace}.svc.${DOMAIN}`
}

/** Whether a host, perhaps with a wildcard, covers a full name (istio pkg/config/host, Name.Matches). */
export function covers(pattern: string, name: string): boolean {
  if (pattern === '*') return true
  if (pattern.startsWith('*')) return name.endsWith(pattern.slice(1))
  return pattern === name
}

/** Whether two hosts, either with a wildcard, have a name in common. */
export function overlap(a: string, b: string): boolean {
  return covers(a, b) || covers(b, a)
}

/** Last labels of names that no public CA vouches for: reserved, by custom private, or Kubernetes' own (RFC 6761, 6762, 9476). */
const PRIVATE = new Set(
  'local svc cluster internal intranet private corp home lan arpa test example invalid localhost alt onion'.split(' '),
)

/** Whether a host may be a name of the public DNS, for which public CAs issue certificates. */
export function isPublicName(host: string): boolean {
  const labels = host.split('.')
  const last = labels.at(-1) ?? ''
  return (
    labels.length > 1 && /^[a-z]{2,}$|^xn--/i.test(last) && !PRIVATE.has(last.toLowerCase()) && !labels.includes('svc')
  )
}
