/** Why a file could not be read or written, in a few words and without its path, which stands before them. */
export function fileProblem(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  switch ('code' in error ? error.code : '') {
    case 'ENOENT':
      return 'no such file or folder'
    case 'EISDIR':
      return 'is a folder'
    case 'ENOTDIR':
      return 'lies below a file'
    case 'EACCES':
    case 'EPERM':
      return 'no permission'
    default:
      return error.message
  }
}
