// Loaded before the local client: keeps it on this machine and ends it with whoever started it.
//   1. every TCP listener is bound to 127.0.0.1, whatever address the program asks for;
//   2. name look-ups and connections that leave the machine fail at once;
//   3. no other program is started (a browser would pop up);
//   4. the process ends when its standard input does, that is, when its parent is gone.
// GUARD_LOG names a file that records what was refused, one JSON object per line.
'use strict';
const net = require('net');
const dns = require('dns');
const fs = require('fs');
const childProcess = require('child_process');

const HERE = '127.0.0.1';

function isLoopback(host) {
  return host === undefined || host === null || /^(localhost|::1|(::ffff:)?127\.[\d.]+)$/i.test(String(host));
}

function refusal(what, host) {
  const log = process.env.GUARD_LOG;
  if (log) fs.appendFileSync(log, JSON.stringify({ what, host }) + '\n');
  return Object.assign(new Error(`${host} is not on this machine`), { code: 'ECONNREFUSED' });
}

const listen = net.Server.prototype.listen;
net.Server.prototype.listen = function (...args) {
  const [first, second] = args;
  if (first === undefined || typeof first === 'function') {
    args.unshift({ port: 0, host: HERE });
  } else if (first && typeof first === 'object') {
    if (first.port !== undefined) args[0] = { ...first, host: HERE, ipv6Only: false };
  } else if (/^\d+$/.test(String(first))) {
    args.splice(1, typeof second === 'string' ? 1 : 0, HERE);
  }
  return listen.apply(this, args);
};

dns.lookup = function (host, options, callback) {
  const done = typeof options === 'function' ? options : callback;
  if (!isLoopback(host)) return process.nextTick(() => done(refusal('lookup', host)));
  const all = options && typeof options === 'object' && options.all;
  return process.nextTick(() => (all ? done(null, [{ address: HERE, family: 4 }]) : done(null, HERE, 4)));
};
dns.promises.lookup = async (host, options) => {
  if (!isLoopback(host)) throw refusal('lookup', host);
  const found = { address: HERE, family: 4 };
  return options && options.all ? [found] : found;
};
for (const name of Object.keys(dns).filter((each) => each.startsWith('resolve'))) {
  dns[name] = (host, ...rest) => process.nextTick(() => rest.at(-1)(refusal('resolve', host)));
}

const connect = net.Socket.prototype.connect;
net.Socket.prototype.connect = function (...args) {
  const first = Array.isArray(args[0]) ? args[0][0] : args[0];
  const host = first && typeof first === 'object' ? first.host : typeof args[1] === 'string' ? args[1] : undefined;
  if (host !== undefined && net.isIP(host) && !isLoopback(host)) {
    process.nextTick(() => this.destroy(refusal('connect', host)));
    return this;
  }
  return connect.apply(this, args);
};

const spawn = childProcess.spawn;
childProcess.spawn = function (command) {
  refusal('spawn', command);
  return spawn.call(this, process.execPath, ['--version'], { stdio: 'ignore' });
};

process.stdin.on('end', () => process.exit(0));
process.stdin.resume();
