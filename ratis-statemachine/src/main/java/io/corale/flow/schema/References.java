package io.corale.flow.schema;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;

/** Leads each reference of a document to the part that it names, once all of them are read. */
final class References {
  private final SchemaReader reader;
  private final SortedMap<String, Part> byPointer = new TreeMap<>();
  private final SortedMap<String, Part> byAnchor = new TreeMap<>();
  private final List<Ref> refs = new ArrayList<>();
  private String document = "";

  References(SchemaReader reader) {
    this.reader = reader;
  }

  /** A reference; it has a target once all references are resolved without a problem. */
  private static final class Ref implements Rule {
    private final String pointer;
    private final String keyword;
    private final String text;
    private Optional<Part> target = Optional.empty();

    Ref(String pointer, String keyword, String text) {
      this.pointer = pointer;
      this.keyword = keyword;
      this.text = text;
    }

    @Override
    public boolean holds(Check check, JsonNode value, Place place, Seen seen) {
      return check.meets(target.orElseThrow(), value, place, seen);
    }

    @Override
    public List<Part> inPlace() {
      return target.stream().toList();
    }
  }

  void add(Part part) {
    byPointer.put(part.pointer(), part);
  }

  /** Reads what names a part. */
  void readNames(Keys keys, Part part) {
    if (part.pointer().isEmpty()) {
      keys.string("$id").ifPresent(id -> document = id.replaceFirst("#$", ""));
    } else {
      keys.refuse("$id", "may stand at the root only: it would make a second document");
    }
    for (String keyword : List.of("$anchor", "$dynamicAnchor")) {
      keys.string(keyword).ifPresent(name -> anchor(keys, keyword, name, part));
    }
  }

  /**
   * Reads what leads to a part. In one document a dynamic reference leads where a static one does:
   * there is only one anchor of each name.
   */
  void read(Keys keys, List<Rule> rules) {
    keys.refuse("$recursiveRef", "is of an older draft; '$dynamicRef' or '$ref' do the same");
    for (String keyword : List.of("$ref", "$dynamicRef")) {
      Optional<String> text = keys.string(keyword);
      if (text.isPresent()) {
        Ref ref = new Ref(keys.pointer(), keyword, text.get());
        refs.add(ref);
        rules.add(ref);
      }
    }
  }

  private void anchor(Keys keys, String keyword, String name, Part part) {
    if (!name.matches("[A-Za-z_][-A-Za-z0-9._]{0,99}")) {
      keys.problem(
          keyword,
          "must be a letter or '_', then letters, digits, '-', '_' or '.', found \""
              + Values.cut(name)
              + "\"");
    } else if (byAnchor.putIfAbsent(name, part) != null && byAnchor.get(name) != part) {
      keys.problem(keyword, "names '" + Values.cut(name) + "', which names another place already");
    }
  }

  void resolve() {
    refs.forEach(ref -> ref.target = target(ref));
    SortedSet<String> circles = Circles.among(byPointer.values());
    for (Ref ref : refs) {
      boolean leadsBack = ref.target.filter(part -> circles.contains(part.pointer())).isPresent();
      if (leadsBack && circles.contains(ref.pointer)) {
        reader.problem(
            ref.pointer,
            ref.keyword,
            "leads back to itself without going deeper into the value, so it would never end");
      }
    }
  }

  private Optional<Part> target(Ref ref) {
    int hash = ref.text.indexOf('#');
    String before = hash < 0 ? ref.text : ref.text.substring(0, hash);
    if (!before.isEmpty() && !before.equals(document)) {
      reader.problem(
          ref.pointer,
          ref.keyword,
          "leads to \""
              + Values.cut(before)
              + "\", and nothing is ever fetched; expected '#...', a place of this document");
      return Optional.empty();
    }
    String fragment = decoded(hash < 0 ? "" : ref.text.substring(hash + 1));
    boolean isPointer = fragment.isEmpty() || fragment.startsWith("/");
    Optional<Part> target =
        Optional.ofNullable(isPointer ? byPointer.get(fragment) : byAnchor.get(fragment));
    if (target.isEmpty()) {
      reader.problem(
          ref.pointer,
          ref.keyword,
          "leads to \"#" + Values.cut(fragment) + "\", where no schema stands");
    }
    return target;
  }

  /** A fragment without its percent signs; as it is where they mean nothing. */
  private static String decoded(String fragment) {
    byte[] bytes = fragment.getBytes(StandardCharsets.UTF_8);
    byte[] decoded = new byte[bytes.length];
    int length = 0;
    for (int i = 0; i < bytes.length; i++) {
      int high = i + 2 < bytes.length ? Character.digit(bytes[i + 1], 16) : -1;
      int low = i + 2 < bytes.length ? Character.digit(bytes[i + 2], 16) : -1;
      boolean isEncoded = bytes[i] == '%' && high >= 0 && low >= 0;
      decoded[length++] = isEncoded ? (byte) (high * 16 + low) : bytes[i];
      i += isEncoded ? 2 : 0;
    }
    return new String(decoded, 0, length, StandardCharsets.UTF_8);
  }
}
