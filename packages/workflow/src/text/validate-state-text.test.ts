import { describe, expect, it } from '@jest/globals';
import { validateStateText } from './validate-state-text.ts';

const LAMBDA = 'arn:aws:lambda:us-east-1:123456789012:function:pay';
const MACHINE = JSON.stringify({
  QueryLanguage: 'JSONPath',
  StartAt: 'Fan',
  States: {
    Fan: { Type: 'Parallel', Branches: [{ StartAt: 'Pay', States: { Pay: { Type: 'Task', Resource: `${LAMBDA}`, End: true } } }], Next: 'Each' },
    Each: { Type: 'Map', ItemProcessor: { StartAt: 'Pick', States: { Pick: { Type: 'Pass', End: true } } }, Next: 'Dnoe' },
    Done: { Type: 'Succeed' },
  },
});

describe('a state of a definition as text', () => {
  it('is found however deep it stands, with what is known of its machine', () => {
    expect(validateStateText(MACHINE, 'Pick')).toMatchObject({ state: { Type: 'Pass' }, machine: { QueryLanguage: 'JSONPath', StartAt: 'Fan' }, problems: [] });
    expect(validateStateText(MACHINE, 'Pay').state).toMatchObject({ Type: 'Task' });
  });

  it('needs nothing that its Resource is bound to, nor those of machines inside it', () => {
    expect(validateStateText(MACHINE, 'Fan')).toMatchObject({ state: { Type: 'Parallel' }, problems: [] });
    expect(validateStateText(JSON.stringify({ Type: 'Task', Resource: LAMBDA, End: true }), undefined)).toMatchObject({ state: { Type: 'Task' }, machine: {}, problems: [] });
  });

  it('is checked by itself: mistakes elsewhere are counted, its own keep it out', () => {
    expect(validateStateText(MACHINE, 'Pick').errorsElsewhere).toBe(1);
    const { state, problems } = validateStateText(MACHINE, 'Each');
    expect(state).toBeUndefined();
    expect(problems).toMatchObject([{ path: '$.States.Each.Next', line: 1, message: expect.stringContaining('did you mean "Done"') }]);
  });

  it('does not take a state for another whose name begins alike', () => {
    const text = JSON.stringify({ StartAt: 'A', States: { A: { Type: 'Pass', Next: 'AB' }, AB: { Type: 'Pass', Ned: true, End: true } } });
    expect(validateStateText(text, 'A')).toMatchObject({ state: { Type: 'Pass' }, errorsElsewhere: 1 });
  });

  it('says what is missing: the name, the state, the text', () => {
    expect(validateStateText(MACHINE, undefined).problems).toMatchObject([{ message: expect.stringContaining('say which of its states is meant, such as "Fan"') }]);
    expect(validateStateText(MACHINE, 'Pya').problems).toMatchObject([{ message: 'There is no state "Pya"; did you mean "Pay"?' }]);
    expect(validateStateText(MACHINE, 'Something else').problems).toMatchObject([{ message: expect.stringContaining('there are "Fan", "Pay", "Each"') }]);
    expect(validateStateText('{"a": ', 'A').problems).toMatchObject([{ message: expect.stringContaining('Expected JSON') }]);
    expect(validateStateText('- 1', 'A').problems).toMatchObject([{ message: 'Expected an object' }]);
    expect(validateStateText('Type: Passs', undefined).problems).toMatchObject([{ path: '$.Type', line: 1, column: 7, message: expect.stringContaining('did you mean "Pass"') }]);
  });
});
