import { spawnSync } from 'node:child_process'

/** Whether a Go toolchain is on this machine. */
export const goPresent = () => spawnSync('go', ['version'], { stdio: 'ignore' }).status === 0
