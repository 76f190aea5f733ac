export default async function teardown() {
  await globalThis.batonTestServersHost?.close();
}
