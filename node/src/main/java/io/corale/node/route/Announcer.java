package io.corale.node.route;

import io.corale.model.Account;
import io.corale.model.CellId;
import io.corale.wire.Door;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Tells the superpeer of a cell, if there is one, that the registry has news for it. */
final class Announcer {
  /** Twice an election: whoever publishes while a superpeer is lost need not do it again. */
  private static final Duration PATIENCE = Duration.ofSeconds(4);

  /** A cell is born in a second or two; then it is its superpeer that is waited for. */
  private static final Duration PATIENCE_WITH_BIRTH = Duration.ofSeconds(10);

  private static final long PAUSE_MILLIS = 100;

  private static final Door.Done NOT_AWAKE = Door.Done.getDefaultInstance();

  private final Route route;
  private final Furnishing furnishing;

  Announcer(Route route, Furnishing furnishing) {
    this.route = route;
    this.furnishing = furnishing;
  }

  /**
   * What came of it.
   *
   * @param trouble what is wrong; empty where the cell has the news, or is not awake
   * @param done what its superpeer has answered; without an index where the cell is not awake
   */
  record Told(Optional<String> trouble, Door.Done done) {}

  /** Completes when the cell has the news, is not awake, or was tried for long enough. */
  CompletableFuture<Told> announce(CellId cell) {
    return tell(cell, "", 0);
  }

  /**
   * The same for an account as it was entered, of which the superpeer says what is in force: of
   * this version or a later one, though what it reads of the registry may be older at first.
   */
  CompletableFuture<Told> announce(CellId cell, Account account) {
    return tell(cell, account.id().value(), account.version());
  }

  private CompletableFuture<Told> tell(CellId cell, String account, long version) {
    CompletableFuture<Told> result = new CompletableFuture<>();
    look(new News(cell, account, version, false, until(PATIENCE), result));
    return result;
  }

  /**
   * The same, but a cell that is not awake is born or woken: there is something that it must do.
   */
  CompletableFuture<Told> awaken(CellId cell) {
    CompletableFuture<Told> result = new CompletableFuture<>();
    look(new News(cell, "", 0, true, until(PATIENCE_WITH_BIRTH), result));
    return result;
  }

  private long until(Duration patience) {
    return route.nanos().getAsLong() + patience.toNanos();
  }

  /** What is to be told to whom, until when. */
  private record News(
      CellId cell,
      String account,
      long version,
      boolean awakens,
      long until,
      CompletableFuture<Told> result) {
    boolean wantsInForce() {
      return version > 0;
    }

    boolean isOlder(Door.Done done) {
      return done.hasInForce() && done.getInForce().getVersion() < version && !done.hasNotTaken();
    }

    Door.Refresh refresh() {
      return Door.Refresh.newBuilder()
          .setAccount(account)
          .setIsOfNoAccount(account.isEmpty())
          .build();
    }

    void arrived(Door.Done done) {
      result.complete(new Told(Optional.empty(), done));
    }
  }

  private void look(News news) {
    CellId cell = news.cell();
    Place place = route.lookup().find(cell);
    if (place instanceof Place.Nobody && news.awakens()) {
      found(news);
    } else if (place instanceof Place.Nobody && news.wantsInForce()) {
      lookAtItsBirth(news);
    } else if (place instanceof Place.Nobody) {
      news.arrived(NOT_AWAKE); // It reads the registry when it is born or wakes.
    } else if (place instanceof Place.Here here) {
      furnishing
          .refresh(here.cell(), news.refresh())
          .whenComplete((done, failure) -> heard(news, done, failure));
    } else if (place instanceof Place.There there) {
      send(news, there);
    } else {
      heard(news, "cell " + cell + " has no superpeer at this moment");
    }
  }

  /**
   * What a cell that sleeps has in its slots may be more than the account allows by now: it is
   * woken to say so. One that was never born has nothing.
   */
  private void lookAtItsBirth(News news) {
    var unused =
        route
            .founding()
            .isUnborn(news.cell())
            .thenAccept(
                isUnborn -> {
                  if (isUnborn) {
                    news.arrived(NOT_AWAKE);
                  } else {
                    heard(news, "cell " + news.cell() + " has no superpeer at this moment");
                  }
                });
  }

  private void found(News news) {
    route
        .founding()
        .found(news.cell(), true)
        .whenComplete(
            (founded, failure) ->
                heard(
                    news,
                    founded instanceof Founded.Never never
                        ? never.refusal().message()
                        : "cell " + news.cell() + " is being founded"));
  }

  private void send(News news, Place.There there) {
    Door.Request request =
        Door.Request.newBuilder()
            .setEnvelope(NodeWord.envelope(news.cell().owner(), PATIENCE))
            .setRefresh(news.refresh())
            .build();
    route
        .peers()
        .send(
            there.node(),
            request,
            PATIENCE,
            response -> {
              if (response.hasDone()) {
                heard(news, response.getDone(), null);
              } else {
                heard(news, "superpeer " + there.node().incarnation().node() + " did not take it");
              }
            });
  }

  private void heard(News news, Door.@Nullable Done done, @Nullable Throwable failure) {
    if (done != null && news.isOlder(done)) {
      heard(news, "it has not read version " + news.version() + " yet");
    } else if (done != null) {
      news.arrived(done);
    } else {
      heard(news, String.valueOf(failure == null ? "" : failure.getMessage()));
    }
  }

  /** It did not come to that yet; tries again while there is time. */
  private void heard(News news, String trouble) {
    if (route.nanos().getAsLong() > news.until()) {
      news.result().complete(new Told(Optional.of(trouble), Door.Done.getDefaultInstance()));
      return;
    }
    route.timer().schedule(() -> look(news), PAUSE_MILLIS, TimeUnit.MILLISECONDS);
  }
}
