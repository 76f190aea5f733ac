/** Loaded into each process of a benchmark before its program: it ends with the benchmark, however that ends, SIGKILL included. */
process.once('disconnect', () => process.kill(process.pid, 'SIGKILL'));
