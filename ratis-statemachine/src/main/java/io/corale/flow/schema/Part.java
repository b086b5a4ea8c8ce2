package io.corale.flow.schema;

import java.util.List;

/**
 * One place of a document where a schema stands.
 *
 * <p>It is written once, while the document is read: references may lead to a place before its
 * rules are known.
 */
final class Part {
  private final String pointer;
  private List<Rule> rules = List.of();
  private boolean isWritten;

  Part(String pointer) {
    this.pointer = pointer;
  }

  void write(List<Rule> all) {
    if (isWritten) {
      throw new IllegalStateException("the part at '" + pointer + "' is written already");
    }
    rules = List.copyOf(all);
    isWritten = true;
  }

  String pointer() {
    return pointer;
  }

  /** In the order in which they are asked. */
  List<Rule> rules() {
    return rules;
  }
}
