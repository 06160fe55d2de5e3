// Operands for every builtin: of its declared types, and of pools of what is likely to be read differently. Everything is
// Rego source, so that sets and the notation of numbers are kept.

/** mulberry32 */
export function random(seed) {
  let state = seed >>> 0
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = Math.imul(state ^ (state >>> 15), state | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
  const pick = (list) => list[Math.floor(next() * list.length)]
  const below = (n) => Math.floor(next() * n)
  return { next, pick, below }
}

/** Rego takes no byte order mark in a source. */
const text = (value) => JSON.stringify(value).replaceAll('\ufeff', '\\ufeff')
const texts = (...values) => values.map(text)

const STRINGS = texts(
  '', 'a', 'abc', 'aXbXc', 'foo/bar', 'Foo Bar', '  padded\t\n', 'äöü', 'ÄÖÜ ß ſ İ ı', '日本語', '😀 smile', 'a😀b', 'null', 'true',
  '1', '-1', '1.5', '1e3', '0x10', 'foo.bar.baz', 'a,b,c', '"quoted"', 'back\\slash', 'tab\there', 'line\nbreak', '\u0000', '\u007f',
  'e\u0301', 'aaa', 'aaaa', 'ab', 'b', 'c', '/', '.', ',', ' ', 'foo', 'bar', 'x=1&y=2', '%41', '%zz', 'a+b c', '<&>', '{}', '[]',
  '{"a": [1, 2.0, null]}', '[1, "two"]', 'Zm9v', 'Zm9', 'Zm9vYg==', 'Zm9vYg', '_-_-', '\u2028', 'ﬀ', 'ǅ', 'Σίσυφος ΣΑΣ', '\u00a0x\u00a0', '\ufeffbom',
)
const NUMBERS = ['0', '1', '-1', '2', '3', '7', '10', '100', '255', '-5', '1.5', '-1.5', '0.1', '2.5', '3.0', '1e3', '1E-3', '1.0', '123456789012', '9007199254740993',
  '9223372036854775807', '9223372036854775808', '-9223372036854775808', '-9223372036854775809', '123456789012345678901234567890', '1e21', '1e100', '0.30000000000000004', '5e-324', '1.7976931348623157e308', '-0', '-0.0', '3.999999', '1000000', '12345678', '0.000001', '0.0000001', '64', '63']
const SMALL = ['0', '1', '2', '3', '-1', '4', '5', '10', '2.0', '1.5', '-3', '100']
const SCALARS = ['null', 'true', 'false', ...STRINGS.slice(0, 20), ...NUMBERS.slice(0, 14)]

function value(r, depth = 2) {
  const kind = r.below(depth > 0 ? 10 : 5)
  if (kind < 5) return r.pick(SCALARS)
  const items = Array.from({ length: r.below(4) }, () => value(r, depth - 1))
  if (kind < 7) return `[${items.join(', ')}]`
  if (kind < 8) return set(items)
  return object(items.map((item) => [r.below(6) > 0 ? text(r.pick(['a', 'b', 'c', 'd', 'foo'])) : value(r, 0), item]))
}

const set = (items) => (items.length === 0 ? 'set()' : `{${[...new Set(items)].join(', ')}}`)
/** Keys that are equal and have other values are an error of the compiler. */
function object(entries) {
  const known = new Map(entries.map(([key, item]) => [/^-?[\d.]/.test(key) ? `${Number(key)}` : key, [key, item]]))
  return `{${[...known.values()].map(([key, item]) => `${key}: ${item}`).join(', ')}}`
}

const list = (r, of, most = 5) => Array.from({ length: r.below(most) }, of)

function ofType(type, r) {
  switch (type?.type) {
    case 'string':
      return r.pick(STRINGS)
    case 'number':
      return r.pick(NUMBERS)
    case 'boolean':
      return r.pick(['true', 'false'])
    case 'null':
      return 'null'
    case 'array':
      return `[${list(r, () => ofType(type.dynamic, r)).join(', ')}]`
    case 'set':
      return set(list(r, () => ofType(type.of, r)))
    case 'object':
      return object(list(r, () => [ofType(type.dynamic?.key ?? { type: 'string' }, r), ofType(type.dynamic?.value, r)], 4))
    case 'any':
      return type.of ? ofType(r.pick(type.of), r) : value(r)
    default:
      return value(r)
  }
}

const FLAGS = ['', '', '', '+', '-', '0', ' ', '#', '+0', '-0', '#0', '# ', '+#', '- ', '+-', '0#+']
const WIDTHS = ['', '', '', '1', '5', '12', '20', '*', '[1]*', '[2]', '[3]', '[9]', '[x]', '08']
const PRECISIONS = ['', '', '', '.', '.0', '.1', '.3', '.10', '.25', '.*', '.[2]*', '.[1]']
const VERBS = [...'vvvvsssddqqxXfFeEgGTtbBcoOUp%wz!é', '']

const format = (r) =>
  text(
    Array.from({ length: 1 + r.below(3) }, () =>
      r.below(8) === 0 ? r.pick(['plain ', 'é%%', '{}', '%']) : `%${r.pick(FLAGS)}${r.pick(WIDTHS)}${r.pick(PRECISIONS)}${r.pick(VERBS)} `,
    ).join(''),
  )

const CIDRS = texts('10.0.0.0/8', '10.1.0.0/16', '10.1.2.3/24', '192.168.0.0/16', '192.168.1.7/32', '0.0.0.0/0', '::/0', '2001:db8::/32', '2001:db8:1::/48', 'fe80::1/64', '::ffff:10.0.0.0/104', '::ffff:10.0.0.0/8', '10.0.0.0/33', '10.0.0/8', '010.0.0.0/8', 'x', '', '1.2.3.4', '::1', '10.1.2.3', '2001:db8::1', '::1/128', '10.0.0.0/08', '1.2.3.4/30', '2001:db8::/126', '1:2:3:4:5:6:7:8/120', '1:2:3:4:5:6:1.2.3.4/128', ':::/0', '1::2::3/4', '10.0.0.0/-1', '0:0:1::/96', '1:0:0:2:0:0:0:3/125')
const CIDRS_SMALL = texts('10.1.2.0/30', '1.2.3.4/32', '::1/128', '2001:db8::fff0/124', '10.1.2.3/28', '::ffff:10.0.0.0/126', '0:0:1::/125', 'x', '', '10.0.0.0', '1:0:0:2::/127')
const REGEXES = texts('a', 'a+', '[a-c]+', '^a', 'c$', '(a)(b)?', '(?P<name>[a-z]+)-(?P<n>\\d+)', '\\d+', '\\bfoo\\b', '', 'x*', '(', '[', 'a{2}', 'a{2,1}', '(?i)FOO', '(?s).+', '(?m)^b', '\\pL+', '\\p{Greek}', '[^/]+', '\\x{1F600}', 'a|b', '(?:ab)+?', '.', '\\s+', '\\w', '(?!a)', '\\1', '[[:alpha:]]+', '^$', 'a**', '\\Qa.b\\E', '\\z', '(?U)a+', 'é', '\\C', '(?<x>a)')
const REGEX_TEXTS = texts('', 'a', 'abc', 'aaa', 'foo bar', 'a-1 b-22', 'line\nb', 'äöü', 'Σίσ', 'a😀b', 'foo/bar/baz', 'FOO', 'aabb', '  x  ', 'a.b', 'ab12', '\u00e9', 'xaxbx')
const REPLACEMENTS = texts('', 'X', '$1', '${1}x', '$1x', '$name', '${name}-$n', '$$', '$', '${', '$0', '$9', '${x}', '$é', 'a$')
const GLOBS = texts('*', '**', 'a*', '*.example.com', '**.example.com', 'a?c', '[abc]', '[!a]', '[^a]', '[a-c]x', '{a,b}c', '{a,{b,c}}', '\\*', 'foo/*', 'foo/**', '/a/*/c', '*.{com,org}', '', 'äöü', '?', '[a-z]*', 'a.b*')
const GLOB_TEXTS = texts('', 'a', 'abc', 'api.example.com', 'a.b.example.com', 'ac', 'bc', 'bx', '*', 'foo/bar', 'foo/bar/baz', '/a/b/c', 'x.org', 'äöü', 'é', 'a.bc')
const DELIMITERS = ['[]', '["."]', '["/"]', 'null', '["/", "."]', '[":"]']
const SEMVERS = texts('1.0.0', 'v1.0.0', '1.2.3', '1.2.3-alpha', '1.2.3-alpha.1', '1.2.3-alpha.beta', '1.2.3-1', '1.2.3-01', '1.2.3+build', '1.2.3-rc.1+b.5', '01.2.3', '1.2', '1.2.3.4', '', 'x', '9223372036854775807.0.0', '9223372036854775808.0.0', '1.2.3-99999999999999999999', '1.2.3-', '1.2.3+', '-1.0.0', '1.2.3-a..b', '1.2.3-é', '10.2.3', '1.2.3-alpha.1.2')
const UNITS = texts('', '1', '10', '1.5', '-1', '1k', '1K', '1ki', '1Ki', '1KI', '100m', '100M', '100Mi', '1.5Gi', '0.1', '0.1m', '1e3', '1E3', '1e', '1E', '1Ei', '1e3k', '1e-3', '.5', '5.', '1..2', 'm', 'x', '1x', '1 k', '1kb', '1KB', '1KiB', '10GB', '"10"', '1e9999999', '-1.5Mi', '+3', '1/3', '123456789.123456789Ti', '0.0001m', '250m', '1B', '1mib', '3.3333333333333333333k', '18446744073709551617', '1ee', '0.7eb')
const DURATIONS = texts('', '0', '1s', '1h30m', '-1.5h', '+5m', '1d', '2w', '1y', '1.5d', '1d12h', '100ms', '1us', '1µs', '10ns', '1', 's', '1x', '1.s', '.5s', '.s', '-', '1h1', '292y', '300y', '1.5y2w', '0.1d', '1m30', '-1d', '2540400h', '0.000000001s', '1.0000000000000001h', '1e3s', '0d', 'd')
const TIMES = texts('2024-02-29T12:34:56Z', '2023-02-29T12:34:56Z', '2024-01-01T00:00:00+02:00', '2024-01-01T00:00:00.123456789Z', '2024-01-01T00:00:00.1234567891Z', '2024-01-01T00:00:00,5Z', '2024-01-01 00:00:00Z', '2024-13-01T00:00:00Z', '2024-01-01T24:00:00Z', '2024-01-01T1:00:00Z', '0001-01-01T00:00:00Z', '9999-01-01T00:00:00Z', '1969-12-31T23:59:59-11:30', '', 'x', '2024-01-01T00:00:00', '2024-01-01T00:00:60Z', '2024-01-01t00:00:00z', '2024-01-01T00:00:00+24:00', '2024-01-01T00:00:00.Z', '2262-04-11T23:47:16.854775807Z', '2262-04-11T23:47:16.854775808Z', '1677-09-21T00:12:43.145224192Z')
const MOMENTS = ['0', '1', '-1', '1700000000000000000', '1709210096123456789', '-1000000000000000000', '9223372036854775807', '9223372036854775808', '951782400000000000', '[1700000000000000000, "UTC"]', '[1700000000000000000, ""]', '[1700000000000000000]', '1.5', '[]', '"x"', '-9223372036854775808', '1e18', '4102444800000000000', '1.7e18']
const JSONS = texts('1', '1.0', '"x"', '[1, 2]', '{"a": {"b": [1, null, true]}}', '{', '', 'nul', '1 2', '"\\u00e9"', '"\\ud83d\\ude00"', '"\\ud83d"', ' {"a": 1} ', '01', '1e5', '1E400', '-', '{"a":1,"a":2}', '[1,]', "'x'", '1.50', '123456789012345678901', '"\u0001"', 'true', '-0', '[[[]]]', '{"a" : "\\/"}')
const HEX = texts('', '00', '7f', '4A', 'c3a9', '666f6f', 'f', 'xx', '6 6f', 'e697a5')
const PATHS = texts('', '/', 'a', '/a', '/a/b', '/b/0', 'b/-', '/b/1', '/c/x~1y', '/d~0e', '/b/01', '/s/x', 'a/b/c', '/b/9', '/missing', 'b/-1').concat(['["a", "b"]', '["b", 0]', '[]'])
/** OPA panics on some patches of the root. */
const STEPS = PATHS.filter((path) => !['""', '[]'].includes(path))
const DOCUMENT = '{"a": {"b": {"c": 1}, "x": [1, 2, {"y": 3}]}, "b": [10, 20, 30], "c": {"x/y": 1}, "d~e": 2, "s": {"x", "y"}}'
const GRAPH = ['{"a": ["b", "c"], "b": ["d"], "c": ["d"], "d": []}', '{"a": ["b"], "b": ["a"]}', '{}', '{"a": {"b"}, "b": {"c", "z"}, "c": []}']

const SPECIAL = {
  sprintf: (r) => [format(r), `[${list(r, () => r.pick([r.pick(NUMBERS), r.pick(NUMBERS), r.pick(STRINGS), value(r)]), 4).join(', ')}]`],
  'internal.template_string': (r) => [`[${list(r, () => `{${value(r)}}`, 4).join(', ')}]`],
  format_int: (r) => [r.pick(NUMBERS), r.pick(['2', '8', '10', '16', '3', '10'])],
  substring: (r) => [r.pick(STRINGS), r.pick(SMALL), r.pick(SMALL)],
  'strings.split_n': (r) => [r.pick(STRINGS), r.pick(texts('', 'X', '/', ',', 'a', ' ', '.', '😀')), r.pick(SMALL)],
  'strings.replace_n': (r) => [`{${['"a": "b"', '"b": "c"', '"": "x"', '"foo": ""', '"ä": "a"', '"ab": "1"'].filter(() => r.below(2) === 1).join(', ')}}`, r.pick(STRINGS)],
  indexof_n: (r) => [r.pick(STRINGS), r.pick(texts('', 'a', 'b', 'aa', 'foo', '😀', 'X', '日', '.'))],
  indexof: (r) => [r.pick(STRINGS), r.pick(texts('', 'a', 'b', 'aa', 'foo', '😀', 'X', '日', '.'))],
  split: (r) => [r.pick(STRINGS), r.pick(texts('', 'X', '/', ',', 'a', ' ', '.', '😀'))],
  'numbers.range': (r) => [r.pick(SMALL), r.pick(SMALL)],
  'numbers.range_step': (r) => [r.pick(SMALL), r.pick(SMALL), r.pick(SMALL)],
  'bits.lsh': (r) => [r.pick(NUMBERS), r.pick(SMALL)],
  'bits.rsh': (r) => [r.pick(NUMBERS), r.pick(SMALL)],
  'regex.match': (r) => [r.pick(REGEXES), r.pick(REGEX_TEXTS)],
  re_match: (r) => [r.pick(REGEXES), r.pick(REGEX_TEXTS)],
  'regex.is_valid': (r) => [r.pick(REGEXES)],
  'regex.split': (r) => [r.pick(REGEXES), r.pick(REGEX_TEXTS)],
  'regex.replace': (r) => [r.pick(REGEX_TEXTS), r.pick(REGEXES), r.pick(REPLACEMENTS)],
  'regex.find_n': (r) => [r.pick(REGEXES), r.pick(REGEX_TEXTS), r.pick(['-1', '0', '1', '2'])],
  'regex.find_all_string_submatch_n': (r) => [r.pick(REGEXES), r.pick(REGEX_TEXTS), r.pick(['-1', '0', '1', '2'])],
  'regex.template_match': (r) => [r.pick(texts('urn:foo:{.*}', 'a{[a-z]+}b{\\d}', '{a}', 'x{', 'x}', 'a.b', '{(}', '{{a}{2}}', '{a{2}}')), r.pick(texts('urn:foo:bar', 'axb1', 'a', 'a.b', 'axb', 'aa')), r.pick(texts('{', '{', '<', '')), r.pick(texts('}', '}', '>', '}}'))],
  'glob.match': (r) => [r.pick(GLOBS), r.pick(DELIMITERS), r.pick(GLOB_TEXTS)],
  'glob.quote_meta': (r) => [r.pick(GLOBS)],
  'semver.is_valid': (r) => [r.pick(SEMVERS)],
  'semver.compare': (r) => [r.pick(SEMVERS), r.pick(SEMVERS)],
  'units.parse': (r) => [r.pick(UNITS)],
  'units.parse_bytes': (r) => [r.pick(UNITS)],
  'time.parse_rfc3339_ns': (r) => [r.pick(TIMES)],
  'time.parse_duration_ns': (r) => [r.pick(DURATIONS)],
  'time.date': (r) => [r.pick(MOMENTS)],
  'time.clock': (r) => [r.pick(MOMENTS)],
  'time.weekday': (r) => [r.pick(MOMENTS)],
  'time.diff': (r) => [r.pick(MOMENTS), r.pick(MOMENTS)],
  'time.add_date': (r) => [r.pick(MOMENTS), r.pick(SMALL), r.pick(['0', '1', '-1', '12', '25', '-13']), r.pick(['0', '1', '-1', '30', '366', '-400'])],
  'net.cidr_contains': (r) => [r.pick(CIDRS), r.pick(CIDRS)],
  'net.cidr_intersects': (r) => [r.pick(CIDRS), r.pick(CIDRS)],
  'net.cidr_overlap': (r) => [r.pick(CIDRS), r.pick(CIDRS)],
  'net.cidr_is_valid': (r) => [r.pick([...CIDRS, '1', 'null'])],
  'net.cidr_expand': (r) => [r.pick(CIDRS_SMALL)],
  'net.cidr_contains_matches': (r) => [1, 2].map(() => r.pick([r.pick(CIDRS), `[${list(r, () => r.pick(CIDRS), 3).join(', ')}]`, set(list(r, () => `[${r.pick(CIDRS)}, ${r.pick(SMALL)}]`, 3)), object(list(r, () => [text(r.pick(['a', 'b'])), r.pick(CIDRS)], 3))])),
  'json.unmarshal': (r) => [r.pick(JSONS)],
  'json.is_valid': (r) => [r.pick([...JSONS, '1'])],
  'hex.decode': (r) => [r.pick(HEX)],
  to_number: (r) => [r.pick([...STRINGS, ...NUMBERS, ...texts('1e5', ' 1', '1 ', '0x1', 'inf', 'NaN', '1e'), 'null', 'true', 'false', '[]'])],
  'json.patch': (r) => [DOCUMENT, `[${list(r, () => r.pick([
    `{"op": "add", "path": ${r.pick(STEPS)}, "value": ${value(r, 1)}}`, `{"op": "remove", "path": ${r.pick(STEPS)}}`, `{"op": "replace", "path": ${r.pick(STEPS)}, "value": ${value(r, 1)}}`,
    `{"op": "move", "from": ${r.pick(STEPS)}, "path": ${r.pick(STEPS)}}`, `{"op": "copy", "from": ${r.pick(STEPS)}, "path": ${r.pick(STEPS)}}`, `{"op": "test", "path": "/a/b/c", "value": ${r.pick(['1', '2', '1.0'])}}`, '{"op": "x", "path": "a"}', '{"path": "a"}', '1', '{"op": "add", "path": "/s/x", "value": "x"}', '{"op": "add", "path": "/s/z", "value": "z"}']), 3).join(', ')}]`],
  'json.remove': (r) => [DOCUMENT, `[${list(r, () => r.pick(PATHS), 3).join(', ')}]`],
  'json.filter': (r) => [DOCUMENT, `[${list(r, () => r.pick(PATHS), 3).join(', ')}]`],
  'object.subset': (r) => {
    const one = value(r, 3)
    return r.below(3) === 0 ? [one, one] : [one, value(r, 2)]
  },
  'graph.reachable': (r) => [r.pick(GRAPH), r.pick(['["a"]', '{"b"}', '[]', '{"a", "q"}'])],
  'urlquery.decode_object': (r) => [r.pick(texts('', 'a=1', 'a=1&a=2&b', 'a=%41+b', 'a=%zz', 'a;b=1', '&&', '=x', 'ä=ö', 'a=1=2'))],
  'urlquery.encode_object': (r) => [r.pick(['{}', '{"a": "b"}', '{"b": ["x", "y z"], "a": {"q", "p"}}', '{"a": 1}', '{"ä": "ö&="}', '{1: "a"}', '{"a": []}'])],
  'base64.decode': (r) => [r.pick(texts('', 'Zm9v', 'Zm9', 'Zm8=', 'Zg==', 'Zg', '!!', 'Zm9v\n', '77+9', 'w6k=', 'Zh=='))],
  'base64url.decode': (r) => [r.pick(texts('', 'Zm9v', 'Zm9', 'Zm8=', 'Zg==', 'Zg', '!!', 'Zm9v\n', '77-9', 'w6k', 'Zh=='))],
  'base64.is_valid': (r) => [r.pick([...texts('', 'Zm9v', 'Zm9', 'Zm8=', 'Zg==', 'Zg', '!!', 'Zm9v\n', '77+9', 'Zh=='), '1'])],
  'internal.member_2': (r) => [value(r, 1), r.pick([value(r), set(list(r, () => value(r, 0))), `[${list(r, () => value(r, 0)).join(', ')}]`])],
  'internal.member_3': (r) => [r.pick(['0', '1', '"a"']), value(r, 0), value(r)],
  concat: (r) => [r.pick(STRINGS), r.pick([`[${list(r, () => r.pick(STRINGS)).join(', ')}]`, set(list(r, () => r.pick(STRINGS)))])],
  walk: (r) => [value(r, 3)],
  'crypto.hmac.equal': (r) => [r.pick(STRINGS), r.pick(STRINGS)],
}

/** `count` lists of operands. */
export function operandsOf({ name, decl }, count, r) {
  const make = SPECIAL[name] ?? ((r) => (decl.args ?? []).map((type) => ofType(type, r)))
  const all = Array.from({ length: count }, () => make(r).map(String))
  return [...new Map(all.map((operands) => [operands.join(', '), operands])).values()]
}
