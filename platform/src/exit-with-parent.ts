/**
 * Preloaded into a child process (`node --import`): when the launcher that holds the other end of
 * stdin goes away, however it ends, the process gets the signal that it stops cleanly by.
 */
process.stdin.resume();
process.stdin.once('end', () => process.kill(process.pid, 'SIGTERM'));
process.stdin.once('error', () => process.kill(process.pid, 'SIGTERM'));
// A program that has nothing left to do must still be able to end by itself.
process.stdin.unref();
