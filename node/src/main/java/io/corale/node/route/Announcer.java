package io.corale.node.route;

import io.corale.model.CellId;
import io.corale.model.NodeId;
import io.corale.wire.Door;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Tells the superpeer of a cell, if there is one, that the registry has news for it. */
final class Announcer {
  /** Twice an election: whoever publishes while a superpeer is lost need not do it again. */
  private static final Duration PATIENCE = Duration.ofSeconds(4);

  private static final long PAUSE_MILLIS = 100;

  private final Route route;
  private final Furnishing furnishing;

  Announcer(Route route, Furnishing furnishing) {
    this.route = route;
    this.furnishing = furnishing;
  }

  /** Completes with nothing when the cell has the news or is not awake, else with what is wrong. */
  CompletableFuture<Optional<String>> announce(CellId cell) {
    CompletableFuture<Optional<String>> result = new CompletableFuture<>();
    look(cell, route.nanos().getAsLong() + PATIENCE.toNanos(), new LinkedHashSet<>(), result);
    return result;
  }

  private void look(
      CellId cell, long until, Set<NodeId> avoid, CompletableFuture<Optional<String>> result) {
    Place place = route.lookup().find(cell, avoid);
    if (place instanceof Place.Nobody) {
      result.complete(Optional.empty()); // It reads the registry when it is born or wakes.
    } else if (place instanceof Place.Here here) {
      furnishing
          .furnish(here.cell())
          .whenComplete(
              (index, failure) ->
                  heard(
                      cell,
                      until,
                      result,
                      failure == null
                          ? Optional.empty()
                          : Optional.of(String.valueOf(failure.getMessage()))));
    } else if (place instanceof Place.There there) {
      Door.Request request =
          Door.Request.newBuilder()
              .setEnvelope(NodeWord.envelope(cell.owner(), PATIENCE))
              .setRefresh(Door.Refresh.getDefaultInstance())
              .build();
      route
          .peers()
          .send(
              there.node(),
              request,
              PATIENCE,
              response ->
                  heard(
                      cell,
                      until,
                      result,
                      response.hasDone()
                          ? Optional.empty()
                          : Optional.of(
                              "superpeer "
                                  + there.node().incarnation().node()
                                  + " did not take it")));
    } else {
      heard(cell, until, result, Optional.of("cell " + cell + " has no superpeer at this moment"));
    }
  }

  private void heard(
      CellId cell,
      long until,
      CompletableFuture<Optional<String>> result,
      Optional<String> trouble) {
    if (trouble.isEmpty() || route.nanos().getAsLong() > until) {
      result.complete(trouble);
      return;
    }
    route
        .timer()
        .schedule(
            () -> look(cell, until, new LinkedHashSet<>(), result),
            PAUSE_MILLIS,
            TimeUnit.MILLISECONDS);
  }
}
