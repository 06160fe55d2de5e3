/**
 * Bundles that the configuration extends: OCI artifacts, as `conftest push`, `oras push` and OPA's own tools write them, and
 * npm packages. Each is pinned by a digest, held against it whenever it is read, and kept by it.
 */
import { createHash } from 'node:crypto'
import { bundleName, referenceText, type NpmReference, type OciReference } from '../extends/reference.js'
import type { Cache } from './cache.js'
import { dockerCredentials } from './credentials.js'
import { GateError } from './gate-error.js'
import { HttpError } from './http.js'
import { npmOf } from './npm.js'
import { hasDigest, MANIFEST_TYPES, registryOf } from './registry.js'
import { placed, unpack } from './tar.js'

/** Path → content. Throws `GateError`, which says why it cannot be had. */
export type Bring = (reference: OciReference | NpmReference) => Promise<ReadonlyMap<string, Uint8Array>>

export function bundlesOf(cache: Cache, environment: NodeJS.ProcessEnv): Bring {
  const registry = registryOf(dockerCredentials(environment))
  const npm = npmOf(environment)

  /** What is kept is checked once more: the cache's own digest says only that it is what was written. */
  async function kept(
    digest: string,
    bring: () => Promise<Uint8Array<ArrayBuffer>>,
    isRight: (content: Uint8Array) => boolean,
  ): Promise<Uint8Array> {
    const key = `${digest.replace(/[^A-Za-z0-9-]/g, '_')}.bundle`
    const before = cache.read(key)
    if (before !== null && isRight(before)) return before
    const content = await bring()
    cache.write(key, content)
    return content
  }

  async function oci(reference: OciReference): Promise<ReadonlyMap<string, Uint8Array>> {
    if (reference.digest === null) {
      const digest = await registry.digestOf(reference)
      throw new GateError(`it has no digest; write ${referenceText({ ...reference, digest })}`)
    }
    const manifestAt = (digest: string) =>
      kept(
        digest,
        () => registry.manifest(reference, digest),
        (content) => hasDigest(content, digest),
      )
    const layers = await layersOf(reference.digest, manifestAt)
    const files = new Map<string, Uint8Array>()
    for (const { digest, mediaType, title } of layers) {
      const content = await kept(
        digest,
        () => registry.blob(reference, digest),
        (bytes) => hasDigest(bytes, digest),
      )
      for (const [path, bytes] of filesOf(content, mediaType, title)) files.set(path, bytes)
    }
    return files
  }

  async function package_(reference: NpmReference): Promise<ReadonlyMap<string, Uint8Array>> {
    const { integrity } = reference
    if (integrity === null) {
      const found = await npm.integrityOf(reference)
      throw new GateError(`it has no integrity; write ${referenceText({ ...reference, integrity: found })}`)
    }
    const content = await kept(
      integrity,
      async () => {
        const tarball = await npm.tarball(reference)
        const found = integrityOf(tarball)
        if (found !== integrity) throw new GateError(`the registry gives something else: its integrity is ${found}`)
        return tarball
      },
      (bytes) => integrityOf(bytes) === integrity,
    )
    // npm puts everything into one folder, whatever its name.
    return new Map([...unpack(content)].map(([path, bytes]) => [path.slice(path.indexOf('/') + 1), bytes]))
  }

  return async (reference) => {
    try {
      const files = reference.kind === 'oci' ? await oci(reference) : await package_(reference)
      if (files.size === 0) throw new GateError('there is nothing in it')
      return files
    } catch (error) {
      if (error instanceof GateError || error instanceof HttpError) throw new GateError(error.message)
      // What does not unpack; anything else is told by the same words, and blocks all the same.
      throw new GateError(
        `${bundleName(reference)} cannot be read: ${error instanceof Error ? error.message : String(error)}`,
      )
    }
  }
}

const integrityOf = (content: Uint8Array): string => `sha512-${createHash('sha512').update(content).digest('base64')}`

interface Layer {
  readonly digest: string
  readonly mediaType: string
  /** The name of a file, where the layer is one. */
  readonly title: string | null
}

/** Those of a manifest; of an index that has one manifest, those of that one. */
async function layersOf(
  digest: string,
  manifestAt: (digest: string) => Promise<Uint8Array>,
): Promise<readonly Layer[]> {
  const manifest = JSON.parse(new TextDecoder().decode(await manifestAt(digest))) as {
    readonly mediaType?: unknown
    readonly manifests?: unknown
    readonly layers?: unknown
  }
  const { mediaType, manifests, layers } = manifest
  const isIndex =
    MANIFEST_TYPES.index.some((type) => type === mediaType) || (mediaType === undefined && Array.isArray(manifests))
  if (isIndex) {
    const digests = (Array.isArray(manifests) ? manifests : []).map((each) => descriptor(each).digest)
    const [only] = digests
    if (only === undefined || digests.length > 1)
      throw new GateError(`it is an index of ${digests.length} artifacts; write the digest of the one that is meant`)
    const inner = JSON.parse(new TextDecoder().decode(await manifestAt(only))) as { readonly layers?: unknown }
    return listOf(inner.layers)
  }
  return listOf(layers)
}

function listOf(layers: unknown): readonly Layer[] {
  if (!Array.isArray(layers)) throw new Error('its manifest has no layers')
  return layers.map(descriptor)
}

function descriptor(written: unknown): Layer {
  const { digest, mediaType, annotations } = (written ?? {}) as { readonly [key: string]: unknown }
  if (typeof digest !== 'string' || !/^(?:sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128})$/.test(digest))
    throw new Error('its manifest names something without a digest')
  const title = (annotations as { readonly [key: string]: unknown } | null | undefined)?.[
    'org.opencontainers.image.title'
  ]
  return {
    digest,
    mediaType: typeof mediaType === 'string' ? mediaType : '',
    title: typeof title === 'string' ? title : null,
  }
}

/** `oras push` of a folder, and OPA's bundles. */
const ARCHIVE =
  /^application\/(?:vnd\.oci\.image\.layer\.v1\.tar(?:\+gzip)?|vnd\.docker\.image\.rootfs\.diff\.tar(?:\.gzip)?|(?:x-)?(?:tar\+)?gzip|x-tar)$/
const EMPTY = 'application/vnd.oci.empty.v1+json'

/** The files of a layer: an archive's, or the one that it is, as `conftest push` writes it. */
function filesOf(content: Uint8Array, mediaType: string, title: string | null): ReadonlyMap<string, Uint8Array> {
  if (ARCHIVE.test(mediaType)) return unpack(content)
  if (title !== null) return new Map([[placed(title), content]])
  if (mediaType === EMPTY) return new Map()
  throw new Error(`a layer of type ${mediaType} has no name`)
}
