/** What Flux leaves out of a repository's artifact: `.sourceignore`, `spec.ignore` and its own list, as gitignore reads them. */
import picomatch from 'picomatch'
import type { Tree } from '../../model.js'
import { decodeText } from '../../parse/split.js'

/** https://fluxcd.io/flux/components/source/gitrepositories/#default-exclusions, as far as it can hold manifests. */
const OWN = [
  ...[
    '.git/',
    '.github/',
    '.circleci/',
    '.travis.yml',
    '.gitlab-ci.yml',
    'appveyor.yml',
    '.drone.yml',
    'cloudbuild.yaml',
  ],
  ...['codeship-services.yml', 'codeship-steps.yml', '.goreleaser.yml', '.goreleaser.yaml', '.sops.yaml', '.flux.yaml'],
  ...['.golangci.yaml'],
]

/** `spec` is a GitRepository's `ignore`: where it is there, it takes the place of Flux's own list. */
export function fluxIgnore(tree: Tree, spec: string): (path: string, isFolder: boolean) => boolean {
  const bytes = tree.read('.sourceignore')
  const lines = [
    ...(spec === '' ? OWN : []),
    ...(bytes === null ? [] : linesOf(decodeText(bytes).text)),
    ...linesOf(spec),
  ]
  const rules = lines.flatMap(ruleOf)
  const isOut = (path: string, isFolder: boolean): boolean =>
    rules.findLast((rule) => (isFolder || !rule.foldersOnly) && rule.matches(path))?.leavesOut ?? false
  // What lies in a folder that is left out is, too, whatever a later line says.
  return (path, isFolder) => {
    const steps = path.split('/')
    return steps.some((_, i) => isOut(steps.slice(0, i + 1).join('/'), i < steps.length - 1 || isFolder))
  }
}

const linesOf = (text: string): readonly string[] => text.split(/\r?\n/)

function ruleOf(line: string) {
  const text = line.replace(/\s+$/, '')
  if (text === '' || text.startsWith('#')) return []
  const leavesOut = !text.startsWith('!')
  const pattern = leavesOut ? text : text.slice(1)
  const foldersOnly = pattern.endsWith('/')
  const bare = pattern.replace(/\/+$/, '')
  // A pattern with a slash begins at the root, any other matches at every depth.
  const glob = bare.includes('/') ? bare.replace(/^\/+/, '') : `**/${bare}`
  return [{ leavesOut, foldersOnly, matches: picomatch(glob, { dot: true }) }]
}
