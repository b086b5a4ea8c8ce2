package io.corale.client.cli;

import io.corale.model.Refusal;

/** The exit codes of {@code corale}, which scripts may rely on. */
public final class Exit {
  /** It was done; of {@code run}: the invocation completed. */
  public static final int OK = 0;

  /** The invocation ended otherwise: faulted or cancelled. */
  public static final int ENDED_BADLY = 1;

  /** The command line is wrong, or a file that it names. */
  public static final int USAGE = 2;

  /** The cluster said no, for good. */
  public static final int REFUSED = 3;

  /** There is no such thing. */
  public static final int NOT_FOUND = 4;

  /** It may or may not have been done. */
  public static final int UNKNOWN = 5;

  /** Nobody could serve it now; nothing was done. */
  public static final int UNAVAILABLE = 6;

  /** A bug of ours. */
  public static final int BROKEN = 70;

  /** For the foot of every command's help. */
  static final String[] FOOTER = {
    "",
    "Exit codes: 0 done, 1 the invocation faulted or was cancelled, 2 wrong usage, 3 refused,",
    "4 not found, 5 unknown whether done (asking again is safe), 6 nobody could serve it now."
  };

  private Exit() {}

  static int of(Refusal.Code code) {
    return switch (code) {
      case NOT_FOUND -> NOT_FOUND;
      case UNAVAILABLE, OVERLOADED -> UNAVAILABLE;
      case INVALID,
          UNAUTHENTICATED,
          FORBIDDEN,
          CONFLICT,
          TOO_LARGE,
          EXPIRED,
          UNSUPPORTED,
          INCOMPATIBLE ->
          REFUSED;
    };
  }
}
