/** Charts from where Chart.lock says that they are: chart repositories over HTTP, and registries. */
import { createHash } from 'node:crypto'
import { parseReference } from '../../extends/reference.js'
import type { Json } from '../../model.js'
import { isMap } from '../../parse/json.js'
import { parseYaml } from '../../parse/yaml.js'
import type { Cache } from '../cache.js'
import { dockerCredentials } from '../credentials.js'
import { get, HttpError } from '../http.js'
import { hasDigest, registryOf } from '../registry.js'
import { unpack } from '../tar.js'

export interface WantedChart {
  readonly name: string
  readonly version: string
  readonly repository: string
}

/** The archive of a chart, whose digest was checked. Throws `HttpError` or `GateError` with the reason. */
export type BringChart = (chart: WantedChart) => Promise<Uint8Array>

const CHART_LAYER = 'application/vnd.cncf.helm.chart.content.v1.tar+gzip'

/** Who asks is said by Docker's configuration, of chart repositories too: `auths` by their host. */
export function chartsFrom(cache: Cache, environment: NodeJS.ProcessEnv): BringChart {
  const credentials = dockerCredentials(environment)
  const registry = registryOf(credentials)
  const indexes = new Map<string, Promise<Json>>()

  const headersFor = (url: URL): { readonly [name: string]: string } => {
    const known = credentials(url.host)
    if (known === null) return {}
    return { authorization: `Basic ${Buffer.from(`${known.username}:${known.password}`).toString('base64')}` }
  }

  async function body(url: URL, headers: { readonly [name: string]: string }): Promise<Uint8Array<ArrayBuffer>> {
    const reply = await get(url.href, headers)
    if (reply.status === 401 || reply.status === 403)
      throw new HttpError(
        `${url.host} refuses to give ${url.pathname} (${reply.status}): is there a login for it, in DOCKER_AUTH_CONFIG or Docker's config.json?`,
      )
    if (reply.status !== 200)
      throw new HttpError(`${url.host} answers ${reply.status} to the request for ${url.pathname}`)
    return reply.body
  }

  async function index(base: URL): Promise<Json> {
    const url = new URL('index.yaml', base)
    const written = new TextDecoder().decode(await body(url, headersFor(url)))
    const { value, problem } = parseYaml(written)
    if (problem !== null) throw new HttpError(`${url.href} is no index of charts: ${problem.message}`)
    return value
  }

  /** What is kept is checked once more: the cache's own digest says only that it is what was written. */
  async function kept(digest: string, bring: () => Promise<Uint8Array<ArrayBuffer>>): Promise<Uint8Array> {
    const key = `${digest.replace(':', '_')}.chart`
    const before = cache.read(key)
    if (before !== null && hasDigest(before, digest)) return before
    const content = await bring()
    cache.write(key, content)
    return content
  }

  async function overHttp({ name, version, repository }: WantedChart): Promise<Uint8Array> {
    const base = new URL(repository.endsWith('/') ? repository : `${repository}/`)
    const known = indexes.get(base.href) ?? index(base)
    indexes.set(base.href, known)
    const entry = entryOf(await known, name, version)
    if (entry === null) throw new HttpError(`the index of ${base.href} has no ${name} ${version}`)
    const { digest, url } = entry
    if (digest === null)
      throw new HttpError(`the index of ${base.href} has no digest of ${name} ${version}: it is not taken`)
    return kept(digest, async () => {
      const at = new URL(url, base)
      // What authorises is for the repository, and not for where it keeps its archives.
      const content = await body(at, at.origin === base.origin ? headersFor(at) : {})
      if (!hasDigest(content, digest))
        throw new HttpError(
          `${at.host} gives something else for ${name} ${version}: its digest is sha256:${createHash('sha256').update(content).digest('hex')}, and the index says ${digest}`,
        )
      return content
    })
  }

  async function fromRegistry({ name, version, repository }: WantedChart): Promise<Uint8Array> {
    // A tag cannot have a plus: Helm writes an underscore.
    const reference = parseReference(`${repository.replace(/\/+$/, '')}/${name}:${version.replaceAll('+', '_')}`)
    if (typeof reference === 'string') throw new HttpError(reference)
    if (reference.kind !== 'oci') throw new HttpError(`${repository} is no registry`)
    const manifest = await registry.manifest(reference, await registry.digestOf(reference))
    const layer = layerOf(manifest)
    if (layer === null)
      throw new HttpError(`${repository}/${name}:${version} is no chart: it has no layer of type ${CHART_LAYER}`)
    return kept(layer, () => registry.blob(reference, layer))
  }

  return async (wanted) => {
    const content = wanted.repository.startsWith('oci://') ? await fromRegistry(wanted) : await overHttp(wanted)
    const said = identityIn(content, wanted)
    const { name, version } = wanted
    if (said !== `${name} ${version}`) throw new HttpError(`the archive of ${name} ${version} is ${said}`)
    return content
  }
}

function entryOf(
  index: Json,
  name: string,
  version: string,
): { readonly digest: string | null; readonly url: string } | null {
  const entries = isMap(index) && isMap(index['entries']) ? index['entries'][name] : null
  const found = (Array.isArray(entries) ? (entries as readonly Json[]) : []).find(
    (entry) => isMap(entry) && String(entry['version']) === version,
  )
  if (!isMap(found)) return null
  const { digest, urls } = found
  const [url] = Array.isArray(urls) ? (urls as readonly Json[]) : []
  const hex = typeof digest === 'string' ? digest.replace(/^sha256:/, '') : ''
  return typeof url === 'string' ? { url, digest: /^[0-9a-f]{64}$/.test(hex) ? `sha256:${hex}` : null } : null
}

/** The digest of the layer with the chart; null where there is none. */
function layerOf(manifest: Uint8Array): string | null {
  const { layers } = JSON.parse(new TextDecoder().decode(manifest)) as { readonly layers?: unknown }
  const all = Array.isArray(layers)
    ? (layers as readonly { readonly mediaType?: unknown; readonly digest?: unknown }[])
    : []
  const digest = all.find(({ mediaType }) => mediaType === CHART_LAYER)?.digest
  return typeof digest === 'string' && /^sha256:[0-9a-f]{64}$/.test(digest) ? digest : null
}

/** `redis 1.2.3`, as the archive's Chart.yaml has it. */
function identityIn(archive: Uint8Array, { name }: WantedChart): string {
  const file = unpack(archive).get(`${name}/Chart.yaml`)
  const { value } = file === undefined ? { value: null } : parseYaml(new TextDecoder().decode(file))
  return isMap(value) ? `${String(value['name'])} ${String(value['version'])}` : 'something else'
}
