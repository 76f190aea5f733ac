import { LocalServerError } from './errors.ts';
import { runCommand } from './launcher/command.ts';

try {
  const { exitCode, output } = await runCommand(process.argv.slice(2), process.env, (line) => process.stderr.write(`${line}\n`));
  process.stdout.write(output);
  process.exitCode = exitCode;
} catch (error) {
  if (!(error instanceof LocalServerError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = error.code === 'bad_option' ? 2 : 1;
}
