package io.corale.node.provider.grpc;

import java.util.Optional;

/** How a call of gRPC ends, in the order of its numbers. */
enum Code {
  OK(200, false),
  CANCELLED(499, true),
  UNKNOWN(500, true),
  INVALID_ARGUMENT(400, false),
  DEADLINE_EXCEEDED(504, true),
  NOT_FOUND(404, false),
  ALREADY_EXISTS(409, false),
  PERMISSION_DENIED(403, false),
  RESOURCE_EXHAUSTED(429, true),
  FAILED_PRECONDITION(400, false),
  ABORTED(409, true),
  OUT_OF_RANGE(400, false),
  UNIMPLEMENTED(501, false),
  INTERNAL(500, true),
  UNAVAILABLE(503, true),
  DATA_LOSS(500, false),
  UNAUTHENTICATED(401, false);

  private final int status;
  private final boolean isRetryable;

  Code(int status, boolean isRetryable) {
    this.status = status;
    this.isRetryable = isRetryable;
  }

  /** The status of HTTP that means the same, by which errors are caught. */
  int status() {
    return status;
  }

  /** Whether another attempt may end otherwise. */
  boolean isRetryable() {
    return isRetryable;
  }

  /** By its number as a header has it; what nobody knows is not known. */
  static Code of(String number) {
    return number.matches("[0-9]{1,2}")
        ? Optional.of(Integer.parseInt(number))
            .filter(each -> each < values().length)
            .map(each -> values()[each])
            .orElse(UNKNOWN)
        : UNKNOWN;
  }
}
