// Searching users: what each kind of field and operator finds, in which order, and what is refused.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type PeopleSearch, type PeopleServer, startPeopleServer } from './searched-people.ts';

let server: PeopleServer;
before(async () => {
  server = await startPeopleServer();
});
after(() => server.close());

const EVERYBODY = 'ann bob cleo dan';

const FINDS: readonly (readonly [q: string, names: string])[] = [
  ['', EVERYBODY],
  ['user_id:"auth0|ann"', 'ann'],
  ['user_id:"AUTH0|ann"', ''],
  ['user_id:auth0*', EVERYBODY],
  ['user_id:("auth0|ann" OR "auth0|dan")', 'ann dan'],
  ['email:"ann.smith@example.com"', 'ann'],
  ['email:ANN*', 'ann'],
  ['email:*example.com', 'ann cleo dan'],
  ['email:ann*@example*', 'ann'],
  ['email.domain:"example.com"', 'ann cleo dan'],
  ['email.domain:test*', 'bob'],
  ['username:ANN', 'ann'],
  ['name:"ann smith"', 'ann'],
  ['name:smith', ''],
  ['name:*smith*', 'ann'],
  ['name:боб*', 'bob'],
  ['name:*иванов', 'bob'],
  ['name:"cléo émile"', 'cleo'],
  ['name:"cle\u0301o e\u0301mile"', 'cleo'],
  ['name:[a TO c]', 'ann'],
  ['name:{"ann smith" TO e}', 'cleo dan'],
  ['username:[* TO z]', 'ann'],
  ['username:[* TO *]', 'ann'],
  ['name:"dan \\"the \'man\'\\" o’hara"', 'dan'],
  ['nickname:100%*', 'bob'],
  ['nickname:1*%_\\\\', 'bob'],
  ['nickname:1*_%\\\\', ''],
  ['nickname:100_*', ''],
  ['nickname:cl\\*eo', 'cleo'],
  ['nickname:"cl*eo"', 'cleo'],
  ['given_name:ann', 'ann'],
  ['family_name:S*H', 'ann'],
  ['family_name:[r TO t]', 'ann'],
  ['phone_number:+15550100', 'ann'],
  ['email_verified:true', 'ann'],
  ['email_verified:false', 'bob cleo dan'],
  ['blocked:true', 'cleo'],
  ['blocked:false', 'ann bob dan'],
  ['logins_count:12', 'ann'],
  ['logins_count:[1 TO *]', 'ann'],
  ['logins_count:{12 TO *]', ''],
  ['logins_count:[0 TO 11.5]', 'bob cleo dan'],
  ['logins_count:99999999999', ''],
  ['last_ip:192.0.2.*', 'ann'],
  ['last_login:2026-02-03', 'ann'],
  ['last_login:[2026-02-03 TO 2026-02-03]', 'ann'],
  ['last_login:{2026-02-03 TO *]', ''],
  ['last_login:[2026-02-03T10:00:00Z TO "2026-02-03T10:00:00.001Z"}', 'ann'],
  ['last_login:[* TO 2026-02}', ''],
  ['created_at:[2026-01-15 TO *]', EVERYBODY],
  ['created_at:[9999 TO *]', ''],
  ['_exists_:last_login', 'ann'],
  ['last_login:*', 'ann'],
  ['NOT last_login:*', 'bob cleo dan'],
  ['_exists_:username', 'ann'],
  ['NOT username:ann', 'bob cleo dan'],
  ['identities.connection:second', 'dan'],
  ['identities.provider:auth0', EVERYBODY],
  ['identities.user_id:bob', 'bob'],
  ['identities.connection:Second OR email:ann*', 'ann dan'],
  ['user_metadata.color:blue', 'ann'],
  ['user_metadata.color:bl*', 'ann'],
  ['user_metadata.COLOR:blue', ''],
  ['NOT user_metadata.color:blue', 'bob cleo dan'],
  ['user_metadata.age:41', 'ann'],
  ['user_metadata.age:41.0', 'ann'],
  ['user_metadata.age:[7 TO 41}', 'bob'],
  ['user_metadata.newsletter:true', 'ann'],
  ['user_metadata.tags:vip', 'ann'],
  ['user_metadata.tags:7', 'ann'],
  ['user_metadata.tags:(vip AND beta)', 'ann'],
  ['user_metadata.address.city:paris', 'ann'],
  ['user_metadata.address:paris', ''],
  ['user_metadata.since:[2026-01-01 TO 2026-02-01]', 'bob'],
  ['user_metadata.since:[2026-02 TO *]', ''],
  ['user_metadata.odd:a*', 'bob'],
  ['user_metadata.escaped:"\\\\u0000"', 'bob'],
  ['app_metadata.memberships.org:two', 'ann'],
  ['app_metadata.with\\ space:yes', 'ann'],
  ['_exists_:user_metadata.address', 'ann'],
  ['_exists_:app_metadata.empty', ''],
  ['_exists_:app_metadata.none', ''],
  ['ann', 'ann'],
  ['"ann smith"', 'ann'],
  ['ann* bob*', 'ann bob'],
  ['ann* AND bob*', ''],
  ['email:*example* -ann*', 'bob cleo dan'],
  ['(name:ann* OR name:dan*) AND NOT identities.connection:Second', 'ann'],
];

for (const [q, names] of FINDS) {
  test(`${JSON.stringify(q)} finds ${names === '' ? 'nobody' : names}`, async () => {
    assert.equal(await server.namesOf({ q }), names);
  });
}

const REFUSED: readonly (readonly [request: PeopleSearch, sentence: RegExp])[] = [
  [{ q: 'password:x' }, /^There is no field password to search by\.$/],
  [{ q: 'constructor:x' }, /^There is no field constructor to search by\.$/],
  [{ q: 'user_metadata:x' }, /^There is no field user_metadata to search by\.$/],
  [{ q: 'user_metadata..a:x' }, /^There is no field user_metadata\.\.a to search by\.$/],
  [{ q: 'user_metadata.a\\"b:x' }, /^There is no field /],
  [{ q: 'blocked:maybe' }, /^blocked is true or false\.$/],
  [{ q: 'blocked:t*' }, /^blocked takes no wildcard\.$/],
  [{ q: 'blocked:[true TO *]' }, /^blocked takes no range\.$/],
  [{ q: 'logins_count:many' }, /^logins_count is a number\.$/],
  [{ q: 'last_login:yesterday' }, /^last_login is a date such as 2026-01-31/],
  [{ q: 'last_login:2026*' }, /^last_login takes no wildcard\.$/],
  [{ q: 'user_metadata.a:[1 TO x]' }, /must both be numbers or both be words/],
  [{ q: 'name:(jane' }, /^At the end a closing bracket is missing\.$/],
  [{ sort: 'name' }, /^sort is FIELD:1 or FIELD:-1, with one of the fields user_id, email/],
  [{ sort: 'user_metadata.a:1' }, /^sort is FIELD:1/],
  [{ sort: '__proto__:1' }, /^sort is FIELD:1/],
  [{ page: 20, perPage: 50 }, /^Only the first 1000 results can be paged to\.$/],
  [{ page: -1 }, /^page is a whole number from 0 on\.$/],
  [{ page: 0.5 }, /^page is a whole number from 0 on\.$/],
  [{ perPage: 101 }, /^per_page is a whole number from 1 to 100\.$/],
  [{ perPage: 0 }, /^per_page is a whole number from 1 to 100\.$/],
];

for (const [request, sentence] of REFUSED) {
  test(`${JSON.stringify(request)} is refused in a sentence [T-50]`, async () => {
    const found = await server.find(request);
    assert.equal(found.kind, 'problem');
    assert.match(found.sentence, sentence);
  });
}

const SORTS: readonly (readonly [sort: string, names: string])[] = [
  ['user_id:-1', 'dan cleo bob ann'],
  ['email:1', EVERYBODY],
  ['email:-1', 'dan cleo bob ann'],
  ['name:1', 'ann cleo dan bob'],
  ['username:-1', 'ann dan cleo bob'],
  ['last_login:-1', 'ann dan cleo bob'],
  ['last_login:1', 'bob cleo dan ann'],
  ['logins_count:-1', 'ann dan cleo bob'],
  ['created_at:1', EVERYBODY],
];

for (const [sort, names] of SORTS) {
  test(`sorted by ${sort} they are ${names}`, async () => {
    assert.equal(await server.namesOf({ sort }), names);
  });
}
