import { Command, CommanderError } from 'commander';

import { VERSION } from '../worker/schema/version.ts';
import { backUp, restore } from './backup.ts';
import { examine, exitCodeOf, toText } from './doctor.ts';
import { exportSource } from './export.ts';
import { cancelImport, exitCodeOf as exitCodeOfImport, importFile, toText as importText } from './import.ts';
import type { ImportFlags } from './import.ts';
import { CommandError, EXIT, Instance } from './instance.ts';
import { withOwnInstance } from './own-instance.ts';
import { addSetup } from './setup/command.ts';
import { ownVars } from './setup/project.ts';
import { checkUpgrade, exitCodeOf as exitCodeOfUpgrade, toText as upgradeText } from './upgrade-check.ts';

/** The instance that a command is about. */
async function instance(): Promise<Instance> {
  // stdout is for what the command was asked for.
  return new Instance(await withOwnInstance(process.env, { from: process.cwd(), say: (line) => console.error(line) }));
}

/**
 * Runs a command line.
 *
 * @param args Without the program's own name.
 * @returns The exit code.
 */
async function run(args: readonly string[]): Promise<number> {
  let exitCode: number = EXIT.good;
  const program = new Command('directflight')
    .description('Manages an instance of Directflight from the command line.')
    .version(VERSION, '-v, --version', 'prints the version')
    .helpOption('-h, --help', 'prints this help')
    .helpCommand(false)
    .showHelpAfterError('(directflight --help shows the commands)')
    .exitOverride()
    .addHelpText(
      'after',
      `
Environment:
  DIRECTFLIGHT_URL    the address of your Directflight, such as https://t.example.com
  DIRECTFLIGHT_TOKEN  its ADMIN_TOKEN, or an access token
In a clone that \`npm run setup\` has deployed, they default to its instance.

Exit codes: 0 all is well; 1 something was found; 2 wrong use.`,
    );
  program
    .command('doctor')
    .description('examines the integrations: token, rules, consent, backlog, the events of the last day')
    .option('--source <id>', 'examines the integrations of one source')
    .option('--json', 'prints JSON')
    .helpOption('-h, --help', 'prints this help')
    .exitOverride()
    .action(async ({ source, json }: { source?: string; json?: true }) => {
      const report = await examine(await instance(), source === undefined ? {} : { source });
      console.log(json === true ? JSON.stringify(report) : toText(report));
      exitCode = exitCodeOf(report);
    });
  const importCommand = program
    .command('import')
    .argument('<file>')
    .description('imports conversions from a CSV or NDJSON file, and waits until all rows are on their way')
    .requiredOption('--source <id>', 'the source that the conversions belong to')
    .option('--preview', 'shows what would happen, and sends nothing')
    .option('--lawful-basis <basis>', 'consent, legitimate_interest or contract: why you may use this data')
    .option('--event <name>', 'the event for rows that have none in the file')
    .option('--events <json>', 'other names for the file\'s events: {"PURCHASE":"Order Completed"}')
    .option(
      '--columns <json>',
      'columns to use instead of those found: {"email":"E-Mail","time":"Close date","event":null}',
    )
    .option('--date-order <order>', 'dmy for 28/11/2026, mdy for 11/28/2026')
    .option('--decimal <sign>', '"." for 1,234.50, "," for 1.234,50')
    .option('--time-zone <zone>', 'of times without one, such as Europe/Berlin (default: UTC)')
    .option('--currency <code>', 'of amounts without one, such as EUR')
    .option('--template <name>', 'uses saved settings')
    .option('--save-template <name>', 'saves these settings')
    .option('--report <file>', 'writes the outcome of every row as CSV')
    .option('--json', 'prints JSON')
    .helpOption('-h, --help', 'prints this help')
    .exitOverride()
    .action(async (file: string, { json, ...flags }: ImportFlags & { json?: true }) => {
      const note = (text: string): void => (json === true ? undefined : console.error(text));
      const view = await importFile(await instance(), file, { flags, note });
      console.log(json === true ? JSON.stringify(view) : importText(view));
      exitCode = exitCodeOfImport(view);
    });
  importCommand
    .command('cancel <id>')
    .description('cancels an import of --source; rows that are on their way by then are sent')
    .helpOption('-h, --help', 'prints this help')
    .exitOverride()
    .action(async (id: string, _options: object, command: Command) => {
      const { source, json } = command.optsWithGlobals<ImportFlags & { json?: true }>();
      const view = await cancelImport(await instance(), id, source);
      console.log(json === true ? JSON.stringify(view) : importText(view));
    });
  program
    .command('backup')
    .description('writes everything in the instance to stdout: settings, encrypted secrets, waiting events, the ledger')
    .option('--stop', 'first stops the instance, and leaves it stopped, to move it elsewhere')
    .option('--json', 'prints errors as JSON')
    .helpOption('-h, --help', 'prints this help')
    .exitOverride()
    .action(async ({ stop }: { stop?: true }) => {
      const lines = await backUp(await instance(), process.stdout, { isStopped: stop === true });
      // stdout is the file.
      console.error(`The backup is complete: ${lines} lines.`);
    });
  program
    .command('restore')
    .description('restores a backup from stdin into an empty instance')
    .option('--json', 'prints JSON')
    .helpOption('-h, --help', 'prints this help')
    .exitOverride()
    .action(async ({ json }: { json?: true }) => {
      const lines = await restore(await instance(), process.stdin);
      console.log(json === true ? JSON.stringify({ lines }) : `Restored: ${lines} lines. The instance runs.`);
    });
  program
    .command('export')
    .description('writes everything about a source to stdout as lines of JSON, to take along')
    .requiredOption('--source <id>', 'the source')
    .option('--json', 'prints errors as JSON')
    .helpOption('-h, --help', 'prints this help')
    .exitOverride()
    .action(async ({ source }: { source: string }) => {
      const lines = await exportSource(await instance(), source, process.stdout);
      // stdout is the file.
      console.error(`The export is complete: ${lines} lines.`);
    });
  program
    .command('start')
    .description('starts an instance that `backup --stop` has stopped')
    .option('--json', 'prints errors as JSON')
    .helpOption('-h, --help', 'prints this help')
    .exitOverride()
    .action(async () => {
      await (await instance()).call('POST', '/start');
    });
  program
    .command('upgrade-check')
    .description('shows what an upgrade to this release would change, and changes nothing')
    .option('--json', 'prints JSON')
    .helpOption('-h, --help', 'prints this help')
    .exitOverride()
    .action(async ({ json }: { json?: true }) => {
      const report = await checkUpgrade(await instance(), await ownVars(process.cwd()));
      console.log(json === true ? JSON.stringify(report) : upgradeText(report));
      exitCode = exitCodeOfUpgrade(report);
    });
  addSetup(program);
  try {
    await program.parseAsync(args, { from: 'user' });
    return exitCode;
  } catch (error) {
    // commander has already printed its message. Asking for help isn't wrong.
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.good : EXIT.wrongUse;
    if (!(error instanceof CommandError)) throw error;
    if (args.includes('--json')) console.log(JSON.stringify({ error: error.message }));
    else console.error(error.message);
    return error.exitCode;
  }
}

process.exitCode = await run(process.argv.slice(2));
