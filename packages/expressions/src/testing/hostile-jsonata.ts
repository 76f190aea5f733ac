/** JSONata that asks for more than an evaluation may do. The tests prove that each is held, the benchmark how soon. */
import type { Json } from '@baton/contracts';

export interface HostileExpression {
  readonly what: string;
  readonly expression: string;
  /** `$states.input` */
  readonly input: Json;
}

const numbers = Array.from({ length: 50_000 }, (_, i) => i);
const texts = numbers.slice(0, 20_000).map((i) => `text ${i}`);
const objects = numbers.slice(0, 4_000).map((i) => ({ id: i, name: `n${i}`, list: [i, i + 1] }));
const long = 'a'.repeat(200_000);
const deep = JSON.parse(`${'['.repeat(60)}1${']'.repeat(60)}`) as Json;
const input = { numbers, texts, objects, long, deep, digits: '1'.repeat(100), one: { a: 1 } };

const hostile = (what: string, expression: string, of: Json = input): HostileExpression => ({ what, expression, input: of });
const times = (count: number, expression: string, between = ', '): string => Array(count).fill(expression).join(between);
/** Objects inside each other, each used twice: few of them, and more than can be walked. */
const doubled = (depth: number): string => `($f := function($n, $x) { $n = 0 ? $x : $f($n - 1, {"a": $x, "b": $x}) }; $d := $f(${depth}, 1);`;

export const hostileJsonata: readonly HostileExpression[] = [
  hostile('recursion without end', '($f := function($n) { 1 + $f($n + 1) }; $f(0))'),
  hostile('tail recursion without end', '($f := function($n) { $f($n + 1) }; $f(0))'),
  hostile('two functions that call each other', '($f := function($n) { $g($n) }; $g := function($n) { $f($n) }; $f(0))'),
  hostile('a function that is given itself', '($y := function($f) { $f($f) }; $y($y))'),
  hostile('recursion that branches', '($f := function($n) { $n < 2 ? 1 : $f($n - 1) + $f($n - 2) }; $f(60))'),
  hostile('a range', '[1..1e7]'),
  hostile('a range for each of a range', '[1..10000].[1..10000]'),
  hostile("AWS's range", '$range(1, 1e9, 1)'),
  hostile('ranges beside each other', `[${times(50, '[1..100000]')}]`),
  hostile('a cartesian product', '$states.input.numbers@$a.$states.input.numbers@$b.($a + $b)'),
  hostile('a product of four', '[1..100]@$a.[1..100]@$b.[1..100]@$c.[1..100]@$d.($a + $b + $c + $d)'),
  hostile('a large list for each item', '$states.input.numbers.($$; $states.input.texts)'),
  hostile('a list that doubles', '($f := function($n, $x) { $n = 0 ? $x : $f($n - 1, $append($x, $x)) }; $f(40, [1]))'),
  hostile('a text that doubles', '($f := function($n, $x) { $n = 0 ? $x : $f($n - 1, $x & $x) }; $f(60, "ab"))'),
  hostile('a text that grows in a loop', '$reduce([1..5000], function($a, $x) { $a & $string($x) & $states.input.long }, "")'),
  hostile('$pad', '$pad("", 1e9)'),
  hostile('$pad to the left', '$pad("", -100000000, "ab")'),
  hostile('$join', `$join($map([1..1000], function($x) { $states.input.long }), $states.input.long)`),
  hostile('$replace with a text that is longer', '$replace($states.input.long, "a", $states.input.long)'),
  hostile('$replace by a pattern with a text that is longer', '$replace($states.input.long, /a/, $states.input.long)'),
  hostile('$replace with a function', '$replace($states.input.long, /a/, function($m) { $states.input.long })'),
  hostile('$split to characters, again and again', '$map([1..1000], function($x) { $count($split($states.input.long, "")) })'),
  hostile('$substring, again and again', '$map([1..20000], function($x) { $substring($states.input.long, $x, 5) }) ~> $count'),
  hostile('$uppercase, again and again', '$map([1..20000], function($x) { $length($uppercase($states.input.long)) })'),
  hostile('$string of everything, again and again', '$map([1..1000], function($x) { $length($string($states.input)) })'),
  hostile('$string with lines of what is nested', '$string($states.input.objects, true) & $string($states.input.objects, true)'),
  hostile('objects that double: $string', `${doubled(40)} $string($d))`),
  hostile('objects that double: a text with them', `${doubled(40)} "x" & $d)`),
  hostile('objects that double: compared', `${doubled(40)} $e := {"a": $d, "b": $d}; $d = $e)`),
  hostile('objects that double: everything inside', `${doubled(40)} $count($d.**))`),
  hostile('objects that double: as the result', `${doubled(40)} $d)`),
  hostile('objects that double: an error that shows them', `${doubled(40)} -$d)`),
  hostile('objects that double: a key', `${doubled(40)} {$d: 1})`),
  hostile('objects that double: $distinct', `${doubled(40)} $distinct([$d, $d]))`),
  hostile('objects that double: transformed', `${doubled(40)} $d ~> | a | {"x": 1} |)`),
  hostile('lists of lists that double: tested', '($f := function($n, $x) { $n = 0 ? $x : $f($n - 1, [[$x], [$x]]) }; $d := $f(50, 0); $d ? 1 : 2)'),
  hostile('lists of lists that double: $boolean', '($f := function($n, $x) { $n = 0 ? $x : $f($n - 1, [[$x], [$x]]) }; $boolean($f(50, 0)))'),
  hostile('lists of lists that double: filtered by', '($f := function($n, $x) { $n = 0 ? $x : $f($n - 1, [[$x], [$x]]) }; $d := $f(50, 0); $filter([1..10], function($x) { $d }))'),
  hostile('lists of lists that double: looked up in', '($f := function($n, $x) { $n = 0 ? $x : $f($n - 1, [[$x], [$x]]) }; $d := $f(50, {"a": 1}); $d.a)'),
  hostile('lists of lists that double: *', '($f := function($n, $x) { $n = 0 ? $x : $f($n - 1, [[$x], [$x]]) }; $d := {"a": $f(50, 1)}; $d.*)'),
  hostile('everything inside everything', '$states.input.**.**.**'),
  hostile('* of many lists', '$map([1..1000], function($x) { $count($states.input.objects.*) })'),
  hostile('comparisons of everything', '$map([1..1000], function($x) { $states.input = $parse($string($states.input)) })'),
  hostile('a search in a search', '$states.input.numbers[$ in $states.input.numbers]'),
  hostile('$distinct of many', '$map([1..1000], function($x) { $count($distinct($states.input.objects)) })'),
  hostile('$sort with a comparator that is at odds with itself', '$sort($states.input.numbers, function($l, $r) { true })'),
  hostile('$sort with a comparator that sorts', '$sort($states.input.texts, function($l, $r) { $count($sort($states.input.texts)) > 0 })'),
  hostile('ordering many by what takes long', '$states.input.numbers^($sum($states.input.numbers))'),
  hostile('ordering what is bound', '$states.input.numbers#$i^(>$).($i)'),
  hostile('grouping all by one key', '$states.input.numbers{"k": $count($)}'),
  hostile('grouping pairs by one key', '$states.input.numbers@$a{"k": $count($a)}'),
  hostile('a constructor that appends to a large list', `$map([1..1000], function($x) { [$states.input.numbers${times(7, ', $x', '')}] })`),
  hostile('many constructors of many lists', `$map([1..1000], function($x) { [${times(400, '$states.input.one')}] })`),
  hostile('$zip', `$zip(${times(300, '$states.input.numbers')})`),
  hostile('$map on a large list', '$map($states.input.numbers, function($x) { $x * 2 })'),
  hostile('$filter on a large list, in a loop', '$map([1..100], function($y) { $filter($states.input.numbers, $boolean) })'),
  hostile('$sift of a large object', '$sift($merge($map($states.input.texts, function($t) { {$t: 1} })), function($v) { true })'),
  hostile('$merge of many', '$map([1..10000], function($x) { $merge([$states.input, $states.input.objects]) })'),
  hostile('$spread of many', '$map([1..1000], function($x) { $count($spread($states.input.objects)) })'),
  hostile('$keys of many', '$map([1..1000], function($x) { $keys($states.input.objects) })'),
  hostile('$reduce with $append', '$reduce($states.input.numbers, $append)'),
  hostile('$shuffle, again and again', '$map([1..1000], function($x) { $shuffle($states.input.numbers)[0] })'),
  hostile('$sum, again and again', '$map([1..5000], function($x) { $sum($states.input.numbers) })'),
  hostile('$max, again and again', '$map([1..5000], function($x) { $max($states.input.numbers) })'),
  hostile('$hash, again and again', '$map([1..5000], function($x) { $hash($states.input.long, "SHA-512") })'),
  hostile('$parse, again and again', '($t := $string($states.input.objects[[0..1000]]); $map([1..5000], function($x) { $count($parse($t)) }))'),
  hostile('$base64encode, again and again', '$map([1..5000], function($x) { $length($base64encode($states.input.long)) })'),
  hostile('$encodeUrl, again and again', '$map([1..5000], function($x) { $length($encodeUrl($states.input.long)) })'),
  hostile('$clone by a transform, again and again', '$map([1..1000], function($x) { $count(($states.input ~> | one | {"x": 1} |).numbers) })'),
  hostile('a transform that makes a circle', '($x := {"a": {"b": 1}} ~> | a | {"self": $} |; $string($x))'),
  hostile('a transform that makes a circle, as the result', '{"a": {"b": 1}} ~> | a | {"self": $} |'),
  hostile('a pattern that backtracks', '$contains($states.input.long, /(a+)+b/)'),
  hostile('a pattern that backtracks, with its end', '$match($states.input.long & "!", /^(a+)+$/)'),
  hostile('a pattern that backtracks by choices', '$contains($states.input.long & "!", /^(a|aa)+$/)'),
  hostile('a pattern of many ways', '$contains($states.input.long & "!", /(a*)(a*)(a*)(a*)(a*)(a*)b!/)'),
  hostile('a pattern of many repetitions', '$contains($states.input.long & "!", /(a?){300}a{300}[^a]/)'),
  hostile('a pattern of repetitions of repetitions', '$contains($states.input.long, /(([ab]{1,9}){1,9}){1,3}[^ab]/)'),
  hostile('a pattern that looks to the end for every match', '$match($states.input.long, /a.*b|a/)'),
  hostile('a pattern for every item', '$states.input.texts[$contains($, /(t|e|x)*[0-9]+$/)]'),
  hostile('matches that are walked by hand', '($f := function($m) { $f($m.next()) }; $f(/a/($states.input.long)))'),
  hostile('a matcher that is written by hand', '$match("abc", function($s) { {"match": "a", "start": 0, "end": 1, "groups": [], "next": function() { {"match": "a", "start": 0, "end": 1, "groups": [], "next": function() { 1 } } } } })'),
  hostile('a date of many parts', '$toMillis($states.input.digits & "x", "[Y][M][D][H][m][s][f][Y][M][D]")'),
  hostile('a date of parts that run together', '$map([1..1000], function($x) { $toMillis($states.input.digits, "[H][m][s]x") })'),
  hostile('a date in words', '$toMillis($pad("", 90, "one "), "[Yw][Mw][Dw][Hw][mw]")'),
  hostile('a date with a width', '$fromMillis(0, "[Y,999999999]")'),
  hostile('a date with a width to the most', '$fromMillis(0, "[Y,*-999999999]")'),
  hostile('a picture without end', '$fromMillis(0, $pad("", 100000, "[Y]"))'),
  hostile('a number that never has its digits', '$formatNumber(0, "0.0e0")'),
  hostile('a negative number that never has its digits', '$formatNumber(-1, "0.0e0")'),
  hostile('a grouping without a character', '$formatNumber(1234, "#,##0", {"grouping-separator": ""})'),
  hostile('a picture of many digits', '$formatNumber(1, $pad("", 100000, "0"))'),
  hostile('Roman numerals', '$formatInteger(1e15, "I")'),
  hostile('an integer of many digits', '$formatInteger(1, $pad("", 100000, "0"))'),
  hostile('functions that are given arguments again and again', '($f := function($n, $g) { $n = 0 ? $g : $f($n - 1, $substring(?, 1)) }; $f(100000, 1))'),
  hostile('functions that are chained again and again', '($f := function($n, $g) { $n = 0 ? $g("x") : $f($n - 1, $g ~> $uppercase) }; $f(1000, $uppercase))'),
  hostile('blocks in blocks of loops', `$map([1..300], function($a) { $map([1..300], function($b) { $map([1..300], function($c) { $a + $b + $c }) }) })`),
  hostile('a function from many blocks', `($g := ${'('.repeat(20)}function($x) { $x }${')'.repeat(20)}; $map($states.input.numbers, $g))`),
  hostile('an expression of many parts, for each item', `$states.input.numbers.(${times(150, '1', ' + ')})`),
];
