// What the pages know of client grants: which application may have which scopes of which API.

/** As the API shows it. */
export interface ClientGrant {
  readonly id: string;
  readonly client_id: string;
  readonly audience: string;
  readonly subject_type: 'client' | 'user';
  readonly scope: readonly string[];
}

/** Whose grants: those of an application by its client ID, or those on an API by its identifier. */
export interface Side {
  readonly kind: 'client' | 'api';
  readonly value: string;
}

/** What is named of the other side. */
export interface Other {
  readonly value: string;
  readonly name: string;
  readonly path: string;
}
