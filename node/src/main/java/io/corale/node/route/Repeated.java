package io.corale.node.route;

import io.corale.wire.Door;
import io.corale.wire.Freight;

/** What becomes of a request that is asked again, because its superpeer was lost meanwhile. */
final class Repeated {
  private Repeated() {}

  /**
   * Whether what is refused now may be done already: of what an owner wants of what runs, one copy
   * at a time is taken, and none that comes late (ADR 32).
   */
  static boolean isTakenOnce(Door.Request request) {
    return switch (request.getWhatCase()) {
      case HOLD -> request.getHold().getUntilMicros() > 0;
      case PRIORITIZE -> request.getPrioritize().getUntilMicros() > 0;
      case RESOLVE_INCIDENT -> request.getResolveIncident().getUntilMicros() > 0;
      default -> false;
    };
  }

  /**
   * What is asked from now on: an accepted submit that is large is not kept for the time of its
   * run, and what was accepted need only be awaited.
   */
  static Door.Request awaiting(Door.Request request, Door.Accepted accepted) {
    if (!request.hasSubmit() || request.getSerializedSize() <= Freight.SMALL_BYTES) {
      return request;
    }
    return Door.Request.newBuilder()
        .setEnvelope(request.getEnvelope())
        .setAwait(
            Door.Await.newBuilder()
                .setInvocation(accepted.getInvocation())
                .setSeenIndex(accepted.getIndex()))
        .build();
  }
}
