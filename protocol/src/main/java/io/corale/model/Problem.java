package io.corale.model;

/**
 * Why an invocation or call failed, in the terms of RFC 9457 as the workflow standard uses them.
 *
 * @param type a URI that names the kind of error
 * @param status the HTTP status nearest to it, 400 to 599; from 300 where a response that points
 *     elsewhere is the error
 * @param title one line for a person
 * @param detail what happened here; may be empty
 * @param instance the JSON pointer of the task in its composition, such as {@code /do/0/fetch}; may
 *     be empty
 */
public record Problem(String type, int status, String title, String detail, String instance) {
  /** The longest detail that is kept; a provider's stack trace is not a record. */
  public static final int MAX_DETAIL_CHARS = 2_000;

  private static final int LEAST_STATUS = 300;
  private static final int LEAST_FAILURE = 400;
  private static final int MOST_STATUS = 599;

  private static final String TYPES = "https://open-workflow-specification.org/spec/1.0.0/errors/";

  public Problem {
    if (!isStatus(status)) {
      throw new IllegalArgumentException(
          "status out of [" + LEAST_STATUS + ", " + MOST_STATUS + "]: " + status);
    }
    detail = shortened(detail, MAX_DETAIL_CHARS);
  }

  /** A text of at most so many chars, cut between characters, for half of one cannot be sent. */
  public static String shortened(String text, int most) {
    if (text.length() <= most) {
      return text;
    }
    int end = most - 3;
    return text.substring(0, Character.isHighSurrogate(text.charAt(end - 1)) ? end - 1 : end)
        + "...";
  }

  /** A provider could not be reached, or its function answered with an error. */
  public static Problem communication(String detail, String instance) {
    return new Problem(TYPES + "communication", 500, "Communication error", detail, instance);
  }

  /** A request was answered with this status; one that is none of an error is not told. */
  public static Problem communication(String detail, String instance, int status) {
    return isStatus(status)
        ? new Problem(TYPES + "communication", status, "Communication error", detail, instance)
        : communication(detail, instance);
  }

  /** Whether a problem may have it. */
  public static boolean isStatus(int status) {
    return status >= LEAST_STATUS && status <= MOST_STATUS;
  }

  /** A task or call did not end in its time. */
  public static Problem timeout(String detail, String instance) {
    return new Problem(TYPES + "timeout", 408, "Timed out", detail, instance);
  }

  /** An expression could not be evaluated. */
  public static Problem expression(String detail, String instance) {
    return new Problem(TYPES + "expression", 400, "Expression error", detail, instance);
  }

  /** Somebody did not believe who asks, or did not give the proof of it. */
  public static Problem authentication(String detail, String instance) {
    return new Problem(TYPES + "authentication", 401, "Authentication error", detail, instance);
  }

  /** Who asks is known, and has not got what it takes. */
  public static Problem authorization(String detail, String instance) {
    return new Problem(TYPES + "authorization", 403, "Authorization error", detail, instance);
  }

  /** The composition asked for something that its configuration does not have or allow. */
  public static Problem configuration(String detail, String instance) {
    return new Problem(TYPES + "configuration", 400, "Configuration error", detail, instance);
  }

  /** A value is not of the form, or not within the bounds, that its place demands. */
  public static Problem validation(String detail, String instance) {
    return new Problem(TYPES + "validation", 400, "Validation error", detail, instance);
  }

  /** Something went wrong that no other kind names. */
  public static Problem runtime(String detail, String instance) {
    return new Problem(TYPES + "runtime", 500, "Runtime error", detail, instance);
  }

  /** There was no room for it at this moment. */
  public static Problem overloaded(String detail, String instance) {
    return new Problem(TYPES + "runtime", 503, "Overloaded", detail, instance);
  }

  /** Whether the error is a response that points elsewhere. */
  public boolean isRedirect() {
    return status < LEAST_FAILURE;
  }

  /** What it counts for where problems are kept. */
  public long sizeBytes() {
    return (long) type.length() + title.length() + detail.length() + instance.length();
  }

  /** The same problem, placed at a task. */
  public Problem at(String place) {
    return new Problem(type, status, title, detail, place);
  }
}
