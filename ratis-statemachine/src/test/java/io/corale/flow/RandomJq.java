package io.corale.flow;

import java.util.List;
import java.util.Random;

/** Random expressions, most of them well formed, made of every part of the language. */
final class RandomJq {
  private static final List<String> LEAVES =
      List.of(
          ".",
          "..",
          ".a",
          ".a.b",
          ".[0]",
          ".[-1]",
          ".[]",
          ".[]?",
          ".[1:]",
          ".\"k\"",
          "null",
          "true",
          "0",
          "1",
          "-1",
          "1e9",
          "0.5",
          "1e308",
          "\"\"",
          "\"a\"",
          "\"é😀\"",
          "[]",
          "{}",
          "empty",
          "error",
          "now",
          "infinite",
          "nan");

  private static final List<String> SLIPS =
      List.of(
          "$x",
          "input",
          "$ENV",
          "lenght",
          "env",
          "tset(\"a\")",
          "test(\"(?=a)\")",
          "test(\"(\")",
          ")",
          "$input");

  private static final List<String> FUNCTIONS =
      List.of(
          "length",
          "keys",
          "add",
          "sort",
          "unique",
          "reverse",
          "flatten",
          "tojson",
          "fromjson",
          "tostring",
          "tonumber",
          "type",
          "not",
          "explode",
          "implode",
          "to_entries",
          "from_entries",
          "ascii_downcase",
          "trim",
          "todate",
          "fromdate",
          "gmtime",
          "mktime",
          "tostream",
          "paths",
          "transpose",
          "combinations",
          "first",
          "last",
          "min",
          "max",
          "any",
          "all",
          "abs",
          "floor",
          "@base64",
          "@base64d",
          "@uri",
          "@csv",
          "@sh",
          "@html",
          "@json",
          "@text",
          "@base32d",
          "recurse",
          "values",
          "nulls",
          "isnan");

  private static final List<String> CALLS =
      List.of(
          "map",
          "select",
          "first",
          "last",
          "recurse",
          "repeat",
          "path",
          "del",
          "sort_by",
          "group_by",
          "min_by",
          "with_entries",
          "map_values",
          "walk",
          "any",
          "all",
          "range",
          "has",
          "in",
          "inside",
          "contains",
          "split",
          "join",
          "ltrimstr",
          "startswith",
          "index",
          "indices",
          "flatten",
          "error",
          "getpath",
          "delpaths",
          "to_entries",
          "paths",
          "isempty",
          "add",
          "pick",
          "test",
          "match",
          "capture",
          "scan",
          "splits",
          "strftime",
          "strptime",
          "fromstream",
          "nth",
          "combinations");

  private static final List<String> CALLS_OF_TWO =
      List.of(
          "limit", "until", "while", "range", "setpath", "sub", "gsub", "test", "match", "split",
          "nth", "IN", "INDEX", "recurse", "skip", "any", "all", "pow");

  private static final List<String> OPERATORS =
      List.of(
          " + ", " - ", " * ", " / ", " % ", " | ", ", ", " // ", " and ", " or ", " == ", " != ",
          " < ", " >= ", " = ", " |= ", " += ", " //= ");

  private static final List<String> PATTERNS =
      List.of("\"a\"", "\"a*\"", "\"(?<x>a)|b\"", "\"[a-z]{1,3}\"", "\"^$\"");

  private final Random random;

  RandomJq(Random random) {
    this.random = random;
  }

  String expression(int depth) {
    if (depth <= 0) {
      return any(random.nextInt(60) == 0 ? SLIPS : LEAVES);
    }
    String inner = expression(depth - 1);
    return switch (random.nextInt(20)) {
      case 0, 1, 2 -> inner + any(OPERATORS) + expression(depth - 2);
      case 3, 4 -> inner + " | " + any(FUNCTIONS);
      case 5, 6 -> any(CALLS) + "(" + inner + ")";
      case 7 -> any(CALLS_OF_TWO) + "(" + inner + "; " + expression(depth - 2) + ")";
      case 8 -> "[" + inner + "]";
      case 9 -> "{a: " + inner + ", \"b\": 1, (" + expression(depth - 2) + "): 2}";
      case 10 -> "(" + inner + ")" + any(List.of("", "?", "[0]", "[]", ".a", "[1:2]", "[]?"));
      case 11 -> "if " + expression(depth - 2) + " then " + inner + " else . end";
      case 12 -> "try (" + inner + ") catch .";
      case 13 -> "reduce (" + inner + ") as $x (0; " + expression(depth - 2) + ")";
      case 14 -> "foreach .[]? as [$x] (0; " + inner + "; [$x, .])";
      case 15 ->
          inner + " as " + any(List.of("$x", "[$x]", "{$x}", "{a: $x}")) + " | " + any(LEAVES);
      case 16 -> "def f: " + inner + "; f" + any(List.of("", " | f"));
      case 17 -> "label $out | (" + inner + ", break $out)";
      case 18 -> "\"a\\(" + inner + ")b\"";
      default -> ".a | " + any(List.of("test", "scan", "split")) + "(" + any(PATTERNS) + ")";
    };
  }

  private String any(List<String> words) {
    return words.get(random.nextInt(words.size()));
  }
}
