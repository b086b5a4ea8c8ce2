package io.corale.model;

/**
 * A CloudEvent: what its listeners are found by, and the whole of it.
 *
 * @param id unique among the events of its source
 * @param source where it comes from, a URI reference
 * @param type what it tells of
 * @param subject what it is about at its source; empty where it has none
 * @param content the whole event in the JSON format of CloudEvents 1.0
 */
public record Event(String id, String source, String type, String subject, Payload content) {
  /** The longest attribute by which events are told apart: a URI, not a document. */
  public static final int MAX_ATTRIBUTE_CHARS = 512;

  /** The record and its places in lists. */
  private static final long FIXED_BYTES = 150;

  /** Throws {@link IllegalArgumentException} for an attribute that is missing or too long. */
  public Event {
    requireText("id", id, 1);
    requireText("source", source, 1);
    requireText("type", type, 1);
    requireText("subject", subject, 0);
  }

  private static void requireText(String what, String value, int leastChars) {
    if (value.length() < leastChars) {
      throw new IllegalArgumentException("an event must have '" + what + "'");
    }
    if (value.length() > MAX_ATTRIBUTE_CHARS) {
      throw new IllegalArgumentException(
          "'"
              + what
              + "' of an event has "
              + value.length()
              + " characters, at most "
              + MAX_ATTRIBUTE_CHARS
              + " are taken");
    }
  }

  /** What it counts for against the memory of a cell. */
  public long sizeBytes() {
    return FIXED_BYTES
        + id.length()
        + source.length()
        + type.length()
        + subject.length()
        + content.sizeBytes();
  }

  /** What it is, in a line for a person. */
  @Override
  public String toString() {
    return type + " " + id + " from " + source;
  }
}
