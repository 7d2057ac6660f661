// Types of find-node.mjs for its tests; the launcher itself is plain JavaScript.

export function chooseNode(version: string, platform: string, arch: string): string;
