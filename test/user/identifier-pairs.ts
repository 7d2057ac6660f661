// Pairs of spellings that are one name, and pairs that look alike and are two.

interface Pair {
  readonly why: string;
  readonly one: string;
  readonly other: string;
  readonly same: boolean;
}

/** One pair for each character of two strings of equal length, inside a name. */
function eachOf(why: string, ones: string, others: string, equal: boolean): Pair[] {
  const right = [...others];
  return [...ones].map((one, index) => ({ why, one: `n${one}m`, other: `n${right[index]}m`, same: equal }));
}

function same(why: string, ...pairs: ReadonlyArray<readonly [one: string, other: string]>): Pair[] {
  return pairs.map(([one, other]) => ({ why, one, other, same: true }));
}

function different(why: string, ...pairs: ReadonlyArray<readonly [one: string, other: string]>): Pair[] {
  return pairs.map(([one, other]) => ({ why, one, other, same: false }));
}

/** The character between two letters, and the two letters alone. */
const between = (why: string, ...characters: string[]) =>
  different(why, ...characters.map((character) => ['sam.user', `sam${character}.user`] as const));

export const PAIRS: readonly Pair[] = [
  ...eachOf('case of ASCII', 'abcdefghijklmnopqrstuvwxyz', 'ABCDEFGHIJKLMNOPQRSTUVWXYZ', true),
  ...eachOf('case of Latin letters', 'àéîõüçñøþžłąőșəɛ', 'ÀÉÎÕÜÇÑØÞŽŁĄŐȘƏƐ', true),
  ...eachOf('case of Greek, Cyrillic, Armenian', 'αβγωάέжщяїђґաև', 'ΑΒΓΩΆΈЖЩЯЇЂҐԱև', true),
  ...eachOf('case of other scripts', '𐐨𞤢ꭰა', '𐐀𞤀Ꭰა', true),
  ...eachOf('fullwidth forms', 'azAZ09._-+', 'ａｚＡＺ０９．＿－＋', true),
  ...eachOf('mathematical letters', 'aaaaaz9', '𝐚𝑎𝒂𝓪𝕒𝔷𝟗', true),
  ...eachOf('letters that are another letter by compatibility', 'kåωsμβθφπκρε', 'KÅΩſµϐϑϕϖϰϱϵ', true),
  ...eachOf('the three sigmas', 'σσς', 'Σςς', true),
  ...same('small and capital sharp s', ['straße', 'STRAẞE']),
  ...same(
    'composed and decomposed',
    ['josé', 'jose\u0301'],
    ['JOSÉ', 'jose\u0301'],
    ['señor', 'sen\u0303or'],
    ['müller', 'mu\u0308ller'],
    ['ångström', 'a\u030angstro\u0308m'],
    ['việt', 'vie\u0323\u0302t'],
    ['việt', 'vie\u0302\u0323t'],
    ['한국', '\u1112\u1161\u11ab\u1100\u116e\u11a8'],
    ['が', 'か\u3099'],
    ['\u0958', '\u0915\u093c'],
    ['ẖ', 'H\u0331'],
    ['ǰ', 'J\u030c'],
  ),
  ...same(
    'ligatures, digraphs and signs',
    ['fish', 'ﬁsh'],
    ['flow', 'ﬂow'],
    ['off', 'oﬀ'],
    ['office', 'oﬃce'],
    ['first', 'ﬁrﬆ'],
    ['ijs', 'ĳs'],
    ['IJS', 'ĳs'],
    ['ljubav', 'ǉubav'],
    ['njegoš', 'Njegoš'],
    ['dž', 'ǅ'],
    ['x2', 'x²'],
    ['h2o', 'h₂o'],
    ['1', '①'],
    ['iv', 'Ⅳ'],
    ['tm', '™'],
    ['kg', '㎏'],
    ['no5', '№5'],
    ['カタ', 'ｶﾀ'],
    ['ガ', 'ｶﾞ'],
    ['ºc'.normalize('NFKC'), 'ºC'],
  ),
  ...same(
    'outer blanks',
    ['sam', ' sam'],
    ['sam', 'sam '],
    ['sam', '   sam   '],
    ['sam', '\u00a0sam'],
    ['sam', 'sam\u3000'],
    ['sam', '\u2003sam\u2009'],
  ),
  ...same('what is no Unicode', ['a\ufffd', 'a\ud800'], ['a\ufffd', 'a\udfff']),
  ...different(
    'dotted and dotless i',
    ['i', 'ı'],
    ['I', 'ı'],
    ['i', 'İ'],
    ['I', 'İ'],
    ['ı', 'İ'],
    ['mike', 'mıke'],
    ['MIKE', 'mıke'],
    ['mike', 'MİKE'],
    ['mike', 'mi\u0307ke'],
    ['İ', 'i\u0307'],
  ),
  ...different(
    'letters that only transliterate',
    ['ss', 'ß'],
    ['SS', 'ß'],
    ['strasse', 'straße'],
    ['ae', 'æ'],
    ['oe', 'œ'],
    ['oe', 'ö'],
    ['aa', 'å'],
    ['th', 'þ'],
    ['o', 'ø'],
    ['l', 'ł'],
    ['d', 'đ'],
    ['d', 'ð'],
    ['h', 'ħ'],
    ['ue', 'ü'],
    ['e', 'é'],
    ['n', 'ñ'],
    ['c', 'ç'],
    ['u', 'ü'],
  ),
  ...eachOf('Cyrillic that looks Latin', 'aeopcxyisjh', 'аеорсхуіѕјһ', false),
  ...eachOf('Greek and Armenian that look Latin', 'oavou', 'οανօս', false),
  ...eachOf('letters from elsewhere that look alike', 'lllokqdg', 'Ι|ⅼоκԛԁɡ'.replace('ⅼ', 'ɫ'), false),
  ...eachOf('digits of other scripts', '0199', '٠۱९๙', false),
  ...eachOf('digits and letters', 'o0l1', '0o1I', false),
  ...eachOf('dashes, dots and quotes', '-----..\'"/', '‐–—−_。·’”⁄', false),
  ...between(
    'zero width and invisible',
    '\u200b',
    '\u200c',
    '\u200d',
    '\u2060',
    '\ufeff',
    '\u00ad',
    '\u034f',
    '\u180e',
  ),
  ...between('invisible letters', '\u115f', '\u3164', '\u2800', '\u17b4'),
  ...between('directions', '\u202e', '\u202d', '\u200e', '\u200f', '\u2066', '\u2069', '\u061c'),
  ...between('variations and tags', '\ufe0f', '\ufe00', '\u{e0061}', '\u{e0100}'),
  ...between('combining marks', '\u0301', '\u0338', '\u20e3', '\u0323'),
  ...between('controls', '\u0001', '\u007f', '\u0085', '\u001b'),
  ...between('inner blanks', ' ', '  ', '\t', '\n', '\r\n', '\u00a0'),
  ...different('line ends around', ['sam', 'sam\n'], ['sam', '\tsam'], ['sam', 'sam\r\n'], ['sam', '\u0085sam']),
  ...different(
    'tags and dots',
    ['samuser', 'sam.user'],
    ['sam', 'sam+tag'],
    ['sam', 'sam.'],
    ['sam', 'sam%'],
    ['sam', 's_m'],
  ),
];
