import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { baton } from './testing.ts';

describe('commands for definitions', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'baton-definitions-'));
  });
  afterAll(() => rm(folder, { recursive: true }));
  const file = async (name: string, text: string): Promise<string> => {
    await writeFile(join(folder, name), text);
    return join(folder, name);
  };

  const SOUND = '{"StartAt":"A","States":{"A":{"Type":"Task","Resource":"shop/pay","End":true}}}';

  describe('baton validate', () => {
    it('says where each mistake is, as compilers do, and ends with 5', async () => {
      const path = await file('broken.json', '{\n  "StartAt": "A",\n  "States": { "A": { "Type": "Task", "Resource": "shop/pay", "Ned": true, "End": true } }\n}');
      const { code, stdout } = await baton(['validate', path]);
      expect(code).toBe(5);
      expect(stdout).toContain(`${path}:3:62 error Expected no field "Ned" here; did you mean "End"? ($.States.A.Ned)\n`);
      expect(stdout).toContain('1 definition checked: 1 error');
    });

    it('takes JSON, YAML and standard input, and ends with 0 where nothing is wrong', async () => {
      const yaml = await file('sound.yaml', 'StartAt: A\nStates:\n  A: { Type: Task, Resource: shop/pay, End: true }\n');
      expect(await baton(['validate', await file('sound.json', SOUND), yaml, '-'], { stdin: SOUND })).toMatchObject({ code: 0, stdout: '3 definitions checked: no error\n' });
    });

    it('answers with one document', async () => {
      const path = await file('unknown.yaml', 'StartAt: A\nStates:\n  A: { Type: Task, Resource: shop/pya, End: true }\n');
      const { code, stdout } = await baton(['validate', '--json', '--steps', '["shop/pay"]', path]);
      expect(code).toBe(0);
      expect(JSON.parse(stdout)).toEqual({
        valid: true,
        errors: 0,
        warnings: 1,
        files: [{ file: path, valid: true, problems: [{ path: '$.States.A.Resource', line: 3, column: 30, severity: 'warning', message: 'No service offers the step shop/pya; did you mean "shop/pay"?', suggestion: 'shop/pay' }] }],
      });
      expect((await baton(['validate', '--strict', '--steps', '["shop/pay"]', path])).code).toBe(5);
    });

    it('takes steps for the Resources of AWS from beside the definition', async () => {
      const arn = 'arn:aws:lambda:us-east-1:123456789012:function:pay';
      const path = await file('aws.json', SOUND.replace('shop/pay', arn));
      expect((await baton(['validate', path])).code).toBe(5);
      const bindings = await file('bindings.json', JSON.stringify({ [arn]: 'shop/pay' }));
      expect((await baton(['validate', '--bind', `@${bindings}`, path])).code).toBe(0);
      expect((await baton(['validate', '--bind', '{"a":"b"}', path])).stderr).toContain('--bind expects an object');
    });

    it('refuses a file that it cannot read with 2', async () => {
      const { code, stderr } = await baton(['validate', join(folder, 'nothing.json')]);
      expect(code).toBe(2);
      expect(stderr).toContain('nothing.json: ENOENT');
    });
  });

  describe('baton graph', () => {
    it('draws by the ending of the file it writes, and says what is wrong all the same', async () => {
      const path = await file('draw.json', SOUND.replace('"End":true', '"Next":"B"').replace('}}}', '},"B":{"Type":"Succeed"}}}').replace('shop/pay', 'pay'));
      const target = join(folder, 'picture.svg');
      const { code, stdout, stderr } = await baton(['graph', path, '-o', target]);
      expect({ code, stdout }).toEqual({ code: 0, stdout: `Written: ${target}\n` });
      expect(stderr).toContain('The definition has 1 error');
      expect(await readFile(target, 'utf8')).toMatch(/^<svg [\s\S]*<\/svg>\n$/);
      expect((await baton(['graph', '-'], { stdin: SOUND })).stdout).toMatch(/^flowchart TD\n/);
      expect(JSON.parse((await baton(['graph', '--json', '-f', 'svg', '-'], { stdin: SOUND })).stdout)).toMatchObject({ format: 'svg', errors: 0, picture: expect.stringContaining('shop/pay') });
    });

    it('refuses what has no states', async () => {
      const { code, stderr } = await baton(['graph', '-'], { stdin: '{"StartAt": }' });
      expect(code).toBe(2);
      expect(stderr).toContain('has no states that could be drawn: Expected JSON');
      expect((await baton(['graph', '-f', 'png', '-'], { stdin: SOUND })).stderr).toContain('--format expects mermaid or svg');
    });
  });
});
