/**
 * Oxlint plugin: the fences of the pure packages. What is decided must follow from the record alone, or a replay would
 * decide otherwise; so time, chance, waiting, input and output and the machine's locale are values that come in, or ports.
 * Which package has which fence stands in .oxlintrc.json; purity.test.ts proves that each of them bites.
 */

const timers = new Set(['setTimeout', 'setInterval', 'setImmediate', 'queueMicrotask', 'performance']);
const outside = new Set(['process', 'console', 'fetch', 'globalThis', 'Buffer', 'WebSocket', 'navigator', 'require']);
const chance = new Set(['crypto']);
const localeMethods = /^(toLocale\w*|localeCompare)$/;

/** A fence over bare names of the surroundings: `names` are refused wherever they are read as a value. */
function refuseGlobals(names, message) {
  return {
    create(context) {
      return {
        Identifier(node) {
          if (names.has(node.name) && isRead(node) && !isDeclaredHere(context, node)) context.report({ node, message: message(node.name) });
        },
      };
    },
  };
}

/** True for a name that is read as a value, rather than a property's name, a key, or a type. */
function isRead({ parent, name: _name, ...node }) {
  if (parent === null || parent === undefined || parent.type.startsWith('TS')) return false;
  if (parent.type === 'MemberExpression') return parent.computed || sameSpan(parent.object, node);
  if (parent.type === 'Property') return parent.computed || parent.shorthand || sameSpan(parent.value, node);
  if (parent.type === 'PropertyDefinition' || parent.type === 'MethodDefinition') return parent.computed || sameSpan(parent.value, node);
  return !/^(Import|Export)\w*Specifier$/.test(parent.type) && !parent.type.startsWith('Labeled');
}

function sameSpan(a, b) {
  return a !== null && a !== undefined && a.start === b.start && a.end === b.end;
}

/** A parameter or variable of the same name is ours and harmless. */
function isDeclaredHere(context, node) {
  for (let scope = context.sourceCode.getScope(node); scope !== null; scope = scope.upper) {
    const variable = scope.set.get(node.name);
    if (variable !== undefined && variable.defs.length > 0) return true;
  }
  return false;
}

const clockAdvice = 'Time is a value here: take `nowMs` from the record or from the arguments; in the runtime ask the Clock port.';

const noClock = {
  create(context) {
    const timersFence = refuseGlobals(timers, (name) => `\`${name}\` waits or tells the time. ${clockAdvice}`).create(context);
    return {
      Identifier(node) {
        timersFence.Identifier(node);
        if (node.name !== 'Date' || !isRead(node) || isDeclaredHere(context, node)) return;
        const { parent } = node;
        const ofAValue = parent.type === 'NewExpression' && parent.arguments.length > 0;
        const calendar = parent.type === 'MemberExpression' && !parent.computed && ['UTC', 'parse', 'prototype'].includes(parent.property.name);
        const instance = parent.type === 'BinaryExpression' && parent.operator === 'instanceof';
        if (!ofAValue && !calendar && !instance) context.report({ node: parent, message: `This reads the clock. ${clockAdvice}` });
      },
    };
  },
};

const noChance = {
  create(context) {
    const globals = refuseGlobals(chance, () => 'Chance makes a replay decide otherwise. Derive the value by hash of run, step and attempt.').create(context);
    return {
      Identifier(node) {
        globals.Identifier(node);
        if (node.name !== 'Math' || !isRead(node) || isDeclaredHere(context, node)) return;
        const { parent } = node;
        const plain = parent.type === 'MemberExpression' && !parent.computed && parent.property.name !== 'random';
        if (!plain) context.report({ node: parent, message: 'Chance makes a replay decide otherwise. Derive the value by hash of run, step and attempt.' });
      },
    };
  },
};

const noAsync = {
  create(context) {
    const advice = 'This package decides in one go, without waiting: return what is to be done as a value, and let the runtime do it.';
    const refuse = (node) => context.report({ node, message: advice });
    const ifAsync = (node) => node.async && refuse(node);
    const promises = refuseGlobals(new Set(['Promise']), () => advice).create(context);
    return {
      FunctionDeclaration: ifAsync,
      FunctionExpression: ifAsync,
      ArrowFunctionExpression: ifAsync,
      AwaitExpression: refuse,
      ImportExpression: refuse,
      ForOfStatement: (node) => node.await && refuse(node),
      Identifier: promises.Identifier,
    };
  },
};

const noIo = refuseGlobals(outside, (name) => `\`${name}\` reaches outside. Take what you need as an argument, or define a port in packages/ports and let an adapter reach out.`);

const noLocale = {
  create(context) {
    const advice = 'The answer depends on the locale of the machine, so two orchestrators would differ. Compare with < and >, and format where a person reads it.';
    const intl = refuseGlobals(new Set(['Intl']), () => advice).create(context);
    return {
      Identifier: intl.Identifier,
      MemberExpression(node) {
        const name = node.computed ? node.property.value : node.property.name;
        if (typeof name === 'string' && localeMethods.test(name)) context.report({ node, message: advice });
      },
    };
  },
};

export default {
  meta: { name: 'purity' },
  rules: { 'no-clock': noClock, 'no-chance': noChance, 'no-async': noAsync, 'no-io': noIo, 'no-locale': noLocale },
};
