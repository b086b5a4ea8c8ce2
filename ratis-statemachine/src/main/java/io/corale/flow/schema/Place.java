package io.corale.flow.schema;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/** Where in a value a check stands; written out only if there is something to tell. */
final class Place {
  /** Enough to find the place; a value of 200 levels can have very long pointers. */
  static final int MAX_CHARS = 200;

  static final Place ROOT = new Place(Optional.empty(), "", -1);

  private final Optional<Place> around;
  private final String field;
  private final int item;

  private Place(Optional<Place> around, String field, int item) {
    this.around = around;
    this.field = field;
    this.item = item;
  }

  Place field(String name) {
    return new Place(Optional.of(this), name, -1);
  }

  Place item(int index) {
    return new Place(Optional.of(this), "", index);
  }

  /** Its JSON pointer; of a long one the end, after dots. */
  String pointer() {
    List<String> tokens = new ArrayList<>();
    int length = 0;
    Place at = this;
    while (at.around.isPresent() && length <= MAX_CHARS) {
      String token = "/" + (at.item >= 0 ? Integer.toString(at.item) : escaped(at.field));
      tokens.add(token);
      length += token.length();
      at = at.around.get();
    }
    Collections.reverse(tokens);
    String whole = String.join("", tokens);
    return length <= MAX_CHARS ? whole : "..." + whole.substring(length - MAX_CHARS);
  }

  private static String escaped(String field) {
    int from = Math.max(0, field.length() - MAX_CHARS);
    String end = field.substring(from);
    return (from > 0 ? "..." : "") + end.replace("~", "~0").replace("/", "~1");
  }
}
