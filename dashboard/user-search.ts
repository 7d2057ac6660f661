// What is typed into the search of users, as the API's query. Called by the list of users.

const WRITTEN_AS_QUERY = /[:"()*?~^[\]{}]|(?:^|\s)(?:AND|OR|NOT|&&|\|\||!)(?:\s|$)|(?:^|\s)[+-]/;
const SPECIAL = /[+\-&|!(){}[\]^"~*?:\\/ ]/g;

/** A query is taken as it is; anything else is how an e-mail address or a name begins, or a user id. */
export function searchQueryOf(text: string): string {
  const typed = text.trim();
  if (typed === '' || WRITTEN_AS_QUERY.test(typed)) return typed;
  if (typed.includes('|')) return `user_id:"${typed.replace(/["\\]/g, '\\$&')}"`;
  const word = typed.replace(SPECIAL, '\\$&');
  return ['email', 'name', 'username'].map((field) => `${field}:${word}*`).join(' OR ');
}
