package io.corale.node.route;

import io.corale.gossip.NodeView;
import io.corale.gossip.lookup.Rank;
import io.corale.gossip.lookup.Step;
import io.corale.gossip.lookup.Told;
import io.corale.gossip.lookup.Trail;
import io.corale.model.CellId;
import io.corale.model.NodeId;
import io.corale.model.Refusal;
import io.corale.node.cell.Cell;
import io.corale.node.door.Caller;
import io.corale.node.registry.Birth;
import io.corale.wire.Door;
import io.corale.wire.Encode;
import io.corale.wire.Exchange;
import io.corale.wire.Freight;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
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
  /** From the entry node by one that hands on to the superpeer, and one more by a former build. */
  private static final int MAX_HOPS = 3;

  /** Some two seconds, which is longer than most elections take; and so many before each next. */
  private static final int ROUNDS_BEFORE_BIRTH = 10;

  private static final long FIRST_PAUSE_MILLIS = 20;

  /** Well below an election, so that its end is noticed soon. */
  private static final long MOST_PAUSE_MILLIS = 250;

  private final Route route;
  private final Exchange exchange;
  private final Caller caller;
  private final CellId cell;
  private final long deadlineNanos;
  private final boolean isEntry;

  /** The claim by which a node asks that follows by itself; empty where this node is to do so. */
  private final Optional<Rank> seen;

  private Door.Request request;
  private final Set<NodeId> unreachable = new LinkedHashSet<>();
  private Trail trail;
  private Optional<Birth> birth = Optional.empty();
  private int roundsInVain;
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
    boolean followsItself = !isEntry && exchange.fromNode() && envelope.hasSeen();
    this.seen =
        followsItself ? Optional.of(KnownClaims.read(envelope.getSeen())) : Optional.empty();
    this.trail = route.lookup().trail(cell, Set.of());
    if (!isEntry) {
      trail.staysWithinReach(); // Else each of them would ask all others.
    }
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
      place = route.lookup().next(trail, cell);
    }
    if (place instanceof Place.Here here) {
      letGoBy(
          route
              .desk()
              .serve(here.cell(), request(), caller, response -> heardHere(here.cell(), response)));
    } else if (seen.isPresent()) {
      finish(pointingOn("this node does not lead cell " + cell));
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
      finish(inVain("request was forwarded " + MAX_HOPS + " times without finding a superpeer"));
      return;
    }
    Door.Request.Builder request = asked.toBuilder();
    Door.Envelope.Builder onward =
        request
            .getEnvelopeBuilder()
            .setCaller(caller.subject())
            .clearRights()
            .addAllRights(caller.rightsAt(cell.owner()).stream().map(Encode::right).toList())
            .setOperator(caller.operator())
            .setDeadlineMillis(Math.max(1, left.toMillis()))
            .setHops(envelope.getHops() + 1);
    boolean handsOn = there.why() == Step.Why.BEYOND;
    if (handsOn) {
      onward.clearSeen();
    } else {
      onward.setSeen(KnownClaims.write(there.seen()));
    }
    letGoBy(
        route
            .peers()
            .send(there.node(), request.build(), left, response -> heardFrom(there, response)));
  }

  private void heardFrom(Place.There there, Door.Response response) {
    NodeView who = there.node();
    NodeId node = who.incarnation().node();
    if (response.getWhatCase() == Door.Response.WhatCase.WHAT_NOT_SET) {
      synchronized (this) {
        unreachable.add(node);
        mayHaveBeenDone = true;
        lastWhy = "node " + node + " could not be reached";
        route.lookup().unreachable(trail);
      }
      step();
      return;
    }
    List<Told> known = KnownClaims.of(cell, response);
    if (doesNotLead(response)) {
      synchronized (this) {
        lastWhy = response.getUnknown().getMessage();
        if (response.getUnknown().getTakesOver() || there.why() == Step.Why.BEYOND) {
          route.lookup().waits(trail, known);
        } else {
          route.lookup().denied(trail, known);
        }
      }
      step();
      return;
    }
    if (response.hasUnknown() && there.why() != Step.Why.CLAIM) {
      synchronized (this) { // A member; or of a former build, which has asked others itself.
        lastWhy = response.getUnknown().getMessage();
        mayHaveBeenDone = true;
        route.lookup().waits(trail, known);
      }
      step();
      return;
    }
    if (!response.hasUnknown()) {
      synchronized (this) {
        route.lookup().served(trail, known.stream().findFirst());
      }
    }
    if (response.getSerializedSize() > Freight.SMALL_BYTES) {
      // Whoever read it counts it no more when we return.
      exchange.onGone(route.freight().add(response.getSerializedSize())::release);
    }
    Door.Response.Builder passedOn = response.toBuilder().clearKnown();
    if (response.getNextDoor().isEmpty() && isEntry) {
      passedOn.setNextDoor(who.doorAddress());
    }
    heard(passedOn.build());
  }

  /** That is sure, so others are asked at once. */
  private static boolean doesNotLead(Door.Response response) {
    return response.hasUnknown() && response.getUnknown().getNothingDone();
  }

  /** What this node's own replica answers; to a node that follows by itself, with who leads. */
  private void heardHere(Cell here, Door.Response response) {
    if (seen.isEmpty()) {
      heard(response);
    } else if (doesNotLead(response)) {
      heard(pointingOn(response.getUnknown().getMessage()).build());
    } else if (response.hasUnknown()) {
      heard(response);
    } else {
      Door.Response.Builder answer = response.toBuilder();
      route
          .lookup()
          .ownClaim(here)
          .filter(own -> !seen.equals(Optional.of(Rank.of(own.claim()))))
          .ifPresent(own -> answer.addKnown(KnownClaims.write(own)));
      heard(answer.build());
    }
  }

  private Door.Response.Builder pointingOn(String why) {
    Lookup.Pointing pointing = route.lookup().pointing(cell, seen.orElse(Rank.NONE));
    Door.Response.Builder response =
        Door.Response.newBuilder()
            .setUnknown(
                Door.Unknown.newBuilder()
                    .setMessage(why)
                    .setNothingDone(true)
                    .setTakesOver(pointing.takesOver()));
    pointing.known().forEach(told -> response.addKnown(KnownClaims.write(told)));
    return response;
  }

  /** A response from whoever serves the request, here or elsewhere. */
  private void heard(Door.Response response) {
    if (response.getMore()) {
      synchronized (this) {
        if (accepted || ended) {
          return; // It was said before, by the superpeer that was lost since.
        }
        accepted = true;
        roundsInVain = 0;
        request = Repeated.awaiting(request, response.getAccepted());
      }
      exchange.more(response.toBuilder());
    } else if (response.getWhatCase() == Door.Response.WhatCase.UNKNOWN && isEntry) {
      synchronized (this) {
        mayHaveBeenDone |= !response.getUnknown().getNothingDone();
      }
      again(response.getUnknown().getMessage());
    } else if (response.getWhatCase() == Door.Response.WhatCase.UNKNOWN) {
      finish(response.toBuilder().setUnknown(sureOf(response.getUnknown())));
    } else if (response.hasRefused() && mayHaveControlled()) {
      finish(
          unknown(
              "it may have been carried out; the last superpeer refused it: "
                  + response.getRefused().getMessage()));
    } else {
      finish(response.toBuilder());
    }
  }

  private synchronized boolean mayHaveControlled() {
    return mayHaveBeenDone && Repeated.isTakenOnce(request);
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
            (founded, failure) -> {
              if (failure != null) {
                again("cell " + cell + " is being founded: " + failure.getMessage());
              } else if (founded instanceof Founded.Never never) {
                finish(refused(never.refusal()));
              } else {
                learnMembers(founded);
                again("cell " + cell + " is being founded");
              }
            });
  }

  /**
   * Everybody who is known was asked for longer than an election takes: gossip may know an earlier
   * birth only, or a part of the members of one that nobody has finished. Rounds go on meanwhile,
   * because elections end whether or not the registry answers.
   */
  private void lookAtItsBirth() {
    var unused = route.founding().found(cell, false).thenAccept(this::learnMembers);
  }

  private synchronized void learnMembers(Founded founded) {
    if (founded instanceof Founded.Somewhere somewhere) {
      birth = Optional.of(somewhere.birth());
    }
  }

  private void again(String why) {
    long pause;
    boolean isInVain;
    synchronized (this) {
      lastWhy = why;
      pause = pauseMillis;
      pauseMillis = Math.min(MOST_PAUSE_MILLIS, 2 * pauseMillis);
      if (unreachable.size() > 1 || pause == MOST_PAUSE_MILLIS) {
        unreachable.clear(); // Whoever was away may be back.
      }
      trail = route.lookup().trail(cell, new LinkedHashSet<>(unreachable));
      birth.ifPresent(known -> route.lookup().hint(trail, cell, known));
      isInVain = ++roundsInVain % ROUNDS_BEFORE_BIRTH == 0;
    }
    if (!isEntry) {
      finish(inVain(why)); // The entry node looks further; two nodes that do would race.
      return;
    }
    if (isInVain) {
      lookAtItsBirth();
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

  private Door.Response.Builder inVain(String why) {
    return Door.Response.newBuilder()
        .setUnknown(sureOf(Door.Unknown.newBuilder().setMessage(why).setNothingDone(true).build()));
  }

  /** For the node that asked: what others may have done is known here alone. */
  private synchronized Door.Unknown sureOf(Door.Unknown said) {
    return said.toBuilder().setNothingDone(said.getNothingDone() && !mayHaveBeenDone).build();
  }

  static Door.Response.Builder unknown(String why) {
    return Door.Response.newBuilder().setUnknown(Door.Unknown.newBuilder().setMessage(why));
  }

  static Door.Response.Builder refused(Refusal refusal) {
    return Door.Response.newBuilder().setRefused(Encode.refusal(refusal));
  }
}
