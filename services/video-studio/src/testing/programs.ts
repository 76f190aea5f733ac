import { spawnSync } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';

/** True where the program can be run on this machine. */
export function isInstalled(program: string, versionOption: string): boolean {
  return spawnSync(program, [versionOption], { stdio: 'ignore' }).status === 0;
}

/** Command lines of all running processes that contain a text; Linux only, elsewhere none. */
export function processesNaming(text: string): string[] {
  const ids = process.platform === 'linux' ? readdirSync('/proc').filter((name) => /^\d+$/.test(name)) : [];
  return ids.flatMap((id) => {
    try {
      const line = readFileSync(`/proc/${id}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
      return line.includes(text) && Number(id) !== process.pid ? [`${id} ${line}`] : [];
    } catch {
      return [];
    }
  });
}

/** Waits for a condition, looking often. @throws Error saying what was waited for, after the deadline. */
export async function until(what: string, isSo: () => boolean | Promise<boolean>, deadlineMs = 240_000): Promise<void> {
  const end = performance.now() + deadlineMs;
  while (!(await isSo())) {
    if (performance.now() > end) throw new Error(`Waited ${deadlineMs} ms in vain until ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
