/** Every builtin that the host evaluates for policies; hashes are the machine's. */
import { createHash, createHmac } from 'node:crypto'
import { arithmetic } from '../rego/builtins/arithmetic.js'
import { numbers } from '../rego/builtins/numbers.js'
import { net } from '../rego/builtins/net.js'
import { objects } from '../rego/builtins/objects.js'
import { string, type Builtin, type Builtins } from '../rego/builtins/operands.js'
import { regex } from '../rego/builtins/regex.js'
import { strings } from '../rego/builtins/strings.js'
import { time } from '../rego/builtins/time.js'

const hash =
  (algorithm: string): Builtin =>
  (text) =>
    createHash(algorithm).update(string(text)).digest('hex')

const hmac =
  (algorithm: string): Builtin =>
  (text, key) =>
    createHmac(algorithm, string(key)).update(string(text)).digest('hex')

const crypto: Builtins = {
  'crypto.md5': hash('md5'),
  'crypto.sha1': hash('sha1'),
  'crypto.sha256': hash('sha256'),
  'crypto.hmac.md5': hmac('md5'),
  'crypto.hmac.sha1': hmac('sha1'),
  'crypto.hmac.sha256': hmac('sha256'),
  'crypto.hmac.sha512': hmac('sha512'),
  'crypto.hmac.equal': (a, b) => string(a) === string(b),
}

export const BUILTINS: Builtins = {
  ...strings,
  ...arithmetic,
  ...regex,
  ...numbers,
  ...objects,
  ...net,
  ...time,
  ...crypto,
}
