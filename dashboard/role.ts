// What the pages know of roles.

/** As the API shows it. */
export interface Role {
  readonly id: string;
  readonly name: string;
  readonly description?: string;
}

/** One scope of one API that a role gives. */
export interface Permission {
  readonly resource_server_identifier: string;
  readonly resource_server_name?: string;
  readonly permission_name: string;
  readonly description?: string;
}

/** Where the page of a role is. */
export function pathOfRole(id: string): string {
  return `/roles/${encodeURIComponent(id)}`;
}
