// Types of npm.mjs for its tests; the launcher itself is plain JavaScript.

export function npmCommand(node: string, env: Record<string, string | undefined>): string[];
export function explainNpmFailure(result: { code: number | null; output: string }): string | null;
