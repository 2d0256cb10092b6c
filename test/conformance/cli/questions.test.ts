import { join } from 'node:path';

import { expect, it } from 'vitest';

import { ENTER, runInTerminal } from '../../support/terminal.ts';

const root = join(import.meta.dirname, '../../..');

const ASK = `
  import { askSite, beginQuestions } from './cli/setup/questions.ts';
  beginQuestions();
  console.log('Got ' + (await askSite('https://www.example.com')));
`;

it('setup asks in a terminal that says that it has no columns', async () => {
  const { code, stdout } = await runInTerminal(`node --input-type=module -e "$ASK"`, {
    cwd: root,
    env: { ...process.env, ASK },
    answers: [[/Address of the website that will send events/, ENTER]],
    isSized: false,
  });

  expect(stdout).toContain('Got https://www.example.com');
  expect(code).toBe(0);
});
