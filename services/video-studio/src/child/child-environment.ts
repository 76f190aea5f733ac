/**
 * The environment of a program we start: what finding and running it needs, and nothing else.
 * The service's own environment holds addresses and credentials that no codec or voice has any business with,
 * and NODE_OPTIONS would load the service's tracing hooks into every child.
 */
export function childEnvironment(from: NodeJS.ProcessEnv = process.env): NodeJS.ProcessEnv {
  const keep = ['PATH', 'Path', 'HOME', 'USERPROFILE', 'TMPDIR', 'TEMP', 'TMP', 'LANG', 'LC_ALL', 'LD_LIBRARY_PATH', 'SystemRoot', 'ESPEAK_DATA_PATH'];
  return Object.fromEntries(keep.flatMap((name) => (from[name] === undefined ? [] : [[name, from[name]]])));
}
