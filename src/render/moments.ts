/**
 * What a chart puts out may depend on when and where it is rendered. Such a chart is rendered again: with another seed, so
 * that what it generates is told from what somebody wrote; and at another moment, as an upgrade, much later, in a cluster
 * that serves what the chart asks for. What then differs is judged too.
 */
import type { Document, Json } from '../model.js'
import { isMap } from '../parse/json.js'
import { parseYaml } from '../parse/yaml.js'
import type { HelmMoment, HelmRequest, NamedFile, RenderEngines } from './engines.js'

/** Functions of the templates that give another value at every call. */
const RANDOM =
  /^(?:rand(?:AlphaNum|Alpha|Ascii|Numeric|Bytes|Int)|shuffle|uuidv4|gen(?:PrivateKey|CA|SelfSignedCert|SignedCert)(?:WithKey)?|bcrypt|htpasswd|encryptAES)$/

/** The clock, whether it is an upgrade, which kinds the cluster serves and what it holds. */
const CIRCUMSTANCE =
  /^(?:lookup|now|date|dateInZone|date_in_zone|htmlDate|htmlDateInZone|ago|durationRound|\.Release(?:\.\w+)?|\.Capabilities(?:\.APIVersions)?)$/

/** Any but the engine's default of 1. */
const OTHER_SEED = 2

/** `Origin.moment` of what another seed alone makes different. */
export const CHANCE = 'chance'

/** 2100-01-01, in seconds since 1970. */
const MUCH_LATER = 4_102_444_800

/** `.Capabilities.APIVersions.Has "monitoring.coreos.com/v1"`, however it is put. */
const ASKED_FOR = /APIVersions(?:\.Has\s*\(?|\s*\|?\s*has\s*\(?)\s*["`]([\w.-]+\/[\w./-]+|v\d\w*)["`]/g

export interface AnotherMoment {
  readonly request: HelmRequest
  /** The same where what the templates look up is there; null: they look nothing up. */
  readonly found: HelmRequest | null
  /** What of it the templates look at: `.Release.IsUpgrade in templates/job.yaml:3`. */
  readonly why: string
}

/** Whether a render called what gives another value at every call. */
export const isRandom = (moments: readonly HelmMoment[]): boolean =>
  moments.some(({ what, live }) => live && RANDOM.test(what))

export const withOtherSeed = (request: HelmRequest): HelmRequest => ({ ...request, seed: OTHER_SEED })

/** The same chart later, as an upgrade, where the kinds that its templates ask for are served; null: it would be the same. */
export function anotherMoment(request: HelmRequest, moments: readonly HelmMoment[]): AnotherMoment | null {
  const decisive = moments.filter(({ what, live }) => live && CIRCUMSTANCE.test(what))
  const [first] = decisive
  if (first === undefined) return null
  const words = [...new Set(decisive.map(({ what }) => what))]
  const place = first.file === '' ? '' : ` in ${first.file}${first.line === 0 ? '' : `:${first.line}`}`
  const more = decisive.length > 1 && words.length > 1 ? ` and ${words.slice(1).join(', ')}` : ''
  const another = {
    ...request,
    now: MUCH_LATER,
    isUpgrade: true,
    apiVersions: [...new Set([...(request.apiVersions ?? []), ...request.files.flatMap(versionsAskedFor)])],
  }
  return {
    request: another,
    found: words.includes('lookup') ? { ...another, files: request.files.map(withAnswers) } : null,
    why: `${first.what}${place}${more}`,
  }
}

const decoder = new TextDecoder()

const isTemplate = ({ name }: NamedFile): boolean => /(?:^|\/)templates\//.test(name)

const textOf = ({ content }: NamedFile): string => (typeof content === 'string' ? content : decoder.decode(content))

/**
 * What `lookup` is given becomes a map, as an object or list that is there: one with a name, one item and no data. The
 * engine's own `lookup` always answers as an empty cluster does.
 */
const FOUND = 'dict "metadata" (dict "name" "found" "labels" dict "annotations" dict) "items" (list dict) "apiVersion" '

function withAnswers(file: NamedFile): NamedFile {
  if (!isTemplate(file)) return file
  const text = textOf(file)
  const answered = text.replace(/\{\{[^]*?\}\}/g, (action) =>
    action.replace(/(?<![\w."'`$-])lookup\s+(?=["`$(.])/g, FOUND),
  )
  return answered === text ? file : { ...file, content: answered }
}

function versionsAskedFor(file: NamedFile): readonly string[] {
  if (!isTemplate(file)) return []
  const text = textOf(file)
  return [...text.matchAll(ASKED_FOR)].map(([, version]) => version ?? '')
}

/** JSON path of a string → the lines of it that were the same with another seed: the others nobody wrote. */
export type Generated = ReadonlyMap<string, string>

/**
 * What of a document another seed made different, or is one of the engine's `keys`; null where more than strings differs:
 * then it is another document. An empty map where nothing was generated.
 */
export function generatedIn(text: string, other: string, keys: Keys): Generated | null {
  if (text === other && keys.size === 0) return NOTHING
  const [one, two] = [parseYaml(text), parseYaml(other)]
  // What cannot be read is named where it is parsed.
  if (one.problem !== null || two.problem !== null) return text === other ? NOTHING : null
  const found = new Map<string, string>()
  return compare(one.value, two.value, [], keys, found) ? found : null
}

const NOTHING: Generated = new Map()

function compare(
  one: Json,
  two: Json,
  path: readonly (string | number)[],
  keys: Keys,
  found: Map<string, string>,
): boolean {
  if (typeof one === 'string' && typeof two === 'string') {
    const written = writtenLines(one, two, keys)
    if (written !== null) found.set(JSON.stringify(path), written)
    return true
  }
  if (typeof one !== 'object' || typeof two !== 'object' || one === null || two === null) return one === two
  if (Array.isArray(one) !== Array.isArray(two)) return false
  const first = Object.entries(one as { readonly [key: string]: Json })
  const second = new Map(Object.entries(two as { readonly [key: string]: Json }))
  return (
    first.length === second.size &&
    first.every(([key, value]) => {
      const other = second.get(key)
      return (
        other !== undefined && compare(value, other, [...path, Array.isArray(one) ? Number(key) : key], keys, found)
      )
    })
  )
}

const FRAME = /^-----(?:BEGIN|END) /

/**
 * The lines that both have, of base64 those behind it, without the engine's keys; null where nothing was generated. The
 * frame of a generated key is no part of one that was written.
 */
function writtenLines(one: string, two: string, keys: Keys): string | null {
  if (one === two && keys.size === 0) return null
  const [a, b] = [one, two].map((text) => (isBase64(text) ? atob(text) : text).split('\n')) as [string[], string[]]
  const others = new Set(b)
  const isWritten = (line: string): boolean => others.has(line) && !keys.has(line)
  return one === two && a.every(isWritten) ? null : a.filter((line) => isWritten(line) && !FRAME.test(line)).join('\n')
}

const isBase64 = (text: string): boolean => text.length % 4 === 0 && /^[A-Za-z0-9+/]+={0,2}$/.test(text)

/** Lines of the keys that the engine gives out: it always gives the same, whatever the seed. */
export type Keys = ReadonlySet<string>

const NO_KEYS: Keys = new Set()

/** A chart that puts out every kind of key that a template can ask for. */
const PROBE: readonly NamedFile[] = [
  { name: 'Chart.yaml', content: 'apiVersion: v2\nname: keys\nversion: 1.0.0\n' },
  {
    name: 'templates/keys.yaml',
    content: `keys: {{ list (genPrivateKey "rsa") (genPrivateKey "ecdsa") (genPrivateKey "ed25519") (genPrivateKey "dsa") (genCA "keys" 1).Key | toJson }}\n`,
  },
]

const known = new WeakMap<RenderEngines, Promise<Keys>>()

/** The engine's keys, where the render asked for one. */
export function keysOf(engines: RenderEngines, moments: readonly HelmMoment[]): Promise<Keys> {
  if (!moments.some(({ what, live }) => live && /^gen[PCS]/.test(what))) return Promise.resolve(NO_KEYS)
  const asked = known.get(engines) ?? probe(engines)
  known.set(engines, asked)
  return asked
}

async function probe(engines: RenderEngines): Promise<Keys> {
  const { documents } = await engines.helm({ files: PROBE })
  const value = parseYaml(documents[0]?.text ?? '').value
  const keys = isMap(value) && Array.isArray(value['keys']) ? value['keys'].map(String) : []
  return new Set(keys.flatMap((key) => key.split('\n')).filter((line) => line !== '' && !FRAME.test(line)))
}

/** The documents of one render beside those of another, by template and place in it; null where they are not the same in number. */
export function pairs(
  documents: readonly Document[],
  others: readonly Document[],
): readonly (readonly [Document, Document])[] | null {
  const keyOf = ({ origin }: Document): string => `${origin.template ?? origin.file} ${origin.document}`
  const byKey = new Map(others.map((document) => [keyOf(document), document]))
  if (byKey.size !== documents.length) return null
  const found = documents.flatMap((document) => {
    const other = byKey.get(keyOf(document))
    return other === undefined ? [] : [[document, other] as const]
  })
  return found.length === documents.length ? found : null
}
