import type { Command } from 'commander';
import { usage } from '../failure.ts';
import { bytes } from '../output/times.ts';
import type { Session } from '../session.ts';

export function addArtifacts(program: Command, session: (command: Command) => Session): void {
  const artifacts = program.command('artifacts').summary('files to and from the gateway').description('Upload and download the files that runs speak of by their hash.');

  artifacts
    .command('put')
    .summary('upload a file')
    .description('Upload a file. The answer is the reference to pass as input.')
    .argument('<file>', 'path of the file')
    .option('--name <name>', 'name to keep (default: that of the file)')
    .option('--type <media-type>', 'media type (default: from the ending of the name)')
    .action(async (file: string, { name, type }: { name?: string; type?: string }, command: Command) => {
      const called = session(command);
      const ref = await called.client.uploadArtifact(file, { ...(name !== undefined && { name }), ...(type !== undefined && { mediaType: type }) }).catch((error: unknown) => {
        if (error instanceof TypeError && error.message.startsWith('Expected a file')) throw usage(error.message);
        throw error;
      });
      called.answer(ref, () => JSON.stringify(ref));
    });

  artifacts
    .command('get')
    .summary('download a file')
    .description('Download a file by its hash, checked against it.')
    .argument('<hash>', 'SHA-256 of the content')
    .requiredOption('-o, --output <path>', 'where to write it; one that is there is replaced')
    .action(async (hash: string, { output }: { output: string }, command: Command) => {
      const called = session(command);
      await called.client.downloadArtifactTo(hash, output);
      const { size } = await (await import('node:fs/promises')).stat(output);
      called.answer({ hash, path: output, bytes: size }, () => `${output} (${bytes(size)})`);
    });
}
