// SPDX-License-Identifier: MIT
// The same as change.py, in Node, whose dns.lookup calls getaddrinfo(3).
'use strict';
const dns = require('dns').promises, fs = require('fs'), timers = require('timers/promises');
const [path, started] = [process.argv[2], Number(process.argv[3])];
const now = () => Number(process.hrtime.bigint()) / 1e9;
const ours = now(), good = 'record app.test A 192.0.2.1';

async function settings(...lines) {
	fs.writeFileSync(path + '.new', lines.join('\n') + '\n');
	fs.renameSync(path + '.new', path);
	await timers.setTimeout(80);
}

async function look() {
	try {
		return (await dns.lookup('app.test', 4)).address;
	} catch (error) {
		return error.code === 'EAI_AGAIN' ? 'again' : error.code;
	}
}

async function timesOfServfail(end) {
	await settings(good, `fault app.test servfail from=0s..${Math.floor(end * 1000)}ms`);
	for (const times = [];;) {
		const begun = now();
		if (await look() !== 'again')
			return [times, now()];
		times.push(begun);
	}
}

async function main() {
	console.log(await look());
	await settings('record app.test A 192.0.2.2');
	console.log(await look());
	await settings('record app.test A 192.0.2.3', 'bogus');
	console.log(await look(), await look());
	for (let i = 0; i < 2; i++) {
		await settings(good, 'fault app.test servfail first=2');
		console.log(await look(), await look(), await look(), await look());
	}
	let times = [], over, end;
	while (times.length === 0) {
		end = now() - started + 2;
		[times, over] = await timesOfServfail(end);
	}
	console.log(times.at(-1) < ours + end ? 'True' : 'False', over >= started + end ? 'True' : 'False');
}
main();
