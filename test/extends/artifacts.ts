/** Bundles as the tools write them: `conftest push`, `oras push` of an archive or a folder, OPA's own; npm's tarballs. */
import { createHash } from 'node:crypto'
import { gzipSync } from 'node:zlib'

export interface Files {
  readonly [path: string]: string
}

export interface Blob {
  readonly digest: string
  readonly content: Uint8Array
}

export interface Artifact {
  readonly manifest: Blob & { readonly mediaType: string }
  readonly blobs: readonly Blob[]
}

export const blobOf = (content: Uint8Array | string): Blob => {
  const bytes = Buffer.from(content)
  return { digest: `sha256:${createHash('sha256').update(bytes).digest('hex')}`, content: bytes }
}

interface Layer {
  readonly mediaType: string
  readonly content: Uint8Array | string
  readonly annotations?: { readonly [name: string]: string }
}

const MANIFEST = 'application/vnd.oci.image.manifest.v1+json'

export function artifact(layers: readonly Layer[]): Artifact {
  const config = blobOf('{}')
  const blobs = layers.map(({ content }) => blobOf(content))
  const manifest = {
    schemaVersion: 2,
    mediaType: MANIFEST,
    config: { mediaType: 'application/vnd.unknown.config.v1+json', digest: config.digest, size: 2 },
    layers: layers.map(({ mediaType, annotations }, i) => ({
      mediaType,
      digest: blobs[i]!.digest,
      size: blobs[i]!.content.length,
      ...(annotations === undefined ? {} : { annotations }),
    })),
  }
  return { manifest: { ...blobOf(JSON.stringify(manifest)), mediaType: MANIFEST }, blobs: [config, ...blobs] }
}

/** A layer a file (conftest's internal/commands/push.go); its manifest has no media type. */
export function conftestPush(files: Files): Artifact {
  const whole = artifact(
    Object.entries(files).map(([path, content]) => ({
      mediaType: path.endsWith('.rego')
        ? 'application/vnd.cncf.openpolicyagent.policy.layer.v1+rego'
        : 'application/vnd.cncf.openpolicyagent.data.layer.v1+json',
      content,
      annotations: { 'org.opencontainers.image.title': path },
    })),
  )
  const { mediaType, ...manifest } = JSON.parse(Buffer.from(whole.manifest.content).toString()) as { mediaType: string }
  return { ...whole, manifest: { ...blobOf(JSON.stringify(manifest)), mediaType } }
}

const ARCHIVE = 'application/vnd.oci.image.layer.v1.tar+gzip'

/** `opa build`, then `oras push NAME bundle.tar.gz:application/vnd.oci.image.layer.v1.tar+gzip`: paths begin with a slash. */
export const opaBundle = (files: Files): Artifact =>
  artifact([
    {
      mediaType: ARCHIVE,
      content: archive(Object.fromEntries(Object.entries(files).map(([path, content]) => [`/${path}`, content]))),
      annotations: { 'org.opencontainers.image.title': 'bundle.tar.gz' },
    },
  ])

/** `oras push NAME FOLDER` (oras-go's content/file): the folder is packed with its name. */
export const orasFolder = (folder: string, files: Files): Artifact =>
  artifact([
    {
      mediaType: ARCHIVE,
      content: archive(Object.fromEntries(Object.entries(files).map(([path, text]) => [`${folder}/${path}`, text]))),
      annotations: { 'org.opencontainers.image.title': folder, 'io.deis.oras.content.unpack': 'true' },
    },
  ])

export interface Package {
  readonly tarball: Uint8Array
  readonly integrity: string
}

/** `npm pack`. */
export function npmPack(files: Files): Package {
  const tarball = archive(Object.fromEntries(Object.entries(files).map(([path, text]) => [`package/${path}`, text])))
  return { tarball, integrity: `sha512-${createHash('sha512').update(tarball).digest('base64')}` }
}

export const archive = (files: Files): Uint8Array =>
  gzipSync(
    Buffer.concat([
      ...Object.entries(files).map(([path, content]) => entry(path, '0', Buffer.from(content))),
      Buffer.alloc(1024),
    ]),
  )

/** A header of ustar, and the content. */
export function entry(path: string, type: string, content: Uint8Array, link = ''): Buffer {
  const header = Buffer.alloc(512)
  const octal = (value: number, length: number): string => `${value.toString(8).padStart(length - 1, '0')}\0`
  header.write(path, 0, 100)
  header.write(octal(0o644, 8), 100)
  header.write(octal(content.length, 12), 124)
  header.write(octal(0, 12), 136)
  header.write('        ', 148)
  header.write(type, 156)
  header.write(link, 157)
  header.write('ustar\x0000', 257)
  header.write(
    `${header
      .reduce((sum, byte) => sum + byte, 0)
      .toString(8)
      .padStart(6, '0')}\0 `,
    148,
  )
  return Buffer.concat([header, content, Buffer.alloc((512 - (content.length % 512)) % 512)])
}

/** Pushes as the distribution specification says, and gives the digest. */
export async function push(host: string, repository: string, tag: string, { manifest, blobs }: Artifact, login = '') {
  const headers: Record<string, string> =
    login === '' ? {} : { authorization: `Basic ${Buffer.from(login).toString('base64')}` }
  const base = `http://${host}/v2/${repository}`
  const done = async (method: string, url: string, type: string, body?: Uint8Array): Promise<Response> => {
    const init =
      body === undefined
        ? { method, headers }
        : { method, headers: { ...headers, 'content-type': type }, body: Buffer.from(body) }
    const reply = await fetch(url, init)
    if (!reply.ok) throw new Error(`${method} ${url}: ${reply.status} ${await reply.text()}`)
    return reply
  }
  for (const { digest, content } of blobs) {
    const begun = await done('POST', `${base}/blobs/uploads/`, '')
    const to = new URL(begun.headers.get('location')!, base)
    to.searchParams.set('digest', digest)
    await done('PUT', to.href, 'application/octet-stream', content)
  }
  await done('PUT', `${base}/manifests/${tag}`, manifest.mediaType, manifest.content)
  return manifest.digest
}
