/** Which addresses the configuration lets the gate ask: those that it names, and what lies below them. */

/** null: it is right. */
export function entryProblem(entry: string): string | null {
  const form = 'write https://HOST/PATH or oci://HOST/PATH'
  // Without TLS only this machine itself is asked.
  const isSafe = /^(?:https|oci):\/\/|^http:\/\/(?:localhost|127(?:\.\d+){3}|\[::1\])(?:[:/]|$)/.test(entry)
  if (!isSafe || !URL.canParse(entry)) return form
  const { username, password, search, hash, host } = new URL(entry)
  if (host === '') return form
  if (username !== '' || password !== '' || search !== '' || hash !== '') return `${form}, and nothing else`
  return null
}

export function isAllowed(address: string, entries: readonly string[]): boolean {
  return URL.canParse(address) && entries.some((entry) => isBelow(new URL(address), new URL(entry)))
}

/** Whole steps of the path: `/charts` does not allow `/charts-of-others`. A `.git` at the end says nothing. */
function isBelow(address: URL, entry: URL): boolean {
  const path = ({ pathname }: URL): string => pathname.replace(/\/+$/, '').replace(/\.git$/, '')
  return (
    address.protocol === entry.protocol &&
    address.host === entry.host &&
    (path(address) === path(entry) || address.pathname.startsWith(`${path(entry)}/`))
  )
}
