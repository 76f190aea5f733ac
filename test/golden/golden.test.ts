/**
 * Histories as a release has written them, folded and decided on again. Folding must give what it gave for ever: runs that
 * wait for months are read by later releases. Deciding may come to differ on purpose; then the history here is recorded anew
 * under another name, and the old one stays for the folding.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import type { RunState } from '@baton/contracts';
import { applyEvents, chainOf, decide } from '@baton/core';
import { STATES } from '@baton/workflow';
import { factsAt, type Golden } from './recorder.ts';
import { SCENARIOS } from './scenarios.ts';

const folder = join(import.meta.dirname, 'histories');
const names = readdirSync(folder).map((file) => file.replace(/\.json$/, ''));
const read = (name: string): Golden => JSON.parse(readFileSync(join(folder, `${name}.json`), 'utf8')) as Golden;

/** Histories that are decided on in another way by now. */
const ONLY_FOLDED: readonly string[] = ['compensation-fails'];

describe('the golden histories', () => {
  it('have every scenario, and go through every kind of state', () => {
    expect(names).toEqual(expect.arrayContaining(Object.keys(SCENARIOS)));
    const kinds = names.flatMap((name) => read(name).transitions.flatMap(({ events }) => events.flatMap((event) => (event.type === 'state-entered' ? [event.stateType] : []))));
    expect([...new Set(kinds)].sort()).toEqual(Object.keys(STATES).sort());
  });

  it.each(names)('%s: its events fold to the run that they gave (I6)', (name) => {
    const { transitions, state } = read(name);
    let run: RunState | undefined;
    transitions.forEach(({ nowMs, chain, events }, i) => {
      expect(chainOf(run?.chain, events)).toBe(chain);
      run = applyEvents(run, { events, seq: i + 1, nowMs, chain });
    });
    expect(run).toEqual(state);
  });

  it.each(names.filter((name) => !ONLY_FOLDED.includes(name)))('%s: its messages are decided on as they were', (name) => {
    const { definition, messages, transitions } = read(name);
    let run: RunState | undefined;
    messages.forEach(({ nowMs, message }, of) => {
      const decision = decide(run, message, factsAt(definition, nowMs));
      const expected = transitions.find((transition) => transition.of === of)!;
      if (decision.kind !== 'accepted') throw new Error(`Expected message ${of} to be accepted, but it was ${decision.kind}`);
      const commands = decision.effects.flatMap((effect) => (effect.kind === 'send-command' ? [effect.command] : []));
      const told = decision.effects.flatMap((effect) => (effect.kind === 'send-message' ? [effect.message] : []));
      expect(JSON.parse(JSON.stringify({ events: decision.events, commands, messages: told }))).toEqual({ events: expected.events, commands: expected.commands, messages: expected.messages ?? [] });
      run = { ...decision.state, seq: of + 1, chain: expected.chain };
    });
  });
});
