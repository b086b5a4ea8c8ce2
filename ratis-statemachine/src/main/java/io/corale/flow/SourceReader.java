package io.corale.flow;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.common.ScalarStyle;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.CollectionEndEvent;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.ReaderException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;
import org.snakeyaml.engine.v2.scanner.StreamReader;
import org.snakeyaml.engine.v2.schema.CoreSchema;

/** Reads YAML 1.2 or JSON into marked values, within bounds that keep a hostile text harmless. */
final class SourceReader {
  /**
   * Tasks nest {@link TaskReader#MAX_DEPTH} deep, each in up to four levels, and have data inside.
   */
  static final int MAX_DEPTH = 4 * TaskReader.MAX_DEPTH + 32;

  private static final String TOO_DEEP = "nested deeper than " + MAX_DEPTH + " levels";

  /** An alias repeats a value; a handful is convenience, more is a bomb. */
  static final int MAX_ALIASES = 50;

  /** Values after all aliases have been followed. */
  static final int MAX_VALUES = 50_000;

  /** A longer key is data, and would come back whole in every finding about it. */
  static final int MAX_KEY_CHARS = 256;

  /** More than any number that a function can take. */
  private static final int MAX_DIGITS = 100;

  private static final LoadSettings SETTINGS =
      LoadSettings.builder()
          .setSchema(new CoreSchema())
          .setCodePointLimit(Math.max(Compiler.MAX_SOURCE_BYTES, Links.MAX_RESOURCE_BYTES))
          .setMaxAliasesForCollections(MAX_ALIASES)
          .setAllowRecursiveKeys(false)
          .build();

  private final Findings findings;
  private final String source;
  private final boolean hasOnlySingleChars;
  private int values;

  private SourceReader(Findings findings, String source) {
    this.findings = findings;
    this.source = source;
    this.hasOnlySingleChars = source.codePointCount(0, source.length()) == source.length();
  }

  /** The value of the source; empty if it cannot be read, and the findings say why. */
  static Optional<Marked> read(String text, Findings findings) {
    return read(text, Compiler.MAX_SOURCE_BYTES, findings);
  }

  /** The value of an external resource; empty if it cannot be read, and the findings say why. */
  static Optional<Marked> readResource(String text, Findings findings) {
    return read(text, Links.MAX_RESOURCE_BYTES, findings);
  }

  private static Optional<Marked> read(String text, int maxBytes, Findings findings) {
    int bytes = text.getBytes(StandardCharsets.UTF_8).length;
    if (bytes > maxBytes) {
      findings.add(1, 1, "the source is " + bytes + " bytes long, the limit is " + maxBytes, "");
      return Optional.empty();
    }
    // JSON may be indented by tabs, YAML not; inside the strings of JSON no tab can stand.
    boolean isJson = text.stripLeading().startsWith("{") || text.stripLeading().startsWith("[");
    return new SourceReader(findings, isJson ? text.replace('\t', ' ') : text).read();
  }

  private Optional<Marked> read() {
    try {
      if (!isWithinBounds()) {
        return Optional.empty();
      }
      Optional<Node> root = new Compose(SETTINGS).composeString(source);
      if (root.isEmpty()) {
        findings.add(1, 1, "the source is empty", "");
        return Optional.empty();
      }
      Marked read = marked(root.get(), 0);
      return findings.isEmpty() ? Optional.of(read) : Optional.empty();
    } catch (MarkedYamlEngineException e) {
      Optional<Mark> mark = e.getProblemMark().or(e::getContextMark);
      findings.add(
          mark.map(Mark::getLine).orElse(0) + 1,
          mark.map(Mark::getColumn).orElse(0) + 1,
          "not YAML: " + oneLine(e.getProblem()),
          oneLine(e.getContext()));
    } catch (ReaderException e) {
      atOffset(e.getPosition(), "the character U+%04X is not allowed".formatted(e.getCodePoint()));
    } catch (YamlEngineException e) {
      findings.add(1, 1, "not YAML: " + oneLine(e.getMessage()), "");
    } catch (IllegalArgumentException e) {
      // The one thing that the parser does not check itself is an escape beyond Unicode.
      int escape = Math.max(0, source.indexOf("\\U"));
      atOffset(source.codePointCount(0, escape), "an escape that is no character");
    }
    return Optional.empty();
  }

  /** Looks at the flat events first: the composer recurses and copies. */
  private boolean isWithinBounds() {
    int depth = 0;
    int aliases = 0;
    for (Event event : new Parse(SETTINGS).parseString(source)) {
      if (event instanceof CollectionStartEvent) {
        depth++;
      } else if (event instanceof CollectionEndEvent) {
        depth--;
      } else if (event instanceof AliasEvent) {
        aliases++;
      }
      if (depth > MAX_DEPTH || aliases > MAX_ALIASES) {
        Optional<Mark> mark = event.getStartMark();
        findings.add(
            mark.map(Mark::getLine).orElse(0) + 1,
            mark.map(Mark::getColumn).orElse(0) + 1,
            depth > MAX_DEPTH ? TOO_DEEP : "more than " + MAX_ALIASES + " aliases",
            "");
        return false;
      }
    }
    return true;
  }

  /** An alias stands as deep as where it is written, and what it names goes on from there. */
  private Marked marked(Node node, int depth) {
    values++;
    int line = node.getStartMark().map(Mark::getLine).orElse(0) + 1;
    int column = node.getStartMark().map(Mark::getColumn).orElse(0) + 1;
    if (values > MAX_VALUES) {
      if (values == MAX_VALUES + 1) {
        findings.add(line, column, "more than " + MAX_VALUES + " values with its aliases", "");
      }
      return nothing(line, column);
    }
    if (node.isRecursive()) {
      findings.add(line, column, "an alias inside of what it names", "");
      return nothing(line, column);
    }
    if (depth > MAX_DEPTH) {
      findings.add(line, column, TOO_DEEP, "");
      return nothing(line, column);
    }
    if (node instanceof MappingNode mapping) {
      return fields(mapping, depth, line, column);
    }
    if (node instanceof SequenceNode sequence) {
      List<Marked> items = new ArrayList<>();
      sequence.getValue().forEach(item -> items.add(marked(item, depth + 1)));
      return new Marked.Items(line, column, items);
    }
    if (node instanceof ScalarNode scalar) {
      return new Marked.Scalar(
          line, column, textColumn(scalar, column), value(scalar, line, column));
    }
    return nothing(line, column);
  }

  private Marked fields(MappingNode mapping, int depth, int line, int column) {
    Map<String, Marked.Field> fields = new TreeMap<>();
    List<Marked.Field> inOrder = new ArrayList<>();
    for (NodeTuple tuple : mapping.getValue()) {
      Node key = tuple.getKeyNode();
      int keyLine = key.getStartMark().map(Mark::getLine).orElse(0) + 1;
      int keyColumn = key.getStartMark().map(Mark::getColumn).orElse(0) + 1;
      if (!(key instanceof ScalarNode scalar)) {
        findings.add(keyLine, keyColumn, "a key must be a string", "");
        continue;
      }
      value(scalar, keyLine, keyColumn);
      if (scalar.getValue().length() > MAX_KEY_CHARS) {
        findings.add(keyLine, keyColumn, "a key of more than " + MAX_KEY_CHARS + " characters", "");
        continue;
      }
      var field =
          new Marked.Field(
              keyLine, keyColumn, scalar.getValue(), marked(tuple.getValueNode(), depth + 1));
      Marked.Field first = fields.putIfAbsent(field.key(), field);
      if (first != null) {
        findings.add(
            keyLine,
            keyColumn,
            "the key '" + field.key() + "' stands twice, first in line " + first.line(),
            "");
      } else {
        inOrder.add(field);
      }
    }
    return new Marked.Fields(line, column, inOrder);
  }

  private JsonNode value(ScalarNode scalar, int line, int column) {
    String text = scalar.getValue();
    Tag tag = scalar.getTag();
    if (tag.equals(Tag.STR)) {
      if (!StreamReader.isPrintable(text)) {
        findings.add(line, column, "a string with a character that cannot be printed", "");
      }
      return JsonNodeFactory.instance.textNode(text);
    }
    Optional<JsonNode> value = bare(text, tag);
    if (value.isEmpty()) {
      findings.add(
          line,
          column,
          "'"
              + shortened(text)
              + "' with the tag "
              + shortened(tag.getValue())
              + " has no meaning in JSON",
          "use strings, finite numbers, booleans, null, lists and objects");
    }
    return value.orElse(JsonNodeFactory.instance.nullNode());
  }

  /** A value that is no string, if the text fits the tag, which may be written there. */
  private static Optional<JsonNode> bare(String text, Tag tag) {
    String word = text.length() > 5 ? "" : text.toLowerCase(Locale.ROOT);
    if (tag.equals(Tag.NULL) && (text.isEmpty() || word.equals("null") || word.equals("~"))) {
      return Optional.of(JsonNodeFactory.instance.nullNode());
    }
    if (tag.equals(Tag.BOOL) && (word.equals("true") || word.equals("false"))) {
      return Optional.of(JsonNodeFactory.instance.booleanNode(word.equals("true")));
    }
    if (tag.equals(Tag.INT)) {
      return integer(text);
    }
    return tag.equals(Tag.FLOAT) ? decimal(text) : Optional.empty();
  }

  private static String shortened(String text) {
    return text.length() <= 60 ? text : text.substring(0, 57) + "...";
  }

  private static Optional<JsonNode> integer(String text) {
    try {
      String digits = text.startsWith("0o") || text.startsWith("0x") ? text.substring(2) : text;
      if (digits.length() > MAX_DIGITS) {
        return Optional.empty();
      }
      int radix = text.startsWith("0o") ? 8 : text.startsWith("0x") ? 16 : 10;
      BigInteger value = new BigInteger(digits, radix);
      return Optional.of(
          value.bitLength() < Long.SIZE
              ? JsonNodeFactory.instance.numberNode(value.longValue())
              : JsonNodeFactory.instance.numberNode(value));
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }

  private static Optional<JsonNode> decimal(String text) {
    try {
      double value = Double.parseDouble(text);
      return Double.isFinite(value)
          ? Optional.of(JsonNodeFactory.instance.numberNode(value))
          : Optional.empty();
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }

  /** Where the text of a scalar begins, if the source shows it as it is. */
  private int textColumn(ScalarNode scalar, int column) {
    boolean isQuoted =
        scalar.getScalarStyle() == ScalarStyle.SINGLE_QUOTED
            || scalar.getScalarStyle() == ScalarStyle.DOUBLE_QUOTED;
    if (!isQuoted && scalar.getScalarStyle() != ScalarStyle.PLAIN) {
      return 0;
    }
    int quote = isQuoted ? 1 : 0;
    int index = scalar.getStartMark().map(Mark::getIndex).orElse(-1);
    if (index < 0 || !hasOnlySingleChars) {
      return 0;
    }
    return source.startsWith(scalar.getValue(), index + quote) ? column + quote : 0;
  }

  private Marked nothing(int line, int column) {
    return new Marked.Scalar(line, column, 0, JsonNodeFactory.instance.nullNode());
  }

  private void atOffset(int position, String message) {
    int codePoints = source.codePointCount(0, source.length());
    int end = source.offsetByCodePoints(0, Math.min(position, codePoints));
    String before = source.substring(0, end);
    int lastBreak = before.lastIndexOf('\n');
    int line = (int) before.chars().filter(character -> character == '\n').count() + 1;
    findings.add(line, before.length() - lastBreak, message, "");
  }

  private static String oneLine(@Nullable String text) {
    return text == null ? "" : text.lines().findFirst().orElse("").strip();
  }
}
