// What Rego modules read of their input, so that the gate hands over that and no more: writing an input and reading it
// again in WebAssembly is most of the work of an evaluation.
//
// It looks at the text, and rather finds too much: every `input` outside of a comment counts, with the keys that are
// written behind it, or given to object.get; where they end, in a variable or a function, all that lies below is read,
// and where it is only asked whether there is one (`== null`), nothing of it.

const STRING = String.raw`"(?:[^"\\]|\\.)*"`
const KEYS = String.raw`((?:\.[A-Za-z_]\w*|\[${STRING}\])*)`
const GIVEN = String.raw`(?<=\bobject\.get\((?:input|data)[^,()\s]*)(?:, (${STRING}|\[${STRING}(?:, ${STRING})*\]),)?`
const reference = (root) => new RegExp(String.raw`(?<![\w."])${root}\b${KEYS}(?:${GIVEN})?( [!=]= null\b)?`, 'g')

/** Each mention of `root`: the keys behind it, and whether what lies there is read or only asked for. */
function references(text, root) {
  const code = text.replaceAll(/^\s*#.*$/gm, '')
  return [...code.matchAll(reference(root))].map(([, keys, given, isNull]) => ({
    path: [
      ...[...keys.matchAll(/\.(\w+)|\[("(?:[^"\\]|\\.)*")\]/g)].map(([, word, quoted]) => word ?? JSON.parse(quoted)),
      ...(given === undefined ? [] : [JSON.parse(given)].flat()),
    ],
    isRead: isNull === undefined,
  }))
}

/**
 * A function of files: what they read together, with all modules that they refer to. It gives key → what is read below,
 * or `true` where that is everything.
 *
 * @param {Record<string, string>} modules path → text
 */
export function readsIn(modules) {
  const known = Object.entries(modules).map(([file, text]) => ({
    file,
    name: /^package\s+([\w.]+)/m.exec(text)[1].split('.'),
    input: references(text, 'input'),
    data: references(text, 'data'),
  }))
  const isWithin = (path, other) => other.every((key, i) => i >= path.length || path[i] === key)
  return (files) => {
    const reached = new Set(known.filter(({ file }) => files.includes(file)))
    for (const { data } of reached)
      for (const { path } of data) for (const each of known) if (isWithin(path, each.name)) reached.add(each)
    return [...reached].flatMap(({ input }) => input).reduce((tree, { path, isRead }) => joined(tree, path, isRead), {})
  }
}

/** Paths as a tree: what lies below one that is read whole adds nothing. */
function joined(tree, [key, ...rest], isRead) {
  if (tree === true || key === undefined) return isRead || tree
  return { ...tree, [key]: joined(Object.hasOwn(tree, key) ? tree[key] : {}, rest, isRead) }
}
