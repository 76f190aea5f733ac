import { randomUUID } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';

/** Rooms: directories for unfinished work. Their names say whose they are, so that those of the dead can be cleared. */
export const roomsDirectory = (scratch: string): string => join(scratch, 'rooms');

const host = hostname().replaceAll(/[^A-Za-z0-9-]/g, '-');

export async function newRoom(scratch: string): Promise<string> {
  const room = join(roomsDirectory(scratch), `${host}_${process.pid}_${randomUUID()}`);
  await mkdir(room, { recursive: true, mode: 0o700 });
  return room;
}

/** True where the process that made the room runs on this machine no more. A room of another machine (a shared disk) is never judged. */
export function isAbandoned(roomName: string): boolean {
  const [madeOn, pid] = roomName.split('_');
  if (madeOn !== host || pid === undefined || !/^\d+$/.test(pid)) return false;
  try {
    process.kill(Number(pid), 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH';
  }
}
