package io.corale.deploy.recorder;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;

/**
 * One line of a record.
 *
 * @param key the call's {@code Idempotency-Key}, equal for all its attempts; empty for a reset
 * @param attempt the call's {@code Corale-Attempt}
 * @param running executions of the function after this event
 * @param total executions of all functions after this event
 * @param micros monotonic, to compare events of one recorder
 * @param wallMillis since the epoch, to compare with other processes' logs
 * @param notAfterMillis since the epoch, when the call should not start any more; 0 if it did not
 *     say
 * @param heldUpMillis how long the recorder itself may have stood still between that time and this
 *     event
 * @param detail how it ended, or why it was refused
 */
public record Event(
    @JsonProperty("what") Kind what,
    @JsonProperty("function") String function,
    @JsonProperty("key") String key,
    @JsonProperty("attempt") int attempt,
    @JsonProperty("running") int running,
    @JsonProperty("total") int total,
    @JsonProperty("micros") long micros,
    @JsonProperty("wallMillis") long wallMillis,
    @JsonProperty("notAfterMillis") long notAfterMillis,
    @JsonProperty("heldUpMillis") long heldUpMillis,
    @JsonProperty("detail") String detail) {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** What happened. */
  public enum Kind {
    /** The function began. */
    START,
    /** It is over, whether or not anybody learned of it. */
    END,
    /** It was answered 429 and did not begin. */
    REFUSED,
    /** Counting began anew; what runs goes on running. */
    RESET
  }

  /**
   * How much later it came than it should start, other than because of the recorder; 0 or less if
   * it did not.
   */
  public long lateMillis() {
    return notAfterMillis == 0 ? 0 : wallMillis - notAfterMillis - heldUpMillis;
  }

  /** Reads what {@link #line()} wrote. */
  static Event read(String line) throws JsonProcessingException {
    return JSON.readValue(line, Event.class);
  }

  /** As one line of NDJSON, with its line end. */
  String line() {
    try {
      return JSON.writeValueAsString(this) + "\n";
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a record of strings and numbers always has a JSON form", e);
    }
  }
}
