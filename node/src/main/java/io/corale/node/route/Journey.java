package io.corale.node.route;

import io.corale.model.CellId;
import io.corale.model.NodeId;
import io.corale.model.Refusal;
import io.corale.node.door.Caller;
import io.corale.wire.Door;
import io.corale.wire.Encode;
import io.corale.wire.Exchange;
import io.corale.wire.Freight;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * One request about a cell on its way: looks up who is responsible, has it served there, and goes
 * on looking while the answer is that nobody leads, until the caller's deadline.
 *
 * <p>Asking again is safe, because every request is idempotent (rule 22). Steps follow one another,
 * each begins when the one before has ended; what two threads share is guarded by this object.
 */
final class Journey {
  /** Entry node, the superpeer of yesterday, the superpeer of today; more is a loop. */
  private static final int MAX_HOPS = 3;

  private static final long FIRST_PAUSE_MILLIS = 20;

  /** Well below an election, so that its end is noticed soon. */
  private static final long MOST_PAUSE_MILLIS = 250;

  private final Route route;
  private final Exchange exchange;
  private final Caller caller;
  private final CellId cell;
  private final long deadlineNanos;
  private final boolean isEntry;
  private Door.Request request;
  private final Set<NodeId> unreachable = new LinkedHashSet<>();
  private String lastWhy = "nobody led cell in time";
  private long pauseMillis = FIRST_PAUSE_MILLIS;
  private boolean mayHaveBeenDone;
  private boolean accepted;
  private boolean ended;
  private Runnable letGo = () -> {};

  Journey(Route route, Exchange exchange, Caller caller, CellId cell) {
    this.route = route;
    this.exchange = exchange;
    this.caller = caller;
    this.cell = cell;
    this.request = exchange.request();
    Door.Envelope envelope = request.getEnvelope();
    this.deadlineNanos =
        route.nanos().getAsLong() + TimeUnit.MILLISECONDS.toNanos(envelope.getDeadlineMillis());
    this.isEntry = envelope.getHops() == 0;
  }

  /** Sets out. */
  void begin() {
    exchange.onForget(this::forget);
    step();
  }

  private void step() {
    Duration left = Duration.ofNanos(deadlineNanos - route.nanos().getAsLong());
    if (left.isNegative() || left.isZero()) {
      finish(unknown(lastWhy + "; ask again under the same id"));
      return;
    }
    Place place;
    synchronized (this) {
      if (ended) {
        return;
      }
      place = route.lookup().find(cell, Set.copyOf(unreachable));
    }
    if (place instanceof Place.Here here) {
      letGoBy(route.desk().serve(here.cell(), request(), caller, this::heard));
    } else if (place instanceof Place.There there) {
      forward(there, left);
    } else if (place instanceof Place.Nobody && isEntry) {
      found();
    } else {
      again("cell " + cell + " has no superpeer at this moment");
    }
  }

  private void forward(Place.There there, Duration left) {
    Door.Request asked = request();
    Door.Envelope envelope = asked.getEnvelope();
    if (envelope.getHops() + 1 > MAX_HOPS) {
      finish(unknown("request was forwarded " + MAX_HOPS + " times without finding a superpeer"));
      return;
    }
    Door.Request.Builder request = asked.toBuilder();
    request
        .getEnvelopeBuilder()
        .setCaller(caller.subject())
        .clearRights()
        .addAllRights(caller.rightsAt(cell.owner()).stream().map(Encode::right).toList())
        .setOperator(caller.operator())
        .setDeadlineMillis(Math.max(1, left.toMillis()))
        .setHops(envelope.getHops() + 1);
    NodeId node = there.node().incarnation().node();
    letGoBy(
        route
            .peers()
            .send(
                there.node(),
                request.build(),
                left,
                response -> heardFrom(node, there.node().doorAddress(), response)));
  }

  private void heardFrom(NodeId node, String door, Door.Response response) {
    if (response.getWhatCase() == Door.Response.WhatCase.WHAT_NOT_SET) {
      synchronized (this) {
        unreachable.add(node);
        mayHaveBeenDone = true;
      }
      again("node " + node + " could not be reached");
      return;
    }
    if (response.getSerializedSize() > Freight.SMALL_BYTES) {
      // Whoever read it counts it no more when we return.
      exchange.onGone(route.freight().add(response.getSerializedSize())::release);
    }
    heard(
        response.getNextDoor().isEmpty() && isEntry
            ? response.toBuilder().setNextDoor(door).build()
            : response);
  }

  /** A response from whoever serves the request, here or elsewhere. */
  private void heard(Door.Response response) {
    if (response.getMore()) {
      synchronized (this) {
        if (accepted || ended) {
          return; // It was said before, by the superpeer that was lost since.
        }
        accepted = true;
        request = awaiting(request, response.getAccepted());
      }
      exchange.more(response.toBuilder());
    } else if (response.getWhatCase() == Door.Response.WhatCase.UNKNOWN && isEntry) {
      synchronized (this) {
        mayHaveBeenDone |= !response.getUnknown().getNothingDone();
      }
      again(response.getUnknown().getMessage());
    } else if (response.hasRefused() && mayHaveControlled()) {
      finish(
          unknown(
              "it may have been carried out; the last superpeer refused it: "
                  + response.getRefused().getMessage()));
    } else {
      finish(response.toBuilder());
    }
  }

  /**
   * What is refused now may be done already: of what an owner wants of what runs, one copy at a
   * time is taken, and none that comes late (ADR 32).
   */
  private synchronized boolean mayHaveControlled() {
    return mayHaveBeenDone
        && switch (request.getWhatCase()) {
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
  private static Door.Request awaiting(Door.Request request, Door.Accepted accepted) {
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

  private synchronized Door.Request request() {
    return request;
  }

  /** Nobody serves the cell: a submit has it born, anything else learns that there is nothing. */
  private void found() {
    boolean mayBear = request().getWhatCase() == Door.Request.WhatCase.SUBMIT;
    route
        .founding()
        .found(cell, mayBear)
        .whenComplete(
            (refusal, failure) -> {
              if (failure != null) {
                again("cell " + cell + " is being founded: " + failure.getMessage());
              } else if (refusal.isPresent()) {
                finish(refused(refusal.get()));
              } else {
                again("cell " + cell + " is being founded");
              }
            });
  }

  private void again(String why) {
    long pause;
    synchronized (this) {
      lastWhy = why;
      pause = pauseMillis;
      pauseMillis = Math.min(MOST_PAUSE_MILLIS, 2 * pauseMillis);
      if (unreachable.size() > 1 || pause == MOST_PAUSE_MILLIS) {
        unreachable.clear(); // Whoever was away may be back.
      }
    }
    if (!isEntry) {
      finish(unknown(why)); // The entry node looks further; two nodes that do would race.
      return;
    }
    route.timer().schedule(this::step, pause, TimeUnit.MILLISECONDS);
  }

  private void letGoBy(Runnable release) {
    boolean late;
    synchronized (this) {
      late = ended;
      letGo = release;
    }
    if (late) {
      release.run();
    }
  }

  private void forget() {
    Runnable release;
    synchronized (this) {
      ended = true;
      release = letGo;
    }
    release.run();
  }

  private void finish(Door.Response.Builder response) {
    synchronized (this) {
      if (ended) {
        return;
      }
      ended = true;
    }
    exchange.answer(response.setMore(false));
  }

  static Door.Response.Builder unknown(String why) {
    return Door.Response.newBuilder().setUnknown(Door.Unknown.newBuilder().setMessage(why));
  }

  static Door.Response.Builder refused(Refusal refusal) {
    return Door.Response.newBuilder().setRefused(Encode.refusal(refusal));
  }
}
