/**
 * What `extends` names: a folder or file of the repository, an OCI artifact, an npm package. What comes from elsewhere is
 * named by its digest, or it is not taken: a tag and a version may be something else tomorrow.
 */

export type Reference = FolderReference | OciReference | NpmReference

export interface FolderReference {
  readonly kind: 'folder'
  /** As written, from the folder of the file that says it. */
  readonly path: string
}

/** `oci://registry.example.com/platform/floor:v1@sha256:…` */
export interface OciReference {
  readonly kind: 'oci'
  /** With its port. */
  readonly host: string
  readonly repository: string
  readonly tag: string | null
  /** `sha256:…`; null: none is written, so that nothing is taken. */
  readonly digest: string | null
}

/** `npm:@example/floor@1.4.0#sha512-…`, with the integrity that `package-lock.json` has for it. */
export interface NpmReference {
  readonly kind: 'npm'
  readonly name: string
  readonly version: string
  /** Subresource integrity, sha512; null: none is written, so that nothing is taken. */
  readonly integrity: string | null
}

/** The grammar of the distribution specification (opencontainers/distribution-spec) for names, tags and digests. */
const HOST = /^(?:[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?|\[[0-9a-fA-F:]+\])(?::\d{1,5})?$/
const REPOSITORY = /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*)*$/
const TAG = /^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$/
const DIGEST = /^(?:sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128})$/
const NPM_NAME = /^(?:@[a-z0-9~-][a-z0-9._~-]*\/)?[a-z0-9~-][a-z0-9._~-]*$/
const NPM_VERSION = /^\d+\.\d+\.\d+(?:-[0-9A-Za-z.-]+)?(?:\+[0-9A-Za-z.-]+)?$/
const INTEGRITY = /^sha512-[A-Za-z0-9+/]{86}==$/

/** What is wrong with a reference is a text. */
export function parseReference(written: string): Reference | string {
  if (written.startsWith('oci:')) return oci(written)
  if (written.startsWith('npm:')) return npm(written)
  if (/^[a-z][a-z0-9+.-]*:/i.test(written))
    return 'it is a folder, oci://HOST/NAME@sha256:…, or npm:NAME@VERSION#sha512-…'
  if (written.startsWith('/')) return 'a folder is written from the folder of this file'
  return { kind: 'folder', path: written }
}

function oci(written: string): Reference | string {
  const found = /^oci:\/\/([^/@]+)\/([^@]*)(?:@(.*))?$/.exec(written)
  if (found === null) return 'an artifact is written oci://HOST/NAME@sha256:…'
  const [, host = '', named = '', digest = null] = found
  const colon = named.indexOf(':')
  const [repository, tag] = colon < 0 ? [named, null] : [named.slice(0, colon), named.slice(colon + 1)]
  if (!HOST.test(host)) return `${JSON.stringify(host)} is no registry`
  if (!REPOSITORY.test(repository)) return `${JSON.stringify(repository)} is no name of a repository in a registry`
  if (tag !== null && !TAG.test(tag)) return `${JSON.stringify(tag)} is no tag`
  if (digest !== null && !DIGEST.test(digest)) return `${JSON.stringify(digest)} is no digest (sha256: and 64 digits)`
  return { kind: 'oci', host, repository, tag, digest }
}

function npm(written: string): Reference | string {
  const found = /^npm:(@?[^@#]+)@([^#]+)(?:#(.*))?$/.exec(written)
  if (found === null) return 'a package is written npm:NAME@VERSION#sha512-…'
  const [, name = '', version = '', integrity = null] = found
  if (!NPM_NAME.test(name)) return `${JSON.stringify(name)} is no name of a package`
  if (!NPM_VERSION.test(version))
    return `${JSON.stringify(version)} is no version: a range may be something else tomorrow`
  if (integrity !== null && !INTEGRITY.test(integrity)) return `${JSON.stringify(integrity)} is no integrity (sha512-…)`
  return { kind: 'npm', name, version, integrity }
}

/** As it is written. */
export function referenceText(reference: Reference): string {
  switch (reference.kind) {
    case 'folder':
      return reference.path
    case 'oci':
      return `oci://${sourceOf(reference)}${reference.tag === null ? '' : `:${reference.tag}`}${reference.digest === null ? '' : `@${reference.digest}`}`
    case 'npm':
      return `npm:${reference.name}@${reference.version}${reference.integrity === null ? '' : `#${reference.integrity}`}`
  }
}

/** Where a bundle comes from, whichever version: who may be asked for one may be asked for another. */
export const sourceOf = (reference: OciReference | NpmReference): string =>
  reference.kind === 'oci' ? `${reference.host}/${reference.repository}` : reference.name

/**
 * For messages and reports, and the folder that its files are shown in: short, and unlike any path of a repository.
 * `oci:registry.example.com/platform/floor@sha256:0123456789ab`
 */
export function bundleName(reference: OciReference | NpmReference): string {
  if (reference.kind === 'npm') return `npm:${reference.name}@${reference.version}`
  const [algorithm = '', hex = ''] = (reference.digest ?? '').split(':')
  return `oci:${sourceOf(reference)}@${algorithm}:${hex.slice(0, 12)}`
}

/** Whether a file of a report lies in a bundle, and not in the repository. */
export const isInBundle = (file: string): boolean => /^(?:oci|npm):[^/]/.test(file)
