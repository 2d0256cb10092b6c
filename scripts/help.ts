/** Prints a command's help and ends the process if the command was called with `--help` or `-h`. */
export function helpIfAsked(text: string): void {
  if (!process.argv.slice(2).some((argument) => argument === '--help' || argument === '-h')) return;
  console.log(text);
  process.exit(0);
}
