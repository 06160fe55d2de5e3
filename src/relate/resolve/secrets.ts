/**
 * What looks like a secret written out: in the environment of a container, in a ConfigMap, in a Secret. Precise before
 * complete: a secret scanner reads what this leaves. The values themselves go nowhere.
 *
 * Here and not in Rego, because a regular expression takes a thousand times longer there.
 */
import type { Path, Pod, Resource } from '../../model.js'
import type { Area } from '../area.js'
import { isObject } from '../world.js'

export interface SecretFacts {
  readonly written: readonly WrittenSecret[]
}

export interface WrittenSecret {
  readonly path: Path
  /** The name of the variable, or the key. */
  readonly name: string
  /** The container whose variable it is. */
  readonly container: string | null
  /**
   * `credential`: the value is one whatever it is called; `assignment`: it is a file that sets a password; `name`: its
   * name says so and its value does not contradict; `data`: a key of a Secret with a value.
   */
  readonly what: 'credential' | 'assignment' | 'name' | 'data'
}

const NONE: SecretFacts = { written: [] }

export const secrets: Area<null, SecretFacts> = {
  card: () => null,
  resolve: () => (resource, pod) => {
    const written = pod === null ? writtenIn(resource) : pod.containers.flatMap(writtenInEnvironment)
    const all = resource.origin.generated === undefined ? written : written.flatMap(withoutGenerated(resource))
    return all.length === 0 ? NONE : { written: all }
  },
}

/** Of a value that a chart generates, what every render has of it: that alone did somebody write. */
function withoutGenerated({ origin, path: at }: Resource): (found: WrittenSecret) => readonly WrittenSecret[] {
  return (found) => {
    const fixed = origin.generated?.get(JSON.stringify([...at, ...found.path]))
    if (fixed === undefined) return [found]
    const what = isCredential(fixed) ? 'credential' : assignsPassword(fixed) ? 'assignment' : null
    return what === null ? [] : [{ ...found, what }]
  }
}

function writtenInEnvironment({ name: container, path, spec }: Pod['containers'][number]): readonly WrittenSecret[] {
  const { env } = spec
  if (!Array.isArray(env)) return []
  return env.flatMap((variable: unknown, i): readonly WrittenSecret[] => {
    if (!isObject(variable)) return []
    const { name, value } = variable
    if (typeof name !== 'string' || typeof value !== 'string') return []
    const what = isCredential(value) ? 'credential' : isNamedSecret(name, value) ? 'name' : null
    return what === null ? [] : [{ path: [...path, 'env', i, 'value'], name, container, what }]
  })
}

function writtenIn({ group, kind, object }: Resource): readonly WrittenSecret[] {
  if (group !== '') return []
  if (kind === 'ConfigMap')
    return [
      ...entriesOf(object, 'data', whatOfConfig),
      ...entriesOf(object, 'binaryData', (key, value) => whatOfConfig(key, decoded(value))),
    ]
  // SOPS leaves its mark beside what it encrypted.
  if (kind !== 'Secret' || isObject(object['sops'])) return []
  return [
    ...entriesOf(object, 'data', (key, value) => whatOfSecret(key, value, true)),
    ...entriesOf(object, 'stringData', (key, value) => whatOfSecret(key, value, false)),
  ]
}

type What = WrittenSecret['what']

function entriesOf(
  object: Resource['object'],
  field: string,
  whatOf: (key: string, value: string) => What | null,
): readonly WrittenSecret[] {
  const data = object[field]
  if (!isObject(data)) return []
  return Object.entries(data).flatMap(([name, value]): readonly WrittenSecret[] => {
    const what = typeof value === 'string' ? whatOf(name, value) : null
    return what === null ? [] : [{ path: [field, name], name, container: null, what }]
  })
}

function whatOfConfig(key: string, value: string): What | null {
  if (isCredential(value)) return 'credential'
  if (assignsPassword(value)) return 'assignment'
  // What a file is called says little about what is in it.
  return !FILE_NAME.test(key) && isNamedSecret(key, value) ? 'name' : null
}

function whatOfSecret(key: string, value: string, encoded: boolean): What | null {
  const text = encoded ? decoded(value) : value
  const isNone =
    PUBLIC_KEYS.test(key) ||
    ((USER_NAME.test(key) || (PLACE_NAME.test(key) && PLACE.test(text))) && !isCredential(text)) ||
    isFilledInLater(value) ||
    isFilledInLater(text) ||
    SWITCH.test(text) ||
    isAddress(text) ||
    isKubeconfigToFill(text) ||
    (CONFIGURATION_NAME.test(key) && isSettings(text))
  return isNone ? null : 'data'
}

/**
 * A configuration file that a Secret holds only because its program wants it there: nothing in it is called like a
 * secret or like what comes with one, and no word of it could be one.
 */
function isSettings(text: string): boolean {
  const words = text.replaceAll(PICTURES, '').match(WORDS) ?? []
  if (isCredential(text) || words.some((word) => GUESS.every((form) => form.test(word)))) return false
  return [...text.matchAll(ENTRIES)].every(
    ([, name = '', value = '']) =>
      USER_NAME.test(name) ||
      isFilledInLater(value.replace(QUOTED, '$2')) ||
      !(ACCESS.test(name) || SECRET_NAMES.some((form) => form.test(name))),
  )
}

/**
 * `redis://cache:6379/5?idle_timeout=30`: where a server is, and as whom one comes there. An address of the web may be a
 * secret as a whole, and before an `@` that of a database alone says nothing but who.
 */
function isAddress(text: string): boolean {
  const [whole, query = ''] = ADDRESS.exec(text) ?? []
  return whole !== undefined && query.split('&').every(isPlain)
}

/** `sslmode=verify-full`, `sslkey=/run/tls.key`, `user=shop`: a parameter that no secret is in. */
function isPlain(parameter: string): boolean {
  const [, name = parameter, value = ''] = /^([^=]*)=(.*)$/.exec(parameter) ?? []
  if (USER_NAME.test(name) || value.startsWith('/')) return true
  return !ACCESS.test(parameter) && !SECRET_NAMES.some((form) => form.test(parameter))
}

const ADDRESS =
  /^(?!https?:)(?:(?:jdbc:)?(?:postgres(?:ql)?|mysql|mariadb|mongodb(?:\+srv)?):\/\/(?:[\w.-]{1,60}@)?|(?:jdbc:)?[a-z][a-z0-9+.-]{1,20}:\/\/)[A-Za-z0-9._-]{1,200}(?::\d{1,5})?(?:\/[\w.-]{0,60})?(?:\?([\w.=&/-]{1,500}))?$/i

/** A kubeconfig whose credentials are all filled in later: what is left is addresses. */
function isKubeconfigToFill(text: string): boolean {
  if (!/^kind:\s*["']?Config\b/m.test(text) || !/^clusters:/m.test(text)) return false
  const credentials = [...text.matchAll(KUBECONFIG_CREDENTIALS)].map(([, value = '']) => value)
  return credentials.length > 0 && credentials.every((value) => isFilledInLater(value))
}

/** Whether a value is a credential by its form: private keys, tokens with their issuer's prefix, URLs with a password. */
export function isCredential(value: string): boolean {
  return CREDENTIALS.some((form) => form.test(value))
}

/** Whether a name says that it is a secret and the value may well be one. */
export function isNamedSecret(name: string, value: string): boolean {
  if (!SECRET_NAMES.some((form) => form.test(name)) || OTHER_NAMES.some((form) => form.test(name))) return false
  // A number is a limit or a lifetime, except as a password.
  if (NUMBER.test(value) && !/pass|pwd/i.test(name)) return false
  return !isPlaceholderOf(name, value) && !HARMLESS_VALUES.some((form) => form.test(value))
}

/** `API_KEY: API_KEY_VAL`, `INSERT_API_KEY`: words in capitals around the variable's own name stand for a value to come. */
function isPlaceholderOf(name: string, value: string): boolean {
  return /^[A-Z]+(?:_[A-Z0-9]+)+$/.test(name) && value.includes(name) && /^[A-Z_]*$/.test(value.replace(name, ''))
}

/** Whether a configuration file gives a password a value. */
export function assignsPassword(text: string): boolean {
  if (!/passw|passph/i.test(text)) return false
  // JSON has them on one line, as often as not.
  const parts = text.split(/^\s*[{[]/.test(text) ? /[\n{,]/ : '\n')
  return parts.some((part) => ASSIGNMENT.test(part) && !NO_ASSIGNMENT.test(part))
}

/** Empty, or a reference that another tool replaces: Argo CD Vault plugin, vals, envsubst, Bank-Vaults, SOPS. */
function isFilledInLater(value: string): boolean {
  return FILLED_IN_LATER.test(value)
}

/** The text behind base64; what is none as it is. */
function decoded(value: string): string {
  const text = value.replaceAll(/\s/g, '')
  return BASE64.test(text) && text.length % 4 === 0 ? atob(text) : value
}

// Every repetition is bounded or cannot be entered twice, so that no value takes more than linear time.
const CREDENTIALS = [
  /-BEGIN\s+(?:[A-Z0-9]+\s+){0,4}PRIVATE KEY(?: BLOCK)?-/,
  /\b(?:AKIA|ASIA)[0-9A-Z]{16}\b/,
  /\bgh[pousr]_[A-Za-z0-9]{36}/,
  /\bgithub_pat_[A-Za-z0-9_]{40}/,
  /\bglpat-[A-Za-z0-9_-]{20}/,
  /\bxox[abeprs]-[A-Za-z0-9-]{10}/,
  /\b[sr]k_live_[A-Za-z0-9]{16}/,
  /\bAIza[0-9A-Za-z_-]{35}/,
  /\bhvs\.[A-Za-z0-9_-]{24}/,
  /\bnpm_[A-Za-z0-9]{36}/,
  /(?<![\w-])eyJ[A-Za-z0-9_-]{10,500}\.eyJ[A-Za-z0-9_-]{10,2000}\.[A-Za-z0-9_-]{10}/,
  /\b(?:AccountKey|SharedAccessKey)=[A-Za-z0-9+/]{40}/i,
  // The whole value of an Authorization header. Words have no digit in them.
  /^\s*(?:bearer|basic)\s+(?=\S*\d)[A-Za-z0-9._~+/=-]{8,}\s*$/i,
  /\bhooks\.slack\.com\/services\/T[A-Z0-9]{6,12}\/B[A-Z0-9]{6,12}\/(?!X{4})[A-Za-z0-9]{20}/,
  // Connection strings: JDBC's, and those of .NET.
  /\b(?:jdbc:[a-z]|[a-z][a-z0-9+.-]{1,20}:\/)[^\s"'<>]{1,150}[?&;](?:password|passwd|pwd)=[^\s&;"'$<{*%]{3}/i,
  /\b(?:server|data source|host)=[^;\n]{1,200};(?:[^;\n]{0,200};){0,10}\s?(?:password|pwd)=[^;\s"'$<{*%]{3}/i,
  /\b[a-z][a-z0-9+.-]{1,20}:\/\/[^\s/:@"'$<{]{0,100}:[^\s/:@"'$<{*]{1,200}@[A-Za-z0-9.-]/,
]

const SECRET_NAMES = [
  /pass(?:word|wd|phrase|code)/i,
  /secret|token|bearer|credential/i,
  /(?:api|access|private|encryption|signing|master|auth|account)[_.-]?key/i,
  /(?:^|[_.-])pwd$/i,
  /^AZURE_.+KEY$/i,
  /^OCI_CLI_KEY_CONTENT$/i,
]

/** Names that say something about a secret: where it is, how long it lives, what it is called. */
const OTHER_NAMES = [
  /[_.-]?(?:file|path|dir|directory|folder|url|uri|endpoint|host|port|name|ref|reference|length|policy|policies)s?$/i,
  /[_.-]?(?:enabled?|disabled?|required|allowed|timeout|expiry|expires?(?:[_.-]?(?:at|in))?|expiration|duration)$/i,
  /[_.-]?(?:lifetime|interval|algorithm|issuer|audience|header|namespace|provider|manager|engine|backend|version)$/i,
  /[_.-](?:ttl|age|id|ids|type|count|limit|size|min|max|len|class|store|format|prefix|suffix|field|column|claim)$/i,
  /^(?:max|min|num|enable|disable|use|require|allow|validate)[_.-]/i,
  /tokens$|tokeni[sz]er|_tokens_|secretary/i,
  /public[_.-]?key/i,
  /(?:Id|Ttl|Type|Count|Limit|Size|Min|Max|Age)$/,
]

const NUMBER = /^[0-9.]{0,12}(?:ms|s|m|h|d|Mi|Gi)?$/

/** Switches, paths, addresses, and what something else fills in. */
const HARMLESS_VALUES = [
  /^\s*$/,
  /^(?:true|false|yes|no|on|off|none|null|nil|enabled|disabled|required|optional|string)$/i,
  /^\.{0,2}\//,
  /^[a-z][a-z0-9+.-]*:\/\//,
  /^\$\(.*\)$|^\$\([^()]*\)\/|\$\{|\{\{|^<.*>$|^\[.*\]$|^%[A-Za-z_(]/,
  /^(?:vault:|ref\+|ENC[([]|arn:|projects\/|gcp:\/\/\/|awssm:|op:\/\/)/,
  /^\*+$/,
]

const ASSIGNMENT =
  /^\s*(?:export\s+|-\s+)?["']?[a-z0-9_.-]*(?:password|passphrase)["']?\s*[:=]\s*["']?[^\s"'$<{%#!&*|>[(,;\\][^\s"'$<{]{2}/i

const NO_ASSIGNMENT =
  /[:=]\s*["']?(?:true|false|yes|no|null|none|nil|string|required|optional|undefined|\/|[a-z]{1,20}:\/\/|vault:|ref\+|ENC[([])/i

/** Names of files are not names of values. */
const FILE_NAME =
  /\.(?:ya?ml|json|conf|cfg|cnf|config|ini|properties|toml|xml|sh|bash|py|js|ts|lua|rb|go|php|sql|md|txt|tpl|tmpl|template|j2|hcl|rego|rules|html?|css|csv|groovy|crt|cer|pem)$/i

/** Who somebody is everyone may know; a password stands beside it, or is made elsewhere. */
const USER_NAME = /(?:^|[_.-])user(?:[_-]?name)?$/i

/** Where a server is and what is kept there under which name: what stands beside a password, and is none. */
const PLACE_NAME = /(?:^|[_.-])(?:host(?:[_-]?name)?|port|db[_-]?name|database|region|bucket)$/i

const PLACE = /^[\w.:-]{1,253}$/

/** Files of settings, each on a line that begins with its name. */
const CONFIGURATION_NAME = /\.(?:ya?ml|json|conf|cfg|cnf|config|ini|properties|toml)$/i

const SWITCH = /^\s*(?:true|false)\s*$/i

/** `name: value`, `name = value`, `"name": value`, `name => value`: the name, and its value where there is one. */
const ENTRIES = /^[\s\-{]{0,200}["']?([\w.-]{1,200})["']?[ \t]{0,20}(?:=>|[:=])[ \t]{0,20}([^\s{[].{0,1000})/gm

const QUOTED = /^(["'])(.*)\1,?\s*$/

/** What comes with a secret, or is one by another name. */
const ACCESS =
  /user|(?:^|[_.-])pass(?:$|[_.-])|pwd|login|auth|key|webhook|cert|dsn|salt|seed|hash|session|cookie|licen[cs]e|account|signature|^pin$/i

const WORDS = /[\w+/=~!@#$%^&*-]{8,200}/g

/** Addresses of pictures, which everybody sees; of others a part may be the secret. */
const PICTURES = /\bhttps?:\/\/[\w./~%-]{1,200}\.(?:png|jpe?g|gif|svg|ico|webp)\b/gi

/** No word that people write has two digits among its letters. */
const GUESS = [/[A-Za-z]/, /\d\D*\d/]

/** Certificates and public keys are for everyone to see. */
const PUBLIC_KEYS = /(?:^ca|\.crt|\.cer|\.pub|_pub)$|^ca[.-]|(?:^|[._-])ca-(?:bundle|cert)/i

const FILLED_IN_LATER = /^\s*$|^<[^<>]*>$|^\$\{[^{}]*\}$|^\$\([^()]*\)$|^\{\{.*\}\}$|^(?:vault:|ref\+|ENC\[|op:\/\/)/

/** Of a user in a kubeconfig (k8s.io/client-go, clientcmd/api/v1, AuthInfo). */
const KUBECONFIG_CREDENTIALS = /^[ -]*(?:client-key-data|token|password):[ ]*["']?([^\s"']*)/gm

const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/
