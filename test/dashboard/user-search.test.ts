// What is typed about users, as the API takes it: searches and metadata.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { metadataPatch, readMetadata } from '../../dashboard/metadata-patch.ts';
import { searchQueryOf } from '../../dashboard/user-search.ts';
import { readSearch } from '../../src/storage/search-request.ts';
import { USER_SEARCH } from '../../src/user/user-search.ts';

test('a plain word is how an e-mail address or a name begins, whatever characters it has', () => {
  assert.equal(searchQueryOf(' ada '), 'email:ada* OR name:ada* OR username:ada*');
  for (const typed of ['ada@example.com', 'Ada Lovelace', "O'Neill-Smith", 'a+b', 'C\\D', '漢字', 'ada/b']) {
    const request = { q: searchQueryOf(typed), sort: null, page: 0, perPage: 10, wantsTotal: false };
    assert.equal(readSearch(request, USER_SEARCH).kind, 'search', typed);
  }
});

test('a user id finds its user', () => {
  assert.equal(searchQueryOf('ad|corp|4711'), 'user_id:"ad|corp|4711"');
});

test('a query is sent as it was typed', () => {
  for (const query of ['email:"a@b.c"', 'ada AND blocked:true', 'name:*aura*', '-ada +bob', '"Ada Lovelace"', '']) {
    assert.equal(searchQueryOf(query), query);
  }
});

test('only members that differ are sent, and null for those that are gone', () => {
  const stored = { plan: 'gold', seats: [1, 2], theme: 'dark' };
  assert.deepEqual(metadataPatch(stored, { plan: 'gold', seats: [1], fresh: true }), {
    theme: null,
    seats: [1],
    fresh: true,
  });
  assert.deepEqual(metadataPatch(stored, stored), {});
});

test('metadata are one JSON object, and nothing is an empty one', () => {
  assert.deepEqual(readMetadata(' '), {});
  assert.deepEqual(readMetadata('{"a":1}'), { a: 1 });
  for (const text of ['[]', 'null', '1', '{', "{'a':1}"]) assert.equal(readMetadata(text), null, text);
});
