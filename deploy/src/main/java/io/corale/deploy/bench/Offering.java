package io.corale.deploy.bench;

import io.corale.model.Ending;
import io.corale.model.Refusal;
import io.corale.wire.Decode;
import io.corale.wire.Door;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;

/** Offers invocations at doors, and keeps what became of each. Thread-safe. */
final class Offering {
  /** Longer than a queue that is full and a superpeer that is lost take together. */
  private static final Duration PATIENCE = Duration.ofSeconds(90);

  /** Of those whose end was not heard. */
  private static final Duration ASKED_AGAIN = Duration.ofSeconds(30);

  /** So many are asked for at once. */
  private static final int WAVE = 256;

  private final DoorCallers callers;
  private final String composition;
  private final AtomicInteger completed = new AtomicInteger();
  private final AtomicInteger open = new AtomicInteger();

  private final Failures faults = new Failures();
  private final Failures failed = new Failures();
  private final Failures unknown = new Failures();

  // Guarded by this.
  private final List<Offer> offers = new ArrayList<>();
  private final SortedMap<String, Integer> scopes = new TreeMap<>();

  Offering(DoorCallers callers, String composition) {
    this.callers = callers;
    this.composition = composition;
  }

  /** Offers one that was due then; completes with what became of it. */
  CompletableFuture<Offer.View> offer(Offer.Phase phase, long dueNanos) {
    Offer offer = add(phase, dueNanos);
    offer.sent(System.nanoTime());
    Optional<CompletableFuture<Door.Response>> answer =
        callers.submit(
            composition,
            offer.id(),
            true,
            PATIENCE,
            response -> {
              if (response.hasAccepted()) {
                offer.accepted(System.nanoTime());
              }
            });
    if (answer.isEmpty()) {
      offer.over(Offer.Fate.UNSENT, System.nanoTime(), System.currentTimeMillis());
      return CompletableFuture.completedFuture(offer.view());
    }
    open.incrementAndGet();
    return answer
        .get()
        .thenApply(
            response -> {
              open.decrementAndGet();
              heard(offer, response);
              return offer.view();
            });
  }

  private synchronized Offer add(Offer.Phase phase, long dueNanos) {
    Offer offer = new Offer(phase, "offer-" + offers.size(), dueNanos);
    offers.add(offer);
    return offer;
  }

  private void heard(Offer offer, Door.Response response) {
    offer.over(fate(response), System.nanoTime(), System.currentTimeMillis());
  }

  private Offer.Fate fate(Door.Response response) {
    if (response.hasRefused()) {
      return refused(Decode.refusal(response.getRefused()));
    }
    if (!response.hasEnded()) {
      unknown.note(response.getUnknown().getMessage());
      return Offer.Fate.UNKNOWN;
    }
    Ending ending = Decode.ending(response.getEnded().getEnding());
    if (ending instanceof Ending.Completed) {
      completed.incrementAndGet();
      return Offer.Fate.COMPLETED;
    }
    failed.note(ending.toString());
    return Offer.Fate.FAILED;
  }

  private Offer.Fate refused(Refusal refusal) {
    if (RefusalShape.isOurOwn(refusal)) {
      return Offer.Fate.UNSENT;
    }
    RefusalShape.fault(refusal).ifPresent(faults::note);
    String scope = RefusalShape.scope(refusal).orElse("?");
    synchronized (this) {
      scopes.merge(scope, 1, Integer::sum);
    }
    return Offer.Fate.REFUSED;
  }

  /** How many have completed. */
  int completed() {
    return completed.get();
  }

  /** How many have been sent and not answered to their end. */
  int open() {
    return open.get();
  }

  /** Refusals that are not as they should be. */
  Failures faults() {
    return faults;
  }

  /** What was said of those of which nobody knew at first; all were asked for again. */
  Failures unknown() {
    return unknown;
  }

  /** What ended, and not by success. */
  Failures failed() {
    return failed;
  }

  /** How often something was full, by what. */
  synchronized SortedMap<String, Integer> scopes() {
    return new TreeMap<>(scopes);
  }

  synchronized List<Offer.View> views() {
    return offers.stream().map(Offer::view).toList();
  }

  /** Asks once more for the end of each of which nothing else was heard. */
  void askAgain() throws InterruptedException {
    List<Offer> left = left();
    for (int from = 0; from < left.size(); from += WAVE) {
      List<CompletableFuture<Void>> wave = new ArrayList<>();
      for (Offer offer : left.subList(from, Math.min(left.size(), from + WAVE))) {
        callers
            .await(offer.id(), ASKED_AGAIN)
            .ifPresent(answer -> wave.add(answer.thenAccept(said -> found(offer, said))));
      }
      CompletableFuture.allOf(wave.toArray(CompletableFuture[]::new)).join();
    }
  }

  private synchronized List<Offer> left() {
    return offers.stream()
        .filter(
            offer -> {
              Offer.View view = offer.view();
              return view.fate() == Offer.Fate.UNKNOWN || (view.isAccepted() && !view.isDone());
            })
        .toList();
  }

  private void found(Offer offer, Door.Response said) {
    if (said.hasEnded()) {
      offer.found(fate(said));
    }
  }
}
