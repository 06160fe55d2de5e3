/** Tree paths: '/'-separated, relative to the root, which is ''. */

/** Joins and normalises; null where `..` leaves the tree. */
export function resolvePath(folder: string, path: string): string | null {
  const steps: string[] = []
  for (const step of `${folder}/${path}`.split('/')) {
    if (step === '..') {
      if (steps.pop() === undefined) return null
    } else if (step !== '' && step !== '.') steps.push(step)
  }
  return steps.join('/')
}

export function folderOf(path: string): string {
  const slash = path.lastIndexOf('/')
  return slash < 0 ? '' : path.slice(0, slash)
}

export function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1)
}

/** Whether `path` is `folder` or lies in it. */
export function isWithin(path: string, folder: string): boolean {
  return folder === '' || path === folder || path.startsWith(`${folder}/`)
}

/** kubectl reads these from a folder (cli-runtime, resource.FileExtensions); given by name, it takes any spelling of them. */
export function isManifestName(path: string): boolean {
  return /\.(?:ya?ml|json)$/i.test(path)
}
