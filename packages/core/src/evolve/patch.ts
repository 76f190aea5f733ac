import { isJsonObject, type DataPatch, type Json } from '@baton/contracts';

/** The data after a state, from the data before it. */
export function applyPatch(data: Json, patch: DataPatch): Json {
  switch (patch.op) {
    case 'keep':
      return data;
    case 'replace':
      return patch.value;
    case 'merge':
      return { ...(isJsonObject(data) ? data : {}), ...(isJsonObject(patch.value) ? patch.value : {}) };
    case 'set':
      return setAt(data, patch.path, patch.value);
  }
}

function setAt(data: Json, path: readonly string[], value: Json): Json {
  const [key, ...rest] = path;
  if (key === undefined) return value;
  if (Array.isArray(data) && /^\d+$/.test(key) && Number(key) < data.length) return data.with(Number(key), setAt(data[Number(key)] as Json, rest, value)) as Json;
  const object = isJsonObject(data) ? data : {};
  return { ...object, [key]: setAt(object[key] ?? null, rest, value) };
}
