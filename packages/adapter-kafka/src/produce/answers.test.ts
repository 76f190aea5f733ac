import { describe, expect, it } from '@jest/globals';
import { offsetsOf } from './answers.ts';
import { asOneStretch } from './outgoing.ts';

const stretch = (partition: number, records = 1) => asOneStretch('commands', partition, Array.from({ length: records }, () => ({ key: 'k', value: 'v' })), 1_000_000);
const unknown = (message: RegExp) => expect.objectContaining({ name: 'OperatingError', code: 'unavailable', retry: 'unknown', message: expect.stringMatching(message) });

describe('the answers to a request', () => {
  it('give each stretch the offset of its first record, also where two are of one partition', () => {
    const answers = [{ topicName: 'commands', partition: 1, baseOffset: '70' }, { topicName: 'commands', partition: 0, baseOffset: '5' }];
    expect(offsetsOf([stretch(0, 3), stretch(1), stretch(0, 2)], answers)).toEqual([5, 70, 8]);
  });

  it('that leave a partition out say nothing of what became of it: nobody may take the topic for one that is not there (F34)', () => {
    const answers = [{ topicName: 'commands', partition: 1, baseOffset: '70' }];
    expect(() => offsetsOf([stretch(1), stretch(2)], answers)).toThrow(unknown(/Partition 2 of commands was not answered for/));
    expect(() => offsetsOf([stretch(1)], [{ topicName: 'commands', partition: 1 }])).toThrow(unknown(/Partition 1 of commands/));
  });

  it('that name a partition twice say that two brokers have written it (F34)', () => {
    const answers = ['5', '6'].map((baseOffset) => ({ topicName: 'commands', partition: 0, baseOffset }));
    expect(() => offsetsOf([stretch(0)], answers)).toThrow(unknown(/written by two brokers/));
  });
});
