/** Tetragon's settings (cilium/tetragon install/kubernetes/tetragon, https://tetragon.io/docs/reference/daemon-configuration/). */
import type { Pod, Truth } from '../../model.js'
import { refTo } from '../world.js'
import { located, type Located } from './located.js'
import type { SeenFiles } from './seen-files.js'
import { textOf, textsOf } from './text.js'

export const TETRAGON_IMAGE = /(^|\/)tetragon(-ci)?(:|@|$)/

/** Every key of tetragon-config is a flag, mounted as a directory; flags on the command line win. */
export function tetragonOf(pod: Pod, seen: SeenFiles): { readonly shellRule: Located; readonly output: Located } {
  const container = pod.containers.find(
    ({ role, spec }) => role !== 'init' && TETRAGON_IMAGE.test(textOf(spec['image'])),
  )
  const at = container?.path ?? pod.path
  const words =
    container === undefined ? [] : [...textsOf(container.spec['command']), ...textsOf(container.spec['args'])]
  const directory =
    /^--config-dir=?(.*)$/.exec(words.find((word) => word.startsWith('--config-dir')) ?? '')?.[1] ??
    '/etc/tetragon/tetragon.conf.d'
  const files = seen.files.filter((file) => file.at.startsWith(`${directory.replace(/\/+$/, '')}/`))
  const hidden = seen.missing.find(({ mountPath }) => mountPath === directory.replace(/\/+$/, ''))
  const by = [...new Map(files.map((file) => [file.resource, refTo(file.resource, file.path)])).values()]
  const flag = (name: string): string | null => {
    const word = words.findLast((item) => item.startsWith(`--${name}=`))
    return word?.slice(name.length + 3) ?? files.find((file) => file.name === name)?.text.trim() ?? null
  }
  if (hidden !== undefined && flag('export-filename') === null && flag('server-address') === null) {
    const why = `its settings come from ${hidden.kind} ${hidden.name}, which is not declared here`
    return { shellRule: located('unknown', why, at), output: located('unknown', why, at) }
  }
  const file = flag('export-filename') ?? ''
  const address = flag('server-address') ?? 'localhost:54321'
  const allowed = flag('export-allowlist') ?? ''
  const exec: Truth =
    allowed === '' || allowed.includes('PROCESS_EXEC') || !allowed.includes('event_set') ? 'yes' : 'no'
  return {
    // Tetragon tells of every process that starts, shells among them.
    shellRule:
      file !== '' && exec === 'no'
        ? located('no', 'its export-allowlist leaves out PROCESS_EXEC', at, by)
        : located('yes', 'it tells of every process that starts', at, by),
    output:
      file !== ''
        ? located('yes', `it exports events to ${file}`, at, by)
        : address !== ''
          ? located('yes', `it serves events on ${address}`, at, by)
          : located('no', 'it neither exports events nor serves them', at, by),
  }
}
