// The real programs that the tests drive, each with its Debian package. Where this machine may, missing ones are
// installed; tests that need one which cannot be had are skipped by name (scripts/test.ts passes the list on).

import { spawnSync } from 'node:child_process';

type RealProgram = { name: string; package: string; probe: [command: string, ...args: string[]] };

export const POSTGRESQL = 'postgresql';

const realPrograms: RealProgram[] = [
  { name: 'chromium', package: 'chromium', probe: ['chromium', '--version'] },
  { name: 'certutil', package: 'libnss3-tools', probe: ['certutil', '-H'] },
  { name: 'curl', package: 'curl', probe: ['curl', '--version'] },
  { name: 'systemd-analyze', package: 'systemd', probe: ['systemd-analyze', '--version'] },
  { name: 'python3', package: 'python3', probe: ['python3', '--version'] },
  { name: 'go', package: 'golang-go', probe: ['go', 'version'] },
  { name: 'java', package: 'default-jdk-headless', probe: ['javac', '-version'] },
  { name: 'php', package: 'php-cli', probe: ['php', '--version'] },
  // The name of its folder is the version's.
  { name: 'php-curl', package: 'php-curl', probe: ['sh', '-c', 'ls /usr/lib/php/*/curl.so || exit 127'] },
  { name: 'ruby', package: 'ruby', probe: ['ruby', '--version'] },
  // Its programs are not on the path; a shell exits with 127 for what it does not find.
  { name: POSTGRESQL, package: 'postgresql', probe: ['sh', '-c', 'ls /usr/lib/postgresql/*/bin/initdb || exit 127'] },
  { name: 'slapd', package: 'slapd', probe: ['sh', '-c', 'ls /usr/sbin/slapd || exit 127'] },
  { name: 'ns-slapd', package: '389-ds-base', probe: ['sh', '-c', 'ls /usr/sbin/ns-slapd || exit 127'] },
  { name: 'samba', package: 'samba', probe: ['sh', '-c', 'ls /usr/sbin/samba || exit 127'] },
  {
    name: 'samba-ad-provision',
    package: 'samba-ad-provision',
    probe: ['sh', '-c', 'ls /usr/share/samba/setup/provision.ldif || exit 127'],
  },
  {
    name: 'samba-dsdb-modules',
    package: 'samba-dsdb-modules',
    probe: ['sh', '-c', 'ls /usr/lib/*/samba/ldb/samba_secrets.so || exit 127'],
  },
  // Without the module in it no domain can be made.
  {
    name: 'samba-vfs-modules',
    package: 'samba-vfs-modules',
    probe: ['sh', '-c', 'ls /usr/lib/*/samba/vfs/acl_xattr.so || exit 127'],
  },
  // Without it the domain controller does not start.
  { name: 'winbind', package: 'winbind', probe: ['sh', '-c', 'ls /usr/sbin/winbindd || exit 127'] },
  { name: 'nginx', package: 'nginx', probe: ['sh', '-c', 'ls /usr/sbin/nginx || exit 127'] },
  { name: 'haproxy', package: 'haproxy', probe: ['sh', '-c', 'ls /usr/sbin/haproxy || exit 127'] },
];

/** Installs what is missing where it may, and returns the names of what is missing still. */
export function provideRealPrograms(): string[] {
  let missing = realPrograms.filter(isMissing);
  if (missing.length > 0 && mayInstall()) {
    say(`installing ${missing.map((program) => program.package).join(', ')}`);
    aptGet('update');
    // One at a time: apt-get installs none of its list when one name is unknown to it.
    for (const program of missing) aptGet('install', '-y', '--no-install-recommends', program.package);
    missing = missing.filter(isMissing);
  }
  for (const program of missing) say(`skipping the tests that need ${program.name} (package ${program.package})`);
  return missing.map((program) => program.name);
}

/** Only a command that cannot be started is missing: some answer a question for their version with an error. */
function isMissing({ probe: [command, ...args] }: RealProgram): boolean {
  const { error, status } = spawnSync(command, args, { stdio: 'ignore' });
  return error !== undefined || status === 127;
}

function mayInstall(): boolean {
  return process.getuid?.() === 0 && spawnSync('apt-get', ['--version'], { stdio: 'ignore' }).status === 0;
}

function aptGet(...args: string[]): void {
  const { status, stdout, stderr } = spawnSync('apt-get', ['-q', '-o', 'DPkg::Lock::Timeout=120', ...args], {
    encoding: 'utf8',
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  });
  if (status !== 0) say(`apt-get ${args[0] ?? ''} failed:\n${stdout}${stderr}`);
}

function say(text: string): void {
  process.stdout.write(`gatehouse: ${text}\n`);
}
