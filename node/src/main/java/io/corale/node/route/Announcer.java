package io.corale.node.route;

import io.corale.model.CellId;
import io.corale.wire.Door;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Tells the superpeer of a cell, if there is one, that the registry has news for it. */
final class Announcer {
  /** Twice an election: whoever publishes while a superpeer is lost need not do it again. */
  private static final Duration PATIENCE = Duration.ofSeconds(4);

  /** A cell is born in a second or two; then it is its superpeer that is waited for. */
  private static final Duration PATIENCE_WITH_BIRTH = Duration.ofSeconds(10);

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
    look(new News(cell, false, until(PATIENCE), result));
    return result;
  }

  /**
   * The same, but a cell that is not awake is born or woken: there is something that it must do.
   */
  CompletableFuture<Optional<String>> awaken(CellId cell) {
    CompletableFuture<Optional<String>> result = new CompletableFuture<>();
    look(new News(cell, true, until(PATIENCE_WITH_BIRTH), result));
    return result;
  }

  private long until(Duration patience) {
    return route.nanos().getAsLong() + patience.toNanos();
  }

  /** What is to be told to whom, until when. */
  private record News(
      CellId cell, boolean awakens, long until, CompletableFuture<Optional<String>> result) {}

  private void look(News news) {
    CellId cell = news.cell();
    Place place = route.lookup().find(cell, Set.of());
    if (place instanceof Place.Nobody && news.awakens()) {
      found(news);
    } else if (place instanceof Place.Nobody) {
      news.result().complete(Optional.empty()); // It reads the registry when it is born or wakes.
    } else if (place instanceof Place.Here here) {
      furnishing
          .furnish(here.cell())
          .whenComplete((index, failure) -> heard(news, Optional.ofNullable(failure)));
    } else if (place instanceof Place.There there) {
      send(news, there);
    } else {
      heard(news, "cell " + cell + " has no superpeer at this moment");
    }
  }

  private void found(News news) {
    route
        .founding()
        .found(news.cell(), true)
        .whenComplete(
            (refusal, failure) ->
                heard(
                    news,
                    failure == null && refusal.isPresent()
                        ? refusal.get().message()
                        : "cell " + news.cell() + " is being founded"));
  }

  private void send(News news, Place.There there) {
    Door.Request request =
        Door.Request.newBuilder()
            .setEnvelope(NodeWord.envelope(news.cell().owner(), PATIENCE))
            .setRefresh(Door.Refresh.getDefaultInstance())
            .build();
    route
        .peers()
        .send(
            there.node(),
            request,
            PATIENCE,
            response -> {
              if (response.hasDone()) {
                news.result().complete(Optional.empty());
              } else {
                heard(news, "superpeer " + there.node().incarnation().node() + " did not take it");
              }
            });
  }

  private void heard(News news, Optional<Throwable> failure) {
    if (failure.isEmpty()) {
      news.result().complete(Optional.empty());
    } else {
      heard(news, String.valueOf(failure.get().getMessage()));
    }
  }

  /** It did not come to that yet; tries again while there is time. */
  private void heard(News news, String trouble) {
    if (route.nanos().getAsLong() > news.until()) {
      news.result().complete(Optional.of(trouble));
      return;
    }
    route.timer().schedule(() -> look(news), PAUSE_MILLIS, TimeUnit.MILLISECONDS);
  }
}
