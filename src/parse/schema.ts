/**
 * What the API server takes: the type of every field of the kinds it serves and of the custom kinds that are judged
 * (schema/kubernetes.json, written by engine/schema from the Go types and the CustomResourceDefinitions). A resource is
 * read as its JSON decoder (sigs.k8s.io/json: case-sensitive, no coercion) reads it.
 */
import type { Json, JsonObject, KubernetesObject, ObjectMeta } from '../model.js'
import { isMap } from './json.js'
import { shown, type TypeProblem } from './problem.js'
import schema from './schema/kubernetes.json' with { type: 'json' }

/**
 * Words for types: `s` string, `b` bool, `i` int32, `l` int64, `f` number, `q` quantity, `x` int or string, `y` base64,
 * `*` anything, `[T` list, `{T` map, `#N` the Nth object type. A field `*` lets an object have any other field.
 */
interface Table {
  /** `group/version/kind` (`version/kind` for core) → object type, 1 where namespaced. */
  readonly kinds: { readonly [kind: string]: readonly number[] }
  /** `kind s,metadata #3`: read when they are asked for, since a repository has few of them. */
  readonly types: readonly string[]
}

const TABLE: Table = schema as unknown as Table

/** Field → type. */
type Fields = ReadonlyMap<string, string>

const FIELDS = new Map<string, Fields>()

/** The fields of the object type `#N`. */
function fieldsOf(word: string): Fields {
  const known = FIELDS.get(word)
  if (known !== undefined) return known
  const fields = TABLE.types[Number(word.slice(1))] || null
  const made = new Map(fields?.split(',').map((field) => field.split(' ') as [name: string, type: string]))
  FIELDS.set(word, made)
  return made
}

export interface Conformed {
  /** As decoded: a null is an absent field, or the zero value in a map or list. The same object where nothing changes. */
  readonly object: KubernetesObject
  /** The API server would refuse the object. */
  readonly problem: TypeProblem | null
  /**
   * Whether `object` holds in all places what its author meant: `"true"` for a bool, 8080 for a text. False where there
   * is a `problem` that has no such reading.
   */
  readonly readable: boolean
  /** Fields it would drop: they protect nothing. Only for kinds that are known. */
  readonly dropped: readonly TypeProblem[]
}

/** Whether objects of a kind live in namespaces; null where the kind is not known. Any version answers for all. */
export function isNamespaced(group: string, kind: string): boolean | null {
  return SCOPES.get(`${group}/${kind}`) ?? null
}

const SCOPES: ReadonlyMap<string, boolean> = new Map(
  Object.entries(TABLE.kinds).map(([name, [, namespaced]]) => {
    const words = name.split('/')
    const group = words.length === 3 ? words[0] : ''
    return [`${group}/${words.at(-1)}`, namespaced === 1]
  }),
)

/** Whether the table has the very version: then every field of it is known. */
export function isKnown(apiVersion: string, kind: string): boolean {
  return Object.hasOwn(TABLE.kinds, `${apiVersion}/${kind}`)
}

/** An object of any kind; metadata is the same for all. */
export function conform(object: KubernetesObject): Conformed {
  const known = isKnown(object.apiVersion, object.kind) ? TABLE.kinds[`${object.apiVersion}/${object.kind}`] : undefined
  const decoder = new Decoder(known !== undefined, isMap((object as JsonObject)['sops'] ?? null))
  const metadata = decoder.field('metadata', OBJECT_META, object.metadata as Json)
  const body =
    known === undefined ? object : decoder.decode(`#${known[0]}`, { ...(object as JsonObject), metadata: {} })
  const { problem, readable, changed, dropped } = decoder
  const decoded = changed && readable ? { ...(body as KubernetesObject), metadata: metadata as ObjectMeta } : object
  return { object: decoded, problem, readable, dropped }
}

const OBJECT_META = fieldsOf(`#${TABLE.kinds['v1/Pod']?.[0]}`).get('metadata') ?? '*'

class Decoder {
  problem: TypeProblem | null = null
  readable = true
  changed = false
  readonly dropped: TypeProblem[] = []
  private readonly path: (string | number)[] = []

  /**
   * `strict`: the kind is known, so that fields it lacks are worth a word. `encrypted`: SOPS has put its words in the
   * place of a Secret's values, and its mark beside them; who applies it takes both away before (https://getsops.io).
   */
  constructor(
    private readonly strict: boolean,
    private readonly encrypted: boolean,
  ) {}

  field(name: string | number, word: string, value: Json): Json {
    this.path.push(name)
    const decoded = this.decode(word, value)
    this.path.pop()
    return decoded
  }

  decode(word: string, value: Json): Json {
    switch (word.charAt(0)) {
      case 's':
        return this.check(typeof value === 'string', 'a string', value, textOf)
      case 'b':
        return this.check(typeof value === 'boolean', 'true or false', value, switchOf)
      case 'i':
        return this.check(isInt32(value), 'an integer', value, integerOf)
      case 'l':
        return this.check(Number.isSafeInteger(value), 'an integer that can be read exactly', value, integerOf)
      case 'f':
        return this.check(typeof value === 'number', 'a number', value, integerOf)
      case 'q':
        return this.check(isQuantity(value), 'a quantity', value)
      case 'x':
        return this.check(typeof value === 'string' || isInt32(value), 'an integer or a string', value)
      case 'y':
        return this.check(isBase64(value) || (this.encrypted && isCiphertext(value)), 'base64', value, base64Of)
      case '[':
        return Array.isArray(value)
          ? this.list(word.slice(1), value as readonly Json[])
          : this.list(word.slice(1), this.check(false, 'a list', value, (item) => [item]) as readonly Json[])
      case '{':
        return isMap(value) ? this.map(word.slice(1), value) : this.check(false, 'a map', value)
      case '#':
        return isMap(value) ? this.object(fieldsOf(word), value) : this.check(false, 'a map', value)
      default:
        return value
    }
  }

  private list(word: string, values: readonly Json[]): Json {
    const decoded = values.map((value, index) => this.item(index, word, value))
    return decoded.every((value, index) => value === values[index]) ? values : decoded
  }

  private map(word: string, values: JsonObject): Json {
    let copy: Record<string, Json> | null = null
    for (const key of Object.keys(values)) {
      const value = values[key] as Json
      const decoded = this.item(key, word, value)
      if (decoded !== value) copy = { ...(copy ?? values), [key]: decoded }
    }
    return copy ?? values
  }

  /** A value of a map or list: a null there is the zero value, it does not go away. */
  private item(name: string | number, word: string, value: Json): Json {
    if (value !== null || word === '*') return this.field(name, word, value)
    this.changed = true
    return zeroOf(word)
  }

  private object(fields: Fields, values: JsonObject): Json {
    let copy: Record<string, Json> | null = null
    for (const name of Object.keys(values)) {
      const value = values[name] as Json
      const word = fields.get(name) ?? fields.get('*')
      if (word === undefined) {
        // Status is written by controllers: what stands in a manifest means nothing anyway.
        const isOfSops = this.encrypted && name === 'sops'
        if (this.strict && !((name === 'status' || isOfSops) && this.path.length === 0)) this.drop(name, fields)
        continue
      }
      if (value === null && word !== '*') {
        const { [name]: _absent, ...rest }: JsonObject = copy ?? values
        copy = rest
        this.changed = true
        continue
      }
      const decoded = this.field(name, word, value)
      if (decoded !== value) copy = { ...(copy ?? values), [name]: decoded }
    }
    return copy ?? values
  }

  private drop(name: string, fields: Fields): void {
    const meant = [...fields.keys()].find((field) => field.toLowerCase() === name.toLowerCase())
    const message = `unknown field ${name}, which the API server drops${meant === undefined ? '' : `: it is written ${meant}`}`
    this.dropped.push({ path: [...this.path, name], message })
  }

  /** `meantBy`: what the value says to a reader all the same; undefined where that cannot be told. */
  private check(fits: boolean, wanted: string, value: Json, meantBy?: (value: Json) => Json | undefined): Json {
    if (fits) return value
    const meant = meantBy?.(value)
    this.problem ??= { path: [...this.path], message: `${shown(this.path)} takes ${wanted}, not ${described(value)}` }
    if (meant === undefined) this.readable = false
    else this.changed = true
    return meant ?? value
  }
}

function isCiphertext(value: Json): boolean {
  return typeof value === 'string' && value.startsWith('ENC[AES256_GCM,')
}

/** A text without its quotes: YAML reads `false` and 8080 as what they look like. */
function textOf(value: Json): string | undefined {
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : undefined
}

function switchOf(value: Json): boolean | undefined {
  return value === 'true' ? true : value === 'false' ? false : undefined
}

function integerOf(value: Json): number | undefined {
  return typeof value === 'string' && /^-?\d{1,15}$/.test(value) ? Number(value) : undefined
}

/** A Secret's text that nobody has encoded. */
function base64Of(value: Json): string | undefined {
  const text = typeof value === 'string' ? value : textOf(value)
  if (text === undefined) return undefined
  return btoa(String.fromCharCode(...new TextEncoder().encode(text)))
}

function isInt32(value: Json): boolean {
  return typeof value === 'number' && Number.isInteger(value) && value >= -(2 ** 31) && value < 2 ** 31
}

/** resource.Quantity: apimachinery pkg/api/resource/quantity.go, ParseQuantity. A suffix alone is zero of it. */
function isQuantity(value: Json): boolean {
  if (typeof value !== 'string') return typeof value === 'number'
  const text = value.trim()
  return text !== '' && /^[-+]?[0-9]*(?:\.[0-9]*)?(?:[eE][-+]?[0-9]+|[numkMGTPE]|[KMGTPE]i)?$/.test(text)
}

/** As encoding/json decodes bytes: padded standard base64, line breaks skipped. */
function isBase64(value: Json): boolean {
  if (typeof value !== 'string') return false
  const compact = value.replaceAll(/[\r\n]/g, '')
  return compact.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(compact)
}

function zeroOf(word: string): Json {
  switch (word.charAt(0)) {
    case 'b':
      return false
    case 'i':
    case 'l':
    case 'f':
    case 'x':
      return 0
    case 'q':
      return '0'
    case '[':
      return []
    case '{':
    case '#':
      return {}
    default:
      return ''
  }
}

function described(value: Json): string {
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'a list'
  if (typeof value === 'object') return 'a map'
  const text = JSON.stringify(value)
  return `${typeof value === 'string' ? 'the string ' : ''}${text.length > 60 ? `${text.slice(0, 59)}…` : text}`
}
