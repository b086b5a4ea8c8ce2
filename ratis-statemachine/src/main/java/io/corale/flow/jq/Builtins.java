package io.corale.flow.jq;

import com.fasterxml.jackson.databind.node.NullNode;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import net.thisptr.jackson.jq.BuiltinFunctionLoader;
import net.thisptr.jackson.jq.Expression;
import net.thisptr.jackson.jq.Function;
import net.thisptr.jackson.jq.Scope;
import net.thisptr.jackson.jq.Versions;
import net.thisptr.jackson.jq.exception.JsonQueryException;

/**
 * The functions that every expression knows: those of jackson-jq that are written in Java, each
 * with its price, and the rest of jq's own, which are jq themselves and so are counted by parsing
 * them here.
 */
final class Builtins {
  /** What is written here instead, or refused by name. */
  private static final List<String> ABSENT =
      List.of(
          "_match_impl/3",
          "_sub_impl/3",
          "builtins/0",
          "debug_scope/0",
          "fromdateiso8601/0",
          "todateiso8601/0");

  private static final List<String> BY_PRODUCT =
      List.of("contains/1", "index/1", "indices/1", "rindex/1", "split/1");

  /** A string they pay for by its size, like all functions. */
  private static final List<String> FLAT =
      List.of(
          "empty/0",
          "has/1",
          "length/0",
          "not/0",
          "range/1",
          "range/2",
          "range/3",
          "recurse/1",
          "repeat/1",
          "type/0",
          "until/2",
          "while/2");

  /** jq 1.6's builtin.jq as far as it needs no Java, without what this release refuses. */
  private static final String IN_JQ =
      """
      def map(f): [.[] | f];
      def select(f): if f then . else empty end;
      def recurse(f; cond): recurse(f | select(cond));
      def recurse: recurse(.[]?);
      def values: select(. != null);
      def nulls: select(type == "null");
      def booleans: select(type == "boolean");
      def numbers: select(type == "number");
      def strings: select(type == "string");
      def arrays: select(type == "array");
      def objects: select(type == "object");
      def iterables: select(type | . == "array" or . == "object");
      def scalars: select(type | . != "array" and . != "object");
      def isfinite: type == "number" and (isinfinite | not);
      def finites: select(isfinite);
      def normals: select(isnormal);
      def add: reduce .[] as $x (null; . + $x);
      def add(f): reduce f as $x (null; . + $x);
      def first(f): label $out | (f | ., break $out);
      def first: .[0];
      def last(f): reduce f as $x (null; $x);
      def last: .[-1];
      def isempty(f): first((f | false), true);
      def any(f; cond): isempty(first(f | cond | select(.))) | not;
      def any(cond): any(.[]; cond);
      def any: any(.);
      def all(f; cond): isempty(first(f | cond | select(. | not)));
      def all(cond): all(.[]; cond);
      def all: all(.);
      def limit($n; f):
        if $n > 0 then label $out | foreach f as $item (0; . + 1; $item, if . >= $n then break $out else empty end)
        elif $n == 0 then empty
        else f end;
      def nth($n): .[$n];
      def nth($n; f): if $n < 0 then error("nth doesn't support negative indices") else last(limit($n + 1; f)) end;
      def min: min_by(.);
      def max: max_by(.);
      def sort: sort_by(.);
      def unique_by(f): [group_by(f)[] | .[0]];
      def unique: unique_by(.);
      def with_entries(f): to_entries | map(f) | from_entries;
      def map_values(f): .[] |= f;
      def paths: paths(true);
      def leaf_paths: paths(scalars);
      def del(f): delpaths([path(f)]);
      def _flatten($depth): [.[] | if type == "array" and $depth != 0 then _flatten($depth - 1)[] else . end];
      def flatten: _flatten(-1);
      def flatten($depth): if $depth < 0 then error("flatten depth must not be negative") else _flatten($depth) end;
      def in(xs): . as $x | xs | has($x);
      def inside(xs): . as $x | xs | contains($x);
      def IN(s): any(s == .; .);
      def IN(src; s): any(src == s; .);
      def INDEX(f; key): reduce f as $row ({}; .[$row | key | tostring] = $row);
      def INDEX(key): INDEX(.[]; key);
      def walk(f):
        def w: if type == "object" then with_entries(.value |= w) elif type == "array" then map(w) else . end | f;
        w;
      def transpose:
        if . == [] then []
        else . as $in | (map(length) | max) as $width
          | [range(0; $width) as $j | [range(0; $in | length) as $i | $in[$i][$j]]] end;
      def combinations: if length == 0 then [] else .[0][] as $x | (.[1:] | combinations) as $w | [$x] + $w end;
      def combinations(n): . as $dot | [range(n) | $dot] | combinations;
      def ascii: [.] | implode;
      def abs: if type == "number" and . < 0 then -. else . end;
      def toarray: if type == "array" then . else [.] end;
      def skip($n; f): if $n > 0 then foreach f as $x ($n; . - 1; if . < 0 then $x else empty end) elif $n == 0 then f else error("skip doesn't support negative count") end;
      def pick(f): . as $top | reduce path(f) as $p (null; setpath($p; $top | getpath($p)));
      def todateiso8601: strftime("%Y-%m-%dT%H:%M:%SZ");
      def fromdateiso8601: strptime("%Y-%m-%dT%H:%M:%SZ") | mktime;
      def todate: todateiso8601;
      def fromdate: fromdateiso8601;
      def date: todate;
      def tostream: path(def r: (.[]? | r), .; r) as $p | getpath($p) | reduce path(.[]?) as $q ([$p, .]; [$p + $q]);
      def fromstream(f):
        {x: null, e: false} as $init
        | foreach f as $i ($init;
            if .e then $init else . end
            | if $i | length == 2
              then setpath(["e"]; $i[0] | length == 0) | setpath(["x"] + $i[0]; $i[1])
              else setpath(["e"]; $i[0] | length == 1) end;
            if .e then .x else empty end);
      def truncate_stream(f): . as $n | null | f | . as $input | if (.[0] | length) > $n then setpath([0]; .[0][$n:]) else empty end;
      """;

  private static final SortedSet<String> NAMES = new TreeSet<>();

  /** Filled once below and only read from then on, so that all threads may share it. */
  private static final Scope ROOT = root();

  private Builtins() {}

  static Scope scope() {
    return Scope.newChildScope(ROOT);
  }

  /** Every function, as {@code name/arguments}. */
  static SortedSet<String> names() {
    return Collections.unmodifiableSortedSet(NAMES);
  }

  private static Scope root() {
    Scope root = Scope.newEmptyScope();
    Map<String, Function> inJava =
        new TreeMap<>(
            BuiltinFunctionLoader.getInstance()
                .loadFunctionsFromServiceLoader(
                    BuiltinFunctionLoader.class.getClassLoader(), Versions.JQ_1_6));
    inJava.keySet().removeAll(ABSENT);
    inJava.putAll(TimeFunctions.all());
    inJava.putAll(TextFunctions.all());
    inJava.put("recurse/1", new Loops(Loops.Kind.REPEAT));
    inJava.put("repeat/1", new Loops(Loops.Kind.REPEAT));
    inJava.put("while/2", new Loops(Loops.Kind.WHILE));
    inJava.put("until/2", new Loops(Loops.Kind.UNTIL));
    for (String range : List.of("range/1", "range/2", "range/3")) {
      inJava.put(range, new Ranges());
    }
    inJava.forEach(
        (name, function) -> {
          root.addFunction(name, new Priced(function, price(name)));
          NAMES.add(name);
        });
    try {
      Known known = new Known(new TreeSet<>());
      for (Expression definition : new Parser(IN_JQ, known, NAMES).definitions()) {
        definition.apply(root, NullNode.instance, value -> {});
      }
      NAMES.addAll(known.functions());
      NAMES.addAll(RegexCall.names());
      NAMES.removeIf(name -> name.startsWith("_"));
    } catch (ExpressionFailure | JsonQueryException e) {
      throw new IllegalStateException("the functions written in jq do not parse", e);
    }
    return root;
  }

  private static Priced.Price price(String name) {
    if (BY_PRODUCT.contains(name)) {
      return Priced.Price.PRODUCT;
    }
    return switch (name) {
      case "setpath/2" -> Priced.Price.SET_PATH;
      case "getpath/1" -> Priced.Price.GET_PATH;
      case "delpaths/1" -> Priced.Price.DELETE_PATHS;
      case "path/1" -> Priced.Price.FIND_PATHS;
      default -> FLAT.contains(name) ? Priced.Price.FLAT : Priced.Price.SIZE;
    };
  }
}
